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

        for (var i = 0; i < 11; i++) stream.Connection!.Receive("""{"method":"LIST_SUBSCRIPTIONS","id":1}""");

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
    public void A_liquidation_and_a_deleveraging_bear_the_exchanges_own_ids()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        bench.Open(ExchangeBench.Eth, "BUY", "50");
        var adl = bench.Account.Find(ExchangeBench.Eth, PositionSide.Both)!;
        bench.Exchange.Venue.Risk.Deleverage(bench.Account, adl, 1m);
        bench.Price(ExchangeBench.Eth, 2850m);

        Assert.True(adl.IsFlat);
        var fills = stream.Of("ORDER_TRADE_UPDATE").Select(e => e.GetProperty("o"))
            .Where(o => o.GetProperty("x").GetString() != "NEW")
            .Select(o => (Id: o.GetProperty("c").GetString()!, Execution: o.GetProperty("x").GetString())).ToList();
        Assert.Equal(["TRADE", "TRADE", "CALCULATED"], fills.Select(f => f.Execution));
        Assert.Equal("adl_autoclose", fills[1].Id);
        Assert.StartsWith("autoclose-", fills[2].Id, StringComparison.Ordinal);
    }
}
