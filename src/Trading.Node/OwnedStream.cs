using System.Globalization;
using Trading.Journal;

namespace Trading.Node;

/// <summary>
/// One stream of the journal, read and written by its one owner in the words of its family of events.
/// </summary>
/// <param name="silent">Told why the journal does not take an append; it goes on being tried.</param>
internal sealed class EventStream<TEvent>(
    string name, IJournal journal, long epoch, string incarnation, TimeProvider time, Action<string> silent)
    where TEvent : class
{
    private const int PageEvents = 500;
    private static readonly EventCodec<TEvent> Codec = EventCodec.For<TEvent>();
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    /// <summary>A write that hangs is told of like one that fails.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Version of the last event read or written.</summary>
    public long Version { get; private set; }

    /// <summary>Events that are new since the last call or append.</summary>
    /// <exception cref="UnreadableEventException">This build cannot read an event of the stream.</exception>
    public async Task<IReadOnlyList<TEvent>> ReadNew()
    {
        var events = new List<TEvent>();
        while (true)
        {
            var page = await journal.ReadStream(name, Version, PageEvents);
            foreach (var recorded in page) events.Add(Codec.Read(recorded));
            if (page.Count > 0) Version = page[^1].Version;
            if (page.Count < PageEvents) return events;
        }
    }

    /// <summary>
    /// Written, conflicting or fenced; never unknown: an append whose answer is lost is tried again under the same
    /// command id, which can write only once, until the journal says what became of it.
    /// </summary>
    public async Task<AppendOutcome> Append(IReadOnlyList<TEvent> events)
    {
        var command = string.Create(CultureInfo.InvariantCulture, $"{incarnation}-{Version}");
        var request = new AppendRequest(name, Version, command, epoch, [.. events.Select(Codec.Write)]);
        while (true)
        {
            var append = journal.Append(request);
            if (!await IsAnswered(append)) silent($"no answer for {Patience.TotalMilliseconds:0} ms");
            switch (await append)
            {
                case AppendResult.Appended or AppendResult.AlreadyDone:
                    Version += events.Count;
                    return AppendOutcome.Written;
                case AppendResult.Conflict: return AppendOutcome.Conflict;
                case AppendResult.Fenced: return AppendOutcome.Fenced;
                case AppendResult.Unknown unknown:
                    silent(unknown.Why);
                    await Task.Delay(AskAgain, time);
                    break;
            }
        }
    }

    private async Task<bool> IsAnswered(Task<AppendResult> append)
    {
        if (append.IsCompleted) return true;
        using var answered = new CancellationTokenSource();
        await Task.WhenAny(append, Task.Delay(Patience, time, answered.Token));
        answered.Cancel();
        return append.IsCompleted;
    }
}

internal enum AppendOutcome
{
    Written,

    /// <summary>Somebody else wrote the stream: read what is new and decide again.</summary>
    Conflict,

    /// <summary>The stream has a newer owner: stop.</summary>
    Fenced,
}
