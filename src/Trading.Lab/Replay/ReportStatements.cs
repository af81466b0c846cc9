namespace Trading.Lab.Replay;

/// <summary>
/// The read statements of the reports of 2025-10-17. They run unchanged on PostgreSQL; on SQLite, where
/// <c>ARRAY_AGG(x ORDER BY y)</c> and <c>::text</c> do not exist, <c>group_concat</c> over ordered rows and
/// <c>CAST(… AS TEXT)</c> stand for them. The date is the scenario's.
/// </summary>
internal static class ReportStatements
{
    /// <summary>Failed signals of the day; "failed" is what the exchange refused or what is proven absent.</summary>
    public static string FailedSignals(DateTime fromUtc) => $"""
        SELECT symbol, exchange, created_at
        FROM monitoring.events
        WHERE event_type = 'signal_execution_failed'
          AND created_at >= '{fromUtc:yyyy-MM-dd} 00:00:00'
        ORDER BY created_at
        """;

    public static string PositionsOf(params IEnumerable<string> symbols) => $"""
        SELECT id, symbol, exchange, side, status, opened_at, created_at
        FROM monitoring.positions
        WHERE symbol IN ({string.Join(", ", symbols.Select(symbol => $"'{symbol}'"))})
        ORDER BY symbol, created_at
        """;

    /// <summary>Ignores the exchange: for one account.</summary>
    public const string DuplicatesBySymbol = """
        SELECT symbol, COUNT(*) as duplicates
        FROM monitoring.positions
        WHERE status = 'active'
        GROUP BY symbol
        HAVING COUNT(*) > 1
        """;

    public const string Duplicates = """
        SELECT symbol, exchange, COUNT(*) as count, group_concat(id) as position_ids, group_concat(created_at) as created_times
        FROM (SELECT * FROM monitoring.positions ORDER BY created_at)
        WHERE status = 'active'
        GROUP BY symbol, exchange
        HAVING COUNT(*) > 1
        """;

    /// <summary>Active positions without an order.</summary>
    public const string Ghosts = """
        SELECT p.id, p.symbol, p.status, p.entry_price, p.quantity, p.exchange_order_id, p.created_at, COUNT(o.id) as orders_count
        FROM monitoring.positions p
        LEFT JOIN monitoring.orders o ON o.position_id = CAST(p.id AS TEXT)
        WHERE p.status = 'active'
        GROUP BY p.id
        HAVING COUNT(o.id) = 0
        """;

    /// <summary>As it stands in the report.</summary>
    public const string DuplicatesOnPostgres = """
        SELECT symbol, exchange, COUNT(*) as count, ARRAY_AGG(id ORDER BY created_at) as position_ids,
            ARRAY_AGG(created_at ORDER BY created_at) as created_times
        FROM monitoring.positions
        WHERE status = 'active'
        GROUP BY symbol, exchange
        HAVING COUNT(*) > 1
        """;

    /// <summary>As it stands in the report.</summary>
    public const string GhostsOnPostgres = """
        SELECT p.id, p.symbol, p.status, p.entry_price, p.quantity, p.exchange_order_id, p.created_at, COUNT(o.id) as orders_count
        FROM monitoring.positions p
        LEFT JOIN monitoring.orders o ON o.position_id = p.id::text
        WHERE p.status = 'active'
        GROUP BY p.id
        HAVING COUNT(o.id) = 0
        """;

    /// <summary>One row per exchange when the books are sound: as many symbols as rows.</summary>
    public const string UniqueAgainstTotal = """
        SELECT COUNT(DISTINCT symbol) as unique_symbols, COUNT(*) as total
        FROM monitoring.positions
        WHERE status = 'active'
        """;
}
