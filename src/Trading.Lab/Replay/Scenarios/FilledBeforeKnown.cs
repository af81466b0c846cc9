using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Simulator.Faults;

namespace Trading.Lab.Replay.Scenarios;

/// <summary>S3, 2025-10-28: the fill was told before the order was answered, and nobody listened yet.</summary>
internal static class FilledBeforeKnown
{
    private const string Skl = "SKLUSDT";
    private const string Red = "REDUSDT";
    private const string Card = "S3";
    private const int AnswerLateMs = 1500;
    private const string EmptyFor3s = "the position list is empty for 3 s";

    private static readonly ScenarioSetting Setting = new()
    {
        StartUtc = new DateTime(2025, 10, 28, 22, 34, 0, DateTimeKind.Utc),
        Prices = [(Skl, 0.01946m)],
        Notional = 6m,
    };

    private static readonly Fault LateAnswer = Entry(FaultAction.DelayAnswer) with { Ms = AnswerLateMs };
    private static readonly Fault NoEvents = new() { Do = FaultAction.DropEvent, Event = Fault.OfAccount, Symbol = Skl, Count = null };

    public static IEnumerable<Scenario> All =>
    [
        new("filled-before-known", Card, "the stream tells the fill before the order is answered: verified by it, protected, not rolled back",
            Played)
        {
            Setting = Setting with { Prices = [(Skl, 0.01946m), (Red, 0.3m)] },
            Alone = true, // judged by milliseconds
        },
        Opened("filled-before-known/answer-lost", "the answer is lost after execution: the stream verifies, nothing is sent again",
            VerifiedBy.Websocket, Entry(FaultAction.LoseAnswer)),
        Opened("filled-before-known/position-first", "the position report comes before the fill report",
            VerifiedBy.Websocket, LateAnswer, Event("fill", FaultAction.DelayEvent) with { Ms = 400 }),
        Opened("filled-before-known/fill-first", "the fill report comes before the position report",
            VerifiedBy.Websocket, LateAnswer, Event("position", FaultAction.DelayEvent) with { Ms = 400 }),
        Opened("filled-before-known/fill-only", "only the fill is reported, never the position",
            VerifiedBy.Websocket, LateAnswer, Event("position", FaultAction.DropEvent) with { Seconds = null }),
        Opened("filled-before-known/query", "neither answer nor stream: the query by client id finds the order",
            VerifiedBy.OrderQuery, Entry(FaultAction.LoseAnswer), NoEvents),
        new("filled-before-known/list-lags", Card, "the order is said to be filled while the position list is empty for 3 s", ListLags)
        {
            Setting = Setting,
            Voids =
            [
                new VoidCheck(
                    Domain.Exchange.Bybit, EmptyFor3s, "§8.1",
                    "the position's stop is read in that list too, and 3 s without it are protect-within itself: played with 2 s"),
            ],
        },
        new("filled-before-known/leverage-set", Card, "leverage and margin mode are already set: that is success", run => OpenUnder(
            run, VerifiedBy.Websocket, LateAnswer, Refusals.AlreadySet(run.Venue) with { Count = null })) { Setting = Setting },
        new("filled-before-known/part-filled", Card, "half of the entry fills, the rest expires: that half is protected", PartFilled)
        {
            Setting = Setting,
        },
        new("filled-before-known/no-report", Card, "no report and no query for 10 s: alert, doubt, then found and protected", NoReport)
        {
            Setting = Setting with { MaxUnprotectedMs = 20_000 }, // nobody can protect what the exchange does not tell
        },
        new("filled-before-known/proven-absent", Card, "the request never arrived: proven absent, the slot is free, nothing is sent again",
            ProvenAbsent) { Setting = Setting with { FailedSignals = 1 } },
        new("filled-before-known/rejected", Card, "verification says that nothing was filled: entry_failed, nothing is sent again", Unfilled)
        {
            Setting = Setting with { FailedSignals = 1 },
        },
        new("filled-before-known/stop-refused", Card, "the stop is refused three times: closed by market inside the deadline, and proven flat",
            StopRefused) { Setting = Setting },
    ];

