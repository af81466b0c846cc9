using System.Globalization;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Side = Trading.Domain.Side;

namespace Trading.Lab.Replay.Scenarios;

/// <summary>S2, 2025-10-26: the position was gone, the stream told it 73 s later, and the stop went on trailing.</summary>
internal static class CloseNotTold
{
    private const string Prompt = "PROMPTUSDT";
    private const string Card = "S2";
    private const int ToldLateMs = 73_000;
    private const decimal Quantity = 65m;

    /// <summary>What tells a closure, and not what tells of a stop that is placed.</summary>
    private static IEnumerable<string> Closures(Domain.Exchange venue) => venue is Domain.Exchange.Bybit
        ? ["execution", "order", "position", "wallet"]
        : ["ACCOUNT_UPDATE/ORDER", "ORDER_TRADE_UPDATE", "ALGO_UPDATE/TRIGGERING", "ALGO_UPDATE/TRIGGERED", "ALGO_UPDATE/FINISHED"];

    private static readonly ScenarioSetting Setting = new()
    {
        StartUtc = new DateTime(2025, 10, 26, 5, 0, 0, DateTimeKind.Utc),
        Prices = [(Prompt, 0.0923m)],
        Notional = 6m,
    };

    public static IEnumerable<Scenario> All =>
    [
        Of("close-not-told", "closed by its stop, told 73 s late: the first refused cancel proves it by the stop's own fill", ClosedByStop),
        Of("close-not-told/by-hand", "closed by hand, told 73 s late: the position read after the next stop move finds it", ClosedByHand),
        Of("close-not-told/stream-zero", "nothing moves: the late zero of the stream closes it", StreamZero),
        Of("close-not-told/told-at-once", "normal flow, twelve closures: told by the stream, nothing left for the sync", ToldAtOnce) with
        {
            Setting = Setting with { Prices = [.. Symbols.Select(symbol => (symbol, 1m))] },
            Alone = true, // judged by milliseconds
        },
        Of("close-not-told/socket-down", "closed while the socket is down: the recovery of the gap finds it", SocketDown),
        Of("close-not-told/node-down", "closed while the node is down: the first snapshot finds it", NodeDown),
        Of("close-not-told/reopened", "closed and opened again within 50 ms from outside: two positions, the second protected",
            run => Reopened(run, TimeSpan.FromMilliseconds(30))),
        Of("close-not-told/reopened-at-once", "the same within one millisecond: believed after the longest read lag, then protected",
            run => Reopened(run, TimeSpan.Zero)) with
        {
            Setting = Setting with { MaxUnprotectedMs = 8000 }, // a row of that millisecond may be a late read of what closed
        },
        Of("close-not-told/stop-rejected", "its stop is rejected as it triggers and nobody tells: the mark beyond it has the exchange asked", StopRejected) with
        {
            Setting = Setting with { MaxUnprotectedMs = 8000 }, // 3 s beyond the stop, the look, the close
        },
        Of("close-not-told/partial", "a part is closed by hand: the stop is resized, nothing is closed", Partial),
        Of("close-not-told/before-own-row", "the closure is told together with the fill, before the order is answered", BeforeOwnRow),
        Of("close-not-told/liquidation", "liquidated by the exchange: closed once with that reason", run => ClosedByExchange(
            run, CloseReason.Liquidation, (x, account, position) => x.Venue.Risk.Liquidate(account, position))),
        Of("close-not-told/late-read", "liquidated while the read after a stop move is on its way: what that names is not taken over", LateRead) with
        {
            Setting = Setting with { Bybit = Setting.Bybit with { PositionClockAheadMs = 40 } },
        },
        Of("close-not-told/stop-without-position",
            "closed by hand, untold, before its first stop arrives: the refusal asks and finds it flat, once and not five times a second",
            StopWithoutPosition) with
        {
            NotOn = new VoidCheck(
                Domain.Exchange.Binance, "the refused stop asks whether there is a position", "§8.2",
                "a reduce-only stop is taken without a position: it is not checked before it triggers"),
        },
        Of("close-not-told/adl", "deleveraged by the exchange: closed once with that reason", run => ClosedByExchange(
            run, CloseReason.Adl, (x, account, position) => x.Venue.Risk.Deleverage(account, position, Quantity))),
        Of("close-not-told/two-exchanges", "the same symbol on both exchanges: one closes, the other stays as it is", TwoExchanges) with
        {
            Setting = Setting with { Second = SecondAccount.OtherExchange },
        },
        Of("close-not-told/bybit-zero", "of a closure only the position's row comes, size 0 with an empty side: closed by it", BybitZero) with
        {
            NotOn = new VoidCheck(
                Domain.Exchange.Binance, "closed by the row of size 0 with an empty side", "§10", "a closed position is told with pa 0"),
        },
    ];

