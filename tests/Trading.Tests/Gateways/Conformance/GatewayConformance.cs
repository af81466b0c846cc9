using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using OrderStatus = Trading.Domain.Positions.OrderStatus;
using Side = Trading.Domain.Side;
using StopStatus = Trading.Domain.Positions.StopStatus;

namespace Trading.Tests.Gateways.Conformance;

/// <summary>
/// The cards of docs/gateway-conformance.md, one test each, run against every gateway. What differs between venues is
/// named in the card; a further exchange passes the same.
/// </summary>
public abstract class GatewayConformance : GatewayBench
{
    private const double Fast = 20;

    [Fact]
    public async Task GC_010_An_entry_is_told_by_trade_order_and_position()
    {
        var entry = await Open();
        await Position<PositionInput.Traded>(input => input.Trade.Order == entry && input.Trade is { Quantity: Quantity, Origin: OrderOrigin.Ours });
        await Position<PositionInput.OrderReported>(input => input.Order == entry && input is { Status: OrderStatus.Filled, AveragePrice: > 0 });
        await Position<PositionInput.PositionStreamed>(input => input is { Amount: Quantity, ByOrder: true });
        Assert.Equal(StreamHealth.Live, Session.Health);
        Assert.True(Done(await Orders.QueryOrder(Key, entry, default))!.AveragePrice > 2900);
        Assert.Equal(Quantity, Done(await Orders.ReadPosition(Key, routine: false, default)).Row!.Amount);
    }

    [Fact]
    public async Task GC_020_A_lost_answer_is_unknown_and_nothing_is_sent_again()
    {
        Inject(new Fault { Do = FaultAction.LoseAnswer, Purpose = "entry" });
        var entry = Next(OrderPurpose.Entry);
        var sending = Orders.SendEntry(Key, entry, Side.Long, Quantity, null, default);
        await Executed(); // a faster clock would let it arrive after its window
        Clock.Speed = Fast;
        Assert.IsType<Unknown<OrderView>>(await sending);
        Clock.Speed = 1;
        await Position<PositionInput.PositionStreamed>(input => input.Amount == Quantity);
        Assert.Equal((entry, OrderStatus.Filled), Done(await Orders.QueryOrder(Key, entry, default)) is { } found ? (found.Id, found.Status) : default);
        Assert.Equal(Quantity, Held());
        Assert.Single(Exchange.With(exchange => exchange.TruthReport()).Orders, order => order.ClientId == entry.Value);
    }

    [Fact]
    public async Task GC_030_A_lost_request_is_unknown_and_the_exchange_says_that_it_has_no_such_order()
    {
        Inject(new Fault { Do = FaultAction.LoseRequest, Purpose = "entry" });
        Clock.Speed = Fast;
        var entry = Next(OrderPurpose.Entry);
        Assert.IsType<Unknown<OrderView>>(await Orders.SendEntry(Key, entry, Side.Long, Quantity, null, default));
        Clock.Speed = 1;
        Assert.Null(Done(await Orders.QueryOrder(Key, entry, default)));
        Assert.Equal(0, Held());
    }

    [Fact]
    public async Task GC_040_A_refusal_carries_the_exchanges_code_and_opens_nothing()
    {
        var refused = Assert.IsType<Refused<OrderView>>(
            await Orders.SendEntry(Key, Next(OrderPurpose.Entry), Side.Long, 9000m, null, default)); // 27 million of a 10,000 account
        Assert.NotEqual(Refused<OrderView>.NeverSent, refused.Code);
        Assert.Equal(0, Held());
    }

    [Fact]
    public async Task GC_050_An_acknowledgement_is_no_fill()
    {
        Inject(new Fault { Do = FaultAction.RejectOrder, ClientId = "tae" });
        var entry = Next(OrderPurpose.Entry);
        await Orders.SendEntry(Key, entry, Side.Long, Quantity, null, default);
        await Position<PositionInput.OrderReported>(input => input.Order == entry
            && input is { Executed: 0, Status: OrderStatus.Rejected or OrderStatus.Canceled or OrderStatus.Expired });
        Assert.Empty(Told<PositionInput.Traded>());
        Assert.Equal(0, Done(await Orders.QueryOrder(Key, entry, default))?.Executed ?? 0);
    }

