using System.Diagnostics;
using System.Globalization;
using Trading.Journal;
using Trading.Journal.Postgres;
using Trading.Journal.Sqlite;
using Trading.Lab.Databases;
using Trading.Lab.Rebuild;
using Trading.Node.Projections;
using Trading.Node.Projections.Postgres;
using Trading.Node.Projections.Sqlite;

namespace Trading.Benchmarks;

/// <summary>Projections of a long history, made once, dropped and made again, on both engines: time, and the hash of their content.</summary>
internal static class RebuildBenchmark
{
    private const long ShortEvents = 50_000;
    private const long LongEvents = 1_000_000;

    /// <param name="shortly">A twentieth of it, for a look at whether it works.</param>
    public static async Task Run(bool shortly)
    {
        SQLitePCL.Batteries_V2.Init();
        var events = shortly ? ShortEvents : LongEvents;
        var folder = Directory.CreateTempSubdirectory("trading-rebuild-").FullName;
        try
        {
            await Sqlite(folder, events);
            await Postgres(events);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Sqlite(string folder, long events)
    {
        var file = Path.Combine(folder, "journal.db");
        await SqliteImport.Run(file, new MadeUpHistory(events), static _ => { });
        await using var journal = SqliteJournal.Open(file, TimeProvider.System, Never);
        using var monitoring = SqliteMonitoring.Open(Path.Combine(folder, "monitoring.db"), journal.Id);
        await Measure("SQLite", journal, monitoring, MonitoringStore.Sqlite(Path.Combine(folder, "monitoring.db")));
    }

    private static async Task Postgres(long events)
    {
        if (ThrowAwayPostgres.Missing is { } missing)
        {
            Console.WriteLine($"PostgreSQL: not measured, {missing}");
            return;
        }

        await using var server = await ThrowAwayPostgres.Start();
        var database = await server.CreateDatabase();
        await PostgresImport.Run(database, new MadeUpHistory(events), static _ => { });
        await using var journal = await PostgresJournal.Open(database, TimeProvider.System, Never);
        using var monitoring = await PostgresMonitoring.Open(database, journal.Id);
        await Measure("PostgreSQL", journal, monitoring, MonitoringStore.Postgres(monitoring));
    }

    private static async Task Measure(string engine, IJournal journal, IMonitoringDatabase monitoring, MonitoringStore store)
    {
        var began = Stopwatch.GetTimestamp();
        var follower = new MonitoringFollower(journal, monitoring, TimeProvider.System, MadeUpHistory.Venues, Console.WriteLine);
        if (!await follower.CatchUp()) throw new InvalidOperationException($"{engine}: {follower.Failure} after {follower.Projected} events");
        var first = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var again = await new MonitoringRebuild(
            journal, monitoring, store, MadeUpHistory.Venues, TimeProvider.System, line => Console.WriteLine($"  {engine}: {line}")).Run(CancellationToken.None);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{engine}: {again.Events:N0} events projected in {first:0.0} s, again in {again.Seconds:0.0} s ({again.Events / again.Seconds:N0}/s), "
            + $"content {(again.Passed ? "identical" : "DIFFERENT")}, sha256 {again.After[..16]}"));
    }

    private static Domain.JournalId Never() => throw new InvalidOperationException("the journal is there");
}
