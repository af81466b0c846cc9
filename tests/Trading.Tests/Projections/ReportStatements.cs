namespace Trading.Tests.Projections;

/// <summary>
/// The statements of the reports of 2025-10-17. Four run as they were written; ARRAY_AGG and <c>::text</c> are PostgreSQL's,
/// and their equivalents here are GROUP_CONCAT over an ordered subquery and CAST.
/// </summary>
public sealed class Report_statements : IDisposable
{
    private const string DuplicatesBySymbolAndExchange = """
        SELECT symbol, exchange, COUNT(*) as count,
               GROUP_CONCAT(id) as position_ids, GROUP_CONCAT(created_at) as created_times
        FROM (SELECT * FROM monitoring.positions WHERE status = 'active' ORDER BY created_at)
        GROUP BY symbol, exchange
        HAVING COUNT(*) > 1;
        """;

    private const string Ghosts = """
        SELECT p.id, p.symbol, p.status, p.entry_price, p.quantity, p.exchange_order_id, p.created_at,
               COUNT(o.id) as orders_count
        FROM monitoring.positions p
        LEFT JOIN monitoring.orders o ON o.position_id = CAST(p.id AS TEXT)
        WHERE p.status = 'active'
        GROUP BY p.id
        HAVING COUNT(o.id) = 0;
        """;

    private readonly MonitoringFixture _monitoring = new();
    private readonly JournalHistory _history = new();

    [Fact]
    public async Task A_wave_delivered_twice_leaves_nothing_for_them_to_find()
    {
        await _history.DuplicateWave();
        Assert.True(await _monitoring.Project(_history.Database.Connect()), string.Join('\n', _monitoring.Failures));

        Assert.Empty(_monitoring.Query(ReportSql.FailuresOfTheDay));
        Assert.Empty(_monitoring.Query(ReportSql.DuplicatesBySymbol));
        Assert.Empty(_monitoring.Query(DuplicatesBySymbolAndExchange));
        Assert.Empty(_monitoring.Query(Ghosts));
        Assert.Equal([6L, 6L, 0L], Assert.Single(_monitoring.Query(ReportSql.UniqueAgainstTotal)));
        var positions = _monitoring.Query(ReportSql.PositionsOfFourSymbols);
        Assert.Equal(["COTIUSDT", "HOLOUSDT", "LSKUSDT", "TAGUSDT"], positions.Select(row => row[1]));
        Assert.All(positions, row => Assert.Equal(("binance", "short", "active"), (row[2], row[3], row[4])));
    }

    [Fact]
    public async Task Every_repeat_is_a_skip_at_DEBUG_and_a_prevented_duplicate_at_INFO()
    {
        await _history.DuplicateWave();
        await _monitoring.Project(_history.Database.Connect());

        var counts = _monitoring.Query(
            "SELECT event_type, severity, COUNT(*) FROM monitoring.events " +
            "WHERE event_type IN ('signal_skipped', 'position_duplicate_prevented') GROUP BY 1, 2 ORDER BY 1");
        Assert.Equal(["position_duplicate_prevented", "INFO", 18L], counts[0]);
        Assert.Equal(["signal_skipped", "DEBUG", 27L], counts[1]);
        Assert.Empty(_monitoring.Query("SELECT * FROM monitoring.events WHERE severity NOT IN ('DEBUG', 'INFO')"));
        Assert.Equal(
            ["below_cut", "duplicate_in_wave", "duplicate_position", "duplicate_signal"],
            _monitoring.Query("SELECT DISTINCT json_extract(data, '$.reason') FROM monitoring.events " +
                              "WHERE event_type='signal_skipped' ORDER BY 1").Select(row => row[0]));
    }

    [Fact]
    public async Task One_entry_refused_for_margin_is_exactly_one_failure()
    {
        await _history.DuplicateWave(marginRefused: true);
        await _monitoring.Project(_history.Database.Connect());

        var failure = Assert.Single(_monitoring.Query(ReportSql.FailuresOfTheDay));
        Assert.Equal(("LQTYUSDT", "binance"), (failure[0], failure[1]));
        var row = Assert.Single(_monitoring.Query(
            "SELECT signal_id, severity, json_extract(data, '$.code'), json_extract(data, '$.reason') " +
            "FROM monitoring.events WHERE event_type='signal_execution_failed'"));
        Assert.Equal(["4776869", "ERROR", -2019L, "Margin is insufficient."], row);
        Assert.Equal([5L, 5L, 0L], Assert.Single(_monitoring.Query(ReportSql.UniqueAgainstTotal)));
    }

    [Fact]
    public async Task A_second_active_row_of_one_key_cannot_exist()
    {
        await _history.DuplicateWave();
        await _monitoring.Project(_history.Database.Connect());
        var refusal = Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => _monitoring.Query(
            "INSERT INTO monitoring.positions SELECT 999999, symbol, exchange, venue, position_side, side, status, state, " +
            "quantity, entry_price, exit_price, stop_price, trailing_state, leverage, exchange_order_id, signal_id, wave, reason, " +
            "closed_by, realized_pnl, gross_pnl, fees, funding, opened_at, closed_at, created_at, updated_at " +
            "FROM monitoring.positions WHERE symbol='TAGUSDT'"));
        Assert.Contains("UNIQUE", refusal.Message);
    }

    public void Dispose() => _monitoring.Dispose();
}
