using System.Text.Json;
using Trading.Simulator.Bybit;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>An acknowledgement is not an acceptance: protocol page, section 7.</summary>
public sealed class OrderTests
{
    [Fact]
    public void The_answer_only_acknowledges_and_the_query_tells()
    {
        using var bench = new BybitBench(new BybitOptions { MatchDelay = new DelayRange(20, 20), OrderReadLagMs = 10 });
        bench.Open(link: "ta-e7");
        Assert.Equal(0, Realtime(bench, "ta-e7").GetArrayLength());
        bench.Pass(10);
        Assert.Equal("New", Text(Realtime(bench, "ta-e7")[0], "orderStatus"));
        bench.Pass(10);

        var order = Realtime(bench, "ta-e7")[0];

        Assert.Equal(("Filled", "0.000", "3000"), (Text(order, "orderStatus"), Text(order, "leavesQty"), Text(order, "avgPrice")));
        Assert.Equal("1.65", order.GetProperty("cumFeeDetail").GetProperty("USDT").GetString());
    }

    [Fact]
    public void An_acknowledged_order_can_still_be_rejected_or_left_without_a_fill()
    {
        using var bench = new BybitBench();
        var stream = bench.Private("order");
        bench.Exchange.Add(new Fault { Do = FaultAction.RejectOrder, ClientId = "ta-r" });
        bench.Exchange.Add(new Fault { Do = FaultAction.FillPart, Fraction = 0m, ClientId = "ta-n" });
        bench.Exchange.Add(new Fault { Do = FaultAction.FillPart, Fraction = 0.25m, ClientId = "ta-p" });
        foreach (var link in new[] { "ta-r", "ta-n", "ta-p" }) bench.Open(link: link);
        bench.Pass(5);

        Assert.Equal("Rejected", Text(Realtime(bench, "ta-r")[0], "orderStatus"));
        Assert.Equal(
            ("Cancelled", "EC_NoImmediateQtyToFill"),
            (Text(Realtime(bench, "ta-n")[0], "orderStatus"), Text(Realtime(bench, "ta-n")[0], "rejectReason")));
        var part = Realtime(bench, "ta-p")[0];
        Assert.Equal(("Cancelled", "0.250", "0.000"), (Text(part, "orderStatus"), Text(part, "cumExecQty"), Text(part, "leavesQty")));
        var told = BybitBench.Topics(stream);
        Assert.Contains("order/Rejected", told);
        Assert.Equal(2, told.Count(t => t == "order/Cancelled"));
    }

    [Fact]
    public void A_link_id_is_taken_for_ever()
    {
        using var bench = new BybitBench();
        bench.Open(link: "ta-1");

        Assert.Equal(110072, bench.Create("'side':'Buy','orderType':'Market','qty':'1','orderLinkId':'ta-1'"));
        Assert.Equal(10001, bench.Create("'side':'Buy','orderType':'Market','qty':'1','orderLinkId':'a b'"));
    }

    [Theory]
    [InlineData("'side':'Buy','orderType':'Market','qty':'0.0005'", 10001)]
    [InlineData("'side':'Buy','orderType':'Market','qty':'0.001'", 110094)]
    [InlineData("'side':'Buy','orderType':'Market','qty':'1000'", 110007)]
    [InlineData("'side':'Buy','orderType':'Market','qty':'3000'", 10001)]
    [InlineData("'side':'Buy','orderType':'Limit','qty':'1','price':'3500'", 110003)]
    [InlineData("'side':'Buy','orderType':'Market','qty':'1','positionIdx':1", 10001)]
    [InlineData("'side':'Up','orderType':'Market','qty':'1'", 10001)]
    [InlineData("'side':'Sell','orderType':'Market','qty':'1','reduceOnly':true", 110017)]
    [InlineData("'side':'Sell','orderType':'Market','qty':'1','reduceOnly':true,'stopLoss':'3100'", 10001)]
    public void What_the_rules_forbid_is_refused_with_http_200(string fields, int code)
    {
        using var bench = new BybitBench();
        Assert.Equal(code, bench.Create(fields));
        Assert.Empty(bench.Account.OrderHistory);
    }

    [Fact]
    public void A_conditional_order_moves_in_place_and_keeps_its_ids_through_the_trigger()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'1','positionIdx':0"));
        const string stop = "'side':'Sell','orderType':'Market','qty':'1','positionIdx':0,'reduceOnly':true,'closeOnTrigger':true,"
            + "'triggerDirection':2,'triggerBy':'MarkPrice','orderLinkId':'ta-s1','triggerPrice':";
        Assert.Equal(110093, bench.Create(stop + "'3000'"));
        Assert.Equal(0, bench.Create(stop + "'2900'"));
        bench.Pass(100);
        Assert.Equal(0, bench.Code("/v5/order/amend", Amend("2950")));
        Assert.Equal(10001, bench.Code("/v5/order/amend", Amend("2950")));
        Assert.Equal(110093, bench.Code("/v5/order/amend", Amend("3001")));
        var before = Realtime(bench, "ta-s1")[0];
        Assert.Equal(("Untriggered", "2950.00", "Stop"), (Text(before, "orderStatus"), Text(before, "triggerPrice"), Text(before, "stopOrderType")));
        Assert.Equal(0, bench.Exchange.TruthReport().MaxGapMs);

        bench.Price(BybitBench.Eth, 2950m);

