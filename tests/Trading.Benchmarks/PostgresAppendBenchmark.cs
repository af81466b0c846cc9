using System.Diagnostics;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Trading.Domain;
using Trading.Journal;
using Trading.Journal.Postgres;
using Trading.Lab.Databases;

namespace Trading.Benchmarks;

/// <summary>
/// Durable appends of 1, 32 and 200 actors on the PostgreSQL journal, and of 200 actors on three nodes, against bare
/// single-row INSERTs of 1 and 32 connections into a table with the same columns and indexes on the same server.
/// </summary>
internal static class PostgresAppendBenchmark
{
    private const int NodesOfCluster = 3;
    private const double BudgetOf200 = 3, BudgetOf32 = 0.9;
    private static readonly (int Nodes, int Actors, int Each)[] Ours = [(1, 1, 800), (1, 32, 200), (1, 200, 64), (NodesOfCluster, 200, 64)];
    private static readonly (int Connections, int Each)[] Bare = [(1, 800), (32, 200)];

    /// <param name="shortly">An eighth of the appends.</param>
    /// <returns>Gross breaches.</returns>
    public static async Task<IEnumerable<string>> Run(bool shortly)
    {
        if (ThrowAwayPostgres.Missing is { } missing)
        {
            Console.WriteLine($"PostgreSQL: not measured, {missing}");
            return [];
        }

        await using var server = await ThrowAwayPostgres.Start("max_connections=200");
        var database = await server.CreateDatabase();
        var journals = new List<IJournal>();
        for (var i = 0; i < NodesOfCluster; i++) journals.Add(await PostgresJournal.Open(database, TimeProvider.System, static () => new JournalId("benchmark")));
        await using var source = NpgsqlDataSource.Create($"{database};MaxPoolSize=64;MaxAutoPrepare=5;AutoPrepareMinUsages=1");
        await Execute(source, "CREATE TABLE bare (LIKE ta_journal INCLUDING ALL)");

        var (bare, ours) = (Bare.Select(_ => new Rounds()).ToList(), Ours.Select(_ => new Rounds()).ToList());
        for (var round = 0; round < Rounds.Count; round++)
        {
            for (var i = 0; i < Bare.Length; i++) bare[i].Add(await Insert(source, $"b{round}-{i}", Bare[i].Connections, Part(Bare[i].Each)));
            for (var i = 0; i < Ours.Length; i++)
                ours[i].Add(await AppendBenchmark.Append([.. journals.Take(Ours[i].Nodes)], $"r{round}-{i}", Ours[i].Actors, Part(Ours[i].Each)));
        }

        foreach (var journal in journals) await journal.DisposeAsync();
        Show(bare, ours);
        return
        [
            .. Rounds.Gross("PostgreSQL, 32 actors", ours[1].Median / bare[1].Median, BudgetOf32),
            .. Rounds.Gross("PostgreSQL, 200 actors", ours[2].Median / bare[1].Median, BudgetOf200),
        ];

        int Part(int each) => shortly ? each / 8 : each;
    }

    private static void Show(IReadOnlyList<Rounds> bare, IReadOnlyList<Rounds> ours)
    {
        for (var i = 0; i < Bare.Length; i++)
            Console.WriteLine($"PostgreSQL, bare INSERTs, {Bare[i].Connections,2} connections, rows/s  {bare[i]}");
        for (var i = 0; i < Ours.Length; i++)
        {
            var against = bare[Ours[i].Actors == 1 ? 0 : 1];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"PostgreSQL journal, {Ours[i].Actors,3} actors, {Ours[i].Nodes} node(s), events/s  {ours[i]}, ratio {ours[i].Median / against.Median:0.00}"));
        }
    }

    private static async Task<double> Insert(NpgsqlDataSource source, string prefix, int connections, int each)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async writer =>
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var insert = new NpgsqlCommand(
                """
                INSERT INTO bare(shard_id, stream, version, epoch, command_id, command_ix, type, type_version, json, written_at)
                VALUES(1, $1, $2, 1, $3, 0, 'Benchmark', 1, $4, clock_timestamp())
                """, connection);
            var (stream, version, command) = (new NpgsqlParameter<string> { TypedValue = $"position/{prefix}/{writer}" }, new NpgsqlParameter<long>(), new NpgsqlParameter<string>());
            NpgsqlParameter[] all = [stream, version, command, new() { NpgsqlDbType = NpgsqlDbType.Json, Value = AppendBenchmark.Json }];
            foreach (var parameter in all) insert.Parameters.Add(parameter);
            for (var i = 0; i < each; i++)
            {
                (version.TypedValue, command.TypedValue) = (i + 1, $"c-{i}");
                await insert.ExecuteNonQueryAsync();
            }
        }));
        return connections * each / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
