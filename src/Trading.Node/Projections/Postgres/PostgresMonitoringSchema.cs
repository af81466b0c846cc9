using Npgsql;
using NpgsqlTypes;
using Trading.Domain;
using Trading.Journal;

namespace Trading.Node.Projections.Postgres;

/// <summary>
/// The schema <c>monitoring</c>. All that follows from the journal is dropped and projected anew when it is of another
/// version or of another journal; <c>dead_letters</c> and <c>repair_log</c> follow from nothing and stay.
/// </summary>
internal static class PostgresMonitoringSchema
{
    /// <summary>To be raised with every change of the tables or of what the folds write into them.</summary>
    public const string Version = "2";

    /// <summary>Held while tables are made, so that nodes that start together wait for each other.</summary>
    private const long SchemaLock = 0x7461_6d6f_6e69;

    private const string Kept = """
        CREATE SCHEMA IF NOT EXISTS monitoring;
        CREATE TABLE IF NOT EXISTS monitoring.meta(name text PRIMARY KEY, value text NOT NULL);
        CREATE TABLE IF NOT EXISTS monitoring.dead_letters(
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, source text NOT NULL, kind text NOT NULL, payload text NOT NULL,
            reason text NOT NULL, created_at timestamptz NOT NULL);
        CREATE TABLE IF NOT EXISTS monitoring.repair_log(
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run_id text NOT NULL, action text NOT NULL,
            table_name text NOT NULL, row_id bigint NOT NULL, row_data text NOT NULL, why text NOT NULL,
            created_at timestamptz NOT NULL, undone_at timestamptz);
        """;

    private const string Projected = """
        CREATE TABLE monitoring.events(
            id bigint PRIMARY KEY, event_type text NOT NULL, severity text NOT NULL, account text, exchange text, symbol text,
            signal_id text, position_id bigint, data json NOT NULL, trace_id text, created_at timestamptz NOT NULL);
        CREATE INDEX events_type ON monitoring.events(event_type, created_at);
        CREATE INDEX events_position ON monitoring.events(position_id);
        CREATE INDEX events_signal ON monitoring.events(signal_id);
        CREATE TABLE monitoring.positions(
            id bigint PRIMARY KEY, symbol text NOT NULL, exchange text NOT NULL, venue text NOT NULL,
            position_side text NOT NULL, side text NOT NULL, status text NOT NULL, state text NOT NULL,
            quantity numeric NOT NULL, entry_price numeric, exit_price numeric, stop_price numeric, trailing_state text NOT NULL,
            leverage int, exchange_order_id text, signal_id text, wave text, reason text, closed_by text,
            realized_pnl numeric NOT NULL, gross_pnl numeric NOT NULL, fees numeric NOT NULL, funding numeric NOT NULL,
            opened_at timestamptz NOT NULL, closed_at timestamptz, created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL);
        CREATE UNIQUE INDEX positions_active ON monitoring.positions(exchange, symbol, position_side) WHERE status='active';
        CREATE INDEX positions_status ON monitoring.positions(status, opened_at);
        CREATE TABLE monitoring.orders(
            id bigint PRIMARY KEY, position_id text NOT NULL, client_order_id text NOT NULL UNIQUE, exchange_order_id text,
            purpose text NOT NULL, type text NOT NULL, side text NOT NULL, quantity numeric NOT NULL, trigger_price numeric,
            status text NOT NULL, filled numeric NOT NULL, average_price numeric, cause text, code int, why text,
            created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
        CREATE INDEX orders_position ON monitoring.orders(position_id);
        CREATE TABLE monitoring.trades(
            id bigint PRIMARY KEY, position_id text NOT NULL, trade_id text NOT NULL, order_id text NOT NULL,
            client_order_id text, side text NOT NULL, price numeric NOT NULL, quantity numeric NOT NULL, fee numeric NOT NULL,
            fee_asset text, realized_pnl numeric NOT NULL, executed_at timestamptz NOT NULL, created_at timestamptz NOT NULL,
            fee_quote numeric, fee_estimated int NOT NULL DEFAULT 0);
        CREATE INDEX trades_position ON monitoring.trades(position_id);
        CREATE TABLE monitoring.estimates(id bigint PRIMARY KEY, estimated_pnl numeric NOT NULL, unpriced text, updated_at timestamptz NOT NULL);
        CREATE TABLE monitoring.waves(
            id bigint PRIMARY KEY, account text NOT NULL, exchange text NOT NULL, wave text NOT NULL, status text NOT NULL,
            why text, max_trades int, cut_size int, opened int, failed int, denied int, skipped int, closed int,
            opened_at timestamptz NOT NULL, closes_at timestamptz NOT NULL, closed_at timestamptz, completed_at timestamptz,
            created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, UNIQUE(account, wave));
        CREATE TABLE monitoring.signals(
            id bigint PRIMARY KEY, signal_id text NOT NULL, account text NOT NULL, exchange text NOT NULL, wave text NOT NULL,
            symbol text NOT NULL, side text NOT NULL, intent text NOT NULL, score numeric, price numeric, source text NOT NULL, status text NOT NULL,
            rank int, outcome text, reason text, code int, signal_created_at timestamptz, received_at timestamptz NOT NULL,
            selected_at timestamptz, ended_at timestamptz, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
            UNIQUE(account, wave, signal_id));
        CREATE INDEX signals_id ON monitoring.signals(signal_id);
        CREATE TABLE monitoring.books(stream text PRIMARY KEY, json text NOT NULL);
        """;

