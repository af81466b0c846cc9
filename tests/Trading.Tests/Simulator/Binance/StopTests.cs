using Trading.Simulator.Faults;
using Trading.Simulator.Matching;

namespace Trading.Tests.Simulator.Binance;

/// <summary>Protocol page, section 8: conditional orders.</summary>
public sealed class StopTests
{
    [Fact]
    public void A_stop_lives_new_triggering_triggered_finished_and_its_order_bears_its_id()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        bench.Open(ExchangeBench.Eth, "BUY", "0.75", "2940");
        bench.Pass(0);
        stream.Frames.Clear();

        bench.Price(ExchangeBench.Eth, 2939m);

        Assert.Equal(
            ["ALGO_UPDATE/TRIGGERING", "ALGO_UPDATE/TRIGGERED", "TRADE_LITE", "ORDER_TRADE_UPDATE/NEW",
                "ACCOUNT_UPDATE", "ORDER_TRADE_UPDATE/TRADE", "ALGO_UPDATE/FINISHED"],
            stream.Names);
        var fill = stream.Of("ORDER_TRADE_UPDATE/TRADE").Single().GetProperty("o");
        Assert.Equal("ta-ent-1-s", fill.GetProperty("c").GetString());
        Assert.Equal("-45.75", fill.GetProperty("rp").GetString());
        var end = stream.Of("ALGO_UPDATE/FINISHED").Single().GetProperty("o");
        Assert.Equal(("2939", "0.75", "MARKET"), (
            end.GetProperty("ap").GetString(), end.GetProperty("aq").GetString(), end.GetProperty("act").GetString()));
        Assert.Equal(fill.GetProperty("i").GetInt64().ToString(), end.GetProperty("ai").GetString());
        Assert.True(bench.Account.Find("ETHUSDT", PositionSide.Both)!.IsFlat);
    }

    [Theory]
    [InlineData("symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=3000", -2021)]
    [InlineData("symbol=ETHUSDT&side=BUY&quantity=1&reduceOnly=true&triggerPrice=2999", -2021)]
    [InlineData("symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=2900.123", -1111)]
    [InlineData("symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true", -1102)]
    [InlineData("symbol=ETHUSDT&side=SELL&closePosition=true&triggerPrice=2900", -4509)]
    [InlineData("symbol=ETHUSDT&side=SELL&closePosition=true&quantity=1&triggerPrice=2900", -4137)]
    [InlineData("symbol=NOUSDT&side=SELL&quantity=1&triggerPrice=2900", -1121)]
    public void What_cannot_be_is_refused_with_its_code(string parameters, int code)
    {
        using var bench = new ExchangeBench();

        Assert.Equal(code, bench.Stop(parameters));
        Assert.Empty(bench.Account.OpenStops);
    }

    [Fact]
    public void A_reduce_only_stop_may_rest_before_its_position_exists()
    {
        using var bench = new ExchangeBench();

        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=2900"));
        bench.Open(ExchangeBench.Eth, "BUY", "1");

        Assert.True(bench.Exchange.Truth.AllCovered);
        Assert.Equal(0, bench.Exchange.TruthReport().MaxUnprotectedMs);
    }

    [Fact]
    public void One_close_position_stop_per_direction_and_it_goes_with_its_position()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1");
        const string Close = "symbol=ETHUSDT&side=SELL&closePosition=true&triggerPrice=";
        Assert.Equal(0, bench.Stop(Close + "2900"));
        Assert.Equal(-4130, bench.Stop(Close + "2910"));
        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=2950"));
        var row = bench.Json("GET", "/fapi/v1/openAlgoOrders", "symbol=ETHUSDT")[0];
        Assert.Equal(("0", "GTE_GTC"), (row.GetProperty("quantity").GetString(), row.GetProperty("timeInForce").GetString()));

        Assert.Equal(0, bench.Order("symbol=ETHUSDT&side=SELL&type=MARKET&quantity=1&reduceOnly=true"));
        bench.Pass(500);

        Assert.Equal([StopStatus.Expired, StopStatus.New], bench.Account.StopHistory.Select(s => s.Status));
    }

    [Fact]
    public void An_orphan_reduce_only_stop_is_rejected_when_it_triggers_on_nothing()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        bench.Open(ExchangeBench.Eth, "BUY", "1", "2900");
        Assert.Equal(0, bench.Order("symbol=ETHUSDT&side=SELL&type=MARKET&quantity=1&reduceOnly=true"));

        bench.Price(ExchangeBench.Eth, 2899m);

        var end = stream.Of("ALGO_UPDATE/REJECTED").Single().GetProperty("o");
        Assert.Equal("Reduce Only reject", end.GetProperty("rm").GetString());
        Assert.True(bench.Account.Find("ETHUSDT", PositionSide.Both)!.IsFlat);
    }

    [Theory]
    [InlineData(OversizeStop.Trim, true, StopStatus.Finished)]
    [InlineData(OversizeStop.Expire, false, StopStatus.Expired)]
    public void A_stop_larger_than_its_position_is_trimmed_or_expires(OversizeStop rule, bool flat, StopStatus status)
    {
        using var bench = new ExchangeBench(new VenueOptions { OversizeStop = rule, TriggerDelay = new DelayRange(5, 5) });
        bench.Open(ExchangeBench.Eth, "BUY", "1", "2900");
        Assert.Equal(0, bench.Order("symbol=ETHUSDT&side=SELL&type=MARKET&quantity=0.4&reduceOnly=true"));

        bench.Price(ExchangeBench.Eth, 2899m);

        Assert.Equal(flat, bench.Account.Find("ETHUSDT", PositionSide.Both)!.IsFlat);
        Assert.Equal(status, bench.Account.StopHistory.Single().Status);
    }

    [Fact]
    public void A_cancel_answers_with_a_text_code_once_and_is_unknown_after()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1", "2900", "e");

        var answer = bench.Json("DELETE", "/fapi/v1/algoOrder", "clientAlgoId=e-s");

        Assert.Equal("200", answer.GetProperty("code").GetString());
        Assert.Equal(-2011, bench.Code("DELETE", "/fapi/v1/algoOrder", "clientAlgoId=e-s"));
        Assert.Equal(-2011, bench.Code("DELETE", "/fapi/v1/algoOrder", "clientAlgoId=never"));
        Assert.Equal("CANCELED", bench.Json("GET", "/fapi/v1/algoOrder", "clientAlgoId=e-s").GetProperty("algoStatus").GetString());
        Assert.Equal(0, bench.Json("GET", "/fapi/v1/openAlgoOrders").GetArrayLength());
        Assert.Equal(1, bench.Json("GET", "/fapi/v1/allAlgoOrders", "symbol=ETHUSDT").GetArrayLength());
    }

    [Fact]
    public void The_account_holds_no_more_conditional_orders_than_the_limit()
    {
        using var bench = new ExchangeBench(new VenueOptions { StopsMax = 2 });
        const string Stop = "symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=2900";

        Assert.Equal((0, 0, -4045), (bench.Stop(Stop), bench.Stop(Stop), bench.Stop(Stop)));
    }

    [Fact]
    public void A_trailing_stop_follows_the_best_price_and_closes_at_its_distance()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1");
        Assert.Equal(0, bench.Code("POST", "/fapi/v1/algoOrder",
            "algoType=CONDITIONAL&type=TRAILING_STOP_MARKET&symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true"
            + "&activatePrice=3030&callbackRate=1"));
        Assert.False(bench.Exchange.Truth.AllCovered);

        bench.Price(ExchangeBench.Eth, 3040m);
        Assert.True(bench.Exchange.Truth.AllCovered);
        bench.Price(ExchangeBench.Eth, 3100m);
        bench.Price(ExchangeBench.Eth, 3070m);
        Assert.False(bench.Account.Find("ETHUSDT", PositionSide.Both)!.IsFlat);
        bench.Price(ExchangeBench.Eth, 3069m);

        Assert.True(bench.Account.Find("ETHUSDT", PositionSide.Both)!.IsFlat);
    }

    [Fact]
    public void A_stop_stuck_in_triggering_cannot_be_cancelled_and_closes_nothing()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1", "2900", "e");
        bench.Fault(new Fault { Do = FaultAction.StickTriggering });

        bench.Price(ExchangeBench.Eth, 2890m);
        bench.Pass(60_000);

        Assert.Equal(-2011, bench.Code("DELETE", "/fapi/v1/algoOrder", "clientAlgoId=e-s"));
        Assert.Equal(StopStatus.Triggering, bench.Account.StopHistory.Single().Status);
        Assert.Equal(60_020, bench.Exchange.TruthReport().MaxUnprotectedMs);
        Assert.Equal(1, bench.Exchange.TruthReport().UnprotectedNow);
    }
}
