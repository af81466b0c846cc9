using Microsoft.Data.Sqlite;
using Npgsql;
using Trading.Journal;
using Trading.Journal.Postgres;
using Trading.Node.Configuration;

namespace Trading.Node;

/// <summary>
/// A journal is begun only where nothing tells of an older one: it would know nothing of what that one holds at the exchange,
/// and the tables that follow it would be dropped for being another's.
/// </summary>
internal static class NewJournal
{
    /// <summary>What SQLite finds beside a file without a page it throws away: to be asked before that is opened, too.</summary>
    /// <exception cref="JournalUnusableException">One line for the operator.</exception>
    public static void RefuseBesideOthers(DataFolder data)
    {
        var log = $"{data.JournalFile}-wal";
        Refuse(data.JournalFile, [IsEmpty(log) ? null : log, Filled(data.MonitoringFile, "events"), Filled(data.ExchangeFile, "changes")]);
    }

    /// <exception cref="JournalUnusableException">One line for the operator.</exception>
    public static void RefuseBesideOthers(DataFolder data, PostgresSettings database)
    {
        if (Filled(data.JournalFile, "events") is { } older)
            throw new JournalUnusableException(
                $"the journal in PostgreSQL {database} is empty, and {older} is not: copy it there (trading journal copy), or move it away to begin a new one");
        Refuse($"the journal in PostgreSQL {database}", [HasTables(database) ? "its schema monitoring" : null, Filled(data.ExchangeFile, "changes")]);
    }

    public static bool IsEmpty(string file) => !File.Exists(file) || new FileInfo(file).Length == 0;

    private static void Refuse(string journal, IEnumerable<string?> others)
    {
        if (string.Join(" and ", others.OfType<string>()) is { Length: > 0 } filled)
            throw new JournalUnusableException(
                $"{journal} is missing or empty, and not so {filled}: restore the journal from a copy, a file with its -wal; "
                + "to begin a new one, name another folder (--data) or database, or move the others away");
    }

    /// <returns>The file, also where it cannot be read: nobody knows then what it holds. Null: there are no rows in it.</returns>
    private static string? Filled(string file, string table)
    {
        if (IsEmpty(file)) return null;
        try
        {
            using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT 1 FROM {table} LIMIT 1";
            return command.ExecuteScalar() is null ? null : file;
        }
        catch (SqliteException e)
        {
            return e.SqliteErrorCode is SQLitePCL.raw.SQLITE_ERROR ? null : file; // "no such table"
        }
    }

    private static bool HasTables(PostgresSettings database)
    {
        using var source = PostgresConnections.Open(database.ConnectionString, "trading");
        using var connection = source.OpenConnection();
        using var made = new NpgsqlCommand("SELECT to_regclass('monitoring.events') IS NOT NULL", connection);
        if (made.ExecuteScalar() is not true) return false;
        using var rows = new NpgsqlCommand("SELECT 1 FROM monitoring.events LIMIT 1", connection);
        return rows.ExecuteScalar() is not null;
    }
}
