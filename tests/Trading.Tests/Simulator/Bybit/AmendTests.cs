using System.Text.Json;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>Changing what rests: quantities, prices, and what an order brings along (protocol page, 7.3).</summary>
public sealed class AmendTests
{
    [Fact]
    public void The_stop_and_target_of_a_resting_order_move_without_its_price_or_quantity()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Create(
            "'side':'Buy','orderType':'Limit','qty':'1','price':'2950','orderLinkId':'ta-l','stopLoss':'2800','slTriggerBy':'MarkPrice'"));
        Assert.Equal(0, Amend(bench, "'stopLoss':'2850'"));
        Assert.Equal(0, Amend(bench, "'takeProfit':'3300','tpTriggerBy':'MarkPrice'"));
        Assert.Equal(10001, Amend(bench, "'stopLoss':'2850'"));
        Assert.Equal(10001, Amend(bench, "'stopLoss':'3100'"));
        var row = Realtime(bench);
        Assert.Equal(
            ("2950.00", "2850.00", "MarkPrice", "3300.00", "MarkPrice"),
            (Text(row, "price"), Text(row, "stopLoss"), Text(row, "slTriggerBy"), Text(row, "takeProfit"), Text(row, "tpTriggerBy")));

        bench.Price(BybitBench.Eth, 2950m);

        var position = bench.Position();
        Assert.Equal(("1.000", "2850.00", "3300.00"), (Text(position, "size"), Text(position, "stopLoss"), Text(position, "takeProfit")));
        Assert.True(bench.Exchange.Truth.AllCovered);
    }

    [Fact]
    public void Zero_takes_an_attached_stop_away()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Limit','qty':'1','price':'2950','orderLinkId':'ta-l','stopLoss':'2800'"));
        Assert.Equal(0, Amend(bench, "'stopLoss':'0'"));
        Assert.Equal(10001, Amend(bench, "'stopLoss':'0'"));

        Assert.Equal("", Text(Realtime(bench), "stopLoss"));
        bench.Price(BybitBench.Eth, 2950m);
        Assert.Equal("", Text(bench.Position(), "stopLoss"));
    }

    [Fact]
    public void A_conditional_entry_takes_a_stop_while_it_waits()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Create(
            "'side':'Buy','orderType':'Market','qty':'1','triggerPrice':'3050','triggerDirection':1,'orderLinkId':'ta-l'"));
        Assert.Equal(0, Amend(bench, "'stopLoss':'2900','slTriggerBy':'MarkPrice'"));
        Assert.Equal(10001, Amend(bench, "'stopLoss':'2900'"));
        Assert.Equal("2900.00", Text(Realtime(bench), "stopLoss"));

        bench.Price(BybitBench.Eth, 3060m);

        Assert.Equal("2900.00", Text(bench.Position(), "stopLoss"));
    }

    [Fact]
    public void A_partly_filled_order_keeps_what_it_brings_along()
    {
        using var bench = new BybitBench(venue: new() { PartialFillChance = 1m });
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Limit','qty':'1','price':'2950','orderLinkId':'ta-l','stopLoss':'2800'"));
        bench.Price(BybitBench.Eth, 2950m);
        Assert.Equal("PartiallyFilled", Text(Realtime(bench), "orderStatus"));

        Assert.Equal(110059, Amend(bench, "'stopLoss':'2850'"));
    }

    [Fact]
    public void A_take_profit_of_a_conditional_entry_comes_with_it()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Create(
            "'side':'Buy','orderType':'Market','qty':'1','triggerPrice':'3050','triggerDirection':1,'orderLinkId':'ta-l','takeProfit':'3200'"));
        Assert.Equal("3200.00", Text(Realtime(bench), "takeProfit"));

        bench.Price(BybitBench.Eth, 3060m);

        Assert.Equal("3200.00", Text(bench.Position(), "takeProfit"));
    }

    private static int Amend(BybitBench bench, string fields) =>
        bench.Code("/v5/order/amend", $"{{'category':'linear','symbol':'ETHUSDT','orderLinkId':'ta-l',{fields}}}");

    private static JsonElement Realtime(BybitBench bench) =>
        bench.Rows("/v5/order/realtime", "category=linear&symbol=ETHUSDT&orderLinkId=ta-l")[0];

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
