using System.Text;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;

namespace Trading.Tests.Node;

/// <summary>A journal of one test: what becomes of the next appends is written down by it.</summary>
internal sealed class ScriptedJournal(List<string> log) : IJournal
{
    private static readonly EventCodec<PositionEvent> Codec = EventCodec.For<PositionEvent>();

    public enum Fate
    {
        Written,
        WrittenAnswerLost,
        NotWrittenAnswerLost,
        Fenced,
    }

    /// <summary>Not completed: no append is answered, or even looked at, before it is.</summary>
    public Task Reachable { get; set; } = Task.CompletedTask;

    /// <summary>The next reads of a stream fail, as they do while the database cannot be reached.</summary>
    public int ReadsThatFail { get; set; }

    public JournalId Id { get; } = new("scripted");
    public Queue<Fate> Next { get; } = new();

    /// <summary>Command ids of all appends asked for, in order.</summary>
    public List<string> Commands { get; } = [];
    public List<RecordedEvent> Events { get; } = [];

    public ClientOrderId EntryId => Events.Select(Codec.Read).OfType<PositionEvent.EntryIntended>().Last().Order;

    public async Task<AppendResult> Append(AppendRequest request)
    {
        await Reachable;
        Commands.Add(request.CommandId);
        var fate = Next.TryDequeue(out var next) ? next : Fate.Written;
        AppendResult result = fate switch
        {
            Fate.Fenced => new AppendResult.Fenced(2),
            Fate.NotWrittenAnswerLost => new AppendResult.Unknown("no answer"),
            _ => Write(request),
        };
        return fate is Fate.WrittenAnswerLost ? new AppendResult.Unknown("no answer") : result;
    }

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) => ReadsThatFail-- > 0
        ? Task.FromException<IReadOnlyList<RecordedEvent>>(new IOException("the database cannot be reached"))
        : Task.FromResult<IReadOnlyList<RecordedEvent>>(
            [.. Events.Where(e => e.Stream == stream && e.Version > afterVersion).Take(max)]);

    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max) =>
        Task.FromResult<IReadOnlyList<RecordedEvent>>([.. Events.Where(e => e.Position > afterPosition).Take(max)]);

    public Task<IReadOnlyList<string>> Streams(string prefix) =>
        Task.FromResult<IReadOnlyList<string>>([.. Events.Select(e => e.Stream).Distinct()]);

    public void Put(string stream, string type, string json) => Events.Add(new RecordedEvent(
        Events.Count + 1, stream, Events.Count(e => e.Stream == stream) + 1, 1, "put", type, 1, Encoding.UTF8.GetBytes(json), default));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private AppendResult Write(AppendRequest request)
    {
        var stream = Events.Where(e => e.Stream == request.Stream).ToList();
        if (stream.Find(e => e.CommandId == request.CommandId) is { } done) return new AppendResult.AlreadyDone(done.Position);
        if (stream.Count != request.ExpectedVersion) return new AppendResult.Conflict(stream.Count);
        foreach (var e in request.Events)
        {
            log.Add($"append {e.Type}");
            Events.Add(new RecordedEvent(
                Events.Count + 1, request.Stream, stream.Count + 1, request.Epoch, request.CommandId, e.Type, e.TypeVersion, e.Json, default));
            stream.Add(Events[^1]);
        }

        return new AppendResult.Appended(Events.Count);
    }
}
