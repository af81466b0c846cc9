using System.Data;
using System.Data.Common;
using Npgsql;
using Trading.Domain;
using Trading.Node.Projections.Postgres;
using Trading.Node.Projections.Sqlite;

namespace Trading.Node.Projections;

/// <summary>
/// The read side: what API, pages and CLI show of <c>monitoring</c>. Sees what the follower has committed; each question
/// has its own connection, so it may be asked from any thread.
/// </summary>
/// <param name="open">Opens a connection on which the tables are named <c>monitoring.*</c>.</param>
/// <param name="version">Of the tables, as this build makes them.</param>
public sealed class MonitoringStore(Func<DbConnection> open, string version)
{
    public static MonitoringStore Postgres(PostgresMonitoring monitoring) => new(monitoring.OpenReader, PostgresMonitoringSchema.Version);

    /// <summary>Of a schema that is there, or not: nothing is made or changed.</summary>
    public static MonitoringStore Postgres(NpgsqlDataSource source) => new(source.OpenConnection, PostgresMonitoringSchema.Version);

    public static MonitoringStore Sqlite(string path) => new(() => SqliteMonitoringSchema.OpenReader(path), SqliteMonitoringSchema.Version);

    /// <summary>A connection that reads, on which the tables are named <c>monitoring.*</c>; the caller's to dispose of.</summary>
    public DbConnection Connect() => open();

    /// <returns>Journal position of the last event whose rows are here; null: they are of another journal, or of another build.</returns>
    public long? FollowedTo(JournalId journal)
    {
        var meta = Ask("SELECT name, value FROM monitoring.meta", static row => (Name: row.Text("name")!, Value: row.Text("value")!))
            .ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        return meta.GetValueOrDefault("journal_id") == journal.Value && meta.GetValueOrDefault("schema") == version
            ? long.Parse(meta["position"], System.Globalization.CultureInfo.InvariantCulture)
            : null;
    }

    private const string Shown =
        "SELECT p.*, e.estimated_pnl, e.unpriced FROM monitoring.positions p LEFT JOIN monitoring.estimates e ON e.id=p.id";

    /// <param name="status">active or closed; null: both.</param>
    /// <returns>Newest first.</returns>
    public IReadOnlyList<PositionView> Positions(string? status, int max) => Ask(
        $"{Shown} WHERE @a IS NULL OR p.status=@a ORDER BY p.id DESC LIMIT @b", Position, status, max);

    /// <summary>The active position of the key, or its latest closed one; null when there never was one.</summary>
    public PositionView? Position(PositionKey key) => Ask(
        $"{Shown} WHERE p.exchange=@a AND p.symbol=@b AND p.position_side=@c ORDER BY p.status, p.id DESC LIMIT 1",
        Position, key.Account.Value, key.Symbol.Value, key.Hedge?.Text() ?? "both").FirstOrDefault();

    /// <summary>A position with its orders, trades and events; null when there never was one.</summary>
    public PositionHistory? History(PositionKey key) => Position(key) is { } position ? History(position) : null;

    public IReadOnlyList<WaveView> Waves(int max) => Ask(
        """
        SELECT w.*, (SELECT COUNT(*) FROM monitoring.signals s WHERE s.account=w.account AND s.wave=w.wave) AS signals
        FROM monitoring.waves w ORDER BY w.id DESC LIMIT @a
        """, Wave, max);

    /// <param name="wave">Null: of all waves.</param>
    public IReadOnlyList<SignalView> Signals(string? wave, int max) => Ask(
        "SELECT * FROM monitoring.signals WHERE @a IS NULL OR wave=@a ORDER BY id DESC LIMIT @b", Signal, wave, max);

    /// <summary>All that came under this id: one row per account and wave, newest first.</summary>
    public IReadOnlyList<SignalView> SignalsOf(string signalId) => Ask(
        "SELECT * FROM monitoring.signals WHERE signal_id=@a ORDER BY id DESC", Signal, signalId);

    /// <summary>Events after that id in their order: what a resumed event stream still has to send.</summary>
    public IReadOnlyList<EventView> Events(long afterId, int max) => Ask(
        "SELECT * FROM monitoring.events WHERE id>@a ORDER BY id LIMIT @b", Event, afterId, max);

    /// <summary>The newest events, in their order.</summary>
    public IReadOnlyList<EventView> LatestEvents(int max)
    {
        var found = Ask("SELECT * FROM monitoring.events ORDER BY id DESC LIMIT @a", Event, max);
        found.Reverse();
        return found;
    }

