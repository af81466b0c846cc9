using Trading.Simulator.Market;
using Trading.Simulator.Matching;

namespace Trading.Tests.Simulator.Binance;

/// <summary>Protocol page, sections 7.4 and 7.6, and what a delisting does.</summary>
public sealed class AmendTests
{
    private const string Limit =
        "symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=2900&newClientOrderId=a";

    [Fact]
    public void A_limit_order_is_amended_and_told_and_the_same_again_is_refused()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        Assert.Equal(0, bench.Order(Limit));
        int Amend(string p) => bench.Code("PUT", "/fapi/v1/order", "symbol=ETHUSDT&side=BUY&origClientOrderId=a&" + p);

        Assert.Equal((0, -5027, -1102), (
            Amend("quantity=0.4&price=2950"), Amend("quantity=0.4&price=2950"), Amend("price=2950")));
        bench.Price(ExchangeBench.Eth, 2949m);

        Assert.Contains("ORDER_TRADE_UPDATE/AMENDMENT", stream.Names);
        Assert.Equal(0.4m, bench.Account.Find("ETHUSDT", PositionSide.Both)!.Quantity);
    }

    [Fact]
    public void The_dead_mans_switch_cancels_regular_orders_unless_it_is_armed_again_or_off()
    {
        using var bench = new ExchangeBench();
        Assert.Equal(0, bench.Order(Limit));
        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=2900"));
        int Arm(int ms) => bench.Code("POST", "/fapi/v1/countdownCancelAll", $"symbol=ETHUSDT&countdownTime={ms}");

        Assert.Equal(0, Arm(1000));
        bench.Pass(900);
        Assert.Equal(0, Arm(1000));
        bench.Pass(900);
        Assert.Single(bench.Account.OpenOrders);
        Assert.Equal(0, Arm(0));
        bench.Pass(5000);
        Assert.Single(bench.Account.OpenOrders);
        Assert.Equal(0, Arm(1000));
        bench.Pass(1000);
        Assert.Empty(bench.Account.OpenOrders);
        Assert.Single(bench.Account.OpenStops);
    }

    [Fact]
    public void A_symbol_that_leaves_trading_is_announced_takes_closes_only_and_settles()
    {
        using var bench = new ExchangeBench();
        var contracts = bench.Stream("/market/ws/!contractInfo");
        bench.Open(ExchangeBench.Eth, "BUY", "1", "2900");
        var spec = bench.Exchange.Venue.Find("ETHUSDT")!.Spec;

        bench.Exchange.Venue.Change(spec with { Status = "SETTLING" });
        bench.Pass(1000);
        Assert.Equal("SETTLING", contracts.Of("contractInfo").Single().GetProperty("cs").GetString());
        Assert.Equal(-4140, bench.Order("symbol=ETHUSDT&side=BUY&type=MARKET&quantity=1"));
        Assert.Equal(0, bench.Order("symbol=ETHUSDT&side=SELL&type=MARKET&quantity=0.5&reduceOnly=true"));

        bench.Exchange.Venue.Change(spec with { Status = "CLOSE" });
        Assert.True(bench.Account.Find("ETHUSDT", PositionSide.Both)!.IsFlat);
        Assert.Empty(bench.Account.OpenStops);
        Assert.StartsWith("settlement_autoclose-", bench.Account.OrderHistory[^1].ClientId, StringComparison.Ordinal);
    }
}
