using Trading.Simulator.Matching;

namespace Trading.Tests.Simulator.Binance;

/// <summary>What the documents ask of an order beyond its filters: tests, dates, matched prices, answers.</summary>
public sealed class OrderRulesTests
{
    private const string Market = "symbol=ETHUSDT&side=BUY&type=MARKET&quantity=0.1";
    private const string Limit = "symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=2950";

    [Theory]
    [InlineData("symbol=NOUSDT&side=BUY&type=MARKET&quantity=1", -1121)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=MARKET&quantity=0.0001", -1111)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=MARKET&quantity=100", -2019)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=MARKET&quantity=1&reduceOnly=true", -2022)]
    [InlineData("symbol=ETHUSDT&side=SELL&type=STOP_MARKET&quantity=1&stopPrice=2900", -4120)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=1&price=3001", -5022)]
    public void A_test_order_is_refused_as_the_order_would_be(string parameters, int code)
    {
        using var bench = new ExchangeBench();

        Assert.Equal(code, bench.Code("POST", "/fapi/v1/order/test", parameters));
    }

    [Fact]
    public void A_test_order_is_answered_in_the_shape_of_an_order_and_leaves_nothing()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();

        var answer = bench.Json("POST", "/fapi/v1/order/test", Limit + "&newClientOrderId=try");
        bench.Pass(0);

        Assert.Equal(
            ("NEW", "try", "2950.00", "0.100", "0.00000", "LIMIT"),
            (Text("status"), Text("clientOrderId"), Text("price"), Text("origQty"), Text("avgPrice"), Text("type")));
        Assert.Empty(bench.Account.OrderHistory);
        Assert.Empty(stream.Frames);

        string? Text(string name) => answer.GetProperty(name).GetString();
    }

