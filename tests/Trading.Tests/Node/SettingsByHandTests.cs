using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Node.Probe;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Exchange = Trading.Domain.Exchange;
using Side = Trading.Domain.Side;

namespace Trading.Tests.Node;

/// <summary>
/// A hand changes leverage or margin mode on the exchange's own page: what an entry relies on is true when it is sent, and
/// what is held with other settings than ours is said.
/// </summary>
public sealed class SettingsByHandTests
{
    private const string Xrp = "XRPUSDT";
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    private static readonly RunningNodeSetting Setting = new()
    {
        Change = options => options with { Venue = options.Venue with { SlippageMax = 0 } },
    };

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_leverage_of_75_set_by_hand_after_a_close_is_set_back_before_the_next_entry(Exchange venue)
    {
        await using var run = await RunningNode.Start(Setting with { Venue = venue }, (Xrp, 2.4m));
        await OpenAndClose(run, venue);
        await Told(run, (exchange, account) => exchange.Venue.Settings.SetLeverage(account, exchange.Venue.Find(Xrp)!, 75));

        Assert.IsType<WaveEvent.SignalOpened>(await run.Send(Xrp, Side.Long, "s2"));
        await run.Settled(RunningNode.Key(Xrp, venue));
        Assert.Equal((1, true), SettingOf(run, venue));
    }

    [Theory]
    [InlineData(Exchange.Binance, "ACCOUNT_CONFIG_UPDATE")]
    [InlineData(Exchange.Bybit, "position")]
    public async Task A_leverage_set_by_hand_that_no_stream_told_of_is_found_within_a_sync(Exchange venue, string told)
    {
        await using var run = await RunningNode.Start(Setting with { Venue = venue, SyncEvery = TimeSpan.FromSeconds(2) }, (Xrp, 2.4m));
        await OpenAndClose(run, venue);
        run.Exchange.With(exchange => exchange.Add(new Fault { Do = FaultAction.DropEvent, Event = told, Count = null }));
        ByHand(run, (exchange, account) => exchange.Venue.Settings.SetLeverage(account, exchange.Venue.Find(Xrp)!, 75));
        await run.When(() => run.Account.Readiness.Unready(RunningNode.Key(Xrp, venue)) is not null);

        Assert.IsType<WaveEvent.SignalOpened>(await run.Send(Xrp, Side.Long, "s2"));
        Assert.Equal((1, true), SettingOf(run, venue));
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_margin_mode_set_by_hand_is_set_back_before_the_next_entry(Exchange venue)
    {
        await using var run = await RunningNode.Start(Setting with { Venue = venue }, (Xrp, 2.4m));
        await OpenAndClose(run, venue);
        await Told(run, (exchange, account) => exchange.Venue.Settings.SetMarginType(account, exchange.Venue.Find(Xrp)!, isolated: false), bySync: venue is Exchange.Bybit);

        Assert.IsType<WaveEvent.SignalOpened>(await run.Send(Xrp, Side.Long, "s2"));
        await run.Settled(RunningNode.Key(Xrp, venue));
        Assert.Equal((1, true), SettingOf(run, venue));
    }

    /// <summary>What we hold cannot be set back: the operator must know that it may end before its stop.</summary>
    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_leverage_raised_while_a_position_is_held_is_an_alert_and_a_warning_of_doctor(Exchange venue)
    {
        await using var run = await RunningNode.Start(Setting with { Venue = venue }, (Xrp, 2.4m));
        await run.Open(Xrp, Side.Long, 100m, 2.4m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        Assert.Equal(ProbeVerdict.Passed, (await Settings(run)).Verdict);
        ByHand(run, (exchange, account) => exchange.Venue.Settings.SetLeverage(account, exchange.Venue.Find(Xrp)!, 50));

        await run.When(() => run.Node.Alerts.Newest.Any(alert => alert.Kind == "SettingsChanged"));
        var alert = run.Node.Alerts.Newest.First(alert => alert.Kind == "SettingsChanged");
        Assert.StartsWith($"{venue.Id()}/XRPUSDT: leverage 50 applies, configured is 1: it may be liquidated near 2.4", alert.Text, StringComparison.Ordinal);
        Assert.EndsWith("before its stop", alert.Text, StringComparison.Ordinal);
        var warned = await Settings(run);
        Assert.Equal((ProbeVerdict.Warned, "XRPUSDT is held with leverage 50, configured is 1"), (warned.Verdict, warned.Text));
    }

    /// <summary>The other side of a hedge is held, so that nothing can be set back: the check goes by what applies.</summary>
    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task The_liquidation_check_goes_by_the_leverage_that_applies(Exchange venue)
    {
        await using var run = await RunningNode.Start(Setting with { Venue = venue, Hedge = true }, (Xrp, 2.4m));
        await run.Open(Xrp, Side.Long, 100m, 2.4m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        ByHand(run, (exchange, account) => exchange.Venue.Settings.SetLeverage(account, exchange.Venue.Find(Xrp)!, 75));
        await run.When(() => run.Node.Alerts.Newest.Any(alert => alert.Kind == "SettingsChanged"));

        var denied = Assert.IsType<WaveEvent.SignalDenied>(await run.Send(Xrp, Side.Short, "s2"));
        Assert.Equal(Reasons.LiquidationNear, denied.Reason);
    }

    private static async Task OpenAndClose(RunningNode run, Exchange venue)
    {
        await run.Open(Xrp, Side.Long, 100m, 2.4m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        await run.Settled(RunningNode.Key(Xrp, venue));
        run.Reduce(Xrp, Side.Long, 100m);
        await run.Until<PositionEvent.PositionClosed>();
        await run.Settled(RunningNode.Key(Xrp, venue));
        Assert.Null(run.Account.Readiness.Unready(RunningNode.Key(Xrp, venue)));
    }

    /// <param name="bySync">No stream tells it: until the next sync.</param>
    private static async Task Told(RunningNode run, Func<Trading.Simulator.Exchange, Account, Refusal> change, bool bySync = false)
    {
        ByHand(run, change);
        if (bySync) run.Account.Reconcile("test");
        await run.When(() => run.Account.Readiness.Unready(RunningNode.Key(Xrp, run.Account.Settings.Exchange)) is not null);
    }

    private static void ByHand(RunningNode run, Func<Trading.Simulator.Exchange, Account, Refusal> change) => Assert.Equal(
        Refusal.None, run.Exchange.With(exchange => change(exchange, exchange.Venue.Account($"{run.Account.Settings.Exchange.Id()}/sim-key-0001"))));

    private static (decimal Leverage, bool Isolated) SettingOf(RunningNode run, Exchange venue) => run.Exchange.With(exchange =>
        exchange.Venue.Setting(exchange.Venue.Account($"{venue.Id()}/sim-key-0001"), Xrp) is var it ? (it.Leverage, it.Isolated) : default);

    private static async Task<ProbeCheck> Settings(RunningNode run) =>
        (await run.Account.Examine(withOrders: false, Within)).Checks.Single(check => check.Name == "settings");
}
