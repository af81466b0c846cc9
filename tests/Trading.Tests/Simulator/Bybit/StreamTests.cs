using System.Text.Json;
using Trading.Simulator.Bybit;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>What the sockets say and in which order: protocol page, sections 9 to 11.</summary>
public sealed class StreamTests
{
    [Fact]
    public void A_fill_is_told_as_execution_order_position_wallet_under_one_id()
    {
        using var bench = new BybitBench();
        var stream = bench.Private("execution.fast", "order", "execution", "position", "wallet");
        Assert.Empty(stream.Frames);
        bench.Open();
        bench.Pass(0);

        Assert.Equal(
            ["execution.fast", "execution", "order/Filled", "position", "wallet", "order/Untriggered", "position"],
            BybitBench.Topics(stream));
        var (execution, order) = (BybitBench.Of(stream, "execution").Single(), BybitBench.Of(stream, "order").First());
        Assert.Equal(execution.GetProperty("id").GetString(), order.GetProperty("id").GetString());
        var position = BybitBench.Of(stream, "position").First().GetProperty("data")[0];
        Assert.Equal(("1.000", "2900.00", "3000"), (Text(position, "size"), Text(position, "stopLoss"), Text(position, "entryPrice")));
        var executed = execution.GetProperty("data")[0];
        Assert.Equal(long.Parse(Text(executed, "execTime")) + 4, long.Parse(Text(position, "updatedTime")));
    }

    [Fact]
    public void A_stop_that_fires_is_told_as_its_own_order_and_a_flat_position()
    {
        using var bench = new BybitBench();
        bench.Open();
        bench.Pass(1);
        var stream = bench.Private();
        bench.Price(BybitBench.Eth, 2890m);

        Assert.Equal(["order/Triggered", "execution", "order/Filled", "position", "wallet"], BybitBench.Topics(stream));
        var order = BybitBench.Of(stream, "order").Last().GetProperty("data")[0];
        Assert.Equal(("StopLoss", "CreateByStopLoss", ""), (Text(order, "stopOrderType"), Text(order, "createType"), Text(order, "orderLinkId")));
        var position = BybitBench.Of(stream, "position").Single().GetProperty("data")[0];
        Assert.Equal(("", "0", "0"), (Text(position, "side"), Text(position, "size"), Text(position, "stopLoss")));
    }

    [Fact]
    public void A_moved_stop_is_told_as_order_and_position_with_the_old_sequence()
    {
        using var bench = new BybitBench();
        bench.Open();
        bench.Pass(1);
        var seq = bench.Position().GetProperty("seq").GetInt64();
        var stream = bench.Private("position.linear", "order.linear");
        Assert.Equal(0, bench.TradingStop("'stopLoss':'2950','slTriggerBy':'MarkPrice'"));
        bench.Pass(0);

        Assert.Equal(["order.linear", "position.linear"], BybitBench.Topics(stream));
        var row = BybitBench.Of(stream, "position.linear").Single().GetProperty("data")[0];
        Assert.Equal(("2950.00", seq), (Text(row, "stopLoss"), row.GetProperty("seq").GetInt64()));
    }

    [Fact]
    public void Manual_closes_liquidations_and_deleveraging_carry_their_own_words()
    {
        using var bench = new BybitBench();
        var stream = bench.Private("order", "execution");
        bench.Open();
        bench.Exchange.Venue.Risk.Deleverage(bench.Account, bench.Account.Positions[0], 0.25m);
        bench.Exchange.Venue.Hand.Close(bench.Account, BybitBench.Eth, 0.25m);
        bench.Exchange.Venue.Risk.Liquidate(bench.Account, bench.Account.Positions[0]);
        bench.Pass(0);

        var rows = BybitBench.Of(stream, "execution").Select(f => f.GetProperty("data")[0]).ToList();
        Assert.Equal(["Trade", "AdlTrade", "Trade", "BustTrade", "BustTrade", "BustTrade"], rows.Select(r => Text(r, "execType")));
        Assert.Equal(
            ["CreateByUser", "CreateByAdl_PassThrough", "CreateByClosing", "CreateByLiq", "CreateByLiq", "CreateByLiq"],
            rows.Select(r => Text(r, "createType")));
        Assert.Equal(["ta-e1", "", "", "", "", ""], rows.Select(r => Text(r, "orderLinkId")));
        Assert.Equal(["0.00055", "0", "0.00055", "0.00055", "0.00055", "0.00055"], rows.Select(r => Text(r, "feeRate")));
        Assert.Equal("0", Text(rows[1], "execFee")); // who is deleveraged pays nothing
    }