    [Theory]
    [InlineData(Market + "&timeInForce=GTC", -1106)]
    [InlineData(Market + "&price=3000", -1106)]
    [InlineData(Market + "&priceMatch=OPPONENT", -5038)]
    [InlineData(Limit + "&priceMatch=QUEUE", -1106)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&priceMatch=BEST", -5037)]
    [InlineData(Limit + "&selfTradePreventionMode=SOMETIMES", -5039)]
    [InlineData(Market + "&positionSide=MIDDLE", -4060)]
    public void What_an_order_must_not_carry_is_refused(string parameters, int code)
    {
        using var bench = new ExchangeBench();

        Assert.Equal(code, bench.Order(parameters));
        Assert.Empty(bench.Account.OrderHistory);
    }

    [Theory]
    [InlineData("", -1102)]
    [InlineData("&goodTillDate=tomorrow", -1102)]
    [InlineData("&goodTillDate={600}", -5040)]
    [InlineData("&goodTillDate=253402300799000", -5040)]
    [InlineData("&goodTillDate=99999999999999999", -5040)]
    [InlineData("&goodTillDate={601}", 0)]
    public void An_order_until_a_date_needs_a_date_more_than_600_seconds_ahead(string date, int code)
    {
        using var bench = new ExchangeBench();

        var order = Limit.Replace("GTC", "GTD", StringComparison.Ordinal) + In(bench, date);

        Assert.Equal(code, bench.Order(order));
        Assert.Equal(code, bench.Code("POST", "/fapi/v1/order/test", order.Replace("2950", "2949", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_order_until_a_date_expires_then_and_says_so()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        var order = Limit.Replace("GTC", "GTD", StringComparison.Ordinal) + In(bench, "&goodTillDate={700}");
        Assert.Equal(0, bench.Order(order + "&newClientOrderId=dated"));
        var date = (long)(bench.Now.AddSeconds(700) - DateTime.UnixEpoch).TotalMilliseconds;

        bench.Pass(699_999);
        Assert.Single(bench.Account.OpenOrders);
        bench.Pass(1);
        bench.Pass(0);

        Assert.Empty(bench.Account.OpenOrders);
        var row = bench.Json("GET", "/fapi/v1/order", "symbol=ETHUSDT&origClientOrderId=dated");
        Assert.Equal(
            ("EXPIRED", "GTD", date),
            (row.GetProperty("status").GetString(), row.GetProperty("timeInForce").GetString(),
                row.GetProperty("goodTillDate").GetInt64()));
        var told = stream.Of("ORDER_TRADE_UPDATE/EXPIRED").Single().GetProperty("o");
        Assert.Equal(("EXPIRED", date), (told.GetProperty("X").GetString(), told.GetProperty("gtd").GetInt64()));
    }

    [Fact]
    public void A_conditional_order_until_a_date_expires_too()
    {
        using var bench = new ExchangeBench();
        const string Stop = "symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=2900&timeInForce=GTD";
        Assert.Equal(-1102, bench.Stop(Stop));
        Assert.Equal(-5040, bench.Stop(Stop + In(bench, "&goodTillDate={600}")));
        Assert.Equal(0, bench.Stop(Stop + In(bench, "&goodTillDate={700}")));

        bench.Pass(700_000);

        Assert.Equal(StopStatus.Expired, bench.Account.StopHistory.Single().Status);
    }

    [Theory]
    [InlineData("BUY", "OPPONENT", "3000.01")]
    [InlineData("BUY", "OPPONENT_5", "3000.05")]
    [InlineData("BUY", "QUEUE", "2999.99")]
    [InlineData("BUY", "QUEUE_20", "2999.80")]
    [InlineData("SELL", "OPPONENT", "2999.99")]
    [InlineData("SELL", "QUEUE_10", "3000.10")]
    public void A_matched_price_is_that_of_the_book_and_the_order_says_how(string side, string match, string price)
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        bench.Price(ExchangeBench.Eth, 3000m);

        var answer = bench.Json("POST", "/fapi/v1/order",
            $"symbol=ETHUSDT&side={side}&type=LIMIT&timeInForce=GTC&quantity=0.1&priceMatch={match}");
        bench.Pass(0);

        Assert.Equal(
            (price, match), (answer.GetProperty("price").GetString(), answer.GetProperty("priceMatch").GetString()));
        Assert.Equal(match, stream.Of("ORDER_TRADE_UPDATE/NEW").Single().GetProperty("o").GetProperty("pm").GetString());
        Assert.Equal(match.StartsWith("QUEUE", StringComparison.Ordinal) ? 1 : 0, bench.Account.OpenOrders.Count);
    }

    [Fact]
    public void Each_order_of_a_batch_is_answered_as_it_asks()
    {
        using var bench = new ExchangeBench();
        var batch = Uri.EscapeDataString("""
            [{"symbol":"ETHUSDT","side":"BUY","type":"MARKET","quantity":"0.1","newOrderRespType":"RESULT"},
             {"symbol":"ETHUSDT","side":"BUY","type":"MARKET","quantity":"0.1"},
             {"symbol":"ETHUSDT","side":"BUY","type":"MARKET","quantity":"0.1","newOrderRespType":"ALL"}]
            """);

        var rows = bench.Json("POST", "/fapi/v1/batchOrders", "batchOrders=" + batch);

        Assert.Equal("FILLED", rows[0].GetProperty("status").GetString());
        Assert.Equal("NEW", rows[1].GetProperty("status").GetString());
        Assert.Equal(-1136, rows[2].GetProperty("code").GetInt32());
    }

    [Fact]
    public void A_batch_costs_five_orders_of_ten_seconds_one_of_the_minute_and_weight_five()
    {
        using var bench = new ExchangeBench();
        var batch = Uri.EscapeDataString("""[{"symbol":"ETHUSDT","side":"BUY","type":"MARKET","quantity":"0.1"}]""");

        var headers = bench.Signed("POST", "/fapi/v1/batchOrders", "batchOrders=" + batch).Headers;

        Assert.Equal(
            ["X-MBX-USED-WEIGHT-1M:5", "X-MBX-ORDER-COUNT-10S:5", "X-MBX-ORDER-COUNT-1M:1"],
            headers.Select(h => $"{h.Key}:{h.Value}"));
    }

    [Fact]
    public void An_order_without_a_client_id_is_given_one_like_the_exchanges()
    {
        using var bench = new ExchangeBench();
        Assert.Equal(0, bench.Order(Market));
        Assert.Equal(0, bench.Order(Market));
        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=0.1&reduceOnly=true&triggerPrice=2900"));

        var ids = bench.Account.OrderHistory.Select(o => o.ClientId).Concat(bench.Account.StopHistory.Select(s => s.ClientId));

        Assert.Equal(3, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[A-Za-z0-9]{22}$", id));
    }

    /// <summary>Replaces {n} by the milliseconds n seconds from now.</summary>
    private static string In(ExchangeBench bench, string text)
    {
        var from = text.IndexOf('{', StringComparison.Ordinal);
        if (from < 0) return text;
        var seconds = int.Parse(text[(from + 1)..^1]);
        return text[..from] + (long)(bench.Now.AddSeconds(seconds) - DateTime.UnixEpoch).TotalMilliseconds;
    }
}
