using System.Globalization;
using Trading.Domain;
using Trading.Journal;
using Trading.Node.Projections;

namespace Trading.Lab.Rebuild;

/// <param name="Events">Projected, from the first to the last of the journal.</param>
/// <param name="Before">SHA-256 of the rows that were dropped; null: they did not reach to the end of the journal.</param>
/// <param name="After">Of the rows that stand there now.</param>
public sealed record RebuildReport(string Journal, long Events, double Seconds, string? Before, string After)
{
    public bool Passed => Before is null || Before == After;
}

/// <summary>
/// Drops what was projected from a journal and projects it anew, with a node's own follower. The content must be what it
/// was: rows are a function of the journal alone.
/// </summary>
public sealed class MonitoringRebuild(
    IJournal journal, IMonitoringDatabase database, MonitoringStore store, IReadOnlyDictionary<AccountId, Exchange> venues,
    TimeProvider time, Action<string> told)
{
    private static readonly TimeSpan WordEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>A database that stalls for some seconds is tried again; one that lets nothing through so often is not.</summary>
    private const int FailuresInARow = 5;

    /// <exception cref="IOException">It stopped on the way; the line says why and where. What was not projected comes with the next run.</exception>
    public async Task<RebuildReport> Run(CancellationToken stop)
    {
        var end = await database.Position();
        var before = (await journal.ReadAll(end, 1)).Count == 0 ? Hash() : null;
        await database.Forget();
        var began = time.GetTimestamp();
        var follower = new MonitoringFollower(journal, database, time, venues, told);
        await FollowToTheEnd(follower, end, began, stop);
        return new RebuildReport(journal.Id.Tag, follower.Projected, time.GetElapsedTime(began).TotalSeconds, before, Hash());
    }

    private async Task FollowToTheEnd(MonitoringFollower follower, long end, long began, CancellationToken stop)
    {
        for (var failures = 0; ;)
        {
            var from = follower.Projected;
            if (await Follow(follower, end, began, stop)) return;
            failures = follower.Projected > from ? 1 : failures + 1;
            if (failures == FailuresInARow)
                throw new IOException($"stopped after {Number(follower.Projected)} events: {follower.Failure}");
            await Task.Delay(AfterFailure, time, stop);
        }
    }

    private async Task<bool> Follow(MonitoringFollower follower, long end, long began, CancellationToken stop)
    {
        var work = Task.Factory.StartNew( // SQLite answers at once and would leave no moment for a word
            () => follower.CatchUp(stop), CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).Unwrap();
        while (await Task.WhenAny(work, Task.Delay(WordEvery, time, CancellationToken.None)) != work) SayHowFar(follower, end, began);
        stop.ThrowIfCancellationRequested();
        return await work;
    }

    private void SayHowFar(MonitoringFollower follower, long end, long began)
    {
        var share = end > 0 && follower.Position is { } position
            ? string.Create(CultureInfo.InvariantCulture, $", {Math.Min(100, position * 100 / end)} %")
            : "";
        told($"{Number(follower.Projected)} events{share}, {Number((long)(follower.Projected / time.GetElapsedTime(began).TotalSeconds))}/s");
    }

    private string Hash()
    {
        using var connection = store.Connect();
        return MonitoringRows.Hash(connection);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