    private static Scenario Opened(string name, string text, VerifiedBy by, params Fault[] faults) =>
        new(name, Card, text, run => OpenUnder(run, by, faults)) { Setting = Setting };

    private static async Task OpenUnder(ScenarioRun run, VerifiedBy by, params Fault[] faults)
    {
        await run.UntilCaughtUp();
        await run.Know(Skl);
        foreach (var fault in faults) run.Exchange.Inject(fault);
        await run.Open(Skl, Side.Long);
        await run.UntilProtected(Skl);
        await run.Pass(TimeSpan.FromSeconds(15)); // a rollback would come after 10 s
        JudgeOpen(run, 308m);
        await JudgeVerified(run, by);
    }

    /// <summary>Binance's answer says that the order is filled; Bybit's says that it was accepted, and the query tells the rest.</summary>
    /// <remarks>On Bybit the list is also where a stop is read, and no event tells it here: 3 s are protect-within itself.</remarks>
    private static Task ListLags(ScenarioRun run)
    {
        var (seconds, by) = run.Venue is Domain.Exchange.Bybit ? (2, VerifiedBy.OrderQuery) : (3, VerifiedBy.OrderAnswer);
        run.CheckEqual(EmptyFor3s, 3, seconds);
        return OpenUnder(run, by, NoEvents, new Fault { Do = FaultAction.EmptyPositions, Purpose = "positions", Count = null, Seconds = seconds });
    }

    private static async Task Played(ScenarioRun run)
    {
        await run.UntilCaughtUp();
        await run.OpenProtected(Red, Side.Long); // once round the way before time is measured
        run.Exchange.Inject(LateAnswer);
        run.Clock.Speed = ScenarioRun.Slow;
        await run.Open(Skl, Side.Long);
        await run.UntilProtected(Skl, ScenarioRun.Slow);
        await run.Pass(TimeSpan.FromSeconds(15)); // a rollback would come after 10 s
        JudgeOpen(run, 308m);
        await run.CheckRows(
            "verified by the stream in less than 100 ms",
            """
            SELECT json_extract(data,'$.verified_by') FROM monitoring.events
            WHERE event_type='entry_verified' AND symbol='SKLUSDT' AND CAST(json_extract(data,'$.elapsed_ms') AS INTEGER) < 100
            """, "websocket");
    }

    private static async Task PartFilled(ScenarioRun run)
    {
        run.Exchange.Inject(new Fault { Do = FaultAction.FillPart, Symbol = Skl, Fraction = 0.5m });
        await run.Open(Skl, Side.Long);
        await run.UntilProtected(Skl);
        await run.Pass(TimeSpan.FromSeconds(15));
        JudgeOpen(run, 154m);
    }

    private static async Task NoReport(ScenarioRun run)
    {
        await run.Know(Skl);
        run.Exchange.Inject(Entry(FaultAction.DelayAnswer) with { Ms = 60_000 }); // after 3 s nobody waits any more
        run.Exchange.Inject(NoEvents with { Seconds = 12 });
        foreach (var purpose in new[] { "query_order", "positions", "trades", "list_stops" })
            run.Exchange.Inject(new Fault { Do = FaultAction.Unavailable, Purpose = purpose, Count = null, Seconds = 12 });
        await run.Open(Skl, Side.Long);
        await run.Until(
            "the operator is alerted that the entry is not verified",
            () => run.Node.Alerts.Newest.Any(alert => alert.Kind == nameof(AlertKind.EntryUnverified)), speed: 5);
        run.CheckEqual("the opening is in doubt meanwhile", true, run.Living.View(run.KeyOf(Skl))?.InDoubt);
        await run.UntilProtected(Skl, speed: 5);
        JudgeOpen(run, 308m);
    }

