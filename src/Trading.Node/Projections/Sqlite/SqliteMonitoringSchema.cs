using Microsoft.Data.Sqlite;
using Trading.Domain;

namespace Trading.Node.Projections.Sqlite;

/// <summary>
/// The tables of <c>data/monitoring.db</c>. All that follows from the journal is dropped and projected anew when it is of
/// another schema or of another journal; <c>dead_letters</c> and <c>repair_log</c> follow from nothing and stay.
/// </summary>
internal static class SqliteMonitoringSchema
{
    /// <summary>To be raised with every change of the tables or of what the folds write into them.</summary>
    public const string Version = "2";

    private const string Kept = """
        CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS dead_letters(
            id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL,
            reason TEXT NOT NULL, created_at TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS repair_log(
            id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, action TEXT NOT NULL, table_name TEXT NOT NULL,
            row_id INTEGER NOT NULL, row_data TEXT NOT NULL, why TEXT NOT NULL, created_at TEXT NOT NULL, undone_at TEXT);
        """;

    private const string Projected = """
        CREATE TABLE events(
            id INTEGER PRIMARY KEY, event_type TEXT NOT NULL, severity TEXT NOT NULL, account TEXT, exchange TEXT, symbol TEXT,
            signal_id TEXT, position_id INTEGER, data TEXT NOT NULL, trace_id TEXT, created_at TEXT NOT NULL);
        CREATE INDEX events_type ON events(event_type, created_at);
        CREATE INDEX events_position ON events(position_id);
        CREATE INDEX events_signal ON events(signal_id);
        CREATE TABLE positions(
            id INTEGER PRIMARY KEY, symbol TEXT NOT NULL, exchange TEXT NOT NULL, venue TEXT NOT NULL,
            position_side TEXT NOT NULL, side TEXT NOT NULL, status TEXT NOT NULL, state TEXT NOT NULL, quantity TEXT NOT NULL,
            entry_price TEXT, exit_price TEXT, stop_price TEXT, trailing_state TEXT NOT NULL, leverage INTEGER,
            exchange_order_id TEXT, signal_id TEXT, wave TEXT, reason TEXT, closed_by TEXT, realized_pnl TEXT NOT NULL,
            gross_pnl TEXT NOT NULL, fees TEXT NOT NULL, funding TEXT NOT NULL, opened_at TEXT NOT NULL, closed_at TEXT,
            created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
        CREATE UNIQUE INDEX positions_active ON positions(exchange, symbol, position_side) WHERE status='active';
        CREATE INDEX positions_status ON positions(status, opened_at);
        CREATE TABLE orders(
            id INTEGER PRIMARY KEY, position_id TEXT NOT NULL, client_order_id TEXT NOT NULL UNIQUE, exchange_order_id TEXT,
            purpose TEXT NOT NULL, type TEXT NOT NULL, side TEXT NOT NULL, quantity TEXT NOT NULL, trigger_price TEXT,
            status TEXT NOT NULL, filled TEXT NOT NULL, average_price TEXT, cause TEXT, code INTEGER, why TEXT,
            created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
        CREATE INDEX orders_position ON orders(position_id);
        CREATE TABLE trades(
            id INTEGER PRIMARY KEY, position_id TEXT NOT NULL, trade_id TEXT NOT NULL, order_id TEXT NOT NULL,
            client_order_id TEXT, side TEXT NOT NULL, price TEXT NOT NULL, quantity TEXT NOT NULL, fee TEXT NOT NULL,
            fee_asset TEXT, realized_pnl TEXT NOT NULL, executed_at TEXT NOT NULL, created_at TEXT NOT NULL,
            fee_quote TEXT, fee_estimated INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX trades_position ON trades(position_id);
        CREATE TABLE estimates(id INTEGER PRIMARY KEY, estimated_pnl TEXT NOT NULL, unpriced TEXT, updated_at TEXT NOT NULL);
        CREATE TABLE waves(
            id INTEGER PRIMARY KEY, account TEXT NOT NULL, exchange TEXT NOT NULL, wave TEXT NOT NULL, status TEXT NOT NULL,
            why TEXT, max_trades INTEGER, cut_size INTEGER, opened INTEGER, failed INTEGER, denied INTEGER, skipped INTEGER, closed INTEGER,
            opened_at TEXT NOT NULL, closes_at TEXT NOT NULL, closed_at TEXT, completed_at TEXT, created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL, UNIQUE(account, wave));
        CREATE TABLE signals(
            id INTEGER PRIMARY KEY, signal_id TEXT NOT NULL, account TEXT NOT NULL, exchange TEXT NOT NULL, wave TEXT NOT NULL,
            symbol TEXT NOT NULL, side TEXT NOT NULL, intent TEXT NOT NULL, score TEXT, price TEXT, source TEXT NOT NULL, status TEXT NOT NULL,
            rank INTEGER, outcome TEXT, reason TEXT, code INTEGER, signal_created_at TEXT, received_at TEXT NOT NULL,
            selected_at TEXT, ended_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
            UNIQUE(account, wave, signal_id));
        CREATE INDEX signals_id ON signals(signal_id);
        CREATE TABLE books(stream TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
        """;

    private static readonly string[] ProjectedTables =
        ["events", "positions", "orders", "trades", "estimates", "waves", "signals", "books"];

    static SqliteMonitoringSchema() => SQLitePCL.Batteries_V2.Init();

    /// <summary>
    /// Opens the file and makes what is missing. Rows survive a crash of the process; a power failure may cost the newest,
    /// which are projected again.
    /// </summary>
    public static SqliteConnection OpenWriter(string path, JournalId journal)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        var text = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();
            Run(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
            Run(connection, Kept);
            if (Meta(connection, "schema") != Version || Meta(connection, "journal_id") != journal.Value)
                Begin(connection, journal);
            return connection;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection that reads <c>monitoring.positions</c> and the like, and can change nothing.</summary>
    public static SqliteConnection OpenReader(string path)
    {
        var connection = new SqliteConnection("Data Source=file::memory:;Pooling=False;Default Timeout=5");
        try
        {
            connection.Open();
            var file = new UriBuilder { Scheme = "file", Host = "", Path = Path.GetFullPath(path), Query = "mode=ro" }.Uri;
            using var attach = connection.CreateCommand();
            attach.CommandText = "ATTACH DATABASE $file AS monitoring";
            attach.Parameters.AddWithValue("$file", file.AbsoluteUri);
            attach.ExecuteNonQuery();
            return connection;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes the projected tables anew, for that journal.</summary>
    public static void Begin(SqliteConnection connection, JournalId journal)
    {
        Run(connection, "BEGIN IMMEDIATE");
        try
        {
            foreach (var table in ProjectedTables) Run(connection, $"DROP TABLE IF EXISTS {table}");
            Run(connection, Projected);
            using var meta = connection.CreateCommand();
            meta.CommandText = "INSERT OR REPLACE INTO meta VALUES('schema', $schema), ('journal_id', $journal), ('position', '0')";
            meta.Parameters.AddWithValue("$schema", Version);
            meta.Parameters.AddWithValue("$journal", journal.Value);
            meta.ExecuteNonQuery();
            Run(connection, "COMMIT");
        }
        catch (SqliteException)
        {
            RollBack(connection);
            throw;
        }
    }

    /// <summary>A full disk has ended the transaction already.</summary>
    public static void RollBack(SqliteConnection connection)
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0) Run(connection, "ROLLBACK");
    }

    private static string? Meta(SqliteConnection connection, string name)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM meta WHERE name=$name";
        command.Parameters.AddWithValue("$name", name);
        return (string?)command.ExecuteScalar();
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
