using System.Globalization;
using Trading.Domain;
using Trading.Journal;

namespace Trading.Node.Journal;

/// <summary>One stream of the journal, read and written in the words of its family of events.</summary>
/// <param name="silent">Told why the journal did not answer; it is asked again.</param>
internal sealed class JournalStream<TEvent>(string name, IJournal journal, long epoch, TimeProvider time, Action<string> silent)
    where TEvent : class
{
    private const int PageEvents = 500;
    private static readonly EventCodec<TEvent> Codec = EventCodec.For<TEvent>();

    /// <param name="stop">Gives up waiting for a journal that is away.</param>
    /// <exception cref="UnreadableEventException">This build cannot read an event of the stream.</exception>
    public async Task<IReadOnlyList<TEvent>> ReadAfter(long version, CancellationToken stop)
    {
        var events = new List<TEvent>();
        while (true)
        {
            var page = await Read(version + events.Count, PageEvents, stop);
            foreach (var recorded in page) events.Add(Codec.Read(recorded));
            if (page.Count < PageEvents) return events;
        }
    }

    /// <summary>
    /// Never unknown: the same append is tried again, under the same command id, which can write only once, until the
    /// journal says what became of it.
    /// </summary>
    public async Task<JournalAnswer> Append(long expectedVersion, string commandId, IReadOnlyList<TEvent> events)
    {
        var written = new NewEvent[events.Count];
        for (var i = 0; i < written.Length; i++) written[i] = Codec.Write(events[i]);
        var request = new AppendRequest(name, expectedVersion, commandId, epoch, written);
        while (true)
        {
            var result = await journal.Append(request);
            if (result is not AppendResult.Unknown unknown) return await AnswerOf(result, expectedVersion, commandId);
            silent(unknown.Why);
            await Task.Delay(JournalTimeouts.AskAgain, time);
        }
    }

    private async Task<JournalAnswer> AnswerOf(AppendResult result, long expectedVersion, string commandId) => result switch
    {
        AppendResult.Fenced fenced => new JournalAnswer.Fenced(string.Create(
            CultureInfo.InvariantCulture, $"{name} belongs to epoch {fenced.CurrentEpoch}, this is epoch {epoch}")),
        AppendResult.Conflict => new JournalAnswer.Conflict(),
        AppendResult.AlreadyDone when !await Holds(expectedVersion + 1, commandId) => new JournalAnswer.DoneBefore(),
        _ => new JournalAnswer.Written(),
    };

    /// <summary>True when the event of that version was written by that command.</summary>
    private async Task<bool> Holds(long version, string commandId)
    {
        var page = await Read(version - 1, 1, CancellationToken.None);
        return page.Count == 1 && string.Equals(page[0].CommandId, commandId, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<RecordedEvent>> Read(long afterVersion, int max, CancellationToken stop) =>
        JournalTimeouts.Read(() => journal.ReadStream(name, afterVersion, max), silent, time, stop);
}
