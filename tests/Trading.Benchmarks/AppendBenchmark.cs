using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Trading.Domain;
using Trading.Journal;
using Trading.Journal.Sqlite;

namespace Trading.Benchmarks;

/// <summary>
/// Durable appends of 1, 32 and 200 actors on the SQLite journal, against a bare loop of 64-row transactions (WAL,
/// synchronous FULL) on a table with the same two unique indexes.
/// </summary>
internal static class AppendBenchmark
{
    private const int Events = 12_800;
    private const double BudgetOf200 = 0.6;
    private static readonly int[] Actors = [1, 32, 200];

    public static readonly byte[] Json = [.. Enumerable.Repeat((byte)'1', 200)];

    /// <param name="shortly">An eighth of the appends.</param>
    /// <returns>Gross breaches.</returns>
    public static async Task<IEnumerable<string>> Run(bool shortly)
    {
        SQLitePCL.Batteries_V2.Init();
        var folder = Directory.CreateTempSubdirectory("trading-benchmark-").FullName;
        var events = shortly ? Events / 8 : Events;
        try
        {
            var bare = new Rounds();
            var ours = Actors.ToDictionary(count => count, _ => new Rounds());
            for (var round = 0; round < Rounds.Count; round++)
            {
                bare.Add(Bare(Path.Combine(folder, $"bare-{round}.db"), events));
                foreach (var count in Actors) ours[count].Add(await Ours(Path.Combine(folder, $"ours-{round}-{count}.db"), count, events));
            }

            Console.WriteLine($"SQLite, bare 64-row transactions, rows/s      {bare}");
            foreach (var count in Actors)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"SQLite journal, {count,3} actors, events/s         {ours[count]}, ratio {ours[count].Median / bare.Median:0.00}"));
            return Rounds.Gross("SQLite, 200 actors", ours[200].Median / bare.Median, BudgetOf200);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Every actor appends one event at a time to a stream of its own, the next when the last is durable.</summary>
    /// <returns>Events per second.</returns>
    public static async Task<double> Append(IReadOnlyList<IJournal> journals, string prefix, int actors, int each)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, actors).Select(async actor =>
        {
            for (var i = 0; i < each; i++)
            {
                var result = await journals[actor % journals.Count].Append(
                    new AppendRequest($"position/{prefix}/{actor}", i, $"c-{i}", 1, [new NewEvent("Benchmark", 1, Json)]));
                if (result is not AppendResult.Appended) throw new InvalidOperationException($"{result}");
            }
        }));
        return each * actors / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<double> Ours(string path, int actors, int events)
    {
        await using var journal = SqliteJournal.Open(path, TimeProvider.System, static () => new JournalId("benchmark"));
        return await Append([journal], "benchmark", actors, actors == 1 ? events / 16 : events / actors);
    }

    private static double Bare(string path, int events)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE e(position INTEGER PRIMARY KEY AUTOINCREMENT, "
            + "stream TEXT, version INTEGER, command TEXT, ix INTEGER, json BLOB, UNIQUE(stream, version), UNIQUE(stream, command, ix))");
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO e(stream, version, command, ix, json) VALUES ($s, $v, $c, 0, $j)";
        var (stream, version, command) = (insert.Parameters.Add("$s", SqliteType.Text), insert.Parameters.Add("$v", SqliteType.Integer), insert.Parameters.Add("$c", SqliteType.Text));
        insert.Parameters.AddWithValue("$j", Json);
        var began = Stopwatch.GetTimestamp();
        for (var row = 0; row < events; row += 64)
        {
            using var transaction = connection.BeginTransaction();
            insert.Transaction = transaction;
            for (var i = row; i < Math.Min(events, row + 64); i++)
            {
                (stream.Value, version.Value, command.Value) = ($"position/benchmark/{i % 200}", i / 200, $"c-{i}");
                insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        return events / Stopwatch.GetElapsedTime(began).TotalSeconds;

        void Execute(string sql)
        {
            using var statement = connection.CreateCommand();
            statement.CommandText = sql;
            statement.ExecuteNonQuery();
        }
    }
}
