using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Tests.Simulator.Faults;

/// <summary>Each fault does what it says, as often as it says, and to nothing else.</summary>
public sealed class FaultTests
{
    private const string Entry = "symbol=ETHUSDT&side=BUY&type=MARKET&quantity=0.1&newOrderRespType=RESULT&newClientOrderId=";

    [Theory]
    [InlineData(FaultAction.LoseAnswer, WireFate.Lost, 0, 1)]
    [InlineData(FaultAction.LoseRequest, WireFate.Lost, 0, 0)]
    [InlineData(FaultAction.UnknownExecuted, WireFate.Answered, 503, 1)]
    [InlineData(FaultAction.UnknownNotExecuted, WireFate.Answered, 503, 0)]
    [InlineData(FaultAction.Unavailable, WireFate.Answered, 503, 0)]
    public void An_entry_is_executed_or_not_and_answered_or_not(FaultAction action, WireFate fate, int status, int orders)
    {
        using var bench = new ExchangeBench();
        bench.Fault(new Fault { Do = action, Purpose = "entry" });

        var answer = bench.Signed("POST", "/fapi/v1/order", Entry + "a");

        Assert.Equal(fate, answer.Fate);
        if (status != 0) Assert.Equal(status, answer.Status);
        Assert.Equal(orders, bench.Account.OrderHistory.Count);
        Assert.Equal(0, bench.Order(Entry + "b"));
    }

    [Fact]
    public void Skip_count_symbol_and_time_limit_a_fault()
    {
        using var bench = new ExchangeBench();
        bench.Fault(new Fault { Do = FaultAction.Refuse, Code = -2021, Purpose = "stop", Skip = 1, Count = 2 });
        bench.Fault(new Fault { Do = FaultAction.Refuse, Code = -2019, Symbol = "TAGUSDT", Count = null, Seconds = 5 });
        const string Stop = "symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=2900";
        const string Tag = "symbol=TAGUSDT&side=BUY&type=MARKET&quantity=20000";

        Assert.Equal([0, -2021, -2021, 0], Enumerable.Range(0, 4).Select(_ => bench.Stop(Stop)));
        Assert.Equal((-2019, -2019), (bench.Order(Tag), bench.Order(Tag)));
        bench.Pass(5000);
        Assert.Equal(0, bench.Order(Tag));
    }

