using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Simulator.Faults;

namespace Trading.Lab.Replay.Scenarios;

/// <summary>S5, 2025-11-10: an empty position list was believed, and the stop was lost with it.</summary>
internal static class EmptyAnswer
{
    private const string Kava = "KAVAUSDT";
    private const string Card = "S5";
    private const decimal Quantity = 62.9m;
    private const decimal Activates = 0.16195575m;
    private const string Lookups = "SELECT json_extract(data,'$.lookup_method') AS method FROM monitoring.events WHERE event_type='position_lookup' ORDER BY id";
    private static readonly string[] ThreeAtOnce = [Kava, "SKLUSDT", "PROMPTUSDT"];

    private static readonly ScenarioSetting Setting = new()
    {
        StartUtc = new DateTime(2025, 11, 10, 0, 7, 0, DateTimeKind.Utc),
        Prices = [(Kava, 0.1590m), ("SKLUSDT", 0.01946m), ("PROMPTUSDT", 0.0923m)],
        Notional = 10.01m,
    };

    public static IEnumerable<Scenario> All =>
    [
        Of("empty-answer", "the position list is empty and the stop refused once: quantity from the stream, second try accepted", Played),
        Of("empty-answer/crossed", "the price really crosses the new stop while it is on its way: closed by market", Crossed),
        Of("empty-answer/cache-hit", "the stream's state of the current session is used", run => Lookup(run, LookupMethod.WebsocketCache)),
        Of("empty-answer/api-first", "no stream state after a gap: the first query answers", AfterGap(LookupMethod.ExchangeApiAttempt1, empty: 0)),
        Of("empty-answer/api-second", "the first query is empty, the second answers", AfterGap(LookupMethod.ExchangeApiAttempt2, empty: 1)),
        Of("empty-answer/journal-fallback", "both queries are empty: the journal's quantity is used", AfterGap(LookupMethod.DatabaseFallback, empty: 2)),
        Of("empty-answer/abort", "the exchange says zero: no stop is placed for what is gone, and the closure is found", Abort),
        Of("empty-answer/concurrent", "three symbols move their stops at once, each with its own quantity", Concurrent),
        Of("empty-answer/nobody", "after a gap the list of all positions names nobody: it is read again, and what a hand opened in the gap is protected", Nobody) with
        {
            Setting = Setting with { MaxUnprotectedMs = 18_000 }, // the lists of 9 s, and the 5 s to the next
        },
        Of("empty-answer/load", "steps of eight symbols: all lookups from the stream's state", Load) with
        {
            Setting = Setting with { Prices = [.. Loaded.Select(symbol => (symbol, 1m))], Notional = 200m },
            Alone = true, // judged by milliseconds
        },
    ];

    private static IEnumerable<string> Loaded => Enumerable.Range(0, 8).Select(i => $"{(char)('A' + i)}{(char)('A' + i)}YUSDT");

    private static async Task Played(ScenarioRun run)
    {
        await run.OpenProtected(Kava, Side.Long);
        await run.Pass(TimeSpan.FromSeconds(1), speed: 2); // the stream may confirm a stop before its own request arrives
        run.Exchange.Inject(new Fault { Do = FaultAction.EmptyPositions, Purpose = "positions", Count = null, Seconds = 8 });
        var refused = run.Exchange.Inject(Refusals.WrongSide(run.Venue) with { Symbol = Kava });
        await ActivateUnderTicks(run);
        run.CheckEqual("the stop was refused once", 1, refused());
        run.Exchange.Price(Kava, 0.16228511m);
        await run.Pass(TimeSpan.FromSeconds(15));
        await run.UntilProtected(Kava);

        JudgeOpen(run, Kava, Quantity);
        await run.CheckRows(
            "quantity from the stream's state, every time", $"SELECT DISTINCT method FROM ({Lookups}) lookups", "websocket_cache");
        await run.CheckRows(
            "activated once, after its stop was confirmed",
            """
            SELECT COUNT(*) FROM monitoring.events a WHERE a.event_type='trailing_activated'
            AND EXISTS (SELECT 1 FROM monitoring.events m WHERE m.event_type='stop_move_refused' AND m.id < a.id)
            AND (SELECT COUNT(*) FROM monitoring.events c WHERE c.event_type='stop_confirmed' AND c.id < a.id) = 2
            """, "1");
        await run.CheckRows(
            "nothing was closed, nothing given up",
            "SELECT COUNT(*) FROM monitoring.events WHERE event_type IN ('position_closed','close_intended','position_not_found_abort')", "0");
        JudgeUnprotectedOnlyBefore(run);
    }

