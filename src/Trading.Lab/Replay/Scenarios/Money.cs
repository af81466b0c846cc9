using System.Globalization;
using Trading.Domain;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Side = Trading.Domain.Side;

namespace Trading.Lab.Replay.Scenarios;

/// <summary>Design §5: what the books say a position earned is what the exchange's wallet says, to the last digit.</summary>
internal static class Money
{
    private const string Tag = "TAGUSDT";
    private const string Hnt = "HNTUSDT";
    private const string Card = "§5";
    private const decimal Bnb = 590m;
    private const decimal Cent = 0.01m;

    private static readonly ScenarioSetting Setting = new()
    {
        StartUtc = new DateTime(2025, 10, 26, 5, 0, 0, DateTimeKind.Utc),
        Prices = [(Tag, 0.0003544m), (Hnt, 2.31m), ("BNBUSDT", Bnb)],
        Notional = 400m,
    };

    public static IEnumerable<Scenario> All =>
    [
        Of("money/fees-in-bnb", "fees are charged in BNB: converted at its mark, marked estimated, in the result and in the daily loss", FeesInBnb),
        Of("money/liquidation", "liquidated in several fills and a fee that comes after them: all of it is in the books", Liquidated),
        Of("money/adl", "a part is deleveraged, the rest is closed by hand: what it cost is in the books", Deleveraged),
        Of("money/liquidation-untold", "liquidated while the socket is down: its fills and its fee are found and booked", LiquidatedUntold),
        Of("money/funding-untold", "funding of which no frame comes: found on the list after the hour, and booked once", FundedUntold) with
        {
            Setting = Setting with { StartUtc = Setting.StartUtc.AddMinutes(58) },
        },
        Of("money/funding-node-down", "funding that is paid while the node is down: found on the list after the start", FundedNodeDown) with
        {
            Setting = Setting with { StartUtc = Setting.StartUtc.AddMinutes(58) },
        },
        Of("money/funding-twice", "funding is told twice, and paid again after a restart: booked once each", FundedTwice),
    ];

    private static async Task FeesInBnb(ScenarioRun run)
    {
        run.Exchange.OfAccount(static (x, account) => x.Venue.Fees.PayIn(account, "BNB", 1m));
        var before = WorthOf(run);
        await run.OpenProtected(Tag, Side.Long);
        await run.OpenProtected(Hnt, Side.Short);
        run.Exchange.CloseByHand(Tag);
        run.Exchange.Price(Hnt, 2.37m); // beyond its stop
        await run.UntilFlat(Tag);
        await run.UntilFlat(Hnt);

        var all = run.Exchange.OfAccount(static (_, account) => account.Trades.TrueForAll(trade => trade.FeeAsset == "BNB"));
        run.Check("fees were paid in BNB", all, "all of them");
        await run.CheckRows(
            "each fee is in BNB and marked as an estimate", "SELECT DISTINCT fee_asset, fee_estimated FROM monitoring.trades", "BNB|1");
        await run.CheckRows("nothing waits for a price", "SELECT COUNT(*) FROM monitoring.estimates WHERE unpriced IS NOT NULL", "0");
        await run.CheckRows(
            "what a fee was worth is told with it", "SELECT COUNT(*) FROM monitoring.trades WHERE fee_quote IS NULL", "0");
        await JudgeWallet(run, before);
        await JudgeSum(run, "the estimate is what was paid in BNB", "estimated_pnl FROM monitoring.estimates", run.Exchange.OfAccount(
            static (_, account) => -account.Trades.Sum(trade => trade.Fee) * Bnb));
    }

    private static async Task Liquidated(ScenarioRun run)
    {
        var before = WorthOf(run);
        await run.OpenProtected(Tag, Side.Long);
        run.Exchange.OfAccount((x, account) =>
        {
            x.Venue.Risk.Liquidate(account, account.Find(Tag, PositionSide.Both)!);
            return 0;
        });
        await run.UntilFlat(Tag);
        await run.CheckRows("closed once, as liquidated", "SELECT status, reason FROM monitoring.positions", "closed|liquidation");
        await run.CheckCount("several fills", "SELECT trade_id FROM monitoring.trades WHERE side='sell'", 3);
        if (run.Venue is Domain.Exchange.Binance)
            await run.CheckRows("its fee, once", "SELECT COUNT(*) FROM monitoring.events WHERE event_type='liquidation_cleared'", "1");
        await JudgeWallet(run, before);
    }

    private static async Task LiquidatedUntold(ScenarioRun run)
    {
        var before = WorthOf(run);
        await run.OpenProtected(Tag, Side.Long);
        await run.Pass(TimeSpan.FromSeconds(5));
        run.Exchange.DropUserStreams();
        run.Exchange.OfAccount((x, account) =>
        {
            x.Venue.Risk.Liquidate(account, account.Find(Tag, PositionSide.Both)!);
            return 0;
        });
        await run.UntilFlat(Tag, speed: 5);
        await run.Pass(TimeSpan.FromSeconds(10));
        await run.CheckRows("closed as liquidated", "SELECT status, reason FROM monitoring.positions", "closed|liquidation");
        await JudgeWallet(run, before);
    }

