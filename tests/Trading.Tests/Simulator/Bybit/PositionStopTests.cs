using Trading.Simulator.Bybit;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Trading.Simulator.Truth;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>The stop that belongs to the position: with the entry, moved in place, gone with it.</summary>
public sealed class PositionStopTests
{
    [Fact]
    public void A_stop_on_the_entry_is_there_in_the_instant_of_the_fill()
    {
        using var bench = new BybitBench();
        bench.Open();

        Assert.Equal("2900.00", bench.Position().GetProperty("stopLoss").GetString());
        bench.Pass(10_000);
        var truth = bench.Exchange.TruthReport("bybit/sim-key-0001");
        Assert.Equal((0, 0), (truth.MaxUnprotectedMs, truth.UnprotectedNow));
        Assert.Empty(truth.Positions.Single().Intervals);
        var leg = bench.Rows("/v5/order/realtime", "category=linear&symbol=ETHUSDT&orderFilter=StopOrder")[0];
        Assert.Equal(
            ("Untriggered", "StopLoss", "CreateByStopLoss", "ta-e1", ""),
            (Text(leg, "orderStatus"), Text(leg, "stopOrderType"), Text(leg, "createType"), Text(leg, "parentOrderLinkId"),
                Text(leg, "orderLinkId")));
    }

