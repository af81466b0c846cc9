using Trading.Simulator.Matching;

namespace Trading.Tests.Simulator.Binance;

/// <summary>Protocol page, sections 9 and 10: routes, subscriptions, listen keys.</summary>
public sealed class StreamTests
{
    [Theory]
    [InlineData("/market/ws/ethusdt@markPrice@1s", "", 3)]
    [InlineData("/market/stream", "streams=ethusdt@markPrice@1s/tagusdt@aggTrade", 3)]
    [InlineData("/public/ws/ethusdt@markPrice@1s", "", 0)]
    [InlineData("/ws/ethusdt@markPrice@1s", "", 0)]
    [InlineData("/market/ws/ETHUSDT@markPrice@1s", "", 0)]
    [InlineData("/market/ws/ethusdt@markPrice", "", 1)]
    public void Mark_prices_come_once_a_second_on_the_market_route_only(string path, string query, int frames)
    {
        using var bench = new ExchangeBench();
        bench.Pass(1);
        var stream = bench.Stream(path, query);

        bench.Pass(3000);

        Assert.Equal(frames, stream.Frames.Count);
    }

    [Fact]
    public void Book_streams_come_on_the_public_and_the_old_route()
    {
        using var bench = new ExchangeBench();
        var streams = new[] { "/public/ws/ethusdt@bookTicker", "/ws/ethusdt@bookTicker", "/market/ws/ethusdt@bookTicker" }
            .Select(path => bench.Stream(path)).ToList();

        bench.Price(ExchangeBench.Eth, 3001m);

        Assert.Equal([1, 1, 0], streams.Select(s => s.Frames.Count));
    }

    [Fact]
    public void Subscriptions_are_acknowledged_listed_and_taken_back()
    {
        using var bench = new ExchangeBench();
        var stream = bench.Stream("/market/stream");
        stream.Connection!.Receive("""{"method":"SUBSCRIBE","params":["ethusdt@markPrice@1s","nonsense"],"id":7}""");
        stream.Connection.Receive("""{"method":"LIST_SUBSCRIPTIONS","id":8}""");
        bench.Pass(1000);
        Assert.Equal("""{"result":null,"id":7}""", stream.Frames[0]);
        Assert.Equal("""{"result":["ethusdt@markPrice@1s","nonsense"],"id":8}""", stream.Frames[1]);
        Assert.StartsWith("""{"stream":"ethusdt@markPrice@1s","data":{"e":"markPriceUpdate",""", stream.Frames[2],
            StringComparison.Ordinal);

        stream.Connection.Receive("""{"method":"UNSUBSCRIBE","params":["ethusdt@markPrice@1s"],"id":9}""");
        stream.Connection.Receive("""{"method":"SING","id":10}""");
        bench.Pass(5000);
        Assert.Equal(5, stream.Frames.Count);
        Assert.Contains("\"code\":2", stream.Frames[4], StringComparison.Ordinal);
    }

    [Fact]
    public void The_array_of_all_marks_comes_in_two_frames()
    {
        using var bench = new ExchangeBench();
        bench.Pass(1);
        var stream = bench.Stream("/market/ws/!markPrice@arr@1s");

        bench.Pass(1000);

        Assert.Equal(["ETHUSDT", "TAGUSDT"], stream.Frames.Select(
            f => ExchangeBench.Parse(f)[0].GetProperty("s").GetString()!));
    }

    [Fact]
    public void Too_many_messages_in_a_second_end_the_connection()
    {
        using var bench = new ExchangeBench();
        var stream = bench.Stream("/market/stream");

        for (var i = 0; i < 12; i++) stream.Connection!.Receive("""{"method":"LIST_SUBSCRIPTIONS","id":1}""");
        Assert.Null(stream.Closed);
        bench.Pass(0);

        Assert.Equal(10, stream.Frames.Count);
        Assert.Equal(1008, stream.Closed?.Code);
    }

    [Theory]
    [InlineData("/private/ws/{0}", 4)]
    [InlineData("/private/ws?listenKey={0}&events=ORDER_TRADE_UPDATE", 2)]
    [InlineData("/private/stream?listenKey={0}", 4)]
    [InlineData("/private/ws/bogus", 0)]
    [InlineData("/ws/{0}", 0)]
    public void User_events_come_on_the_private_route_of_a_living_key(string format, int frames)
    {
        using var bench = new ExchangeBench();
        var key = ExchangeBench.Parse(bench.Call("POST", "/fapi/v1/listenKey").Body).GetProperty("listenKey").GetString();
        var target = string.Format(format, key).Split('?');
        var stream = bench.Stream(target[0], target.Length > 1 ? target[1] : "");

        bench.Open(ExchangeBench.Eth, "BUY", "1");
        bench.Key = "sim-key-0002";
        bench.Open(ExchangeBench.Eth, "BUY", "1");
        bench.Pass(0);

        Assert.Equal(frames, stream.Frames.Count);
    }