    [Fact]
    public void A_delayed_request_is_executed_only_when_it_is_presented_again()
    {
        using var bench = new ExchangeBench();
        bench.Fault(new Fault { Do = FaultAction.DelayRequest, Ms = 800 });
        var call = bench.SignedCall("POST", "/fapi/v1/order", Entry + "late");

        var first = bench.Exchange.Answer(bench.Now, call);
        Assert.Equal((WireFate.Later, 800), (first.Fate, first.DelayMs));
        Assert.Empty(bench.Account.OrderHistory);
        bench.Pass(800);

        Assert.Equal(200, bench.Exchange.Answer(bench.Now, call with { Resumed = true }).Status);
        bench.Pass(10_000);
        Assert.Contains("-1021", bench.Exchange.Answer(bench.Now, call with { Resumed = true }).Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_are_dropped_delayed_doubled_and_turned_around_by_name()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        bench.Fault(new Fault { Do = FaultAction.DropEvent, Event = "TRADE_LITE" });
        bench.Fault(new Fault { Do = FaultAction.DelayEvent, Event = "ACCOUNT_UPDATE", Ms = 5000 });
        bench.Fault(new Fault { Do = FaultAction.DuplicateEvent, Event = "ORDER_TRADE_UPDATE/TRADE", Ms = 10 });
        bench.Open(ExchangeBench.Eth, "BUY", "1");
        bench.Pass(4999);
        Assert.Equal(
            ["ORDER_TRADE_UPDATE/NEW", "ORDER_TRADE_UPDATE/TRADE", "ORDER_TRADE_UPDATE/TRADE"], stream.Names);
        bench.Pass(1);
        Assert.Equal("ACCOUNT_UPDATE", stream.Names.Last());

        stream.Frames.Clear();
        bench.Fault(new Fault { Do = FaultAction.ReorderEvent, Event = "ACCOUNT_UPDATE" });
        bench.Open(ExchangeBench.Eth, "BUY", "1", id: "again");
        bench.Pass(0);
        Assert.Equal(
            ["TRADE_LITE", "ORDER_TRADE_UPDATE/NEW", "ORDER_TRADE_UPDATE/TRADE", "ACCOUNT_UPDATE"], stream.Names);
    }

    [Fact]
    public void Position_reads_are_empty_or_late_while_the_stream_knows_better()
    {
        using var bench = new ExchangeBench();
        bench.Pass(10_000);
        bench.Open(ExchangeBench.Eth, "BUY", "1");
        bench.Fault(new Fault { Do = FaultAction.EmptyPositions, Count = 2 });
        int Rows() => bench.Json("GET", "/fapi/v3/positionRisk", "symbol=ETHUSDT").GetArrayLength();
        Assert.Equal((0, 0, 1), (Rows(), Rows(), Rows()));

        bench.Pass(1000);
        bench.Fault(new Fault { Do = FaultAction.LagPositions, Ms = 2000, Count = null, Seconds = 30 });
        Assert.Equal(0, Rows());
        bench.Pass(1000);
        Assert.Equal(1, Rows());
    }

    [Fact]
    public void A_scripted_limit_holds_for_all_calls_and_ignoring_it_is_a_ban()
    {
        using var bench = new ExchangeBench();
        bench.Fault(new Fault { Do = FaultAction.RateLimit, Status = 429, Ms = 5000 });

        var limited = bench.Call("GET", "/fapi/v1/ping");
        Assert.Equal((429, "5"), (limited.Status, limited.Headers.Single(h => h.Key == "Retry-After").Value));
        for (var i = 0; i < 20; i++) Assert.Equal(429, bench.Call("GET", "/fapi/v1/time").Status); // on their way when it was told
        bench.Pass(600);
        for (var i = 0; i < 20; i++) bench.Call("GET", "/fapi/v1/time");
        var banned = bench.Call("GET", "/fapi/v1/time");
        Assert.Equal(418, banned.Status);
        Assert.Contains("banned until", banned.Body, StringComparison.Ordinal);
        bench.Pass(120_000);
        Assert.Equal(200, bench.Call("GET", "/fapi/v1/time").Status);
    }

    [Fact]
    public void Weight_beyond_the_minute_is_refused_until_the_next_minute()
    {
        using var bench = new ExchangeBench(binance: new() { WeightPerMinute = 50 });
        for (var i = 0; i < 10; i++) Assert.Equal(200, bench.Signed("GET", "/fapi/v3/positionRisk").Status);

        Assert.Equal(429, bench.Signed("GET", "/fapi/v3/positionRisk").Status);
        bench.Pass(60_000);
        Assert.Equal(200, bench.Signed("GET", "/fapi/v3/positionRisk").Status);
    }

    [Fact]
    public void An_entry_may_fill_in_part_and_expire()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        bench.Fault(new Fault { Do = FaultAction.FillPart, Fraction = 0.3m });

        var answer = bench.Json("POST", "/fapi/v1/order", "symbol=ETHUSDT&side=BUY&type=MARKET&quantity=1&newOrderRespType=RESULT");
        bench.Pass(1);

        Assert.Equal("PARTIALLY_FILLED", answer.GetProperty("status").GetString());
        var end = stream.Of("ORDER_TRADE_UPDATE/EXPIRED").Single().GetProperty("o");
        Assert.Equal(("0.3", "9"), (end.GetProperty("z").GetString(), end.GetProperty("er").GetString()));
        Assert.Equal(0.3m, bench.Account.Find("ETHUSDT", PositionSide.Both)!.Quantity);
    }

    [Fact]
    public void A_silent_socket_stays_open_and_deaf_a_new_one_hears()
    {
        using var bench = new ExchangeBench();
        var old = bench.UserStream();
        bench.Exchange.Binance.Streams.Select("private").Single().Silent = true;
        var fresh = bench.UserStream();

        bench.Open(ExchangeBench.Eth, "BUY", "1");
        bench.Pass(600_000);

        Assert.Empty(old.Frames);
        Assert.Null(old.Closed);
        Assert.Equal(0, old.Pings);
        Assert.Equal((4, 3), (fresh.Frames.Count, fresh.Pings));
    }
}
