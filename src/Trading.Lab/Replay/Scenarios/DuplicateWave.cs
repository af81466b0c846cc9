using System.Globalization;

namespace Trading.Lab.Replay.Scenarios;

/// <summary>S1, 2025-10-17: two processors got the same wave, and prevention looked like failure.</summary>
internal static class DuplicateWave
{
    private const string Card = "S1";
    private const string Wave = "2025-10-17T16:00:00Z";
    private const string First = "first";
    private const string Second = "second";
    private const string Outcomes = $"SELECT outcome, COUNT(*) FROM monitoring.signals WHERE wave='{Wave}' GROUP BY outcome ORDER BY outcome";

    /// <summary>The top seven of the report, best first, and nine below them.</summary>
    private static readonly (long Id, string Symbol, decimal Price)[] Signals =
    [
        (4776927, "HNTUSDT", 2.31m), (4776923, "TAGUSDT", 0.0003544m), (4776908, "HNTUSDT", 2.31m), (4776928, "HOLOUSDT", 0.1324m),
        (4776866, "COTIUSDT", 0.0419m), (4776869, "LQTYUSDT", 0.62m), (4776876, "LSKUSDT", 0.24m),
        .. Enumerable.Range(0, 9).Select(i => (4776930L + i, $"{(char)('A' + i)}{(char)('A' + i)}WUSDT", 1m)),
    ];

    private static readonly ScenarioSetting Setting = new()
    {
        StartUtc = new DateTime(2025, 10, 17, 19, 21, 2, DateTimeKind.Utc),
        Prices = [.. Signals.Select(signal => (signal.Symbol, signal.Price)).Distinct()],
        Feeds = [First, Second],
    };

    public static IEnumerable<Scenario> All =>
    [
        new("duplicate-wave", Card, "16 signals by two feeds, again after a reconnect, again after a restart: five opened, no failure anywhere",
            Played) { Setting = Setting, Alone = true },
        new("duplicate-wave/margin-refused", Card, "one entry is refused for margin: one failure, the next in rank takes its place", MarginRefused)
        {
            Setting = Setting with { FailedSignals = 1 },
            Alone = true, // a signal that the machine makes durable 2 s late is stale
        },
    ];

    private static async Task Played(ScenarioRun run)
    {
        run.Feed(First).Publish(Signal(run, 4770001, "HNTUSDT", 2.31m, 0.9m, "2025-10-17T15:45:00Z"));
        run.Feed(First).Complete("2025-10-17T15:45:00Z", 1);
        await run.UntilProtected("HNTUSDT");

        await DeliverInterleaved(run);
        await UntilEnded(run);
        foreach (var feed in new[] { First, Second }) run.Feed(feed).Drop();
        await run.Until("both feeds are connected again", () => run.Feed(First).Listeners + run.Feed(Second).Listeners == 2);
        await DeliverAgain(run, deliveries: 2);
        await JudgeOutcomes(run);
        run.CheckEqual("duplicates counted, the one in the wave and the open position with them", 16 * 3 + 2, await run.Living.Metric("trading_duplicates_prevented_total"));
        run.CheckEqual("failures counted", 0, await run.Living.Metric("trading_signal_failures_total"));

        await run.StopNode();
        await run.StartNode();
        await DeliverAgain(run, deliveries: 2);
        run.Feed(Second).Publish(Signal(run, 4779999, "TAGUSDT", 0.0003544m, 0.99m, Wave));
        await run.CheckRows(
            "another id for a symbol of the wave is a duplicate too",
            "SELECT json_extract(data,'$.reason') LIKE 'duplicate_%' FROM monitoring.events WHERE event_type='signal_skipped' AND signal_id='4779999'", "1");
        await JudgeOutcomes(run, latecomers: 1);
        run.CheckEqual("entries that reached the exchange", 6, run.Exchange.Truth().Orders.Count(order => order.ClientId.StartsWith("tae", StringComparison.Ordinal)));
        run.CheckEqual("failures counted after the restart", 0, await run.Living.Metric("trading_signal_failures_total"));
        await JudgeLogEvents(run);
    }

    private static async Task MarginRefused(ScenarioRun run)
    {
        var refusal = Refusals.NoMargin(run.Venue) with { Symbol = "TAGUSDT" };
        run.Exchange.Inject(refusal);
        await DeliverInterleaved(run);
        await UntilEnded(run);
        await run.CheckRows(
            "opened are the other five of the cut",
            $"SELECT symbol FROM monitoring.signals WHERE wave='{Wave}' AND outcome='opened' ORDER BY symbol",
            "COTIUSDT", "HNTUSDT", "HOLOUSDT", "LQTYUSDT", "LSKUSDT");
        await run.CheckRows(
            "the refused one says so", $"SELECT signal_id, outcome, code FROM monitoring.signals WHERE outcome='entry_failed'", $"4776923|entry_failed|{refusal.Code}");
        await run.CheckRows("the rest", Outcomes, "below_cut|9", "duplicate_in_wave|1", "entry_failed|1", "opened|5");
        run.CheckEqual("failures counted", 1, await run.Living.Metric("trading_signal_failures_total"));
    }

