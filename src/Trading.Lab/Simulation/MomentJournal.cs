using Trading.Domain;
using Trading.Journal;

namespace Trading.Lab.Simulation;

/// <summary>A connection to the journal that tells of the moments before an append leaves and after it is answered.</summary>
internal sealed class MomentJournal(IJournal journal, SimulatedNetwork network) : IJournal
{
    public JournalId Id => journal.Id;

    public async Task<AppendResult> Append(AppendRequest request)
    {
        network.Moment();
        var result = await journal.Append(request);
        network.Moment();
        return result;
    }

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) =>
        journal.ReadStream(stream, afterVersion, max);

    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max) => journal.ReadAll(afterPosition, max);

    public Task<IReadOnlyList<string>> Streams(string prefix) => journal.Streams(prefix);

    public ValueTask DisposeAsync() => journal.DisposeAsync();
}
