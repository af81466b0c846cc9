using System.Text.Json;
using Microsoft.Data.Sqlite;
using Trading.Simulator.Matching;

namespace Trading.Simulator.Book;

/// <summary>The exchange's memory in a file of its own: an append-only log of accepted changes, each the new version
/// of one row. Durable after <see cref="Flush"/>.</summary>
public sealed class ExchangeBook : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand insert;
    private readonly List<(DateTime AtUtc, string Kind, string Row)> pending = [];

    private ExchangeBook(SqliteConnection connection)
    {
        this.connection = connection;
        insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO changes (at_utc, kind, row) VALUES ($at, $kind, $row)";
        foreach (var name in (string[])["$at", "$kind", "$row"]) insert.Parameters.Add(name, SqliteType.Text);
    }

    /// <summary>Opens or creates the file.</summary>
    public static ExchangeBook Open(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        var opened = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path, Pooling = false,
        }.ToString());
        opened.Open();
        using var command = opened.CreateCommand();
        command.CommandText = """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS changes (
                id INTEGER PRIMARY KEY, at_utc TEXT NOT NULL, kind TEXT NOT NULL, row TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY CHECK (id = 1), row TEXT NOT NULL);
            """;
        command.ExecuteNonQuery();
        return new ExchangeBook(opened);
    }

    public void Append(DateTime atUtc, object row) => pending.Add((atUtc, row.GetType().Name, Write(row)));

    /// <summary>Writes what is pending in one transaction; returns after it is on disk.</summary>
    public void Flush()
    {
        if (pending.Count == 0) return;
        Run("BEGIN");
        try
        {
            foreach (var (atUtc, kind, row) in pending)
            {
                insert.Parameters[0].Value = atUtc.ToString("O");
                insert.Parameters[1].Value = kind;
                insert.Parameters[2].Value = row;
                insert.ExecuteNonQuery();
            }

            Run("COMMIT");
        }
        catch (SqliteException)
        {
            // A full disk has ended the transaction already.
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0) Run("ROLLBACK");
            throw;
        }

        pending.Clear();
    }

    private void Run(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The one row that is replaced: a sign of life with the prices of that moment.</summary>
    public void KeepClock(ClockRow clock)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO clock (id, row) VALUES (1, $row)";
        command.Parameters.AddWithValue("$row", Write(clock));
        command.ExecuteNonQuery();
    }

    /// <returns>The last sign of life; null in a new book.</returns>
    public ClockRow? ReadClock()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT row FROM clock";
        return command.ExecuteScalar() is string row ? JsonSerializer.Deserialize(row, BookJson.Default.ClockRow) : null;
    }

    /// <summary>Every change, oldest first.</summary>
    public IEnumerable<(DateTime AtUtc, object Row)> Read()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT at_utc, kind, row FROM changes ORDER BY id";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var atUtc = DateTime.Parse(reader.GetString(0), null, System.Globalization.DateTimeStyles.RoundtripKind);
            yield return (atUtc, Parse(reader.GetString(1), reader.GetString(2)));
        }
    }

    public void Dispose()
    {
        try
        {
            Flush();
        }
        finally
        {
            insert.Dispose();
            connection.Dispose();
        }
    }

    private static string Write(object row) => JsonSerializer.Serialize(row, row.GetType(), BookJson.Default);

    private static object Parse(string kind, string json) => (kind switch
    {
        nameof(AccountRow) => JsonSerializer.Deserialize(json, BookJson.Default.AccountRow) as object,
        nameof(SettingRow) => JsonSerializer.Deserialize(json, BookJson.Default.SettingRow),
        nameof(Order) => JsonSerializer.Deserialize(json, BookJson.Default.Order),
        nameof(StopOrder) => JsonSerializer.Deserialize(json, BookJson.Default.StopOrder),
        nameof(Trade) => JsonSerializer.Deserialize(json, BookJson.Default.Trade),
        nameof(Income) => JsonSerializer.Deserialize(json, BookJson.Default.Income),
        nameof(Position) => JsonSerializer.Deserialize(json, BookJson.Default.Position),
        _ => throw new InvalidDataException($"exchange.db holds a change of unknown kind '{kind}'"),
    }) ?? throw new InvalidDataException($"exchange.db holds an empty change of kind '{kind}'");
}