    /// <summary>A refused step is tried again at the next tick, and on Bybit a mark that stands still brings none.</summary>
    private static async Task ActivateUnderTicks(ScenarioRun run)
    {
        for (var tick = 0; tick < 100 && !HasMoved(run, Kava); tick++)
        {
            run.Exchange.Price(Kava, Activates + tick % 2 * 0.0001m);
            await run.Pass(TimeSpan.FromMilliseconds(300), speed: 1);
        }

        await UntilMoved(run);
    }

    private static async Task Crossed(ScenarioRun run)
    {
        await run.OpenProtected(Kava, Side.Long);
        await run.Pass(TimeSpan.FromSeconds(1), speed: 2); // the stream may confirm a stop before its own request arrives
        run.Exchange.Inject(new Fault { Do = FaultAction.DelayRequest, Purpose = "stop", Symbol = Kava, Ms = 400 });
        run.Exchange.Price(Kava, Activates);
        await run.Until("the new stop is on its way", () => run.Rows(Lookups).Count > 0 || run.Living.View(run.KeyOf(Kava)) is
            { Holding.Protection: Protection.Moving });
        run.Exchange.Price(Kava, 0.1605m);
        await run.UntilFlat(Kava);
        run.CheckEqual("the exchange holds nothing", 0m, run.Exchange.Held(Kava));
        await run.CheckRows(
            "closed by market because the price had crossed", "SELECT status, reason FROM monitoring.positions", "closed|trailing_stop");
        await run.CheckRows(
            "the refusal was the exchange's own", "SELECT json_extract(data,'$.code') FROM monitoring.events WHERE event_type='stop_move_refused'",
            $"{Refusals.WrongSide(run.Venue).Code}");
    }

    private static async Task Lookup(ScenarioRun run, LookupMethod expected)
    {
        await run.OpenProtected(Kava, Side.Long);
        await Activate(run, expected);
    }

    private static Func<ScenarioRun, Task> AfterGap(LookupMethod expected, int empty) => async run =>
    {
        await run.OpenProtected(Kava, Side.Long);
        await Gap(run);
        if (empty > 0)
            run.Exchange.Inject(new Fault { Do = FaultAction.EmptyPositions, Purpose = "positions", Symbol = Kava, Count = empty });
        await Activate(run, expected);
    };

    private static async Task Abort(ScenarioRun run)
    {
        await run.OpenProtected(Kava, Side.Long);
        await Gap(run);
        run.Exchange.Inject(new Fault { Do = FaultAction.DropEvent, Event = Fault.OfAccount, Symbol = Kava, Count = null });
        run.Exchange.CloseByHand(Kava);
        run.Exchange.Price(Kava, Activates);
        await run.UntilFlat(Kava);
        await run.CheckRows(
            "aborted with what was tried",
            """
            SELECT DISTINCT json_extract(data,'$.lookup_attempts.cache_checked'), json_extract(data,'$.lookup_attempts.api_attempts'),
            json_extract(data,'$.lookup_attempts.database_checked') FROM monitoring.events WHERE event_type='position_not_found_abort'
            """, "1|1|1");
        await run.CheckRows("then closed once", "SELECT status, closed_by FROM monitoring.positions", "closed|targeted_check");
        run.CheckEqual("no second stop was sent", 1, run.Exchange.Orders(Kava).Count(order => order.Kind == "stop"));
    }

    private static async Task Concurrent(ScenarioRun run)
    {
        foreach (var symbol in ThreeAtOnce) await run.OpenProtected(symbol, Side.Long);
        foreach (var (symbol, mark) in run.Setting.Prices) run.Exchange.Price(symbol, mark * 1.02m);
        foreach (var symbol in ThreeAtOnce)
        {
            await UntilMoved(run, symbol);
            JudgeOpen(run, symbol, run.Exchange.Held(symbol));
        }

        await run.CheckRows(
            "each found its own quantity in the stream's state",
            """
            SELECT e.symbol, json_extract(e.data,'$.lookup_method'), CAST(json_extract(e.data,'$.quantity') AS NUMERIC) = CAST(p.quantity AS NUMERIC)
            FROM monitoring.events e JOIN monitoring.positions p ON p.symbol = e.symbol
            WHERE e.event_type='position_lookup' ORDER BY e.symbol
            """, "KAVAUSDT|websocket_cache|1", "PROMPTUSDT|websocket_cache|1", "SKLUSDT|websocket_cache|1");
    }