    /// <summary>One feed in four seconds, the other three seconds behind it: some repeats while the wave is collected, some after.</summary>
    private static async Task DeliverInterleaved(ScenarioRun run)
    {
        var began = run.NowUtc;
        var due = Signals.SelectMany((signal, i) => new[]
        {
            (Feed: First, Signal: signal, Rank: i, At: began.AddMilliseconds(250 * i)),
            (Feed: Second, Signal: signal, Rank: i, At: began.AddMilliseconds(3000 + 330 * i)),
        }).OrderBy(delivery => delivery.At).ToList();
        foreach (var (feed, signal, rank, at) in due)
        {
            await run.UntilTime(at, speed: 1); // faster, the journal's disk would look slow: that is a warning of its own
            run.Feed(feed).Publish(Signal(run, signal.Id, signal.Symbol, signal.Price, 0.95m - rank * 0.01m, Wave));
        }
    }

    private static async Task DeliverAgain(ScenarioRun run, int deliveries)
    {
        var before = await run.Living.Metric("trading_duplicates_prevented_total");
        for (var i = 0; i < Signals.Length; i++)
        {
            var (id, symbol, price) = Signals[i];
            foreach (var feed in new[] { First, Second }) run.Feed(feed).Publish(Signal(run, id, symbol, price, 0.95m - i * 0.01m, Wave));
        }

        var wanted = before + Signals.Length * deliveries;
        await run.UntilAsync("every repeat is counted", async () => await run.Living.Metric("trading_duplicates_prevented_total") >= wanted);
    }

    private static Task UntilEnded(ScenarioRun run) => run.Until(
        "every signal has its end",
        () => run.Rows($"SELECT COUNT(*) FROM monitoring.signals WHERE wave='{Wave}' AND status='ended'") is ["16"], speed: 1);

    private static async Task JudgeOutcomes(ScenarioRun run, int latecomers = 0)
    {
        await run.CheckRows(
            "how the signals ended", Outcomes, "below_cut|9", "duplicate_in_wave|1", $"duplicate_position|{1 + latecomers}", "opened|5");
        await run.CheckRows(
            "exactly these five are opened",
            $"SELECT symbol FROM monitoring.signals WHERE wave='{Wave}' AND outcome='opened' ORDER BY symbol",
            "COTIUSDT", "HOLOUSDT", "LQTYUSDT", "LSKUSDT", "TAGUSDT");
        await run.CheckRows(
            "the two duplicates of the top seven",
            $"SELECT signal_id, outcome FROM monitoring.signals WHERE wave='{Wave}' AND symbol='HNTUSDT' ORDER BY signal_id",
            "4776908|duplicate_in_wave", "4776927|duplicate_position");
    }

    private static async Task JudgeLogEvents(ScenarioRun run)
    {
        await run.CheckRows(
            "skips are DEBUG, prevention is INFO, both once per signal and source: eleven of the first feed had one as their end",
            """
            SELECT event_type, severity, COUNT(*) FROM monitoring.events
            WHERE event_type IN ('signal_skipped','position_duplicate_prevented') AND json_extract(data,'$.reason')='duplicate_signal'
            GROUP BY event_type, severity ORDER BY event_type
            """,
            "position_duplicate_prevented|INFO|21", "signal_skipped|DEBUG|21");
        await run.CheckRows(
            "four positions of the report, one row each",
            $"SELECT symbol, exchange, side, status FROM ({ReportStatements.PositionsOf("TAGUSDT", "COTIUSDT", "LSKUSDT", "HOLOUSDT")}) rows",
            [.. new[] { "COTIUSDT", "HOLOUSDT", "LSKUSDT", "TAGUSDT" }.Select(symbol => $"{symbol}|{run.Account}|short|active")]);
        await run.CheckRows(
            "no event above INFO", "SELECT event_type FROM monitoring.events WHERE severity IN ('WARNING','ERROR')");
        var warnings = run.Living.Warnings();
        run.Check("no WARN or ERROR line in the log", warnings.Count == 0, warnings.Count == 0 ? "none" : string.Join("; ", warnings));
    }

    private static string Signal(ScenarioRun run, long id, string symbol, decimal price, decimal score, string wave) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {"id":"{{id}}","wave":"{{wave}}","symbol":"{{symbol}}","account":"{{run.Account}}","side":"short","score":"{{score}}","price":"{{price}}","createdAt":"{{run.Setting.StartUtc:yyyy-MM-ddTHH:mm:ss.fffZ}}"}
        """);
}
