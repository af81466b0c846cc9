using System.Text.Json;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>Stops and targets for a part of a position: each call adds legs, which are moved and taken away as orders
/// (protocol page, 8.2).</summary>
public sealed class PartialStopTests
{
    [Fact]
    public void Every_call_adds_a_leg_of_its_own_size()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'1','positionIdx':0"));
        Assert.Equal(0, Partial(bench, "'stopLoss':'2900','slSize':'0.4','slTriggerBy':'MarkPrice'"));
        Assert.Equal(0, Partial(bench, "'stopLoss':'2850','slSize':'0.6','slTriggerBy':'MarkPrice'"));

        var legs = Legs(bench);
        Assert.Equal(
            [("PartialStopLoss", "2900.00", "0.400", "Partial"), ("PartialStopLoss", "2850.00", "0.600", "Partial")],
            legs.Select(l => (Text(l, "stopOrderType"), Text(l, "triggerPrice"), Text(l, "qty"), Text(l, "tpslMode"))));
        Assert.Equal("", Text(bench.Position(), "stopLoss"));
        Assert.True(bench.Exchange.Truth.AllCovered);
        bench.Price(BybitBench.Eth, 2895m);

        Assert.Equal("0.600", Text(bench.Position(), "size"));
        var fired = bench.Rows("/v5/order/realtime", $"category=linear&orderId={Text(legs[0], "orderId")}")[0];
        Assert.Equal(("Filled", "CreateByPartialStopLoss"), (Text(fired, "orderStatus"), Text(fired, "createType")));
        Assert.Equal("2850.00", Text(Assert.Single(Legs(bench)), "triggerPrice"));
    }

    [Fact]
    public void A_leg_moves_and_goes_by_its_order_id()
    {
        using var bench = new BybitBench();
        bench.Open();
        Assert.Equal(0, Partial(bench, "'stopLoss':'2950','slSize':'0.5'"));
        var leg = Legs(bench).First(l => Text(l, "stopOrderType") == "PartialStopLoss");
        string Named(string more) => $"{{'category':'linear','symbol':'ETHUSDT','orderId':'{Text(leg, "orderId")}'{more}}}";
        Assert.Equal(0, bench.Code("/v5/order/amend", Named(",'triggerPrice':'2960'")));
        Assert.Equal("2960.00", Text(Legs(bench).First(l => Text(l, "stopOrderType") == "PartialStopLoss"), "triggerPrice"));

        Assert.Equal(0, bench.Code("/v5/order/cancel", Named("")));

        Assert.Equal("StopLoss", Text(Assert.Single(Legs(bench)), "stopOrderType"));
    }

    [Fact]
    public void An_entry_brings_a_pair_and_when_one_leg_ends_so_does_the_other()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Create(
            "'side':'Buy','orderType':'Market','qty':'1','positionIdx':0,'orderLinkId':'ta-p','tpslMode':'Partial',"
            + "'stopLoss':'2900','takeProfit':'3100','tpOrderType':'Limit','tpLimitPrice':'3099'"));
        var legs = Legs(bench);
        Assert.Equal(
            [("PartialStopLoss", "Market", "ta-p"), ("PartialTakeProfit", "Limit", "ta-p")],
            legs.Select(l => (Text(l, "stopOrderType"), Text(l, "orderType"), Text(l, "parentOrderLinkId"))).Order());
        var stop = legs.Single(l => Text(l, "stopOrderType") == "PartialStopLoss");

        Assert.Equal(0, bench.Code(
            "/v5/order/cancel", $"{{'category':'linear','symbol':'ETHUSDT','orderId':'{Text(stop, "orderId")}'}}"));

        Assert.Empty(Legs(bench));
        Assert.False(bench.Exchange.Truth.AllCovered);
    }

    [Fact]
    public void A_target_that_fires_takes_its_stop_along_and_the_rest_of_the_position_stays()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'1','positionIdx':0,'stopLoss':'2800'"));
        Assert.Equal(0, Partial(bench, "'stopLoss':'2900','takeProfit':'3100','slSize':'0.4','tpSize':'0.4'"));
        bench.Price(BybitBench.Eth, 3100m);

        Assert.Equal("0.600", Text(bench.Position(), "size"));
        Assert.Equal("StopLoss", Text(Assert.Single(Legs(bench)), "stopOrderType"));
        var ended = bench.Rows("/v5/order/history", "category=linear&symbol=ETHUSDT").EnumerateArray()
            .Single(o => Text(o, "stopOrderType") == "PartialStopLoss");
        Assert.Equal("CancelByOCOSlCanceledByTpTriggered", Text(ended, "cancelType"));
    }

    [Fact]
    public void Legs_go_with_their_position_and_never_close_more_than_there_is()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'1','positionIdx':0"));
        Assert.Equal(0, Partial(bench, "'stopLoss':'2900','slSize':'1','slTriggerBy':'MarkPrice'"));
        Assert.Equal(0, bench.Create("'side':'Sell','orderType':'Market','qty':'0.7','positionIdx':0,'reduceOnly':true"));
        Assert.Equal("0.300", Text(Assert.Single(Legs(bench)), "qty"));
        bench.Price(BybitBench.Eth, 2890m);
        Assert.Equal("0", Text(bench.Position(), "size"));

        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'1','positionIdx':0"));
        Assert.Equal(0, Partial(bench, "'stopLoss':'2800','slSize':'1'"));
        Assert.Equal(0, bench.Create("'side':'Sell','orderType':'Market','qty':'1','positionIdx':0,'reduceOnly':true"));

        Assert.Empty(Legs(bench));
    }

    [Theory]
    [InlineData("'stopLoss':'2900','slSize':'2'", 110058)]
    [InlineData("'stopLoss':'2900'", 10001)]
    [InlineData("'stopLoss':'2900','takeProfit':'3100','slSize':'0.4','tpSize':'0.5'", 10001)]
    [InlineData("'stopLoss':'2900','slSize':'0.0005'", 10001)]
    [InlineData("'stopLoss':'3100','slSize':'1'", 10001)]
    [InlineData("'stopLoss':'2900','slSize':'1','slOrderType':'Limit'", 10001)]
    [InlineData("'takeProfit':'3100','tpSize':'1','tpOrderType':'Limit','tpLimitPrice':'3100.005'", 10001)]
    [InlineData("'takeProfit':'0','stopLoss':'0'", 34040)]
    public void What_a_part_can_not_be_is_refused(string fields, int code)
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'1','positionIdx':0"));
        Assert.Equal(code, Partial(bench, fields));
        Assert.Empty(Legs(bench));
    }

    [Fact]
    public void Twenty_legs_are_the_limit()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'1','positionIdx':0"));
        for (var i = 0; i < 20; i++)
        {
            bench.Pass(1000);
            Assert.Equal(0, Partial(bench, $"'stopLoss':'{2900 + i}','slSize':'0.05'"));
        }

        Assert.Equal(110061, Partial(bench, "'stopLoss':'2800','slSize':'0.05'"));
    }

    [Fact]
    public void In_hedge_mode_a_leg_belongs_to_its_side()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Code("/v5/position/switch-mode", "{'category':'linear','coin':'USDT','mode':3}"));
        Assert.Equal(0, bench.Create("'side':'Sell','orderType':'Market','qty':'1','positionIdx':2"));
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'1','positionIdx':1"));
        Assert.Equal(0, Partial(bench, "'stopLoss':'3100','slSize':'1'", index: 2));
        bench.Price(BybitBench.Eth, 3101m);

        var rows = bench.Rows("/v5/position/list", "category=linear&symbol=ETHUSDT");
        Assert.Equal(("1.000", "0"), (Text(rows[0], "size"), Text(rows[1], "size")));
    }

    private static int Partial(BybitBench bench, string fields, int index = 0) => bench.Code(
        "/v5/position/trading-stop",
        $"{{'category':'linear','symbol':'ETHUSDT','tpslMode':'Partial','positionIdx':{index},{fields}}}");

    private static List<JsonElement> Legs(BybitBench bench) =>
        [.. bench.Rows("/v5/order/realtime", "category=linear&symbol=ETHUSDT&orderFilter=StopOrder").EnumerateArray()];

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
