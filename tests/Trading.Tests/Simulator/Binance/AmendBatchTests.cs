using System.Globalization;

namespace Trading.Tests.Simulator.Binance;

/// <summary>Orders changed in numbers, the history of their changes, and what refuses a change.</summary>
public sealed class AmendBatchTests
{
    private const string Limit = "symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=2900&newClientOrderId=";

    [Fact]
    public void A_batch_changes_each_order_and_mixes_in_refusals()
    {
        using var bench = new ExchangeBench();
        foreach (var id in (string[])["a", "b"]) Assert.Equal(0, bench.Order(Limit + id));
        var batch = Uri.EscapeDataString("""
            [{"symbol":"ETHUSDT","origClientOrderId":"a","side":"BUY","quantity":"0.4","price":"2901"},
             {"symbol":"ETHUSDT","origClientOrderId":"none","side":"BUY","quantity":"0.4","price":"2901"},
             {"symbol":"ETHUSDT","origClientOrderId":"b","side":"BUY","quantity":"0.3","priceMatch":"QUEUE_5"}]
            """);

        var rows = bench.Json("PUT", "/fapi/v1/batchOrders", "batchOrders=" + batch);

        Assert.Equal(("NEW", "2901.00", "0.400", "ETHUSDT"), (Text(0, "status"), Text(0, "price"), Text(0, "origQty"), Text(0, "pair")));
        Assert.Equal(-2013, rows[1].GetProperty("code").GetInt32());
        Assert.Equal(("2999.95", "QUEUE_5"), (Text(2, "price"), Text(2, "priceMatch")));
        Assert.Equal(-4082, bench.Code("PUT", "/fapi/v1/batchOrders", "batchOrders=[]"));

        string? Text(int row, string name) => rows[row].GetProperty(name).GetString();
    }

    [Fact]
    public void The_changes_of_an_order_are_told_newest_first()
    {
        using var bench = new ExchangeBench();
        Assert.Equal(0, bench.Order(Limit + "a"));
        foreach (var price in (string[])["2910", "2920", "2930"])
        {
            bench.Pass(1000);
            Assert.Equal(0, bench.Code("PUT", "/fapi/v1/order",
                $"symbol=ETHUSDT&side=BUY&origClientOrderId=a&quantity=0.5&price={price}"));
        }

        var rows = bench.Json("GET", "/fapi/v1/orderAmendment", "symbol=ETHUSDT&origClientOrderId=a&limit=2");

        Assert.Equal(["2920.00>2930.00 0.500>0.500 #3", "2910.00>2920.00 0.500>0.500 #2"], rows.EnumerateArray().Select(r =>
        {
            var (change, price, quantity) = (r.GetProperty("amendment"), r.GetProperty("amendment").GetProperty("price"),
                r.GetProperty("amendment").GetProperty("origQty"));
            return $"{price.GetProperty("before").GetString()}>{price.GetProperty("after").GetString()} "
                + $"{quantity.GetProperty("before").GetString()}>{quantity.GetProperty("after").GetString()} "
                + $"#{change.GetProperty("count").GetInt32()}";
        }));
        Assert.True(rows[0].GetProperty("amendmentId").GetInt64() > rows[1].GetProperty("amendmentId").GetInt64());
        var from = rows[0].GetProperty("time").GetInt64().ToString(CultureInfo.InvariantCulture);
        Assert.Equal(1, bench.Json("GET", "/fapi/v1/orderAmendment", $"symbol=ETHUSDT&origClientOrderId=a&startTime={from}").GetArrayLength());
        Assert.Equal(-2013, bench.Code("GET", "/fapi/v1/orderAmendment", "symbol=ETHUSDT&origClientOrderId=b"));
    }

    [Fact]
    public void A_change_that_cannot_be_is_refused_and_the_order_stays()
    {
        using var bench = new ExchangeBench();
        Assert.Equal(0, bench.Order(Limit + "a"));
        bench.Open(ExchangeBench.Eth, "BUY", "0.1", id: "filled");
        int Amend(string p) => bench.Code("PUT", "/fapi/v1/order", "symbol=ETHUSDT&side=BUY&" + p);

        Assert.Equal(-5025, Amend("origClientOrderId=filled&quantity=0.2&price=2900"));
        Assert.Equal(-5029, Amend("origClientOrderId=a&quantity=0.001&price=2900"));
        Assert.Equal(-1111, Amend("origClientOrderId=a&quantity=0.5&price=2900.001"));
        Assert.Equal(-1106, Amend("origClientOrderId=a&quantity=0.5&price=2901&priceMatch=QUEUE"));
        bench.Exchange.Venue.Change(bench.Exchange.Venue.Find("ETHUSDT")!.Spec with { Status = "SETTLING" });
        Assert.Equal(-5024, Amend("origClientOrderId=a&quantity=0.5&price=2901"));

        var order = Assert.Single(bench.Account.OpenOrders);
        Assert.Equal((0.5m, 2900m), (order.Quantity, order.Price));
    }

    [Fact]
    public void A_post_only_order_changed_into_the_market_is_cancelled_not_filled()
    {
        using var bench = new ExchangeBench();
        Assert.Equal(0, bench.Order(Limit.Replace("GTC", "GTX", StringComparison.Ordinal) + "a"));

        var answer = bench.Json("PUT", "/fapi/v1/order", "symbol=ETHUSDT&side=BUY&origClientOrderId=a&quantity=0.5&price=3001");

        Assert.Equal("CANCELED", answer.GetProperty("status").GetString());
        Assert.Empty(bench.Account.Trades);
    }
}