    private static async Task ProvenAbsent(ScenarioRun run)
    {
        run.Exchange.Inject(Entry(FaultAction.LoseRequest));
        await run.Open(Skl, Side.Long);
        await UntilFailed(run);
        JudgeNothing(run, orders: 0);
    }

    private static async Task Unfilled(ScenarioRun run)
    {
        run.Exchange.Inject(new Fault { Do = FaultAction.FillPart, Symbol = Skl, Fraction = 0m });
        run.Exchange.Inject(Entry(FaultAction.LoseAnswer));
        run.Exchange.Inject(NoEvents);
        await run.Open(Skl, Side.Long);
        await UntilFailed(run);
        JudgeNothing(run, orders: 1);
    }

    private static async Task StopRefused(ScenarioRun run)
    {
        await run.Know(Skl);
        var refused = run.Exchange.Inject(Refusals.WrongSide(run.Venue) with { Symbol = Skl, Count = 3 });
        run.Exchange.Inject(Entry(FaultAction.DelayRequest) with { Ms = 100 });
        var opening = run.Open(Skl, Side.Long);
        run.Exchange.Price(Skl, 0.0198m); // so that a stop that came with the entry is not the one that is asked for
        await opening;
        await run.UntilFlat(Skl);
        run.CheckEqual("the stop was sent three times", 3, refused());
        run.CheckEqual("the exchange holds nothing", 0m, run.Exchange.Held(Skl));
        run.CheckEqual("nothing but one position was seen", 1, run.Exchange.Truth().Positions.Count);
        await run.CheckRows("closed with reason rollback", "SELECT reason FROM monitoring.positions WHERE symbol='SKLUSDT'", "rollback");
        await run.CheckSoon("the rollback stays among the alerts", () => // it is raised once the closing is told, a moment after it is known
        {
            var told = run.Alerts.Count(alert => alert.Kind == "RolledBack");
            return (told == 1, $"{told}, expected 1");
        });
    }

    private static Task UntilFailed(ScenarioRun run) => run.Until(
        "the entry is given up", () => run.Living.View(run.KeyOf(Skl)) is { State: PositionState.Flat, Version: > 0 }, speed: 5);

    private static void JudgeOpen(ScenarioRun run, decimal quantity)
    {
        var truth = run.Exchange.Truth();
        run.CheckEqual("the position is open at the exchange", quantity, run.Exchange.Held(Skl));
        run.CheckEqual("it was never closed and never opened again", 1, truth.Positions.Count(position => position.Symbol == Skl));
        run.CheckEqual("one entry was sent", 1, Entries(run));
        run.CheckEqual("one stop rests for all of it", quantity, run.Exchange.RestingStops(Skl).Sum(stop => stop.Quantity));
    }

    private static void JudgeNothing(ScenarioRun run, int orders)
    {
        run.CheckEqual("the exchange holds nothing", 0m, run.Exchange.Held(Skl));
        run.CheckEqual("orders that reached the exchange", orders, run.Exchange.Orders(Skl).Count);
        run.CheckEqual("its slot is free", 0, run.Node.Board.Active.Count);
    }

    private static Task JudgeVerified(ScenarioRun run, VerifiedBy by) => run.CheckRows(
        "verified_by", "SELECT json_extract(data,'$.verified_by') FROM monitoring.events WHERE event_type='entry_verified'",
        CanonicalText.Of(by));

    private static int Entries(ScenarioRun run) =>
        run.Exchange.Orders(Skl).Count(order => order.ClientId.StartsWith("tae", StringComparison.Ordinal));

    private static Fault Entry(FaultAction what) => new() { Do = what, Purpose = "entry", Symbol = Skl };

    private static Fault Event(string kind, FaultAction what) => new() { Do = what, Event = kind, Symbol = Skl, Count = null, Seconds = 1 };
}
