using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Trading.Lab.Replay;

/// <summary>The node's tables as an operator's SQL client sees them: a separate connection that only reads.</summary>
internal sealed class MonitoringReader(string file)
{
    /// <summary>Rows as text, values separated by bars, NULL as an empty value. Null: the tables do not exist yet.</summary>
    public IReadOnlyList<string>? Read(string sql)
    {
        if (!File.Exists(file)) return null;
        var name = new SqliteConnectionStringBuilder { DataSource = ":memory:", Pooling = false, DefaultTimeout = 5 };
        using var connection = new SqliteConnection(name.ToString());
        connection.Open();
        Run(connection, $"ATTACH DATABASE '{file.Replace("'", "''", StringComparison.Ordinal)}' AS monitoring");
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

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