    private static IEnumerable<string> Symbols => Enumerable.Range(0, 12).Select(i => $"{(char)('A' + i)}{(char)('A' + i)}XUSDT");

    private static async Task ClosedByStop(ScenarioRun run)
    {
        await OpenTrailing(run);
        TellLate(run);
        run.Exchange.Price(Prompt, 0.09400m);
        await run.Until("its stop closed it at the exchange", () => run.Exchange.Held(Prompt) == 0);
        run.Exchange.Price(Prompt, 0.0948m);
        await run.UntilFlat(Prompt);
        await JudgeClosed(run, ClosedBy.TargetedCheck, CloseReason.TrailingStop);
        await JudgeAfterwards(run, ToldLateMs);
    }

    private static async Task ClosedByHand(ScenarioRun run)
    {
        await OpenTrailing(run);
        await run.Pass(TimeSpan.FromSeconds(11)); // at most one such read in 10 s
        TellLate(run);
        run.Exchange.CloseByHand(Prompt);
        run.Exchange.Price(Prompt, 0.0948m);
        await run.UntilFlat(Prompt);
        await JudgeClosed(run, ClosedBy.TargetedCheck, CloseReason.External);
        await JudgeAfterwards(run, ToldLateMs);
    }

    private static async Task StreamZero(ScenarioRun run)
    {
        await OpenTrailing(run);
        await run.Pass(TimeSpan.FromSeconds(5), speed: 5); // the look that follows the stop's move has ended: it would find it first
        TellLate(run);
        run.Exchange.CloseByHand(Prompt);
        await run.UntilFlat(Prompt, ScenarioRun.Fast);
        await JudgeClosed(run, ClosedBy.WebsocketClosure, CloseReason.External);
        await JudgeAfterwards(run);
    }

    private static async Task ToldAtOnce(ScenarioRun run)
    {
        await run.UntilCaughtUp();
        foreach (var symbol in Symbols) await run.OpenProtected(symbol, Side.Long);
        foreach (var symbol in Symbols)
        {
            run.Clock.Speed = ScenarioRun.Slow;
            if (symbol[0] % 2 == 0) run.Exchange.CloseByHand(symbol);
            else run.Exchange.Price(symbol, 0.97m);
            await run.UntilFlat(symbol, ScenarioRun.Slow);
        }

        await JudgeLag(run);

        await run.CheckRows(
            "closures told by the stream", "SELECT COUNT(*) FROM monitoring.positions WHERE closed_by='websocket_closure'", "12");
        await run.CheckRows(
            "nobody looked for a position in vain",
            "SELECT COUNT(*) FROM monitoring.events WHERE event_type IN ('position_not_found_abort','position_doubted')", "0");
        await JudgeAfterwards(run);
    }

    /// <summary>From the exchange's closure to the row that says so, closures of the first moments aside.</summary>
    private static async Task JudgeLag(ScenarioRun run)
    {
        const string Rows = "SELECT symbol, closed_at FROM monitoring.positions WHERE status='closed'";
        await run.CheckCount("all closures are in the books", Rows, Symbols.Count());
        var closed = run.Rows(Rows).Select(row => row.Split('|')).ToDictionary(row => row[0], row => Utc(row[1]), StringComparer.Ordinal);
        var lags = run.Exchange.Truth().Positions.OrderBy(position => position.ClosedUtc).Skip(2)
            .Select(position => (closed[position.Symbol] - position.ClosedUtc!.Value).TotalMilliseconds).ToList();
        run.Check("closed within 50 ms of the exchange", lags.Max() <= 50, $"{lags.Max():0} ms at most, {lags.Order().ElementAt(lags.Count / 2):0} ms median");
    }

