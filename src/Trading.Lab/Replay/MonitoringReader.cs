using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Trading.Lab.Replay;

/// <summary>The node's tables as an operator's SQL client sees them: a connection of its own that only reads.</summary>
internal interface IMonitoringReader
{
    /// <summary>The tables hold all that is in the journal now. Without that, "no such row" would mean nothing.</summary>
    bool HasCaughtUp { get; }

    /// <summary>Rows as text, values separated by bars, NULL as an empty value. Null: the tables do not exist yet.</summary>
    /// <param name="sql">As for SQLite; a reader of another engine translates the few words that differ.</param>
    IReadOnlyList<string>? Read(string sql);
}

/// <summary>The two files of a data folder.</summary>
internal sealed class SqliteMonitoringReader(string dataFolder) : IMonitoringReader
{
    private readonly string _tables = Path.Combine(dataFolder, "monitoring.db");
    private readonly string _journal = Path.Combine(dataFolder, "journal.db");

    public bool HasCaughtUp => File.Exists(_tables) && File.Exists(_journal) && Read(
        """
        SELECT (SELECT CAST(value AS INTEGER) FROM monitoring.meta WHERE name = 'position')
            >= (SELECT COALESCE(MAX(position), 0) FROM journal.events)
        """) is ["1"];

    public IReadOnlyList<string>? Read(string sql)
    {
        if (!File.Exists(_tables)) return null;
        var name = new SqliteConnectionStringBuilder { DataSource = ":memory:", Pooling = false, DefaultTimeout = 5 };
        using var connection = new SqliteConnection(name.ToString());
        connection.Open();
        Attach(connection, _tables, "monitoring");
        Attach(connection, _journal, "journal");
        Run(connection, "PRAGMA query_only = 1");
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        var rows = new List<string>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))));
        return rows;
    }

    private static string Text(object value) => value is DBNull ? "" : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static void Attach(SqliteConnection connection, string file, string name) =>
        Run(connection, $"ATTACH DATABASE '{file.Replace("'", "''", StringComparison.Ordinal)}' AS {name}");

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