    [Fact]
    public void A_listen_key_lives_an_hour_unless_extended_and_its_socket_stays_open_but_dead()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        bench.Pass(50 * 60_000);
        Assert.Equal(200, bench.Call("PUT", "/fapi/v1/listenKey").Status);
        bench.Pass(59 * 60_000);
        Assert.Empty(stream.Frames);

        bench.Pass(60_000);
        bench.Open(ExchangeBench.Eth, "BUY", "1");
        bench.Pass(0);

        Assert.Equal(["listenKeyExpired"], stream.Names);
        Assert.Null(stream.Closed);
        Assert.Contains("-1125", bench.Call("PUT", "/fapi/v1/listenKey").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Leverage_changes_are_told_and_repeats_are_not()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();

        foreach (var leverage in (int[])[5, 5, 6])
            Assert.Equal(0, bench.Code("POST", "/fapi/v1/leverage", $"symbol=ETHUSDT&leverage={leverage}"));
        bench.Pass(0);

        Assert.Equal([5, 6], stream.Of("ACCOUNT_CONFIG_UPDATE")
            .Select(e => e.GetProperty("ac").GetProperty("l").GetInt32()));
    }

    [Fact]
    public void Funding_moves_the_wallet_and_names_no_position_in_cross_mode()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        bench.Open(ExchangeBench.Eth, "SELL", "1");
        var before = bench.Account.Wallet;
        bench.Market.Set(bench.Now, ExchangeBench.Eth, 3000m, null, 0.0001m, bench.Now.AddMinutes(1));
        bench.Market.Set(bench.Now.AddMinutes(2), ExchangeBench.Eth, 3000m);
        bench.Pass(120_000);

