using Microsoft.Data.Sqlite;
using Trading.Domain;

namespace Trading.Journal.Sqlite;

/// <summary>Opens connections to the journal's file; makes its tables the first time and checks them every other time.</summary>
internal static class SqliteSchema
{
    /// <summary>Raised when the tables change in a way that an older build must not write to.</summary>
    private const int Version = 1;
    private const long CheckedBytesMax = 64 << 20;

    private const string Tables = """
        CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE epochs(shard INTEGER PRIMARY KEY, epoch INTEGER NOT NULL);
        CREATE TABLE streams(name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE events(
            position INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, version INTEGER NOT NULL,
            epoch INTEGER NOT NULL, command_id TEXT NOT NULL, command_ix INTEGER NOT NULL, type TEXT NOT NULL,
            type_version INTEGER NOT NULL, json TEXT NOT NULL, written_utc TEXT NOT NULL,
            UNIQUE(stream, version), UNIQUE(stream, command_id, command_ix));
        INSERT INTO epochs(shard, epoch) VALUES(0, 0);
        """;

    static SqliteSchema() => SQLitePCL.Batteries_V2.Init();

    /// <summary>The one connection that writes; it is also the only one that moves the log into the file (checkpoints).</summary>
    public static SqliteConnection OpenWriter(string path)
    {
        var connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
        Run(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8000;");
        Run(connection, "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000;"); // savepoints spill to no file
        return connection;
    }

    public static SqliteConnection OpenReader(string path) => Connect(path, SqliteOpenMode.ReadOnly);

    /// <exception cref="JournalUnusableException">Not a journal, damaged, or written by a newer build.</exception>
    public static JournalId Prepare(string path, Func<JournalId> newId)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
            using var connection = OpenWriter(path);
            CheckPages(path, connection);
            var version = Convert.ToInt32(Scalar(connection, "PRAGMA user_version"));
            if (version > Version)
                throw new JournalUnusableException(
                    $"journal {path} has schema {version}, this build writes schema {Version}: start the newer build that made it");
            return version == 0 ? Make(path, connection, newId()) : Read(path, connection);
        }
        catch (SqliteException e)
        {
            throw Unusable(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalUnusableException($"journal {path} cannot be opened: {e.Message}", e);
        }
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static JournalUnusableException Unusable(string path, SqliteException e) => new(e.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_NOTADB => $"file {path} is not a SQLite database: name another data directory, or move the file away",
        SQLitePCL.raw.SQLITE_CORRUPT => $"journal {path} is damaged: restore it from a copy",
        _ => $"journal {path} cannot be opened: {e.Message.ReplaceLineEndings(" ")}",
    }, e);

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 5 };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    private static JournalId Make(string path, SqliteConnection connection, JournalId id)
    {
        if (Scalar(connection, "SELECT name FROM sqlite_master LIMIT 1") is string foreign)
            throw new JournalUnusableException(
                $"file {path} is a SQLite database but not a journal (it holds '{foreign}'): name another data directory");
        using var command = connection.CreateCommand(); // no transaction object: its rollback would hide why a full disk ended it
        command.CommandText = $"BEGIN; {Tables} INSERT INTO meta VALUES('journal_id', $id); PRAGMA user_version={Version}; COMMIT;";
        command.Parameters.AddWithValue("$id", id.Value);
        command.ExecuteNonQuery();
        return id;
    }

    private static JournalId Read(string path, SqliteConnection connection) =>
        Scalar(connection, "SELECT value FROM meta WHERE name='journal_id'") is string id
            ? new JournalId(id)
            : throw new JournalUnusableException($"journal {path} has lost its id: restore it from a copy");

    /// <summary>
    /// Damage is told at start and not when its page is first asked for; not in a large file, where it would take seconds.
    /// </summary>
    private static void CheckPages(string path, SqliteConnection connection)
    {
        if (new FileInfo(path).Length > CheckedBytesMax) return;
        if (Scalar(connection, "PRAGMA quick_check(1)") is string verdict && verdict != "ok")
            throw new JournalUnusableException($"journal {path} is damaged ({verdict.ReplaceLineEndings(" ")}): restore it from a copy");
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