        var after = Realtime(bench, "ta-s1")[0];
        Assert.Equal(("Filled", "CreateByStopOrder"), (Text(after, "orderStatus"), Text(after, "createType")));
        Assert.Equal(Text(before, "orderId"), Text(after, "orderId"));
        Assert.Equal(110001, bench.Code("/v5/order/amend", Amend("2960")));
        Assert.Equal(110001, bench.Code("/v5/order/cancel", "{'category':'linear','symbol':'ETHUSDT','orderLinkId':'ta-s1'}"));
    }

    [Fact]
    public void A_conditional_order_outlives_its_position_and_then_finds_nothing_to_reduce()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Create(
            "'side':'Sell','orderType':'Market','qty':'1','reduceOnly':true,'triggerDirection':2,'triggerPrice':'2900','orderLinkId':'ta-o'"));
        bench.Price(BybitBench.Eth, 2890m);

        var row = Realtime(bench, "ta-o")[0];

        Assert.Equal(("Cancelled", "CancelByReduceOnly"), (Text(row, "orderStatus"), Text(row, "cancelType")));
    }

    [Fact]
    public void Ten_conditional_orders_per_symbol_are_the_limit_and_position_stops_do_not_count()
    {
        using var bench = new BybitBench(new BybitOptions { StopsPerSymbol = 2 });
        bench.Open();
        string Stop(int n) => $"'side':'Sell','orderType':'Market','qty':'1','reduceOnly':true,'triggerDirection':2,'triggerPrice':'280{n}'";
        Assert.Equal([0, 0, 110009], new[] { 1, 2, 3 }.Select(n => bench.Create(Stop(n))));

        Assert.Equal(0, bench.Code("/v5/order/cancel-all",
            "{'category':'linear','symbol':'ETHUSDT','orderFilter':'StopOrder','stopOrderType':'Stop'}"));
        Assert.True(bench.Account.OpenStops.Single().OnPosition);
        Assert.Equal(0, bench.Code("/v5/order/cancel-all", "{'category':'linear','symbol':'ETHUSDT'}"));
        Assert.Empty(bench.Account.OpenStops);
    }

    [Fact]
    public void A_limit_order_rests_moves_and_goes_and_post_only_ends_after_its_acknowledgement()
    {
        using var bench = new BybitBench();
        const string limit = "'side':'Buy','orderType':'Limit','qty':'1','orderLinkId':";
        Assert.Equal(0, bench.Create(limit + "'ta-l','price':'2950'"));
        Assert.Equal(0, bench.Create(limit + "'ta-po','price':'3000','timeInForce':'PostOnly'"));
        Assert.Equal("EC_PostOnlyWillTakeLiquidity", Text(Realtime(bench, "ta-po")[0], "rejectReason"));
        Assert.Equal(0, bench.Code("/v5/order/amend",
            "{'category':'linear','symbol':'ETHUSDT','orderLinkId':'ta-l','price':'2960','qty':'2'}"));
        var open = bench.Rows("/v5/order/realtime", "category=linear&settleCoin=USDT");
        Assert.Equal(("2960.00", "2.000"), (Text(open[0], "price"), Text(open[0], "qty")));

        Assert.Equal(0, bench.Code("/v5/order/cancel", "{'category':'linear','symbol':'ETHUSDT','orderLinkId':'ta-l'}"));

        Assert.Equal(0, bench.Rows("/v5/order/realtime", "category=linear&settleCoin=USDT").GetArrayLength());
        Assert.Equal(2, bench.Rows("/v5/order/history", "category=linear").GetArrayLength());
        bench.Pass(86_400_000);
        Assert.Equal(0, bench.Rows("/v5/order/history", "category=linear").GetArrayLength());
    }

    [Fact]
    public void A_batch_answers_zero_and_tells_each_order_apart()
    {
        using var bench = new BybitBench();
        var answer = ExchangeBench.Parse(bench.Post("/v5/order/create-batch",
            """{"category":"linear","request":[{"symbol":"ETHUSDT","side":"Buy","orderType":"Market","qty":"1","orderLinkId":"b1"},{"symbol":"NOPE","side":"Buy","orderType":"Market","qty":"1","orderLinkId":"b2"}]}""").Body);

        var codes = answer.GetProperty("retExtInfo").GetProperty("list").EnumerateArray().Select(c => c.GetProperty("code").GetInt32());
        Assert.Equal([0, 10001], codes);
        Assert.Equal("", Text(answer.GetProperty("result").GetProperty("list")[1], "orderId"));
    }

    [Fact]
    public void Executions_page_by_an_encoded_cursor_and_tell_what_they_closed()
    {
        using var bench = new BybitBench();
        bench.Open();
        bench.Pass(1);
        Assert.Equal(0, bench.Create("'side':'Sell','orderType':'Market','qty':'5','reduceOnly':true,'orderLinkId':'ta-x'"));

        var first = bench.Read("/v5/execution/list", "category=linear&symbol=ETHUSDT&limit=1");
        var cursor = Text(first, "nextPageCursor");
        var second = bench.Read("/v5/execution/list", $"category=linear&symbol=ETHUSDT&limit=1&cursor={cursor}");

        Assert.Contains('%', cursor);
        Assert.Equal(("ta-x", "1.000"), (Text(first.GetProperty("list")[0], "orderLinkId"), Text(first.GetProperty("list")[0], "closedSize")));
        Assert.Equal(("ta-e1", "0.000"), (Text(second.GetProperty("list")[0], "orderLinkId"), Text(second.GetProperty("list")[0], "closedSize")));
        Assert.Equal("", Text(second, "nextPageCursor"));
        Assert.Equal(1, bench.Rows("/v5/execution/list", "category=linear&orderLinkId=ta-e1").GetArrayLength());
    }

    private static string Amend(string trigger) =>
        $"{{'category':'linear','symbol':'ETHUSDT','orderLinkId':'ta-s1','triggerPrice':'{trigger}'}}";

    private static JsonElement Realtime(BybitBench bench, string link) =>
        bench.Rows("/v5/order/realtime", $"category=linear&symbol=ETHUSDT&orderLinkId={link}");

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
