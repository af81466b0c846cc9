using Trading.Domain;
using Trading.Journal;
using Trading.Node;

namespace Trading.Lab.Replay;

/// <summary>
/// What is to happen to the node's journal: away at a moment that an append marks, or the node's last append of its life.
/// One switch per scenario; it stays when the node dies.
/// </summary>
internal sealed class JournalTrouble
{
    private readonly Lock _gate = new();
    private Func<AppendRequest, bool>? _mark;
    private TimeSpan _awayFor;
    private DateTime _awayUntil;
    private string _stream = "";
    private int _appendsLeft = int.MaxValue;
    private bool _written;

    /// <summary>Set when the marked append came, or the last one was reached.</summary>
    public bool Reached { get; private set; }

    /// <summary>From the first append of that event on the database cannot be reached for that long; that one is not written.</summary>
    public void AwayFrom(string eventType, TimeSpan time)
    {
        lock (_gate)
        {
            (_mark, _awayFor, Reached) = (request => request.Events.Any(e => e.Type == eventType), time, false);
        }
    }

    /// <summary>The append with that number of one position is the last thing the node does; what others still write before it does not count.</summary>
    /// <param name="written">It is durable, and its answer never comes; else it never reached the journal.</param>
    public void StopAt(PositionKey key, int append, bool written)
    {
        lock (_gate) (_stream, _appendsLeft, _written, Reached) = (key.Stream, append, written, false);
    }

    public void End()
    {
        lock (_gate) (_mark, _awayUntil, _appendsLeft) = (null, default, int.MaxValue);
    }

    public NodeDependencies Into(NodeDependencies parts) => parts with { Journal = new TroubledJournal(parts.Journal, this, parts.Time) };

    public bool IsAway(AppendRequest? request, DateTime nowUtc)
    {
        lock (_gate)
        {
            if (request is not null && _mark?.Invoke(request) == true) (_mark, _awayUntil, Reached) = (null, nowUtc + _awayFor, true);
            return nowUtc < _awayUntil;
        }
    }

    public void WrittenLast()
    {
        lock (_gate) Reached = true;
    }

    /// <returns>Null: goes on as ever. Else nothing is answered any more; true: this one is still written, and told to <see cref="WrittenLast"/>.</returns>
    public bool? Stops(AppendRequest request)
    {
        lock (_gate)
        {
            if (_appendsLeft == int.MaxValue || !request.Stream.StartsWith("position/", StringComparison.Ordinal)) return null;
            if (_appendsLeft > 0 && request.Stream != _stream) return null;
            _appendsLeft--;
            if (_appendsLeft > 0) return null;
            var isWritten = _appendsLeft == 0 && _written;
            Reached |= !isWritten;
            return isWritten;
        }
    }
}

/// <summary>A journal that the scenario's trouble comes over.</summary>
internal sealed class TroubledJournal(IJournal journal, JournalTrouble trouble, TimeProvider time) : IJournal
{
    private static readonly AppendResult Away = new AppendResult.Unknown("the database cannot be reached");

    public JournalId Id => journal.Id;

    public async Task<AppendResult> Append(AppendRequest request)
    {
        if (trouble.IsAway(request, time.GetUtcNow().UtcDateTime)) return Away;
        if (trouble.Stops(request) is not { } written) return await journal.Append(request);
        if (written)
        {
            await journal.Append(request);
            trouble.WrittenLast(); // not before: whoever waits for it kills the node
        }

        return await Never<AppendResult>();
    }

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) =>
        Reachable(() => journal.ReadStream(stream, afterVersion, max));

    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max) => Reachable(() => journal.ReadAll(afterPosition, max));

    public Task<IReadOnlyList<string>> Streams(string prefix) => Reachable(() => journal.Streams(prefix));

    public ValueTask DisposeAsync() => journal.DisposeAsync();

    private Task<T> Reachable<T>(Func<Task<T>> read) => trouble.IsAway(request: null, time.GetUtcNow().UtcDateTime)
        ? Task.FromException<T>(new IOException("the database cannot be reached"))
        : read();

    private static Task<T> Never<T>() => new TaskCompletionSource<T>().Task;
}
