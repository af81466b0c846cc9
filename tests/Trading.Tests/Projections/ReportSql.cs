namespace Trading.Tests.Projections;

/// <summary>The six read statements of the reports of 2025-10-17, as they were written for PostgreSQL.</summary>
internal static class ReportSql
{
    public const string FailuresOfTheDay = """
        SELECT symbol, exchange, created_at
        FROM monitoring.events
        WHERE event_type = 'signal_execution_failed'
          AND created_at >= '2025-10-17 00:00:00'
        ORDER BY created_at;
        """;

    public const string PositionsOfFourSymbols = """
        SELECT id, symbol, exchange, side, status, opened_at, created_at
        FROM monitoring.positions
        WHERE symbol IN ('TAGUSDT', 'COTIUSDT', 'LSKUSDT', 'HOLOUSDT')
        ORDER BY symbol, created_at;
        """;

    public const string DuplicatesBySymbol = """
        SELECT
            symbol,
            COUNT(*) as duplicates
        FROM monitoring.positions
        WHERE status = 'active'
        GROUP BY symbol
        HAVING COUNT(*) > 1;
        """;

    public const string DuplicatesBySymbolAndExchange = """
        SELECT
            symbol,
            exchange,
            COUNT(*) as count,
            ARRAY_AGG(id ORDER BY created_at) as position_ids,
            ARRAY_AGG(created_at ORDER BY created_at) as created_times
        FROM monitoring.positions
        WHERE status = 'active'
        GROUP BY symbol, exchange
        HAVING COUNT(*) > 1;
        """;

    public const string Ghosts = """
        SELECT
            p.id,
            p.symbol,
            p.status,
            p.entry_price,
            p.quantity,
            p.exchange_order_id,
            p.created_at,
            COUNT(o.id) as orders_count
        FROM monitoring.positions p
        LEFT JOIN monitoring.orders o ON o.position_id = p.id::text
        WHERE p.status = 'active'
        GROUP BY p.id
        HAVING COUNT(o.id) = 0;
        """;

    public const string UniqueAgainstTotal = """
        SELECT
            COUNT(DISTINCT symbol) as unique_symbols,
            COUNT(*) as total_active_positions,
            COUNT(*) - COUNT(DISTINCT symbol) as duplicates
        FROM monitoring.positions
        WHERE status = 'active';
        """;
}