    [Fact]
    public void A_naked_entry_is_seen_by_the_referee_until_trading_stop_sets_one()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Create("'side':'Sell','orderType':'Market','qty':'1','positionIdx':0"));
        bench.Pass(700);
        Assert.Equal(0, bench.TradingStop("'stopLoss':'3100','slTriggerBy':'MarkPrice'"));
        bench.Pass(700);

        Assert.Equal(700, bench.Exchange.TruthReport().MaxUnprotectedMs);
    }

    [Fact]
    public void It_moves_in_place_and_saying_it_again_is_not_modified()
    {
        using var bench = new BybitBench();
        bench.Open();
        bench.Pass(5);

        Assert.Equal(0, bench.TradingStop("'stopLoss':'2950','slTriggerBy':'MarkPrice'"));
        Assert.Equal(34040, bench.TradingStop("'stopLoss':'2950','slTriggerBy':'MarkPrice'"));
        Assert.Equal(34040, bench.TradingStop("'takeProfit':'0'"));

        Assert.Equal("2950.00", bench.Position().GetProperty("stopLoss").GetString());
        Assert.Single(bench.Account.OpenStops);
        Assert.Equal(0, bench.Exchange.TruthReport().MaxGapMs);
    }

    [Fact]
    public void Removing_it_is_the_clients_own_gap()
    {
        using var bench = new BybitBench();
        bench.Open();
        bench.Pass(5);
        Assert.Equal(0, bench.TradingStop("'stopLoss':'0'"));
        bench.Pass(250);

        Assert.Equal((250, 1), (bench.Exchange.TruthReport().MaxGapMs, bench.Exchange.TruthReport().UnprotectedNow));
        Assert.Equal("", bench.Position().GetProperty("stopLoss").GetString());
    }

    [Fact]
    public void Without_a_position_or_on_the_wrong_side_it_is_refused_in_the_exchanges_words()
    {
        using var bench = new BybitBench(new BybitOptions { MatchDelay = new DelayRange(50, 50) });
        bench.Open();
        const string body = "{'category':'linear','symbol':'ETHUSDT','tpslMode':'Full','positionIdx':0,'stopLoss':'3001'}";
        Assert.Equal("can not set tp/sl/ts for zero position", bench.Message("/v5/position/trading-stop", body));
        bench.Pass(50);

        Assert.Equal(
            "StopLoss:300100 set for Buy position should lower than base_price:300000??MarkPrice",
            bench.Message("/v5/position/trading-stop", body));
        Assert.Equal(10001, bench.Create(
            "'side':'Sell','orderType':'Market','qty':'1','positionIdx':0,'stopLoss':'2999','slTriggerBy':'MarkPrice'"));
        Assert.Equal(10001, bench.Code(
            "/v5/position/trading-stop", body.Replace("'positionIdx':0", "'positionIdx':1", StringComparison.Ordinal)));
        Assert.Equal("2900.00", bench.Position().GetProperty("stopLoss").GetString());
    }

    [Fact]
    public void It_fires_at_its_price_closes_all_and_keeps_its_order_id()
    {
        using var bench = new BybitBench();
        bench.Open();
        var id = Text(bench.Rows("/v5/order/realtime", "category=linear&symbol=ETHUSDT")[0], "orderId");
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'0.5','positionIdx':0"));
        bench.Price(BybitBench.Eth, 2899m);

        var row = bench.Position();
        Assert.Equal(("", "0", ""), (Text(row, "side"), Text(row, "size"), Text(row, "stopLoss")));
        var order = bench.Rows("/v5/order/realtime", $"category=linear&orderId={id}")[0];
        Assert.Equal(("Filled", "StopLoss", "1.500"), (Text(order, "orderStatus"), Text(order, "stopOrderType"), Text(order, "cumExecQty")));
        var closed = bench.Rows("/v5/position/closed-pnl", "category=linear&symbol=ETHUSDT")[0];
        Assert.Equal(("Sell", id, "1.500"), (Text(closed, "side"), Text(closed, "orderId"), Text(closed, "closedSize")));
        Assert.Equal(-151.5m - (1.5m * 3000m * 0.00055m) - (1.5m * 2899m * 0.00055m), decimal.Parse(Text(closed, "closedPnl")));
        Assert.Empty(bench.Exchange.TruthReport().Positions.Single().Intervals);
    }

    [Fact]
    public void A_close_by_other_means_clears_it_at_once()
    {
        using var bench = new BybitBench();
        var stream = bench.Private();
        bench.Open();
        bench.Pass(10);
        stream.Frames.Clear();

        Assert.Equal(0, bench.Create(
            "'side':'Sell','orderType':'Market','qty':'0','reduceOnly':true,'closeOnTrigger':true,'positionIdx':0"));
        bench.Pass(0);

        Assert.Empty(bench.Account.OpenStops);
        Assert.Equal(["execution", "order/Deactivated/Filled", "position", "wallet"], BybitBench.Topics(stream));
        var cleared = BybitBench.Of(stream, "order").Single().GetProperty("data")[0];
        Assert.Equal(("CancelByTpSlTsClear", "0.000"), (Text(cleared, "cancelType"), Text(cleared, "leavesQty")));
        Assert.Equal(110017, bench.Create("'side':'Sell','orderType':'Market','qty':'1','reduceOnly':true,'positionIdx':0"));
    }

    [Fact]
    public void It_follows_a_larger_position_and_a_turned_one_has_none()
    {
        using var bench = new BybitBench();
        bench.Open();
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'2','positionIdx':0"));
        bench.Pass(100);
        Assert.Equal((3m, 0), (bench.Account.OpenStops.Single().Quantity, bench.Exchange.TruthReport().UnprotectedNow));

        Assert.Equal(0, bench.Create("'side':'Sell','orderType':'Market','qty':'4','positionIdx':0"));
        bench.Pass(100);

        Assert.Empty(bench.Account.OpenStops);
        Assert.Equal(1, bench.Exchange.TruthReport().UnprotectedNow);
    }

    [Fact]
    public void Its_trailing_kind_ratchets_by_a_price_distance()
    {
        using var bench = new BybitBench();
        bench.Open();
        Assert.Equal(0, bench.TradingStop("'trailingStop':'30'"));
        bench.Price(BybitBench.Eth, 3050m);
        Assert.Equal(3020m, PositionStops.Find(bench.Account, BybitBench.Eth, PositionSide.Both, StopType.TrailingStopMarket)!.TriggerPrice);
        Assert.Equal("30.00", bench.Position().GetProperty("trailingStop").GetString());

        bench.Price(BybitBench.Eth, 3020m);

        Assert.Equal("0", bench.Position().GetProperty("size").GetString());
        Assert.Empty(bench.Account.OpenStops);
    }

    [Fact]
    public void A_stuck_trigger_leaves_the_position_uncovered_and_a_hand_that_moves_it_does_not()
    {
        using var bench = new BybitBench();
        bench.Open();
        var stop = bench.Account.OpenStops.Single();
        bench.Exchange.Venue.Hand.MoveStop(bench.Account, stop, 2950m);
        bench.Pass(100);
        Assert.Equal(("2950.00", 0), (Text(bench.Position(), "stopLoss"), bench.Exchange.TruthReport().UnprotectedNow));

        bench.Exchange.Add(new Fault { Do = FaultAction.StickTriggering, Ms = 0 });
        bench.Price(BybitBench.Eth, 2940m);
        bench.Pass(2000);

        Assert.Equal(GapKind.Venue, bench.Exchange.TruthReport().Positions.Single().Intervals.Single().Kind);
    }

    private static string Text(System.Text.Json.JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