    [Fact]
    public async Task GC_060_A_stop_is_confirmed_by_what_can_be_read_back()
    {
        await Open();
        await Protect(2940);
        await Position<PositionInput.StopReported>(input => input is { Status: StopStatus.Live, Trigger: 2940 });
        var stop = Assert.Single(Done(await Orders.ReadStops(Key, default)));
        Assert.Equal((2940m, Side.Long, true), (stop.Trigger, stop.Protects, stop.Covers(Quantity)));
        Assert.Equal(2940m, Assert.Single(Done(await Session.ReadSnapshot(routine: true, default)).Stops).Stop.Trigger);
    }

    [Fact]
    public async Task GC_070_A_stop_is_replaced_without_a_moment_without_one()
    {
        await Open();
        var first = await Protect(2940);
        var second = await Protect(2950, first: false);
        Assert.Equal(StopIsThePositions ? 1 : 2, Done(await Orders.ReadStops(Key, default)).Count);
        Assert.True(Done(await Orders.CancelStop(Key, first, default)));
        Assert.Equal(StopIsThePositions, Done(await Orders.CancelStop(Key, first, default)));
        Assert.Equal(2950m, Assert.Single(Done(await Orders.ReadStops(Key, default))).Trigger);
        Assert.Equal(0, Exchange.With(exchange => exchange.TruthReport()).MaxGapMs);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task GC_080_A_crossed_trigger_is_refused_as_such_and_the_old_stop_stands()
    {
        await Open();
        await Protect(2940);
        var crossed = Assert.IsType<Refused<StopView>>(
            await Orders.SendStop(Key, Next(OrderPurpose.Stop), Side.Long, Quantity, 3100, first: false, 1, default));
        Assert.Equal(RejectKind.WouldTrigger, crossed.Kind);
        Assert.Equal(2940m, Assert.Single(Done(await Orders.ReadStops(Key, default))).Trigger);
    }

    [Fact]
    public async Task GC_090_A_stop_that_fires_is_told_as_stop_trade_and_position()
    {
        await Open(Side.Short);
        var stop = await Protect(3050, Side.Short);
        Price(3060);
        await Position<PositionInput.StopReported>(input => input.Status is StopStatus.Finished or StopStatus.Triggered);
        await Position<PositionInput.Traded>(input => input.Trade is { Bought: Side.Long, Quantity: Quantity });
        var closing = Told<PositionInput.Traded>().Last(input => input.Trade.Bought is Side.Long).Trade;
        await Position<PositionInput.PositionStreamed>(input => input.Amount == 0 && input.AtUtc >= closing.AtUtc);
        if (!StopIsThePositions) Assert.Equal(stop, closing.Order);
    }

    [Fact]
    public async Task GC_100_A_close_ends_flat_never_beyond_and_what_is_flat_has_nothing_to_reduce()
    {
        await Open();
        ByHand((exchange, account) => exchange.Venue.Hand.Close(account, Key.Symbol.Value, 0.2m));
        await Position<PositionInput.PositionStreamed>(input => input.Amount == 0.3m);
        await Orders.SendClose(Key, Next(OrderPurpose.Close), Side.Long, Quantity, default);
        if (Held() != 0) Done(await Orders.SendClose(Key, Next(OrderPurpose.Close), Side.Long, 0.3m, default));
        await Position<PositionInput.PositionStreamed>(input => input.Amount == 0);
        Assert.Equal(0, Held());
        var nothing = Assert.IsType<Refused<OrderView>>(await Orders.SendClose(Key, Next(OrderPurpose.Close), Side.Long, Quantity, default));
        Assert.Equal(RejectKind.NothingToReduce, nothing.Kind);
        Assert.DoesNotContain(Told<PositionInput.PositionStreamed>(), input => input.Amount < 0);
    }

    [Fact]
    public async Task GC_110_An_empty_list_proves_nothing_and_a_zero_row_does()
    {
        await Open();
        Inject(new Fault { Do = FaultAction.EmptyPositions, Purpose = "positions" });
        var empty = Done(await Orders.ReadPosition(Key, routine: false, default));
        Assert.Equal((null, false), (empty.Row, empty.IsExplicitZero));
        Assert.Equal(Quantity, Done(await Orders.ReadPosition(Key, routine: false, default)).Row!.Amount);
        Done(await Orders.SendClose(Key, Next(OrderPurpose.Close), Side.Long, Quantity, default));
        await Position<PositionInput.PositionStreamed>(input => input.Amount == 0);
        Assert.True(Done(await Orders.ReadPosition(Key, routine: true, default)).IsExplicitZero);
    }

    [Fact]
    public async Task GC_120_A_snapshot_is_whole_or_unknown()
    {
        await Open();
        await Protect(2940);
        Inject(new Fault { Do = FaultAction.Unavailable, Purpose = "positions" });
        Assert.IsNotType<Done<AccountSnapshot>>(await Session.ReadSnapshot(routine: true, default));
        var snapshot = Done(await Session.ReadSnapshot(routine: true, default));
        Assert.Equal(Quantity, snapshot.Positions[Key].Amount);
        Assert.Equal(Key, Assert.Single(snapshot.Stops).Key);
        Assert.True(snapshot.StartedUtc <= NowUtc);
    }

    [Fact]
    public async Task GC_130_A_dropped_stream_is_a_new_session_and_tells_what_happens_from_then_on()
    {
        await Drop("private");
        await Started(epoch: 2);
        ByHand((exchange, account) => exchange.Venue.Hand.Open(account, Key.Symbol.Value, -2m));
        await Position<PositionInput.PositionStreamed>(input => input.Amount == -2);
        Assert.Equal(StreamHealth.Live, Session.Health);
    }

    [Fact]
    public async Task GC_140_What_others_order_is_told_as_theirs()
    {
        ByHand((exchange, account) =>
        {
            exchange.Venue.Hand.Open(account, Key.Symbol.Value, 2m);
            exchange.Venue.Hand.PlaceStop(account, new StopRequest(
                Key.Symbol.Value, Trading.Simulator.Matching.Side.Sell, StopType.StopMarket, 2m, 2900m) { Source = PriceSource.Mark, ReduceOnly = true });
        });
        await Position<PositionInput.OutsideOrder>(input => input.Origin is OrderOrigin.Foreign);
        var stop = Assert.Single(Done(await Orders.ReadStops(Key, default)));
        Assert.Equal((2900m, OrderOrigin.Foreign), (stop.Trigger, stop.Origin));
        Assert.DoesNotContain(Told<PositionInput.Traded>(), input => input.Trade.Origin is OrderOrigin.Ours);
    }

    [Fact]
    public async Task GC_150_Trades_are_complete_and_oldest_first()
    {
        var since = NowUtc.AddSeconds(-5);
        var entry = await Open();
        var close = Next(OrderPurpose.Close);
        Done(await Orders.SendClose(Key, close, Side.Long, Quantity, default));
        await Position<PositionInput.PositionStreamed>(input => input.Amount == 0);
        var trades = Done(await Orders.ReadTrades(Key, since, default));
        Assert.Equal([entry, close], trades.Select(trade => trade.Order));
        Assert.Equal(0, trades.Sum(trade => trade.Signed));
        Assert.Equal(
            trades.Select(trade => trade.TradeId), Told<PositionInput.Traded>().Select(input => input.Trade.TradeId).Distinct());
    }

    [Fact]
    public async Task GC_160_Preparing_what_is_prepared_is_done()
    {
        Assert.True(Done(await Orders.Prepare(Key.Symbol, 3, isolated: true, default)));
        Assert.True(Done(await Orders.Prepare(Key.Symbol, 3, isolated: true, default)));
    }

    [Fact]
    public async Task GC_165_What_a_hand_sets_is_told()
    {
        ByHand((exchange, account) => Assert.Equal(Refusal.None, exchange.Venue.Settings.SetMarginType(account, exchange.Venue.Find(Key.Symbol.Value)!, isolated: true)));
        await Open();
        ByHand((exchange, account) => Assert.Equal(Refusal.None, exchange.Venue.Settings.SetLeverage(account, exchange.Venue.Find(Key.Symbol.Value)!, 25)));
        await Heard<SessionReport.SettingTold>(report => report.Setting is { Leverage: 25 } setting && setting.Symbol == Key.Symbol);
        var told = Done(await Session.ReadSnapshot(routine: false, default)).Settings;
        Assert.Contains(told, setting => setting.Symbol == Key.Symbol && setting.Leverage == 25);
        Assert.Contains(told, setting => (setting.Symbol is null || setting.Symbol == Key.Symbol) && setting.Isolated is true);
    }

    [Fact]
    public async Task GC_170_A_refused_timestamp_is_mended_once_under_the_same_id()
    {
        Exchange.With(exchange => exchange.Venue.Skew = TimeSpan.FromSeconds(90));
        var entry = Next(OrderPurpose.Entry);
        Done(await Orders.SendEntry(Key, entry, Side.Long, Quantity, null, default));
        await Position<PositionInput.PositionStreamed>(input => input.Amount == Quantity);
        Assert.Single(Exchange.With(exchange => exchange.TruthReport()).Orders, order => order.ClientId == entry.Value);
    }

    [Fact]
    public async Task GC_180_Without_the_lease_nothing_leaves()
    {
        await Open();
        IsLeased = false;
        var before = Exchange.With(exchange => exchange.TruthReport()).Orders.Count;
        Assert.Equal(0, CodeOf(await Orders.SendEntry(Key, Next(OrderPurpose.Entry), Side.Long, Quantity, null, default)));
        Assert.Equal(0, CodeOf(await Orders.SendStop(Key, Next(OrderPurpose.Stop), Side.Long, Quantity, 2940, first: true, 0, default)));
        Assert.Equal(0, CodeOf(await Orders.SendClose(Key, Next(OrderPurpose.Close), Side.Long, Quantity, default)));
        Assert.Equal(before, Exchange.With(exchange => exchange.TruthReport()).Orders.Count);
    }

    [Fact]
    public async Task GC_190_A_liquidation_is_told_as_the_exchanges_own()
    {
        Done(await Orders.Prepare(Key.Symbol, 20, isolated: true, default));
        await Open();
        Price(2700);
        await Position<PositionInput.PositionStreamed>(input => input.Amount == 0);
        await Until(() => Told<PositionInput.OutsideOrder>().Any(input => input.Origin is OrderOrigin.Liquidation)
            || Told<PositionInput.Traded>().Any(input => input.Trade.Origin is OrderOrigin.Liquidation));
        await Until(() => Told<PositionInput.Traded>().Where(input => input.Trade.Bought is Side.Short).Sum(input => input.Trade.Quantity) == Quantity);
        if (!LiquidationCostsAfterIt) return;
        await Heard<SessionReport.CashMoved>(moved => moved.Report is { Symbol: { } symbol, Cash: { Kind: CashKind.Liquidation, Amount: < 0 } } && symbol == Key.Symbol);
    }

    [Fact]
    public async Task GC_200_Marks_arrive_and_a_dropped_socket_comes_back() => await Marks(async marks =>
    {
        await Until(() => marks.Contains(3000));
        Price(3001);
        await Drop("market");
        await Until(() => marks.Contains(3001));
    });

    [Fact]
    public async Task GC_210_An_own_order_that_the_stream_does_not_tell_of_makes_it_suspect()
    {
        Inject(new Fault { Do = FaultAction.DropEvent, Count = null });
        var entry = Next(OrderPurpose.Entry);
        Done(await Orders.SendEntry(Key, entry, Side.Long, Quantity, null, default));
        Session.ExpectEvent(entry);
        Clock.Speed = 5;
        await Heard<SessionReport.HealthChanged>(report => report.Health is StreamHealth.Suspect);
    }

    [Fact]
    public async Task GC_220_Trading_rules_and_balance_are_the_exchanges_own()
    {
        var rules = Assert.Single(Done(await Session.ReadSymbols(default)));
        Assert.Equal((Key.Symbol, 0.01m, 0.001m, true, true), (rules.Symbol, rules.TickSize, rules.StepSize, rules.IsTrading, rules.IsUsdtPerpetual));
        Assert.Equal(10000, Done(await Session.ReadBalance(default)).WalletUsdt);
        Assert.Equal(3000, Done(await Orders.ReadMark(Key.Symbol, default)));
    }

    [Fact]
    public async Task GC_230_An_entry_is_taken_for_lost_no_sooner_than_it_can_still_take_effect()
    {
        Inject(new Fault { Do = FaultAction.DelayRequest, Purpose = "entry", Ms = 3500 });
        Clock.Speed = 5;
        var entry = Next(OrderPurpose.Entry);
        var began = NowUtc;
        Assert.IsType<Unknown<OrderView>>(await Orders.SendEntry(Key, entry, Side.Long, Quantity, null, default));
        await WaitUntil(began + Orders.LatestEffect(OrderPurpose.Entry));
        Assert.Equal(Held() == 0, Done(await Orders.QueryOrder(Key, entry, default)) is not { Executed: > 0 });
        Assert.True(Orders.LatestEffect(OrderPurpose.Close) > Orders.LatestEffect(OrderPurpose.Entry));
    }

    [Fact]
    public void GC_240_A_cut_or_changed_frame_neither_fails_nor_invents() => MutatedFrames.NeitherFailNorInvent(SampleFrames, Read);

    [Fact]
    public async Task GC_250_A_contract_without_a_key_here_is_told_beside_the_positions()
    {
        Price(Dated, 3100);
        ByHand((exchange, account) => exchange.Venue.Hand.Open(account, Dated, -2m));
        await Heard<SessionReport.UntradedTold>(report => report.Position is { Contract: var contract, Amount: -2m } && contract == Dated);
        var snapshot = Done(await Session.ReadSnapshot(routine: true, default));
        var row = Assert.Single(snapshot.Untraded, row => row.Amount != 0);
        Assert.Equal((Dated, -2m), (row.Contract, row.Amount));
        Assert.InRange(row.EntryPrice, 3090m, 3110m);
        Assert.DoesNotContain(snapshot.Positions.Values, position => position.Amount != 0);
        Assert.Empty(Told<PositionInput.PositionStreamed>());

        ByHand((exchange, account) => exchange.Venue.Hand.Close(account, Dated));
        await Heard<SessionReport.UntradedTold>(report => report.Position.Contract == Dated && report.Position.Amount == 0);
        Assert.DoesNotContain(Done(await Session.ReadSnapshot(routine: true, default)).Untraded, one => one.Amount != 0);
    }

    [Fact]
    public async Task GC_260_What_is_paid_without_a_trade_is_told_with_an_identity_and_listed()
    {
        var since = NowUtc.AddSeconds(-5);
        await Open();
        Inject(new Fault { Do = FaultAction.DuplicateEvent, Event = FundingFrame, Ms = 50 });
        Fund(0.001m);
        Fund(0.002m);
        await Until(() => Paid().Count == 3);
        Assert.Equal(2, Paid().Select(cash => cash.Id).Distinct().Count());
        Assert.Equal([-3m, -1.5m, -1.5m], Paid().Select(cash => cash.Amount).Order());
        Assert.All(Told(), report => Assert.Equal((Key.Symbol, CashKind.Funding, "USDT"), (report.Symbol!.Value, report.Cash.Kind, report.Cash.Asset)));

        var listed = Done(await Session.ReadCash(since, default));
        Assert.Equal(2, listed.Count);
        Assert.All(Told(), told => Assert.Single(listed, paid => paid.Symbol == told.Symbol && BookedCash.Of(told.Cash).Is(paid.Cash)));

        void Fund(decimal rate) =>
            Exchange.With(exchange => Assert.True(exchange.Venue.Ledger.PayFunding(exchange.Venue.Find(Key.Symbol.Value)!, rate, exchange.NowUtc)));
        List<CashReport> Told() => [.. Heard<SessionReport.CashMoved>().Select(moved => moved.Report)];
        List<Cash> Paid() => [.. Told().Select(report => report.Cash)];
    }

    [Fact]
    public async Task GC_270_A_fee_is_told_in_the_asset_in_which_it_was_paid_and_what_it_was_worth_can_be_read()
    {
        ByHand((exchange, account) => Assert.True(exchange.Venue.Fees.PayIn(account, "ETH", 1)));
        var since = NowUtc.AddSeconds(-5);
        await Open();
        await Position<PositionInput.Traded>(static _ => true);
        var told = Assert.Single(Told<PositionInput.Traded>()).Trade;
        Assert.Equal("ETH", told.FeeAsset);
        Assert.InRange(told.Fee, 0.00001m, 0.001m);
        Assert.Equal((told.Fee, told.FeeAsset), Done(await Orders.ReadTrades(Key, since, default)) is [var listed] ? (listed.Fee, listed.FeeAsset) : default);
        Assert.Equal(3000, Done(await Orders.ReadMarkAt(Key.Symbol, told.AtUtc, default)));
    }

    private async Task WaitUntil(DateTime atUtc)
    {
        if (atUtc > NowUtc) await Task.Delay(atUtc - NowUtc, Clock);
    }

    private static int CodeOf<T>(Outcome<T> outcome) => Assert.IsType<Refused<T>>(outcome).Code;
}
