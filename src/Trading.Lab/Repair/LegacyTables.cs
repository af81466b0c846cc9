using System.Globalization;
using Npgsql;

namespace Trading.Lab.Repair;

/// <summary>
/// Reads an existing bot's tables, of which only the columns of the reports are certain: others are asked for by name and
/// may be missing.
/// </summary>
internal static class LegacyTables
{
    private static readonly string[] ReasonColumns = ["reason", "exit_reason", "close_reason", "closed_reason"];

    /// <summary>Active rows by id, with the orders and trades that name them.</summary>
    public static async Task<List<BookedRow>> ActiveRows(NpgsqlConnection connection)
    {
        var beside = await Beside(connection);
        var orders = beside.Contains("monitoring.orders") ? "monitoring.orders" : "(SELECT NULL::text AS position_id) AS";
        var trades = beside.Contains("monitoring.trades") ? "monitoring.trades" : "(SELECT NULL::text AS position_id) AS";
        await using var command = new NpgsqlCommand(
            $"""
            SELECT p.id::bigint, p.symbol::text, p.exchange::text, COALESCE(to_jsonb(p)->>'side', ''), to_jsonb(p)->>'exchange_order_id',
                (SELECT COUNT(*) FROM {orders} o WHERE o.position_id::text=p.id::text),
                (SELECT COUNT(*) FROM {trades} t WHERE t.position_id::text=p.id::text),
                ARRAY(SELECT DISTINCT to_jsonb(o)->>'exchange_order_id' FROM {orders} o
                      WHERE o.position_id::text=p.id::text AND to_jsonb(o)->>'exchange_order_id' IS NOT NULL),
                to_jsonb(p)->>'quantity', to_jsonb(p)->>'entry_price'
            FROM monitoring.positions p WHERE p.status='active' ORDER BY p.id
            """, connection);
        await using var rows = await command.ExecuteReaderAsync();
        var active = new List<BookedRow>();
        while (await rows.ReadAsync())
        {
            var own = rows.IsDBNull(4) || rows.GetString(4).Length == 0 ? null : rows.GetString(4);
            var ids = rows.GetFieldValue<string[]>(7).ToHashSet(StringComparer.Ordinal);
            if (own is not null) ids.Add(own);
            active.Add(new BookedRow(
                rows.GetInt64(0), rows.GetString(1), rows.GetString(2), rows.GetString(3).ToLowerInvariant(), own,
                (int)rows.GetInt64(5), (int)rows.GetInt64(6), ids)
            {
                Quantity = rows.IsDBNull(8) ? null : rows.GetString(8), EntryPrice = rows.IsDBNull(9) ? null : rows.GetString(9),
            });
        }

        return active;
    }

    /// <summary>Which of orders and trades there are.</summary>
    public static async Task<List<string>> Beside(NpgsqlConnection connection)
    {
        var there = new List<string>();
        foreach (var table in new[] { "monitoring.orders", "monitoring.trades" })
            if (await Scalar(connection, "SELECT to_regclass($1)::text", table) is string) there.Add(table);
        return there;
    }

    /// <summary>Null where no column tells it.</summary>
    public static async Task<double?> SecondsSinceChange(NpgsqlConnection connection)
    {
        var columns = new List<string>();
        await using (var command = new NpgsqlCommand(
            """
            SELECT column_name, data_type FROM information_schema.columns
            WHERE table_schema='monitoring' AND table_name='positions' AND column_name IN ('created_at', 'updated_at')
                AND data_type LIKE 'timestamp%'
            """, connection))
        await using (var rows = await command.ExecuteReaderAsync())
            while (await rows.ReadAsync()) columns.Add(Seconds(rows.GetString(0), zoned: rows.GetString(1).EndsWith("with time zone", StringComparison.Ordinal)));

        if (columns.Count == 0) return null;
        var least = await Scalar(connection, $"SELECT LEAST({string.Join(", ", columns)}) FROM monitoring.positions");
        return least is DBNull or null ? null : Convert.ToDouble(least, CultureInfo.InvariantCulture);
    }

    /// <summary>The bot's word for why a position ended; null where it has none.</summary>
    public static async Task<string?> ReasonColumn(NpgsqlConnection connection) => await Scalar(
        connection,
        """
        SELECT column_name::text FROM information_schema.columns
        WHERE table_schema='monitoring' AND table_name='positions' AND column_name=ANY($1)
        ORDER BY array_position($1, column_name::text) LIMIT 1
        """, (object)ReasonColumns) as string;

    /// <summary>All but the id and what the database computes itself, quoted.</summary>
    public static async Task<List<string>> WritableColumns(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid='monitoring.positions'::regclass
                AND attnum > 0 AND NOT attisdropped AND attgenerated='' AND attname <> 'id' ORDER BY attnum
            """, connection);
        await using var rows = await command.ExecuteReaderAsync();
        var columns = new List<string>();
        while (await rows.ReadAsync()) columns.Add(rows.GetString(0));
        return columns;
    }

    /// <summary>Switches the table's own triggers off, for one that stamps updated_at would make an undo incomplete.</summary>
    public static async Task<QuietTriggers> WithoutTriggers(NpgsqlConnection connection)
    {
        var triggers = new List<string>();
        await using (var command = new NpgsqlCommand(
            """
            SELECT quote_ident(tgname) FROM pg_trigger
            WHERE tgrelid='monitoring.positions'::regclass AND NOT tgisinternal AND tgenabled='O'
            """, connection))
        await using (var rows = await command.ExecuteReaderAsync())
            while (await rows.ReadAsync()) triggers.Add(rows.GetString(0));

        foreach (var trigger in triggers) await Scalar(connection, $"ALTER TABLE monitoring.positions DISABLE TRIGGER {trigger}");
        return new QuietTriggers(connection, triggers);
    }

    /// <summary>A time without a zone may be UTC or the server's: the nearer one counts.</summary>
    private static string Seconds(string column, bool zoned) => zoned
        ? $"EXTRACT(EPOCH FROM clock_timestamp() - MAX({column}))"
        : $"LEAST(ABS(EXTRACT(EPOCH FROM clock_timestamp()::timestamp - MAX({column}))), "
          + $"ABS(EXTRACT(EPOCH FROM clock_timestamp() AT TIME ZONE 'UTC' - MAX({column}))))";

    private static async Task<object?> Scalar(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync();
    }
}

/// <summary>Triggers that are off until the end of the work; a rollback switches them on again by itself.</summary>
internal sealed class QuietTriggers(NpgsqlConnection connection, IReadOnlyList<string> triggers)
{
    public async Task Restore()
    {
        foreach (var trigger in triggers)
        {
            await using var command = new NpgsqlCommand($"ALTER TABLE monitoring.positions ENABLE TRIGGER {trigger}", connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