    private static DateTime Utc(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static async Task SocketDown(ScenarioRun run)
    {
        await OpenTrailing(run);
        await run.Pass(TimeSpan.FromSeconds(5), speed: 5); // the look that follows the stop's move has ended: it would find it first
        run.Exchange.DropUserStreams();
        run.Exchange.CloseByHand(Prompt);
        await run.UntilFlat(Prompt, speed: 5);
        await JudgeClosed(run, ClosedBy.SyncCleanup, CloseReason.External);
        await JudgeAfterwards(run);
    }

    private static async Task StopRejected(ScenarioRun run)
    {
        await run.UntilCaughtUp();
        await run.OpenProtected(Prompt, Side.Long);
        run.Exchange.Inject(new Fault { Do = FaultAction.DropEvent, Event = Fault.OfAccount, Symbol = Prompt, Count = null, Seconds = 60 });
        run.Exchange.Inject(new Fault { Do = FaultAction.RejectTrigger, Symbol = Prompt, Message = "ReduceOnly reject" });
        run.Exchange.Price(Prompt, 0.0903m);
        await run.Pass(TimeSpan.FromSeconds(10), speed: 2); // four questions and answers, each as late as the machine times the speed
        await run.UntilFlat(Prompt, speed: 10);
        await run.CheckRows("closed as its stop would have", "SELECT status, reason FROM monitoring.positions", "closed|stop_loss");
        await JudgeAfterwards(run);
    }

    private static async Task NodeDown(ScenarioRun run)
    {
        await OpenTrailing(run);
        await run.StopNode();
        run.Exchange.CloseByHand(Prompt);
        await run.StartNode();
        await run.UntilFlat(Prompt);
        await JudgeClosed(run, ClosedBy.SyncCleanup, CloseReason.External);
        await JudgeAfterwards(run);
    }

    private static async Task Reopened(ScenarioRun run, TimeSpan after)
    {
        await OpenTrailing(run);
        run.Exchange.OfAccount((x, account) =>
        {
            x.Venue.Hand.Close(account, Prompt);
            x.Venue.Plan(after, () => x.Venue.Hand.Open(account, Prompt, 80m));
            return 0;
        });
        await run.Until("the second position is behind a stop of its own", () => run.Exchange.Held(Prompt) == 80
            && run.Living.View(run.KeyOf(Prompt)) is { IsProtected: true, Holding: { Quantity: 80, Policy: AdoptPolicy.ProtectOnly } }, speed: 2);
        run.CheckEqual("two positions at the exchange", 2, run.Exchange.Truth().Positions.Count);
        await run.CheckRows(
            "two positions in the books", "SELECT status, quantity FROM monitoring.positions ORDER BY id", "closed|65", "active|80");
        await run.CheckRows("one closure", "SELECT COUNT(*) FROM monitoring.events WHERE event_type='position_closed'", "1");
    }

    private static async Task Partial(ScenarioRun run)
    {
        await OpenTrailing(run);
        run.Exchange.CloseByHand(Prompt, 25m);
        await run.Until("the stop is resized", () => run.Exchange.RestingStops(Prompt) is [{ Quantity: 40 }]);
        run.CheckEqual("the rest is open", 40m, run.Exchange.Held(Prompt));
        await run.CheckRows("no closure", "SELECT COUNT(*) FROM monitoring.events WHERE event_type='position_closed'", "0");
        await run.CheckRows("the books know the rest", "SELECT status, quantity FROM monitoring.positions", "active|40");
    }

    private static async Task BeforeOwnRow(ScenarioRun run)
    {
        await run.UntilCaughtUp();
        run.Exchange.Inject(new Fault { Do = FaultAction.DelayAnswer, Purpose = "entry", Ms = 2000 });
        run.Exchange.Inject(new Fault { Do = FaultAction.DelayEvent, Symbol = Prompt, Ms = 300, Count = null, Seconds = 1 });
        await run.Open(Prompt, Side.Long);
        await run.Until("the entry fills", () => run.Exchange.Held(Prompt) != 0);
        run.Exchange.CloseByHand(Prompt);
        await run.UntilFlat(Prompt);
        await run.Pass(TimeSpan.FromSeconds(3), speed: 5); // the late answer changes nothing
        await run.CheckRows(
            "one position, closed by the stream", "SELECT status, closed_by, reason FROM monitoring.positions", "closed|websocket_closure|external");
        run.CheckEqual("one position at the exchange", 1, run.Exchange.Truth().Positions.Count);
        await JudgeAfterwards(run);
    }

    private static async Task ClosedByExchange(
        ScenarioRun run, CloseReason reason, Action<Simulator.Exchange, Account, Position> close)
    {
        await OpenTrailing(run);
        run.Exchange.OfAccount((x, account) =>
        {
            close(x, account, account.Find(Prompt, PositionSide.Both)!);
            return 0;
        });
        await run.UntilFlat(Prompt);
        await JudgeClosed(run, ClosedBy.WebsocketClosure, reason);
        await JudgeAfterwards(run);
    }

    /// <summary>
    /// The exchange has read the position, liquidates it, and answers: all within the milliseconds by which its two clocks
    /// differ, so time passes slowly meanwhile.
    /// </summary>
    private static async Task LateRead(ScenarioRun run)
    {
        const double Slowly = 0.05;
        await run.UntilCaughtUp();
        await run.OpenProtected(Prompt, Side.Long);
        var reads = run.Exchange.Inject(new Fault
        {
            Do = FaultAction.DelayAnswer, Purpose = "positions", Symbol = Prompt, Ms = 1000, Count = null, Seconds = 2,
        });
        var setting = run.Venue is Domain.Exchange.Bybit ? 1 : 0; // the answer to a stop does not say that it is set: the position is read
        run.Exchange.Price(Prompt, 0.09454m);
        await run.Until("the position is read after its stop was moved", () => reads() > setting, Slowly);
        run.Exchange.OfAccount((x, account) =>
        {
            x.Venue.Risk.Liquidate(account, account.Find(Prompt, PositionSide.Both)!);
            return 0;
        });
        await run.UntilFlat(Prompt);
        await run.Pass(TimeSpan.FromSeconds(10));
        await JudgeClosed(run, ClosedBy.WebsocketClosure, CloseReason.Liquidation);
        await run.CheckRows("nothing was taken over", "SELECT COUNT(*) FROM monitoring.events WHERE event_type='position_adopted'", "0");
        await JudgeAfterwards(run);
    }

    private static async Task StopWithoutPosition(ScenarioRun run)
    {
        await run.UntilCaughtUp();
        run.Exchange.Inject(new Fault { Do = FaultAction.DelayRequest, Purpose = "stop", Symbol = Prompt, Ms = 400 });
        run.Exchange.OpenByHand(Prompt, Quantity);
        await run.Until("its first stop is on its way", () => run.Living.View(run.KeyOf(Prompt))?.Holding?.IntendedStop is not null);
        run.Exchange.Inject(new Fault { Do = FaultAction.DropEvent, Event = Fault.OfAccount, Symbol = Prompt, Count = null, Seconds = 30 });
        run.Exchange.CloseByHand(Prompt);
        await run.UntilFlat(Prompt);
        await JudgeClosed(run, ClosedBy.TargetedCheck, CloseReason.External);
        var refused = run.Rows("SELECT id FROM monitoring.events WHERE event_type='stop_refused'").Count;
        run.Check("refused a few times, in growing pauses", refused is > 0 and <= 4, $"{refused} refusals in the journal");
        run.CheckEqual("the operator is not alerted", 0, run.Alerts.Count(alert => alert.Kind == nameof(AlertKind.Unprotected)));
        run.CheckEqual("the account goes on", AccountMode.Active, run.Node.Accounts[run.Account].Status.Mode);
        await JudgeAfterwards(run);
    }

    private static async Task TwoExchanges(ScenarioRun run)
    {
        var second = run.Second!;
        await run.OpenProtected(Prompt, Side.Long, second);
        await OpenTrailing(run);
        await run.Until("the other's stop trails as well", () => run.Living.View(run.KeyOf(Prompt, second)) is
            { Stop.Trigger: 0.09407m, Holding.RedundantStops.IsEmpty: true });
        run.Exchange.CloseByHand(Prompt);
        await run.UntilFlat(Prompt);
        await run.Pass(TimeSpan.FromSeconds(15));
        await run.Sync();
        await run.CheckRows(
            "one is closed, the other open", "SELECT exchange, venue, status, closed_by, reason FROM monitoring.positions ORDER BY status DESC, exchange",
            $"{run.Account}|{run.Venue.Id()}|closed|websocket_closure|external", $"{second.Account}|{second.Venue.Id()}|active||");
        run.CheckEqual("the other exchange holds what it held", Quantity, second.Held(Prompt));
        run.CheckEqual("behind one stop", 1, second.RestingStops(Prompt).Count);
        run.CheckEqual("nothing of the closed one rests", 0, run.Exchange.RestingStops(Prompt).Count);
        run.Check("the other's prices are still subscribed", second.IsSubscribed(Prompt), $"{second.Venue.Id()}");
        run.CheckEqual("the next sync found nothing", 0, run.Node.Accounts.Values.Sum(account => account.Ledger.Drift));
    }

    private static async Task BybitZero(ScenarioRun run)
    {
        await OpenTrailing(run);
        foreach (var told in new[] { "execution", "order", "wallet" })
            run.Exchange.Inject(new Fault { Do = FaultAction.DropEvent, Event = told, Symbol = Prompt, Count = null });
        run.Exchange.CloseByHand(Prompt);
        await run.UntilFlat(Prompt);
        await JudgeClosed(run, ClosedBy.WebsocketClosure, CloseReason.External);
        await JudgeAfterwards(run);
    }

    /// <summary>Long 65 at 0.0923, trailing, its stop at 0.09407 as in the report.</summary>
    private static async Task OpenTrailing(ScenarioRun run)
    {
        await run.UntilCaughtUp();
        await run.OpenProtected(Prompt, Side.Long);
        run.Exchange.Price(Prompt, 0.09454m);
        await run.Until("the stop trails at 0.09407", () => run.Living.View(run.KeyOf(Prompt)) is
            { Stop.Trigger: 0.09407m, Holding.RedundantStops.IsEmpty: true });
    }

    private static void TellLate(ScenarioRun run)
    {
        foreach (var told in Closures(run.Venue))
            run.Exchange.Inject(new Fault { Do = FaultAction.DelayEvent, Event = told, Symbol = Prompt, Ms = ToldLateMs, Count = null, Seconds = 60 });
    }

    private static async Task JudgeClosed(ScenarioRun run, ClosedBy by, CloseReason reason)
    {
        await run.CheckRows(
            "closed once, by the path and reason expected", "SELECT status, closed_by, reason FROM monitoring.positions",
            $"closed|{CanonicalText.Of(by)}|{CanonicalText.Of(reason)}");
        run.CheckEqual("one position at the exchange", 1, run.Exchange.Truth().Positions.Count);
    }

    /// <summary>Past the late events and one sync: exactly one closure, nothing left behind.</summary>
    private static async Task JudgeAfterwards(ScenarioRun run, int lateMs = 0)
    {
        var closed = run.Exchange.Truth().Positions.Count;
        await run.Until("its prices are not subscribed any more", () => !run.Exchange.IsSubscribed(Prompt));
        await run.Pass(lateMs > 0 ? TimeSpan.FromMilliseconds(lateMs + 2000) : TimeSpan.Zero);
        await run.Sync();
        await run.CheckRows(
            "exactly one closure each", "SELECT COUNT(*) FROM monitoring.events WHERE event_type='position_closed'", $"{closed}");
        await run.CheckRows("nothing is active", "SELECT COUNT(*) FROM monitoring.positions WHERE status='active'", "0");
        run.CheckEqual("the next sync found nothing", 0, run.Node.Accounts.Values.Sum(account => account.Ledger.Drift));
    }

    private static Scenario Of(string name, string text, Func<ScenarioRun, Task> play) => new(name, Card, text, play) { Setting = Setting };
}
