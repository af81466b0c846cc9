using Microsoft.Data.Sqlite;
using Trading.Domain;
using Trading.Journal;
using Trading.Node.Projections;
using Trading.Node.Projections.Sqlite;

namespace Trading.Tests.Projections;

/// <summary>A monitoring.db in a directory of its own, and eyes on it.</summary>
internal sealed class MonitoringFixture : IDisposable
{
    public static readonly IReadOnlyDictionary<AccountId, Exchange> Venues =
        new Dictionary<AccountId, Exchange> { [AccountId.Parse("binance")] = Exchange.Binance };

    private static readonly string[] Tables = ["events", "positions", "orders", "trades", "estimates", "waves", "signals", "books"];
    private readonly string _folder = Directory.CreateTempSubdirectory("ta-monitoring-").FullName;

    public string File => Path.Combine(_folder, "monitoring.db");

    public List<string> Failures { get; } = [];

    public MonitoringStore Store => MonitoringStore.Sqlite(File);

    /// <summary>Opens the file, projects what the journal holds, closes it.</summary>
    public async Task<bool> Project(IJournal journal)
    {
        using var database = SqliteMonitoring.Open(File, journal.Id);
        return await new MonitoringFollower(journal, database, TimeProvider.System, Venues, Failures.Add).CatchUp();
    }

    /// <summary>All projected content, row by row.</summary>
    public string Dump() => string.Join('\n', Tables.SelectMany(table =>
        Query($"SELECT * FROM monitoring.{table} ORDER BY 1").Select(row => $"{table}: {string.Join(" | ", row)}")));

    /// <summary>A statement as an operator runs it: on a connection of his own, with the file attached.</summary>
    public List<object?[]> Query(string sql, params (string Name, object Value)[] values)
    {
        using var connection = new SqliteConnection("Data Source=:memory:;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"ATTACH DATABASE '{File}' AS monitoring";
        command.ExecuteNonQuery();
        command.CommandText = sql;
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        var rows = new List<object?[]>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add([.. row.Select(value => value is DBNull ? null : value)]);
        }

        return rows;
    }

    public void Delete()
    {
        foreach (var file in Directory.GetFiles(_folder, "monitoring.db*")) System.IO.File.Delete(file);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>A journal that ends earlier than it does.</summary>
internal sealed class JournalUpTo(IJournal journal, int events) : IJournal
{
    public JournalId Id => journal.Id;

    public Task<AppendResult> Append(AppendRequest request) => journal.Append(request);

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) =>
        journal.ReadStream(stream, afterVersion, max);

    public async Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max)
    {
        var last = (await journal.ReadAll(0, events))[^1].Position;
        return [.. (await journal.ReadAll(afterPosition, max)).Where(recorded => recorded.Position <= last)];
    }

    public Task<IReadOnlyList<string>> Streams(string prefix) => journal.Streams(prefix);

    public ValueTask DisposeAsync() => journal.DisposeAsync();
}