    private static readonly string[] ProjectedTables =
        ["events", "positions", "orders", "trades", "estimates", "waves", "signals", "books"];

    /// <summary>Makes what is missing and tells the type of every column, as <c>table.column</c>.</summary>
    /// <exception cref="JournalUnusableException">The schema belongs to another program, whose tables are left alone.</exception>
    public static async Task<IReadOnlyDictionary<string, NpgsqlDbType>> Prepare(NpgsqlDataSource source, JournalId journal)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Run(connection, $"SET LOCAL statement_timeout='600s'; SELECT pg_advisory_xact_lock({SchemaLock})");
        await RefuseForeign(connection);
        await Run(connection, Kept);
        if (await Meta(connection, "schema") != Version || await Meta(connection, "journal_id") != journal.Value)
            await Begin(connection, journal);
        var types = await Types(connection);
        await transaction.CommitAsync();
        return types;
    }

    /// <summary>Makes the projected tables anew, for that journal.</summary>
    public static async Task MakeAnew(NpgsqlDataSource source, JournalId journal)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Run(connection, $"SET LOCAL statement_timeout='600s'; SELECT pg_advisory_xact_lock({SchemaLock})");
        await Begin(connection, journal);
        await transaction.CommitAsync();
    }

    private static async Task RefuseForeign(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT string_agg(table_name, ', ' ORDER BY table_name) FROM information_schema.tables WHERE table_schema='monitoring'
            HAVING COUNT(*) FILTER (WHERE table_name='meta') = 0
            """, connection);
        if (await command.ExecuteScalarAsync() is string tables)
            throw new JournalUnusableException(
                $"database {connection.Database}: its schema monitoring belongs to another program ({tables}); name another database");
    }

    private static async Task Begin(NpgsqlConnection connection, JournalId journal)
    {
        foreach (var table in ProjectedTables) await Run(connection, $"DROP TABLE IF EXISTS monitoring.{table}");
        await Run(connection, Projected);
        await using var meta = new NpgsqlCommand(
            """
            INSERT INTO monitoring.meta VALUES('schema', $1), ('journal_id', $2), ('position', '0')
            ON CONFLICT(name) DO UPDATE SET value=excluded.value
            """, connection);
        meta.Parameters.Add(new NpgsqlParameter { Value = Version });
        meta.Parameters.Add(new NpgsqlParameter { Value = journal.Value });
        await meta.ExecuteNonQueryAsync();
    }

    private static async Task<Dictionary<string, NpgsqlDbType>> Types(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema='monitoring'", connection);
        await using var rows = await command.ExecuteReaderAsync();
        var types = new Dictionary<string, NpgsqlDbType>(StringComparer.Ordinal);
        while (await rows.ReadAsync())
            types.Add($"{rows.GetString(0)}.{rows.GetString(1)}", rows.GetString(2) switch
            {
                "bigint" => NpgsqlDbType.Bigint,
                "integer" => NpgsqlDbType.Integer,
                "numeric" => NpgsqlDbType.Numeric,
                "timestamp with time zone" => NpgsqlDbType.TimestampTz,
                "json" => NpgsqlDbType.Json,
                _ => NpgsqlDbType.Text,
            });
        return types;
    }

    private static async Task<string?> Meta(NpgsqlConnection connection, string name)
    {
        await using var command = new NpgsqlCommand("SELECT value FROM monitoring.meta WHERE name=$1", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = name });
        return (string?)await command.ExecuteScalarAsync();
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