    /// <summary>Id of the newest event; 0 when there is none.</summary>
    public long LastEventId() => Ask("SELECT COALESCE(MAX(id), 0) AS id FROM monitoring.events", static row => row.Long("id"))[0];

    private PositionHistory History(PositionView position)
    {
        var id = position.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new PositionHistory(
            position,
            Ask("SELECT * FROM monitoring.orders WHERE position_id=@a ORDER BY id", Order, id),
            Ask("SELECT * FROM monitoring.trades WHERE position_id=@a ORDER BY id", Trade, id),
            Ask("SELECT * FROM monitoring.events WHERE position_id=@a ORDER BY id", Event, position.Id));
    }

    private List<T> Ask<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var connection = open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ($"@{(char)('a' + i)}", values[i] ?? DBNull.Value);
            if (values[i] is null) parameter.DbType = DbType.String; // PostgreSQL asks for the type of "IS NULL"
            command.Parameters.Add(parameter);
        }

        var found = new List<T>();
        using var rows = command.ExecuteReader();
        while (rows.Read()) found.Add(read(rows));
        return found;
    }

    private static PositionView Position(DbDataReader row) => new(
        row.Long("id"), row.Text("symbol")!, row.Text("exchange")!, row.Text("venue")!, row.Text("position_side")!,
        row.Text("side")!, row.Text("status")!, row.Text("state")!, row.Number("quantity")!.Value, row.Number("entry_price"),
        row.Number("exit_price"), row.Number("stop_price"), row.Text("trailing_state")!, row.Int("leverage"),
        row.Text("exchange_order_id"), row.Text("signal_id"), row.Text("wave"), row.Text("reason"), row.Text("closed_by"),
        row.Number("realized_pnl")!.Value, row.Number("gross_pnl")!.Value, row.Number("fees")!.Value,
        row.Number("funding")!.Value, row.Number("estimated_pnl") ?? 0, row.Text("unpriced"), row.Utc("opened_at")!.Value,
        row.Utc("closed_at"), row.Utc("created_at")!.Value, row.Utc("updated_at")!.Value);

    private static EventView Event(DbDataReader row) => new(
        row.Long("id"), row.Text("event_type")!, row.Text("severity")!, row.Text("account"), row.Text("exchange"),
        row.Text("symbol"), row.Text("signal_id"), row.LongOrNull("position_id"), row.Text("data")!, row.Text("trace_id"),
        row.Utc("created_at")!.Value);

    private static SignalView Signal(DbDataReader row) => new(
        row.Long("id"), row.Text("signal_id")!, row.Text("account")!, row.Text("exchange")!, row.Text("wave")!,
        row.Text("symbol")!, row.Text("side")!, row.Text("intent")!, row.Number("score"), row.Number("price"), row.Text("source")!,
        row.Text("status")!, row.Int("rank"), row.Text("outcome"), row.Text("reason"), row.Int("code"),
        row.Utc("signal_created_at"), row.Utc("received_at")!.Value, row.Utc("selected_at"), row.Utc("ended_at"));

    private static WaveView Wave(DbDataReader row) => new(
        row.Long("id"), row.Text("account")!, row.Text("exchange")!, row.Text("wave")!, row.Text("status")!, row.Text("why"),
        (int)row.Long("signals"), row.Int("max_trades"), row.Int("cut_size"), row.Int("opened"), row.Int("failed"),
        row.Int("denied"), row.Int("skipped"), row.Int("closed"), row.Utc("opened_at")!.Value, row.Utc("closes_at")!.Value, row.Utc("closed_at"),
        row.Utc("completed_at"));

    private static OrderView Order(DbDataReader row) => new(
        row.Long("id"), row.Text("position_id")!, row.Text("client_order_id")!, row.Text("exchange_order_id"),
        row.Text("purpose")!, row.Text("type")!, row.Text("side")!, row.Number("quantity")!.Value, row.Number("trigger_price"),
        row.Text("status")!, row.Number("filled")!.Value, row.Number("average_price"), row.Text("cause"), row.Int("code"),
        row.Text("why"), row.Utc("created_at")!.Value, row.Utc("updated_at")!.Value);

    private static TradeView Trade(DbDataReader row) => new(
        row.Long("id"), row.Text("position_id")!, row.Text("trade_id")!, row.Text("order_id")!, row.Text("side")!,
        row.Number("price")!.Value, row.Number("quantity")!.Value, row.Number("fee")!.Value, row.Text("fee_asset"),
        row.Number("fee_quote"), row.Int("fee_estimated") == 1, row.Number("realized_pnl")!.Value, row.Utc("executed_at")!.Value);
}