    /// <summary>
    /// A list of every symbol is never empty (Binance): neither the first after the gap nor the one 5 s later is believed.
    /// One of what is held may be empty (Bybit): there the second finds it.
    /// </summary>
    private static async Task Nobody(ScenarioRun run)
    {
        await run.UntilCaughtUp();
        var seconds = run.Venue is Exchange.Binance ? 9 : 4;
        run.Exchange.Inject(new Fault { Do = FaultAction.EmptyPositions, Purpose = "positions", Count = null, Seconds = seconds });
        run.Exchange.DropUserStreams();
        run.Exchange.OpenByHand(Kava, Quantity);
        await run.UntilProtected(Kava, speed: 5);
        JudgeOpen(run, Kava, Quantity);
        await run.CheckRows("adopted once", "SELECT COUNT(*) FROM monitoring.events WHERE event_type='position_adopted'", "1");
    }

    private static async Task Load(ScenarioRun run)
    {
        foreach (var symbol in Loaded) await run.OpenProtected(symbol, Side.Long);
        for (var step = 1; step <= 10; step++)
        {
            var mark = 1.02m + step * 0.005m;
            foreach (var symbol in Loaded) run.Exchange.Price(symbol, mark);
            var trigger = mark * 0.995m - 0.0001m;
            await run.Until(
                "every stop has moved", () => Loaded.All(symbol => run.Living.View(run.KeyOf(symbol))?.Stop?.Trigger >= trigger), speed: 2);
        }

        await run.CheckRows(
            "cache hits, retries, fallbacks and aborts",
            """
            SELECT COUNT(CASE WHEN json_extract(data,'$.lookup_method')='websocket_cache' THEN 1 END) >= 80,
            COUNT(CASE WHEN json_extract(data,'$.lookup_method')<>'websocket_cache' THEN 1 END),
            COUNT(CASE WHEN CAST(json_extract(data,'$.lookup_time_ms') AS INTEGER) >= 1 THEN 1 END) FROM monitoring.events WHERE event_type='position_lookup'
            """, "1|0|0");
        await run.CheckRows("no abort", "SELECT COUNT(*) FROM monitoring.events WHERE event_type='position_not_found_abort'", "0");
    }

    /// <summary>A new session of the user stream: what the old one told is not current any more.</summary>
    private static async Task Gap(ScenarioRun run)
    {
        await run.UntilCaughtUp();
        var rounds = run.Node.Accounts[run.Account].Ledger.Rounds;
        run.Exchange.DropUserStreams();
        await run.Until("the gap is recovered", () => run.Node.Accounts[run.Account].Ledger.Rounds > rounds, speed: 5);
        await run.UntilCaughtUp();
    }

    private static async Task Activate(ScenarioRun run, LookupMethod expected)
    {
        run.Exchange.Price(Kava, Activates);
        await UntilMoved(run);
        JudgeOpen(run, Kava, Quantity);
        await run.CheckRows("how the quantity was found", Lookups, CanonicalText.Of(expected));
        await run.CheckRows("activated once", "SELECT COUNT(*) FROM monitoring.events WHERE event_type='trailing_activated'", "1");
    }

    private static Task UntilMoved(ScenarioRun run, string symbol = Kava) => run.Until(
        $"the stop of {symbol} trails and the old one is gone", () => HasMoved(run, symbol));

    private static bool HasMoved(ScenarioRun run, string symbol) => run.Living.View(run.KeyOf(symbol)) is
        { Holding: { Trailing: Trailing.Active, RedundantStops.IsEmpty: true }, IsProtected: true };

    private static void JudgeOpen(ScenarioRun run, string symbol, decimal quantity)
    {
        run.CheckEqual($"{symbol} is open", quantity, run.Exchange.Held(symbol));
        run.CheckEqual(
            $"one stop of {symbol} rests for all of it", quantity, run.Exchange.RestingStops(symbol).Sum(stop => stop.Quantity));
    }

    private static void JudgeUnprotectedOnlyBefore(ScenarioRun run)
    {
        var later = run.Exchange.Truth().Positions.SelectMany(position => position.Intervals).Count(gap => gap.Kind != Simulator.Truth.GapKind.First);
        run.CheckEqual("after the first stop 0 ms without one", 0, later);
    }

    private static Scenario Of(string name, string text, Func<ScenarioRun, Task> play) => new(name, Card, text, play) { Setting = Setting };
}