    [Fact]
    public void Fees_in_another_coin_are_told_in_that_coin()
    {
        using var bench = new BybitBench();
        bench.Exchange.Venue.Change(new Trading.Simulator.Market.SymbolSpec("MNTUSDT", 0.0001m, 0.1m));
        bench.Exchange.Venue.SetPrice(new(bench.Now, "MNTUSDT", 1.5m, 1.5m, 1.5m, 0m, default));
        Assert.True(bench.Exchange.Venue.Fees.PayIn(bench.Account, "MNT", 10m));
        var stream = bench.Private("execution", "order", "wallet");
        var before = bench.Account.Wallet;
        bench.Open();
        bench.Pass(1);

        var fill = BybitBench.Of(stream, "execution").First().GetProperty("data")[0];
        var paid = decimal.Parse(Text(fill, "execFee"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(("MNT", 10m - paid, before), (Text(fill, "feeCurrency"), bench.Account.FeeWallet, bench.Account.Wallet));
        Assert.Equal(decimal.Round(bench.Account.Trades[0].Price * bench.Account.Trades[0].Quantity * 0.00055m * 0.9m / 1.5m, 8), paid);
        var order = BybitBench.Of(stream, "order").First().GetProperty("data")[0];
        Assert.Equal(Text(fill, "execFee"), Text(order.GetProperty("cumFeeDetail"), "MNT"));
        var coins = BybitBench.Of(stream, "wallet").Last().GetProperty("data")[0].GetProperty("coin").EnumerateArray();
        Assert.Equal(["USDT", "MNT"], coins.Select(coin => Text(coin, "coin")));
    }

    [Fact]
    public void Nothing_private_is_told_before_auth_and_a_wrong_one_ends_the_connection()
    {
        using var bench = new BybitBench();
        var stream = bench.Stream("/v5/private");
        stream.Connection!.Receive("""{"req_id":"s","op":"subscribe","args":["order"]}""");
        stream.Connection.Receive($$"""{"op":"auth","args":["sim-key-0001",{{BybitBench.Ms(bench.Now) + 1000}},"00"]}""");
        bench.Pass(0);

        Assert.All(stream.Frames, f => Assert.False(ExchangeBench.Parse(f).GetProperty("success").GetBoolean()));
        Assert.NotNull(stream.Closed);
    }

    [Fact]
    public void The_published_auth_vector_is_accepted_and_pings_are_answered_in_each_sockets_way()
    {
        using var bench = new BybitBench(at: DateTime.UnixEpoch.AddMilliseconds(1_795_000_000_123));
        var (user, market) = (bench.Stream("/v5/private"), bench.Stream("/v5/public/linear"));
        user.Connection!.Receive(
            """{"req_id":"auth-1","op":"auth","args":["sim-key-0001",1795000010123,"64e9d6f034f2e744c4d2d0551b9d98c2de0b421eda675d1f9be2f4e00c41207a"]}""");
        user.Connection.Receive("""{"req_id":"17","op":"ping"}""");
        market.Connection!.Receive("""{"req_id":"18","op":"ping"}""");
        bench.Pass(0);

        Assert.Contains("\"success\":true", user.Frames[0], StringComparison.Ordinal);
        Assert.Equal(("pong", "17"), (Text(ExchangeBench.Parse(user.Frames[1]), "op"), Text(ExchangeBench.Parse(user.Frames[1]), "req_id")));
        Assert.Equal(("ping", "pong"), (Text(ExchangeBench.Parse(market.Frames[0]), "op"), Text(ExchangeBench.Parse(market.Frames[0]), "ret_msg")));
    }

    [Fact]
    public void A_silent_client_is_cut_off_after_ten_minutes_and_a_pinging_one_is_not()
    {
        using var bench = new BybitBench();
        var (quiet, lively) = (bench.Stream("/v5/private"), bench.Stream("/v5/private"));
        for (var i = 0; i < 31; i++)
        {
            lively.Connection!.Receive("""{"op":"ping"}""");
            bench.Pass(20_000);
        }

        Assert.NotNull(quiet.Closed);
        Assert.Null(lively.Closed);
    }

    [Fact]
    public void A_ticker_is_a_snapshot_then_only_what_changed()
    {
        using var bench = new BybitBench();
        var stream = bench.Stream("/v5/public/linear");
        stream.Connection!.Receive("""{"req_id":"1","op":"subscribe","args":["tickers.ETHUSDT","publicTrade.ETHUSDT"]}""");
        bench.Pass(0);
        Assert.Equal("snapshot", Text(ExchangeBench.Parse(stream.Frames[1]), "type"));
        Assert.Equal("3000.00", Text(ExchangeBench.Parse(stream.Frames[1]).GetProperty("data"), "markPrice"));
        stream.Frames.Clear();
        bench.Price(BybitBench.Eth, 3001m);
        bench.Price(BybitBench.Eth, 3002m);
        bench.Pass(100);

        var deltas = BybitBench.Of(stream, "tickers.ETHUSDT").ToList();
        Assert.All(deltas, d => Assert.Equal("delta", Text(d, "type")));
        Assert.Equal("3002.00", Text(deltas[^1].GetProperty("data"), "markPrice"));
        Assert.False(deltas[^1].GetProperty("data").TryGetProperty("fundingRate", out _));
        Assert.Equal(2, BybitBench.Of(stream, "publicTrade.ETHUSDT").Count());
        stream.Frames.Clear();

        bench.Pass(2000);

        var quiet = BybitBench.Of(stream, "tickers.ETHUSDT").ToList();
        Assert.Equal(2, quiet.Count);
        Assert.All(quiet, d => Assert.False(d.GetProperty("data").TryGetProperty("markPrice", out _)));
        stream.Connection.Receive("""{"req_id":"2","op":"unsubscribe","args":["tickers.ETHUSDT"]}""");
        bench.Pass(0);
        stream.Frames.Clear();
        bench.Pass(2000);
        Assert.Empty(stream.Frames);
    }

    [Fact]
    public void The_first_change_after_the_snapshot_is_told()
    {
        using var bench = new BybitBench();
        var stream = bench.Stream("/v5/public/linear");
        stream.Connection!.Receive("""{"req_id":"1","op":"subscribe","args":["tickers.ETHUSDT"]}""");
        bench.Price(BybitBench.Eth, 3001m);
        bench.Pass(2000);

        var told = BybitBench.Of(stream, "tickers.ETHUSDT").Where(frame => frame.GetProperty("data").TryGetProperty("markPrice", out _));
        Assert.Equal("3001.00", Text(told.Last().GetProperty("data"), "markPrice"));
    }

    [Fact]
    public void An_unknown_topic_fails_the_whole_request()
    {
        using var bench = new BybitBench();
        var stream = bench.Stream("/v5/public/linear");
        stream.Connection!.Receive("""{"op":"subscribe","args":["tickers.ETHUSDT","tickers.NOPE"]}""");
        bench.Pass(1000);

        Assert.False(ExchangeBench.Parse(Assert.Single(stream.Frames)).GetProperty("success").GetBoolean());
        Assert.Empty(stream.Connection.Subscriptions);
    }

    [Theory]
    [InlineData("position", "position")]
    [InlineData("execution/Trade", "execution")]
    [InlineData("wallet", "wallet")]
    [InlineData("order/Filled", "order/Filled")]
    public void A_named_event_can_be_dropped(string named, string missing)
    {
        using var bench = new BybitBench();
        var stream = bench.Private();
        Assert.Equal(1, bench.Exchange.Add(new Fault { Do = FaultAction.DropEvent, Event = named }));
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'1'"));
        bench.Pass(0);

        Assert.Equal(new[] { "execution", "order/Filled", "position", "wallet" }.Where(t => t != missing), BybitBench.Topics(stream));
    }

    [Fact]
    public void Orders_over_the_trade_socket_are_answered_by_their_request_id()
    {
        using var bench = new BybitBench();
        var stream = bench.Stream("/v5/trade");
        var expires = BybitBench.Ms(bench.Now) + 10_000;
        string Order(string id) => $$$"""{"reqId":"{{{id}}}","header":{"X-BAPI-TIMESTAMP":"{{{expires - 10_000}}}"},"op":"order.create","args":[{"category":"linear","symbol":"ETHUSDT","side":"Buy","orderType":"Market","qty":"1","orderLinkId":"w1"}]}""";
        stream.Connection!.Receive(Order("r0"));
        stream.Connection.Receive($$"""{"op":"auth","args":["sim-key-0001",{{expires}},"{{bench.Sign("GET/realtime" + expires)}}"]}""");
        stream.Connection.Receive("""{"op":"ping"}""");
        stream.Connection.Receive(Order("r1"));
        stream.Connection.Receive(Order("r2"));
        stream.Connection.Receive("""{"reqId":"r3","op":"order.fly","args":[{}]}""");
        bench.Pass(0);

        var answers = stream.Frames.Select(ExchangeBench.Parse).ToList();
        Assert.Equal([10005, 0, 0, 0, 110072, 10404], answers.Select(a => a.GetProperty("retCode").GetInt32()));
        Assert.Equal(("r1", "w1"), (Text(answers[3], "reqId"), Text(answers[3].GetProperty("data"), "orderLinkId")));
        Assert.Equal("9", Text(answers[3].GetProperty("header"), "X-Bapi-Limit-Status"));
        Assert.Single(bench.Account.Trades);
    }

    [Fact]
    public void The_kind_of_an_event_is_the_same_word_on_both_exchanges()
    {
        using var bench = new BybitBench();
        var stream = bench.Private();
        bench.Exchange.Add(new Fault { Do = FaultAction.DropEvent, Event = "fill", Count = null });
        bench.Exchange.Add(new Fault { Do = FaultAction.DelayEvent, Event = "position", Ms = 3000 });
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'1'"));
        bench.Pass(0);
        Assert.Equal(["wallet"], BybitBench.Topics(stream));
        bench.Pass(3000);

        Assert.Equal(["wallet", "position"], BybitBench.Topics(stream));
    }

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
