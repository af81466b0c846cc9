using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;

namespace Trading.Node.Positions;

/// <summary>One position's stream in the journal, read and written in the position's own words.</summary>
internal sealed class PositionStream(PositionKey key, IJournal journal, Lease lease, TimeProvider time)
{
    private const int PageEvents = 500;

    /// <summary>How long a protective order waits for its append before it goes first (design §4, "Journal down").</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    /// <exception cref="UnknownEventException">This build cannot read an event of the stream.</exception>
    public async Task<IReadOnlyList<PositionEvent>> ReadAfter(long version)
    {
        var events = new List<PositionEvent>();
        while (true)
        {
            var page = await journal.ReadStream(key.Stream, version + events.Count, PageEvents);
            foreach (var recorded in page) events.Add(Read(recorded));
            if (page.Count < PageEvents) return events;
        }
    }

    /// <summary>Never answers Unknown: the same append is tried again, under the same command id, until the journal says what became of it.</summary>
    /// <param name="overdue">Called once, when no answer has come for <see cref="Patience"/>.</param>
    public async Task<AppendResult> Append(
        long expectedVersion, string commandId, IReadOnlyList<PositionEvent> events, Action overdue)
    {
        var written = new NewEvent[events.Count];
        for (var i = 0; i < written.Length; i++) written[i] = EventCodec.Encode(events[i]);
        var request = new AppendRequest(key.Stream, expectedVersion, commandId, lease.Epoch, written);
        var append = journal.Append(request);
        if (append.IsCompletedSuccessfully && await append is not AppendResult.Unknown) return await append;
        using var patience = new Patient(time, Patience, overdue);
        while (await append is AppendResult.Unknown)
        {
            await Task.Delay(AskAgain, time);
            append = journal.Append(request);
        }

        return await append;
    }

    /// <summary>True when the event of that version was written by that command.</summary>
    public async Task<bool> Holds(long version, string commandId)
    {
        var page = await journal.ReadStream(key.Stream, version - 1, 1);
        return page.Count == 1 && string.Equals(page[0].CommandId, commandId, StringComparison.Ordinal);
    }
}