    private static async Task FundedUntold(ScenarioRun run)
    {
        var before = WorthOf(run);
        await run.OpenProtected(Tag, Side.Long);
        await run.UntilTime(run.Setting.StartUtc.AddMinutes(2));
        run.Exchange.Inject(new Fault { Do = FaultAction.DropEvent, Event = Funding(run) });
        Fund(run, 0.001m);
        await Booked(run);
        await FundTwice(run, -0.0004m);
        await run.StopNode();
        await run.StartNode();
        await run.UntilProtected(Tag);
        await run.Pass(TimeSpan.FromSeconds(15)); // the list is read again, and tells what is known
        run.Exchange.CloseByHand(Tag);
        await run.UntilFlat(Tag);
        await run.CheckRows("each payment once", "SELECT COUNT(*) FROM monitoring.events WHERE event_type='funding_booked'", "2");
        await JudgeWallet(run, before);
    }

    private static async Task FundedNodeDown(ScenarioRun run)
    {
        var before = WorthOf(run);
        await run.OpenProtected(Tag, Side.Long);
        await run.StopNode();
        await run.UntilTime(run.Setting.StartUtc.AddMinutes(2));
        Fund(run, 0.001m);
        await run.StartNode();
        await Booked(run);
        run.Exchange.CloseByHand(Tag);
        await run.UntilFlat(Tag);
        await JudgeWallet(run, before);
    }

    private static Task Booked(ScenarioRun run) => run.Until(
        "it is booked", () => run.Living.View(run.KeyOf(Tag)) is { Holding.Money.Funding: not 0 }, ScenarioRun.Fast, TimeSpan.FromMinutes(2));

    private static async Task Deleveraged(ScenarioRun run)
    {
        var before = WorthOf(run);
        await run.OpenProtected(Hnt, Side.Long);
        run.Exchange.OfAccount((x, account) =>
        {
            x.Venue.Risk.Deleverage(account, account.Find(Hnt, PositionSide.Both)!, 73m);
            return 0;
        });
        await run.Until("the rest is behind a stop", () => run.Exchange.RestingStops(Hnt) is [{ Quantity: 100 }]);
        run.Exchange.CloseByHand(Hnt);
        await run.UntilFlat(Hnt);
        await JudgeWallet(run, before);
    }

    private static async Task FundedTwice(ScenarioRun run)
    {
        var before = WorthOf(run);
        await run.OpenProtected(Tag, Side.Long);
        await FundTwice(run, 0.001m);
        await FundTwice(run, -0.0004m);
        await run.StopNode();
        await run.StartNode();
        await run.UntilProtected(Tag);
        await FundTwice(run, 0.0007m);
        run.Exchange.CloseByHand(Tag);
        await run.UntilFlat(Tag);
        await run.CheckRows("each payment once", "SELECT COUNT(*) FROM monitoring.events WHERE event_type='funding_booked'", "3");
        await JudgeWallet(run, before);
    }

    /// <summary>Longs pay that rate; the frame that tells of it comes twice.</summary>
    private static async Task FundTwice(ScenarioRun run, decimal rate)
    {
        var twice = run.Exchange.Inject(new Fault { Do = FaultAction.DuplicateEvent, Event = Funding(run), Ms = 300 });
        Fund(run, rate);
        run.CheckEqual("it is told twice", 1, twice());
        await run.Pass(TimeSpan.FromSeconds(1), speed: 1);
    }

    private static string Funding(ScenarioRun run) => run.Venue is Domain.Exchange.Bybit ? "execution/Funding" : "ACCOUNT_UPDATE/FUNDING_FEE";

    private static void Fund(ScenarioRun run, decimal rate) =>
        run.Exchange.With(x => x.Venue.Ledger.PayFunding(x.Venue.Find(Tag)!, rate, x.NowUtc));

    /// <summary>All that the account has, in USDT.</summary>
    private static decimal WorthOf(ScenarioRun run) => run.Exchange.OfAccount(static (_, account) => account.Wallet + account.FeeWallet * Bnb);

    private static async Task JudgeWallet(ScenarioRun run, decimal before)
    {
        var earned = WorthOf(run) - before;
        await JudgeSum(run, "the books come to what the wallet comes to", "realized_pnl FROM monitoring.positions", earned);
        await run.CheckSoon("the daily loss counts the same", () =>
        {
            var counted = run.Node.Accounts[run.Account].TodayNet;
            return (Math.Abs(counted - earned) < Cent, $"{counted}, expected {earned}");
        });
    }

    private static Task JudgeSum(ScenarioRun run, string name, string figures, decimal expected) => run.CheckSoon(name, () =>
    {
        var sum = run.Rows($"SELECT {figures}").Sum(static row => decimal.Parse(row, CultureInfo.InvariantCulture));
        return (Math.Abs(sum - expected) < 0.000001m, string.Create(CultureInfo.InvariantCulture, $"{sum}, expected {expected}"));
    });

    private static Scenario Of(string name, string text, Func<ScenarioRun, Task> play) => new(name, Card, text, play) { Setting = Setting };
}
