using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>What a position earned and paid: each amount once, in what the account is kept in.</summary>
public sealed class MoneyScenarios
{
    [Fact]
    public void A_fee_of_0_000305_BNB_is_0_18_USDT_and_not_0_0003() => Held("BNB", 0.000305m)
        .Then(on => Assert.Contains(new PositionEffect.PriceAsset("BNB", At("10:00:00.005")), on.Last.Effects))
        .At("10:00:00.200", new AssetQuoted("BNB", At("10:00:00.005"), 590m))
        .Then(on => Assert.Equal((0.17995m, -0.17995m, -0.17995m, null), Books(on)))
        .Reads("""
            10:00:00.200 <- AssetQuoted BNB 590
                         :: AssetPriced BNB 590
            """);

    [Fact]
    public void Until_its_price_is_known_a_fee_counts_as_nothing_and_is_shown() =>
        Held("BNB", 0.000305m).Then(on => Assert.Equal((0m, 0m, 0m, "-0.000305 BNB"), Books(on)));

    [Fact]
    public void The_break_even_stop_covers_a_fee_that_was_paid_in_another_asset()
    {
        var (inKind, converted) = (Held("USDT", 0.2m, Barriers), Held("BNB", 0.0004m, Barriers));
        converted.Quietly("10:00:00.200", new AssetQuoted("BNB", At("10:00:00.005"), 500m));
        foreach (var on in new[] { inKind, converted })
            on.Quietly("10:00:01.000", on.Stop("s1", StopStatus.Live, "10:00:00.990")).Quietly("10:10:00.000", Mark(1.0100m));
        Assert.Equal(1.0026m, BreakEven(inKind)); // 0.2 of the entry, 0.05 of the exit, rounded towards the market
        Assert.Equal(BreakEven(inKind), BreakEven(converted));
    }

