using Microsoft.Data.Sqlite;

namespace Trading.Journal.Sqlite;

internal static class SqliteStatements
{
    /// <summary>A statement that is compiled once and run with changing values.</summary>
    public static SqliteCommand Statement(this SqliteConnection connection, string sql, params string[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    /// <summary>The same statement with its parameters' next values, in the order of their names.</summary>
    public static SqliteCommand With(this SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        return command;
    }
}