        var update = stream.Of("ACCOUNT_UPDATE").Last().GetProperty("a");
        Assert.Equal(before + 0.3m, bench.Account.Wallet);
        Assert.Equal(("FUNDING_FEE", "ETHUSDT", "0.3", 0), (
            update.GetProperty("m").GetString(), update.GetProperty("S").GetString(),
            update.GetProperty("B")[0].GetProperty("bc").GetString(), update.GetProperty("P").GetArrayLength()));
        Assert.Equal("0.30000000", bench.Json("GET", "/fapi/v1/income", "incomeType=FUNDING_FEE")[0]
            .GetProperty("income").GetString());
    }

    [Fact]
    public void A_liquidation_is_several_free_fills_of_a_priced_order_and_then_its_fee()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        bench.Open(ExchangeBench.Eth, "BUY", "50");
        var position = bench.Account.Find(ExchangeBench.Eth, PositionSide.Both)!;
        bench.Pass(0);
        stream.Frames.Clear();
        bench.Price(ExchangeBench.Eth, 2870m);

        Assert.True(position.IsFlat);
        var told = stream.Of("ORDER_TRADE_UPDATE").Select(e => e.GetProperty("o")).ToList();
        Assert.Equal(["NEW", "TRADE", "TRADE", "TRADE"], told.Select(o => Text(o, "x")));
        Assert.All(told, o => Assert.Equal(("LIQUIDATION", "IOC", false), (Text(o, "o"), Text(o, "f"), o.GetProperty("R").GetBoolean())));
        Assert.All(told, o => Assert.StartsWith("autoclose-", Text(o, "c"), StringComparison.Ordinal));
        Assert.All(told, o => Assert.InRange(Number(o, "p"), 2800m, 2850m)); // where nothing would be left of the wallet
        Assert.All(told.Skip(1), o => Assert.Equal(("0", "USDT", "2870"), (Text(o, "n"), Text(o, "N"), Text(o, "L"))));
        Assert.Equal(50m, told.Skip(1).Sum(o => Number(o, "l")));

        var cleared = stream.Of("ACCOUNT_UPDATE").Last().GetProperty("a");
        Assert.Equal("INSURANCE_CLEAR", Text(cleared, "m"));
        Assert.Equal(-0.005m * 50m * 2870m, Number(cleared.GetProperty("B")[0], "bc"));
        Assert.Equal((ExchangeBench.Eth, "0"), (Text(cleared.GetProperty("P")[0], "s"), Text(cleared.GetProperty("P")[0], "pa")));
        Assert.Equal(10_000m - 75m - 6_500m - 717.5m, bench.Account.Wallet); // fee of the entry, loss, fee of the liquidation
        Assert.Equal("-717.50000000", Text(bench.Json("GET", "/fapi/v1/income", "incomeType=INSURANCE_CLEAR")[0], "income"));

        var order = Assert.Single(bench.Json("GET", "/fapi/v1/forceOrders", "autoCloseType=LIQUIDATION").EnumerateArray());
        Assert.Equal(
            ("LIMIT", "LIMIT", "IOC", "FILLED", false, Number(told[0], "p")),
            (Text(order, "type"), Text(order, "origType"), Text(order, "timeInForce"), Text(order, "status"), order.GetProperty("reduceOnly").GetBoolean(), Number(order, "price")));
        Assert.Empty(bench.Json("GET", "/fapi/v1/forceOrders", "autoCloseType=ADL").EnumerateArray());
    }

    [Fact]
    public void A_liquidation_in_a_gap_costs_what_stood_behind_the_position_and_no_more()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        Assert.Equal(0, bench.Code("POST", "/fapi/v1/marginType", "symbol=ETHUSDT&marginType=ISOLATED"));
        bench.Open(ExchangeBench.Eth, "BUY", "1"); // 20 times: 150 stand behind it
        bench.Price(ExchangeBench.Eth, 2500m);

        Assert.Equal(10_000m - 1.5m - 150m, bench.Account.Wallet);
        Assert.DoesNotContain(stream.Of("ACCOUNT_UPDATE"), e => Text(e.GetProperty("a"), "m") == "INSURANCE_CLEAR"); // nothing was left to take
    }

    [Fact]
    public void A_deleveraging_bears_the_exchanges_own_id_and_is_a_priced_order()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        bench.Open(ExchangeBench.Eth, "BUY", "5");
        bench.Exchange.Venue.Risk.Deleverage(bench.Account, bench.Account.Find(ExchangeBench.Eth, PositionSide.Both)!, 1m);
        bench.Pass(0);

        var fill = stream.Of("ORDER_TRADE_UPDATE/TRADE").Last().GetProperty("o");
        Assert.Equal(("adl_autoclose", "LIMIT", false), (Text(fill, "c"), Text(fill, "o"), fill.GetProperty("R").GetBoolean()));
        Assert.Equal("adl_autoclose", Text(Assert.Single(bench.Json("GET", "/fapi/v1/forceOrders", "autoCloseType=ADL").EnumerateArray()), "clientOrderId"));
    }

    [Fact]
    public void Fees_in_BNB_are_charged_told_and_listed_in_BNB_while_there_is_some()
    {
        using var bench = new ExchangeBench();
        bench.Exchange.Venue.Change(new Trading.Simulator.Market.SymbolSpec("BNBUSDT", 0.01m, 0.01m));
        var stream = bench.UserStream();
        string Pays(string body) => bench.Exchange.Answer(bench.Now, new("POST", "/control/fees", "", body, new Dictionary<string, string>())).Body;
        Assert.Contains("has no price", Pays("""{"asset":"BNB"}"""), StringComparison.Ordinal);
        bench.Exchange.Venue.SetPrice(new(bench.Now, "BNBUSDT", 600m, 600m, 600m, 0m, default));
        Assert.Contains("\"fee_wallet\":0.004", Pays("""{"asset":"BNB","quantity":"0.004"}"""), StringComparison.Ordinal);

        var before = bench.Account.Wallet;
        bench.Open(ExchangeBench.Eth, "BUY", "1"); // 1.5 USDT, a tenth less for who pays so
        bench.Pass(0);
        var fill = stream.Of("ORDER_TRADE_UPDATE/TRADE").Last().GetProperty("o");
        Assert.Equal(("0.00225", "BNB"), (Text(fill, "n"), Text(fill, "N")));
        Assert.Equal((before, 0.00175m), (bench.Account.Wallet, bench.Account.FeeWallet));
        var balances = stream.Of("ACCOUNT_UPDATE").Last().GetProperty("a").GetProperty("B").EnumerateArray();
        Assert.Equal([("USDT", "0"), ("BNB", "0")], balances.Select(b => (Text(b, "a"), Text(b, "bc"))));
        var trade = bench.Json("GET", "/fapi/v1/userTrades", "symbol=ETHUSDT").EnumerateArray().Last();
        Assert.Equal(("0.00225000", "BNB"), (Text(trade, "commission"), Text(trade, "commissionAsset")));
        var income = bench.Json("GET", "/fapi/v1/income", "incomeType=COMMISSION").EnumerateArray().Last();
        Assert.Equal(("-0.00225000", "BNB"), (Text(income, "income"), Text(income, "asset")));
        Assert.Equal(["USDT", "BNB"], bench.Json("GET", "/fapi/v3/balance").EnumerateArray().Select(b => Text(b, "asset")));

        bench.Open(ExchangeBench.Eth, "BUY", "1", id: "ta-ent-2"); // it has not enough left
        Assert.Equal((before - 1.5m, 0.00175m), (bench.Account.Wallet, bench.Account.FeeWallet));
    }

    private static string Text(System.Text.Json.JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private static decimal Number(System.Text.Json.JsonElement of, string name) =>
        decimal.Parse(Text(of, name), System.Globalization.CultureInfo.InvariantCulture);
}