    [Fact]
    public void Fills_of_different_hours_have_each_the_price_of_their_time() => Held("BNB", 0.001m)
        .Quietly("10:00:00.020", on => on.Fill("e1", "t1", Side.Long, 100m, 1m, "10:00:00.005"))
        .Quietly("11:30:00.000", on => ForeignFill(on, "f1", Side.Long, 50m, "11:30:00.000", "BNB", 0.002m))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.PriceAsset)) // one is under way
        .Quietly("11:30:01.000", new AssetQuoted("BNB", At("10:00:00.005"), 500m))
        .Then(on => Assert.Equal(new PositionEffect.PriceAsset("BNB", At("11:30:00.000")), Assert.Single(on.Last.Effects)))
        .Then(on => Assert.Equal((0.5m, -0.5m, -0.5m, "-0.002 BNB"), Books(on)))
        .Quietly("11:30:02.000", new AssetQuoted("BNB", At("11:30:00.000"), 600m))
        .Then(on => Assert.Equal((1.7m, -1.7m, -1.7m, null), Books(on)));

    [Fact]
    public void A_fee_that_was_not_priced_when_the_process_died_is_asked_for_at_the_next_start_at_the_time_it_was_paid() => Held("BNB", 0.001m)
        .Restart()
        .Quietly("13:00:00.000", new Recovered())
        .Then(on => Assert.Contains(new PositionEffect.PriceAsset("BNB", At("10:00:00.005")), on.Last.Effects))
        .Quietly("13:00:00.500", new AssetQuoted("BNB", At("10:00:00.005"), 500m))
        .Then(on => Assert.Equal((0.5m, -0.5m, -0.5m, null), Books(on)));

    [Fact]
    public void The_last_fee_is_priced_after_the_closure_and_belongs_to_what_was_closed() => Held("USDT", 0.01m)
        .Quietly("10:01:00.000", on => ForeignFill(on, "f1", Side.Short, 100m, "10:01:00.000", "BNB", 0.001m))
        .Quietly("10:01:00.010", on => on.Amount(0m, 0m, "10:01:00.000"))
        .Then(on => Assert.Equal((0.01m, -0.01m, 0m, "-0.001 BNB"), Books(on)))
        .Quietly("10:01:00.200", new AssetQuoted("BNB", At("10:01:00.000"), 600m))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State))
        .Then(on => Assert.Equal((0.61m, -0.61m, -0.6m, null), Books(on)));

    [Fact]
    public void An_asset_without_a_price_is_told_once_and_stays_beside_the_result() => Held("XYZ", 5000m)
        .At("10:00:00.200", new AssetQuoted("XYZ", At("10:00:00.005"), null))
        .Quietly("10:00:01.000", Mark(1.001m))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.PriceAsset))
        .Then(on => Assert.Equal((0m, 0m, 0m, "-5000 XYZ"), Books(on)))
        .Then(on => Assert.Single(on.Effects.OfType<PositionEffect.AlertOperator>(), alert => alert.Kind is AlertKind.NoPrice));

    [Fact]
    public void What_is_quoted_in_another_asset_earns_in_that_asset()
    {
        var on = new PositionScenario("binance/ETHBTC", PositionScenario.Rules("ETHBTC", 0.00001m) with { Quote = "BTC" });
        on.Quietly("10:00:00.000", new AdoptPosition(new PositionRow(2m, 0.05m, At("09:59:00.000")), [], AdoptPolicy.Manage, At("09:59:59.800")));
        Assert.Contains(new PositionEffect.PriceAsset("BTC", At("10:00:00.000")), on.Last.Effects);
        on.Quietly("10:00:00.300", new AssetQuoted("BTC", At("10:00:00.000"), 60_000m));
        Assert.Equal(60_000m, on.State.Held!.QuotePrice);

        on.Quietly("10:01:00.000", ForeignFill(on, "f1", Side.Short, 1m, "10:01:00.000", "BNB", 0.01m, price: 0.06m, pnl: 0.01m));
        Assert.Equal((0m, 0m, 0m, "0.01 BTC, -0.01 BNB"), Books(on));
        on.Quietly("10:01:00.200", new AssetQuoted("BTC", At("10:01:00.000"), 61_000m)).Quietly("10:01:00.300", new AssetQuoted("BNB", At("10:01:00.000"), 600m));
        Assert.Equal((6m, 604m, 604m, null), Books(on)); // 0.01 BTC earned, 0.01 BNB paid
        Assert.Equal((0.05m - 604m / 61_000m) / 0.9995m, on.State.Held!.BreakEvenPrice(0.0005m)); // in the asset it is traded in
    }

    [Fact]
    public void A_funding_frame_that_is_repeated_is_booked_once_over_a_restart_and_for_the_next_position() => Held("USDT", 0m)
        .Quietly("16:00:00.010", Funding("f1", -0.5m, "16:00:00.000"))
        .At("16:00:00.020", Funding("f1", -0.5m, "16:00:00.000"))
        .Restart()
        .Quietly("16:00:05.000", Funding("f1", -0.5m, "16:00:00.000"))
        .Quietly("16:00:10.000", Funding("f2", 0.2m, "16:00:00.000")) // the other payment of that moment
        .Then(on => Assert.Equal(-0.3m, on.State.Held!.Money.Funding))
        .Quietly("16:01:00.000", on => ForeignFill(on, "f1", Side.Short, 100m, "16:01:00.000", "USDT", 0m))
        .Quietly("16:01:00.010", on => on.Amount(0m, 0m, "16:01:00.000"))
        .Quietly("16:01:01.000", Funding("f1", -0.5m, "16:00:00.000"))
        .Then(on => Assert.Equal(-0.3m, Assert.IsType<PositionState.Flat>(on.State).Last!.Money.Funding))
        .Quietly("16:01:02.000", on => new CancelAnswered(on.Id("s1"), WasOpen: true))
        .Quietly("16:20:00.000", Want(Side.Long, 100m, 1m))
        .Quietly("16:20:01.000", Funding("f1", -0.5m, "16:00:00.000"))
        .Then(on => Assert.Equal(0m, Assert.IsType<PositionState.Opening>(on.State).Holding.Money.Funding))
        .Then(on => Assert.Equal(2, on.Events.OfType<PositionEvent.FundingBooked>().Count()));

    [Fact]
    public void A_liquidation_in_several_fills_ends_with_its_fee_in_the_books() => Held("USDT", 0.05m)
        .Quietly("10:30:00.009", new OutsideOrder("77", OrderOrigin.Liquidation, At("10:30:00.000")))
        .Quietly("10:30:00.010", on => ForeignFill(on, "l1", Side.Short, 20m, "10:30:00.000", "USDT", 0m, price: 0.9m, pnl: -2m, origin: OrderOrigin.Liquidation))
        .Quietly("10:30:00.011", on => on.Amount(80m, 1m, "10:30:00.000"))
        .Quietly("10:30:00.012", on => ForeignFill(on, "l2", Side.Short, 80m, "10:30:00.000", "USDT", 0m, price: 0.89m, pnl: -8.8m, origin: OrderOrigin.Liquidation))
        .Quietly("10:30:00.013", on => on.Amount(0m, 0m, "10:30:00.000"))
        .At("10:30:00.014", new CashMoved(new Cash("i1", CashKind.Liquidation, -0.446m, "USDT", "INSURANCE_CLEAR", At("10:30:00.000"))))
        .Then(on => Assert.Equal(CloseReason.Liquidation, Assert.Single(on.Events.OfType<PositionEvent.PositionClosed>()).Reason))
        .Then(on => Assert.Equal((0.496m, -11.296m, 0m, null), Books(on)));

    [Fact]
    public void Money_of_a_position_that_was_never_held_here_is_not_booked() => new PositionScenario("binance/TAGUSDT")
        .Quietly("10:00:00.000", Funding("f1", -0.5m, "10:00:00.000"))
        .Then(on => Assert.Empty(on.Events));

    private static readonly ProtectionPlan Barriers = new(BreakEven: 0.005m);

    private static DateTime At(string time) => new PositionScenario("binance/TAGUSDT").Utc(time);

    private static CashMoved Funding(string id, decimal amount, string at) => new(new Cash(id, CashKind.Funding, amount, "USDT", "FUNDING_FEE", At(at)));

    private static decimal BreakEven(PositionScenario on) =>
        on.Events.OfType<PositionEvent.StopIntended>().Single(stop => stop.Cause is StopCause.BreakEven).Trigger;

    private static (decimal Fees, decimal Net, decimal Estimated, string? Unpriced) Books(PositionScenario on)
    {
        var money = (on.State.Held ?? ((PositionState.Flat)on.State).Last)!.Money;
        return (money.Fees, money.Net, money.Estimated, money.UnpricedText);
    }

    /// <summary>Long 100 at 1, its fee paid in that asset.</summary>
    private static PositionScenario Held(string asset, decimal fee, ProtectionPlan? plan = null)
    {
        var on = new PositionScenario("binance/TAGUSDT", PositionScenario.Rules("TAGUSDT", 0.0001m, 1m));
        on.Quietly("10:00:00.000", Want(Side.Long, 100m, 1m, plan));
        var fill = on.Fill("e1", "t1", Side.Long, 100m, 1m, "10:00:00.005");
        on.Quietly("10:00:00.009", on.Amount(100m, 1m, "10:00:00.005"));
        return on.Quietly("10:00:00.010", fill with { Trade = fill.Trade with { Fee = fee, FeeAsset = asset } });
    }

    private static Traded ForeignFill(
        PositionScenario on, string trade, Side bought, decimal quantity, string at, string asset, decimal fee, decimal price = 1m, decimal pnl = 0,
        OrderOrigin origin = OrderOrigin.Foreign)
    {
        var told = on.ForeignFill(trade, bought, quantity, price, at, origin);
        return told with { Trade = told.Trade with { Fee = fee, FeeAsset = asset, RealizedPnl = pnl } };
    }

    [Fact]
    public void Two_equal_fees_of_a_liquidation_in_two_steps_are_two_payments_and_the_list_repeats_both()
    {
        var on = new PositionScenario("binance/LINKUSDT", PositionScenario.Rules("LINKUSDT", 0.001m, 0.1m))
            .Quietly("16:00:00.000", Want(Side.Short, 10m, 17.63m))
            .Quietly("16:00:00.050", o => o.Fill("e1", "t1", Side.Short, 10m, 17.63m, "16:00:00.040"));
        foreach (var (time, id) in (ReadOnlySpan<(string, string)>)
            [("16:01:00.000", "INSURANCE_CLEAR 1"), ("16:01:01.000", "INSURANCE_CLEAR 2"), ("16:01:00.000", "income 7"), ("16:01:01.000", "income 8")])
            on.Quietly(time, o => new CashMoved(new Cash(id, CashKind.Liquidation, -0.5m, "USDT", "INSURANCE_CLEAR", o.Utc(time))));
        Assert.Equal(2, on.Events.OfType<PositionEvent.LiquidationCleared>().Count());
    }
}
