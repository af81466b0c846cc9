using System.Text.Json;
using Trading.Simulator.Matching;

namespace Trading.Tests.Simulator.Binance;

/// <summary>Protocol page, section 7: life of a regular order, filters and refusals.</summary>
public sealed class OrderTests
{
    private static readonly string[] FillOrder =
        ["TRADE_LITE", "ORDER_TRADE_UPDATE/NEW", "ACCOUNT_UPDATE", "ORDER_TRADE_UPDATE/TRADE"];

    [Fact]
    public void A_market_fill_is_told_in_the_recorded_order_with_one_time_stamp()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();

        bench.Open(ExchangeBench.Eth, "SELL", "0.75");
        bench.Pass(0);

        Assert.Equal(FillOrder, stream.Names);
        Assert.Single(stream.Frames.Select(f => ExchangeBench.Parse(f).GetProperty("T").GetInt64()).Distinct());
        var fill = stream.Of("ORDER_TRADE_UPDATE/TRADE").Single().GetProperty("o");
        Assert.Equal("FILLED", fill.GetProperty("X").GetString());
        Assert.Equal("3000", fill.GetProperty("ap").GetString());
        Assert.Equal("1.125", fill.GetProperty("n").GetString());
        var position = stream.Of("ACCOUNT_UPDATE").Single().GetProperty("a").GetProperty("P")[0];
        Assert.Equal("-0.75", position.GetProperty("pa").GetString());
        Assert.Equal("2998.5", position.GetProperty("bep").GetString());
    }

    [Fact]
    public void The_placement_answer_has_no_price_and_ACK_knows_nothing_of_the_fill()
    {
        using var bench = new ExchangeBench();
        const string Entry = "symbol=ETHUSDT&side=BUY&type=MARKET&quantity=0.1&newClientOrderId=a&newOrderRespType=";

        var result = bench.Json("POST", "/fapi/v1/order", Entry + "RESULT");
        var ack = bench.Json("POST", "/fapi/v1/order", Entry + "ACK");
        var query = bench.Json("GET", "/fapi/v1/order", "symbol=ETHUSDT&origClientOrderId=a");

        Assert.Equal("FILLED", result.GetProperty("status").GetString());
        Assert.Equal("0.100", result.GetProperty("executedQty").GetString());
        Assert.False(result.TryGetProperty("avgPrice", out _));
        Assert.False(result.TryGetProperty("cumQuote", out _));
        Assert.Equal(("NEW", "0.000"), (ack.GetProperty("status").GetString(), ack.GetProperty("executedQty").GetString()));
        Assert.Equal(3000m, decimal.Parse(query.GetProperty("avgPrice").GetString()!));
    }

    [Fact]
    public void An_id_reused_after_its_fill_opens_a_second_position_and_an_open_one_is_refused()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "0.1", id: "same");
        bench.Open(ExchangeBench.Eth, "BUY", "0.1", id: "same");

        Assert.Equal(0.2m, bench.Account.Find("ETHUSDT", PositionSide.Both)!.Quantity);
        const string Resting = "symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=2900&newClientOrderId=";
        Assert.Equal(0, bench.Order(Resting + "open"));
        Assert.Equal(-4116, bench.Order(Resting + "open"));
        Assert.Equal(1, bench.Exchange.TruthReport().DuplicatePositions);
    }

    [Fact]
    public void A_limit_order_rests_fills_as_maker_and_a_second_one_is_cancelled_once()
    {
        using var bench = new ExchangeBench();
        const string Limit = "symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&newClientOrderId=";
        Assert.Equal(0, bench.Order(Limit + "high&price=2950"));
        Assert.Equal(0, bench.Order(Limit + "low&price=2900"));

        bench.Price(ExchangeBench.Eth, 2949m);
        var trade = bench.Json("GET", "/fapi/v1/userTrades", "symbol=ETHUSDT")[0];

        Assert.True(trade.GetProperty("maker").GetBoolean());
        Assert.Equal("2950.00", trade.GetProperty("price").GetString());
        Assert.Equal(0, bench.Code("DELETE", "/fapi/v1/order", "symbol=ETHUSDT&origClientOrderId=low"));
        Assert.Equal(-2011, bench.Code("DELETE", "/fapi/v1/order", "symbol=ETHUSDT&origClientOrderId=low"));
        Assert.Equal(-2011, bench.Code("DELETE", "/fapi/v1/order", "symbol=ETHUSDT&origClientOrderId=high"));
        Assert.Equal(-2013, bench.Code("GET", "/fapi/v1/order", "symbol=ETHUSDT&origClientOrderId=never"));
        Assert.Equal(0, bench.Json("GET", "/fapi/v1/openOrders").GetArrayLength());
        Assert.Equal(2, bench.Json("GET", "/fapi/v1/allOrders", "symbol=ETHUSDT").GetArrayLength());
    }

    [Theory]
    [InlineData("symbol=NOUSDT&side=BUY&type=MARKET&quantity=1", -1121)]
    [InlineData("symbol=ETHUSDT&side=HOLD&type=MARKET&quantity=1", -1117)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=SOMEHOW&quantity=1", -1116)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=MARKET", -1102)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=MARKET&quantity=0.0001", -1111)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=MARKET&quantity=0", -4003)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=MARKET&quantity=2001", -4005)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=MARKET&quantity=0.006", -4164)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=MARKET&quantity=100", -2019)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=MARKET&quantity=1&reduceOnly=true", -2022)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=MARKET&quantity=1&positionSide=LONG", -4061)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=MARKET&quantity=1&newClientOrderId=no%20blank", -4015)]
    [InlineData("symbol=ETHUSDT&side=SELL&type=STOP_MARKET&quantity=1&stopPrice=2900", -4120)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=2900.005", -1111)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=3200", -4016)]
    [InlineData("symbol=ETHUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=2800", -4024)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=1&price=3001", -5022)]
    [InlineData("symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=FOK&quantity=1&price=2999", -5021)]
    public void What_cannot_be_is_refused_with_its_code(string parameters, int code)
    {
        using var bench = new ExchangeBench();

        Assert.Equal(code, bench.Order(parameters));
        Assert.Empty(bench.Account.OrderHistory);
    }

    [Fact]
    public void A_reduce_only_close_is_exempt_from_the_notional_and_never_turns_the_position()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "0.5");

        Assert.Equal(0, bench.Order("symbol=ETHUSDT&side=SELL&type=MARKET&quantity=0.001&reduceOnly=true"));
        Assert.Equal(0, bench.Order("symbol=ETHUSDT&side=SELL&type=MARKET&quantity=3&reduceOnly=true"));

        Assert.True(bench.Account.Find("ETHUSDT", PositionSide.Both)!.IsFlat);
        Assert.Equal(-2022, bench.Order("symbol=ETHUSDT&side=SELL&type=MARKET&quantity=1&reduceOnly=true"));
    }

    [Fact]
    public void Resting_reduce_only_orders_leave_nothing_for_a_market_close()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "0.5");
        Assert.Equal(0, bench.Order(
            "symbol=ETHUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=0.5&price=3100&reduceOnly=true"));

        Assert.Equal(-2022, bench.Order("symbol=ETHUSDT&side=SELL&type=MARKET&quantity=0.5&reduceOnly=true"));
    }

    [Fact]
    public void In_hedge_mode_both_sides_stand_side_by_side_and_reduceOnly_is_not_taken()
    {
        using var bench = new ExchangeBench();
        Assert.Equal(0, bench.Code("POST", "/fapi/v1/positionSide/dual", "dualSidePosition=true"));
        Assert.Equal(-4059, bench.Code("POST", "/fapi/v1/positionSide/dual", "dualSidePosition=true"));
        Assert.Equal(-4061, bench.Order("symbol=ETHUSDT&side=BUY&type=MARKET&quantity=1"));
        Assert.Equal(0, bench.Order("symbol=ETHUSDT&side=BUY&type=MARKET&quantity=1&positionSide=LONG"));
        Assert.Equal(0, bench.Order("symbol=ETHUSDT&side=SELL&type=MARKET&quantity=2&positionSide=SHORT"));
        Assert.Equal(-1106, bench.Order(
            "symbol=ETHUSDT&side=SELL&type=MARKET&quantity=1&positionSide=LONG&reduceOnly=true"));
        Assert.Equal(-2022, bench.Order("symbol=ETHUSDT&side=SELL&type=MARKET&quantity=1.5&positionSide=LONG"));

        var rows = bench.Json("GET", "/fapi/v2/positionRisk", "symbol=ETHUSDT");

        Assert.Equal(["LONG:1.000", "SHORT:-2.000"], rows.EnumerateArray().Select(r =>
            $"{r.GetProperty("positionSide").GetString()}:{r.GetProperty("positionAmt").GetString()}"));
        Assert.Equal(-4068, bench.Code("POST", "/fapi/v1/positionSide/dual", "dualSidePosition=false"));
    }

    [Fact]
    public void A_flip_is_one_event_with_the_new_entry_and_the_realised_part()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1");
        bench.Price(ExchangeBench.Eth, 3100m);
        var stream = bench.UserStream();

        Assert.Equal(0, bench.Order("symbol=ETHUSDT&side=SELL&type=MARKET&quantity=3"));
        bench.Pass(0);

        var row = stream.Of("ACCOUNT_UPDATE").Single().GetProperty("a").GetProperty("P")[0];
        Assert.Equal(("-2", "3100", "100"), (
            row.GetProperty("pa").GetString(), row.GetProperty("ep").GetString(), row.GetProperty("cr").GetString()));
        Assert.Equal(10000m + 100m - (3000m + 9300m) * 0.0005m, bench.Account.Wallet);
    }

    [Fact]
    public void Position_lists_differ_by_version_a_flat_symbol_is_a_zero_row_or_nothing()
    {
        using var bench = new ExchangeBench();
        Assert.Equal(0, bench.Json("GET", "/fapi/v3/positionRisk", "symbol=ETHUSDT").GetArrayLength());
        bench.Open(ExchangeBench.Eth, "BUY", "1");
        bench.Pass(40);
        Assert.Equal(1, bench.Json("GET", "/fapi/v3/positionRisk").GetArrayLength());
        Assert.Equal(2, bench.Json("GET", "/fapi/v2/positionRisk").GetArrayLength());
        Assert.Equal(0, bench.Order("symbol=ETHUSDT&side=SELL&type=MARKET&quantity=1&reduceOnly=true"));

        var zero = bench.Json("GET", "/fapi/v2/positionRisk", "symbol=ETHUSDT")[0];

        Assert.Equal("0.000", zero.GetProperty("positionAmt").GetString());
        Assert.Equal(
            (long)(bench.Now - DateTime.UnixEpoch).TotalMilliseconds, zero.GetProperty("updateTime").GetInt64());
        Assert.Equal(0, bench.Json("GET", "/fapi/v3/positionRisk", "symbol=ETHUSDT").GetArrayLength());
    }

    [Fact]
    public void Trades_keep_the_oldest_rows_and_orders_the_newest()
    {
        using var bench = new ExchangeBench();
        foreach (var id in (string[])["a", "b", "c"]) bench.Open(ExchangeBench.Eth, "BUY", "0.1", id: id);

        var trades = bench.Json("GET", "/fapi/v1/userTrades", "symbol=ETHUSDT&limit=2");
        var orders = bench.Json("GET", "/fapi/v1/allOrders", "symbol=ETHUSDT&limit=2");

        var first = bench.Account.Orders.Values.First().Id;
        Assert.Equal([first, first + 1], trades.EnumerateArray().Select(t => t.GetProperty("orderId").GetInt64()));
        Assert.Equal(["b", "c"], orders.EnumerateArray().Select(o => o.GetProperty("clientOrderId").GetString()!));
    }

    [Fact]
    public void A_batch_mixes_orders_and_errors_in_the_order_asked()
    {
        using var bench = new ExchangeBench();
        var batch = Uri.EscapeDataString("""
            [{"symbol":"ETHUSDT","side":"BUY","type":"MARKET","quantity":"0.1"},
             {"symbol":"ETHUSDT","side":"BUY","type":"STOP_MARKET","quantity":"0.1","stopPrice":"4000"}]
            """);

        var rows = bench.Json("POST", "/fapi/v1/batchOrders", "batchOrders=" + batch);

        Assert.Equal("NEW", rows[0].GetProperty("status").GetString());
        Assert.Equal(-4120, rows[1].GetProperty("code").GetInt32());
    }

    [Fact]
    public void Slow_and_split_fills_are_told_part_by_part()
    {
        using var bench = new ExchangeBench(new VenueOptions
        {
            FillDelay = new DelayRange(30, 30), PartialFillChance = 1m,
        });
        var stream = bench.UserStream();
        bench.Open(ExchangeBench.Eth, "BUY", "1");
        bench.Pass(100);

        Assert.Equal(
            ["ORDER_TRADE_UPDATE/NEW", "TRADE_LITE", "ACCOUNT_UPDATE", "ORDER_TRADE_UPDATE/TRADE", "TRADE_LITE",
                "ACCOUNT_UPDATE", "ORDER_TRADE_UPDATE/TRADE"],
            stream.Names);
        Assert.Equal(["PARTIALLY_FILLED", "FILLED"], stream.Of("ORDER_TRADE_UPDATE/TRADE")
            .Select(e => e.GetProperty("o").GetProperty("X").GetString()!));
    }

    [Fact]
    public void Settings_have_their_rules()
    {
        using var bench = new ExchangeBench();
        int Leverage(int x) => bench.Code("POST", "/fapi/v1/leverage", $"symbol=ETHUSDT&leverage={x}");
        int Margin(string type) => bench.Code("POST", "/fapi/v1/marginType", $"symbol=ETHUSDT&marginType={type}");

        Assert.Equal((0, 0, -4028), (Leverage(5), Leverage(5), Leverage(500)));
        Assert.Equal((0, -4046), (Margin("ISOLATED"), Margin("ISOLATED")));
        bench.Open(ExchangeBench.Eth, "BUY", "0.1");
        Assert.Equal((-4161, 0, -4048), (Leverage(2), Leverage(10), Margin("CROSSED")));
        Assert.Equal(10, bench.Json("GET", "/fapi/v1/symbolConfig", "symbol=ETHUSDT")[0].GetProperty("leverage").GetInt32());
    }
}
