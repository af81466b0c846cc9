using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;

namespace Trading.Node.Positions;

/// <summary>One position's stream in the journal, read and written in the position's own words.</summary>
/// <remarks>
/// While the journal is away it is asked on, at the same pace for reads and appends: a position that backed off longer with
/// every failure would sleep on when the journal is back.
/// </remarks>
/// <param name="refused">Told why the journal did not answer; it is asked again.</param>
internal sealed class PositionStream(PositionKey key, IJournal journal, Lease lease, TimeProvider time, Action<string> refused)
{
    private const int PageEvents = 500;
    private static readonly EventCodec<PositionEvent> Codec = EventCodec.For<PositionEvent>();

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    /// <exception cref="UnreadableEventException">This build cannot read an event of the stream.</exception>
    public async Task<IReadOnlyList<PositionEvent>> ReadAfter(long version, CancellationToken stop)
    {
        var events = new List<PositionEvent>();
        while (true)
        {
            var page = await Read(version + events.Count, PageEvents, stop);
            foreach (var recorded in page) events.Add(Codec.Read(recorded));
            if (page.Count < PageEvents) return events;
        }
    }

    /// <summary>
    /// Never answers Unknown: the same append is tried again, under the same command id, until the journal says what
    /// became of it.
    /// </summary>
    public async Task<AppendResult> Append(long expectedVersion, string commandId, IReadOnlyList<PositionEvent> events)
    {
        var written = new NewEvent[events.Count];
        for (var i = 0; i < written.Length; i++) written[i] = Codec.Write(events[i]);
        var request = new AppendRequest(key.Stream, expectedVersion, commandId, lease.Epoch, written);
        while (true)
        {
            var result = await journal.Append(request);
            if (result is not AppendResult.Unknown unknown) return result;
            refused(unknown.Why);
            await Task.Delay(AskAgain, time);
        }
    }

    /// <summary>True when the event of that version was written by that command.</summary>
    public async Task<bool> Holds(long version, string commandId)
    {
        var page = await Read(version - 1, 1, CancellationToken.None);
        return page.Count == 1 && string.Equals(page[0].CommandId, commandId, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<RecordedEvent>> Read(long afterVersion, int max, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await journal.ReadStream(key.Stream, afterVersion, max);
            }
            catch (IOException away)
            {
                refused(away.Message);
                await Task.Delay(AskAgain, time, stop);
            }
        }
    }
}
