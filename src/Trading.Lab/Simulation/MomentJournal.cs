using Trading.Domain;
using Trading.Journal;

namespace Trading.Lab.Simulation;

/// <summary>
/// A connection to the journal that tells of the moments before an append leaves and after it is answered. A process that
/// is killed in one of them goes no further.
/// </summary>
internal sealed class MomentJournal(IJournal journal, SimulatedNetwork network, VirtualNode process) : IJournal
{
    public JournalId Id => journal.Id;

    public async Task<AppendResult> Append(AppendRequest request)
    {
        await Pass(CrashMoment.AppendBegun, request);
        var result = await journal.Append(request);
        await Pass(CrashMoment.AppendAnswered, request);
        return result;
    }

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) =>
        journal.ReadStream(stream, afterVersion, max);

    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max) => journal.ReadAll(afterPosition, max);

    public Task<IReadOnlyList<string>> Streams(string prefix) => journal.Streams(prefix);

    public ValueTask DisposeAsync() => journal.DisposeAsync();

    private Task Pass(CrashMoment moment, AppendRequest request)
    {
        network.Moment(moment, request);
        return process.IsDead ? new TaskCompletionSource().Task : Task.CompletedTask;
    }
}
