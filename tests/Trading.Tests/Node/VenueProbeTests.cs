using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Node.Probe;
using Trading.Simulator;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Exchange = Trading.Domain.Exchange;
using Side = Trading.Domain.Side;

namespace Trading.Tests.Node;

/// <summary>The venue probe of a whole node against the exchange: what it finds, what it leaves behind, what it stops.</summary>
public sealed class VenueProbeTests
{
    private const string Symbol = "TAGUSDT";
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(Exchange.Binance, false)]
    [InlineData(Exchange.Binance, true)]
    [InlineData(Exchange.Bybit, false)]
    [InlineData(Exchange.Bybit, true)]
    public async Task An_account_in_order_passes_and_nothing_of_the_probe_stays(Exchange venue, bool hedge)
    {
        await using var run = await RunningNode.Start(new RunningNodeSetting { Venue = venue, Hedge = hedge, Live = true }, (Symbol, 1m));
        var leverage = LeverageOf(run, venue);
        var report = await run.Account.Examine(withOrders: true, Within);

        Assert.Equal(
            ["clock", "key", "position-mode", "asset-mode", "leverage", "settings", "stop-route", "test-stop", "stream"], report.Checks.Select(check => check.Name));
        Assert.All(report.Checks, check => Assert.True(check.Verdict is ProbeVerdict.Passed, $"{check}"));
        Assert.NotNull((await Ask(run, "s1")).Grant);
        Assert.Equal((0, 0, leverage), (OpenStops(run, venue), run.Exchange.With(x => x.TruthReport()).Positions.Count, LeverageOf(run, venue)));
        var stops = run.Wire.Orders("/algoOrder", "/create").Where(line => line.StartsWith("POST", StringComparison.Ordinal)).Distinct();
        var stop = Assert.Single(stops); // the only order there was, whoever asked for the probe
        Assert.Contains(venue is Exchange.Bybit ? "reduceOnly=true triggerPrice=\"0.5\" triggerDirection=2" : "triggerPrice=0.5", stop, StringComparison.Ordinal);
        Assert.Contains((venue, hedge) switch
        {
            (Exchange.Binance, false) => "reduceOnly=true",
            (Exchange.Binance, true) => "positionSide=LONG",
            (_, false) => "positionIdx=0",
            _ => "positionIdx=1",
        }, stop, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_key_that_may_withdraw_is_refused_and_what_is_open_is_protected_all_the_same(Exchange venue)
    {
        var setting = new RunningNodeSetting { Venue = venue, Change = MayWithdraw };
        await using var run = await RunningNode.Start(setting, (Symbol, 1m));
        var report = await run.Account.Examine(withOrders: false, Within);

        const string wrong = "the key may withdraw: make a key without withdrawal and use that one";
        Assert.Equal((false, wrong), (report.Passed, report.Failure));
        var denied = await Ask(run, "s1");
        Assert.Equal((Reasons.AccountState, $"venue probe: {wrong}"), (denied.Denial, denied.Note));
        Assert.Contains(run.Node.Alerts.Newest, alert => alert.Kind == "VenueProbe" && alert.Text.Contains(wrong, StringComparison.Ordinal));
        await Protects(run, venue, hedge: false);
    }

    [Theory]
    [InlineData(Exchange.Binance, true)]
    [InlineData(Exchange.Binance, false)]
    [InlineData(Exchange.Bybit, true)]
    [InlineData(Exchange.Bybit, false)]
    public async Task A_position_mode_that_is_not_the_configured_one_is_found_at_the_start_and_named_with_its_remedy(Exchange venue, bool configured)
    {
        await using var run = await RunningNode.Start(
            new RunningNodeSetting { Venue = venue, Hedge = configured, ExchangeHedge = !configured }, (Symbol, 1m));
        await run.When(() => run.Account.LastProbe is not null); // the one that every start begins with

        var (real, said) = configured ? ("one-way", "hedge") : ("hedge", "one-way");
        var wrong = $"the account is in {real} mode and configured as {said}: set accounts.{venue.Id()}.position-mode to {real}, "
            + "or switch the account while nothing is open";
        Assert.Equal(wrong, run.Account.LastProbe!.Failure);
        Assert.Equal(Reasons.AccountState, (await Ask(run, "s1")).Denial);
        await Protects(run, venue, hedge: !configured);
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_tick_that_grew_is_no_reason_to_take_no_entries(Exchange venue)
    {
        await using var run = await RunningNode.Start(new RunningNodeSetting { Venue = venue, Live = true }, (Symbol, 1.2346m));
        await run.When(() => run.Account.LastProbe is { Passed: true });
        run.Exchange.With(x => x.Venue.Change(x.Venue.Find(Symbol)!.Spec with { TickSize = 0.01m, StepSize = 1m, MinQty = 1m }));
        Assert.Null((await run.Account.Examine(withOrders: true, Within)).Failure);
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_test_stop_that_a_crash_left_behind_is_ours_and_gone_after_the_next_start(Exchange venue)
    {
        await using var run = await RunningNode.Start(new RunningNodeSetting { Venue = venue }, (Symbol, 1m));
        var id = OrderIds.For(run.Journal, "probe/of-before", 1, OrderPurpose.Stop);
        run.Exchange.With(x => x.Venue.Stops.Place(
            x.Venue.Account($"{venue.Id()}/sim-key-0001"),
            new StopRequest(Symbol, Trading.Simulator.Matching.Side.Sell, StopType.StopMarket, 0.1m, 0.5m) { ClientId = id.Value, ReduceOnly = true, Source = PriceSource.Mark }));
        Assert.Equal(1, OpenStops(run, venue));

        await run.Restart();
        await run.When(() => OpenStops(run, venue) == 0);
        Assert.Empty(run.Exchange.With(x => x.TruthReport()).Positions);
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_new_session_of_the_stream_is_proven_live_without_any_trade(Exchange venue)
    {
        await using var run = await RunningNode.Start(new RunningNodeSetting { Venue = venue, Live = true }, (Symbol, 1m));
        await run.When(() => run.Account.LastProbe is { Passed: true } && run.Account.Ledger.Rounds > 0);
        var rounds = run.Account.Ledger.Rounds;
        var heard = run.Account.EventsHeard;
        run.CloseStreams();
        await run.When(() => run.Account.Ledger.Rounds > rounds); // the snapshot of the new session
        await run.When(() => run.Account.EventsHeard > heard && run.Account.Health is Trading.Gateways.StreamHealth.Live);
    }

    [Theory]
    [InlineData(Exchange.Binance, "GET /sapi/v1/account/apiRestrictions")]
    [InlineData(Exchange.Bybit, "GET /v5/user/query-api")]
    public async Task A_question_that_is_not_answered_makes_entries_wait_and_is_asked_again(Exchange venue, string route)
    {
        await using var run = await RunningNode.Start(new RunningNodeSetting { Venue = venue }, (Symbol, 1m));
        await run.When(() => run.Account.LastProbe is { Passed: true });
        run.Exchange.With(x => x.Venue.Faults.Add(new Fault { Do = FaultAction.UnknownNotExecuted, Route = route }, x.Venue.NowUtc));
        var doubt = await run.Account.Examine(withOrders: false, Within);
        Assert.Equal((false, false, null), (doubt.Passed, doubt.Concluded, doubt.Failure));
        Assert.Equal(ProbeVerdict.Unknown, doubt.Checks.Single(check => check.Name == "key").Verdict);
        Assert.True((await run.Account.Examine(withOrders: false, Within)).Passed);
    }

    [Theory]
    [InlineData(Exchange.Binance, "/sapi/v1/account/apiRestrictions")]
    [InlineData(Exchange.Bybit, "/v5/user/query-api")]
    public async Task A_question_that_never_left_is_no_word_about_the_key(Exchange venue, string path)
    {
        await using var run = await RunningNode.Start(new RunningNodeSetting { Venue = venue }, (Symbol, 1m));
        await run.When(() => run.Account.LastProbe is { Passed: true });
        run.Wire.Withheld = path;
        var doubt = await run.Account.Examine(withOrders: false, Within);
        Assert.Equal((false, false, null), (doubt.Passed, doubt.Concluded, doubt.Failure));
        Assert.True((await run.Account.Examine(withOrders: false, Within)).Passed);
    }

    [Fact]
    public async Task A_symbol_that_is_held_is_never_touched()
    {
        await using var run = await RunningNode.Start(new RunningNodeSetting { Live = true }, (Symbol, 1m));
        await run.When(() => run.Account.LastProbe is { Passed: true });
        await run.Open(Symbol, Side.Long, 100m, 1m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        var before = run.Wire.Orders("/algoOrder").Count;

        var report = await run.Account.Examine(withOrders: true, Within);
        Assert.Equal(ProbeVerdict.Skipped, report.Checks[^1].Verdict);
        Assert.Equal(before, run.Wire.Orders("/algoOrder").Count);
    }

    /// <summary>Somebody opens by hand what the node did not: it is adopted and gets its stop.</summary>
    private static async Task Protects(RunningNode run, Exchange venue, bool hedge)
    {
        run.Exchange.With(x => x.Venue.Hand.Open(x.Venue.Account($"{venue.Id()}/sim-key-0001"), Symbol, 100m));
        var stop = await run.Until<PositionEvent.StopConfirmed>();
        Assert.Equal(100m, stop.Quantity);
        var key = RunningNode.Key(Symbol, venue) with { Hedge = hedge ? Side.Long : null };
        Assert.True(run.Node.Board.Find(key)!.IsProtected);
    }

    private static async Task<Trading.Node.Accounts.AccountAnswer> Ask(RunningNode run, string id)
    {
        var symbol = Trading.Domain.Symbol.Parse(Symbol);
        var wish = new AccountInput.RequestSlot(
            new Signal(id, WaveName.Parse("w1"), run.Account.Settings.Id, symbol, Side.Long), new MarketView(1m, run.Account.Symbols.Find(symbol)));
        while (true)
        {
            var answer = await run.Account.Ask(wish);
            if (answer.Grant is not null || answer.Denial is not null) return answer;
            await Task.Delay(TimeSpan.FromMilliseconds(5)); // until the positions of the account have been read
        }
    }

    private static SimulatorOptions MayWithdraw(SimulatorOptions options) => options with
    {
        Binance = options.Binance with { WithdrawKeys = ["sim-key-0001"] }, Bybit = options.Bybit with { WithdrawKeys = ["sim-key-0001"] },
    };

    private static int OpenStops(RunningNode run, Exchange venue) =>
        run.Exchange.With(x => x.Venue.Account($"{venue.Id()}/sim-key-0001").OpenStops.Count(stop => !stop.OnPosition));

    private static decimal LeverageOf(RunningNode run, Exchange venue) =>
        run.Exchange.With(x => x.Venue.Setting(x.Venue.Account($"{venue.Id()}/sim-key-0001"), Symbol).Leverage);

    /// <summary>What a test order was to show and did not is asked for again, whatever looks at the account without orders meanwhile.</summary>
    [Fact]
    public async Task A_look_without_orders_does_not_take_the_place_of_the_probe_with_orders_that_is_due()
    {
        await using var run = await RunningNode.Start(
            new RunningNodeSetting
            {
                Venue = Exchange.Binance, Live = true,
                Before = x => x.Add(new Fault { Do = FaultAction.UnknownNotExecuted, Route = "POST /fapi/v1/algoOrder", Count = 1 }),
            },
            ("TAGUSDT", 1m), ("HNTUSDT", 2m));
        await run.When(() => run.Account.LastProbe is { Concluded: false });
        run.Exchange.With(x => x.Add(new Fault { Do = FaultAction.Refuse, Route = "POST /fapi/v1/marginType", Code = -4067, Message = "no", Count = 1 }));
        run.Account.Prepare(Trading.Domain.Symbol.Parse("HNTUSDT"));
        await run.When(() => run.Node.Alerts.Newest.Any(static alert => alert.Kind == "SettingsRefused"));
        await run.When(() => run.Account.LastProbe is { Concluded: true });
    }
}
