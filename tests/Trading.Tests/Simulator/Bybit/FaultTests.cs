using Trading.Simulator.Faults;
using Trading.Simulator.Wire;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>The same faults, by the same purposes, in Bybit's words.</summary>
public sealed class FaultTests
{
    private const string Entry = "'side':'Buy','orderType':'Market','qty':'1','orderLinkId':'ta-f'";

    [Theory]
    [InlineData(FaultAction.LoseAnswer, WireFate.Lost, 1)]
    [InlineData(FaultAction.LoseRequest, WireFate.Lost, 0)]
    [InlineData(FaultAction.DelayRequest, WireFate.Later, 0)]
    public void An_entry_can_be_lost_before_or_after_it_was_executed(FaultAction action, WireFate fate, int trades)
    {
        using var bench = new BybitBench();
        bench.Exchange.Add(new Fault { Do = action, Purpose = "entry", Account = "sim-key-0001", Symbol = "ETHUSDT", ClientId = "ta" });

        var answer = bench.Post("/v5/order/create", Body());

        Assert.Equal((fate, trades), (answer.Fate, bench.Account.Trades.Count));
    }

    [Theory]
    [InlineData(FaultAction.UnknownExecuted, 1)]
    [InlineData(FaultAction.UnknownNotExecuted, 0)]
    public void An_unknown_outcome_is_10016_and_the_query_knows(FaultAction action, int rows)
    {
        using var bench = new BybitBench();
        bench.Exchange.Add(new Fault { Do = action, Route = "POST /v5/order/create" });

        Assert.Equal(10016, bench.Create(Entry));

        Assert.Equal(rows, bench.Rows("/v5/order/realtime", "category=linear&symbol=ETHUSDT&orderLinkId=ta-f").GetArrayLength());
        Assert.Equal(rows == 1 ? 110072 : 0, bench.Create(Entry));
    }

    [Fact]
    public void Position_reads_can_be_empty_or_late_and_the_stop_can_be_refused()
    {
        using var bench = new BybitBench();
        bench.Pass(1000);
        bench.Open();
        bench.Exchange.Add(new Fault { Do = FaultAction.EmptyPositions });
        bench.Exchange.Add(new Fault { Do = FaultAction.LagPositions, Ms = 500, Skip = 1 });
        bench.Exchange.Add(new Fault { Do = FaultAction.Refuse, Purpose = "stop", Code = 10001, Message = "StopLoss:1" });

        Assert.Equal(0, bench.Rows("/v5/position/list", "category=linear&symbol=ETHUSDT").GetArrayLength());
        Assert.Equal("0", bench.Position().GetProperty("size").GetString());
        Assert.Equal("1.000", bench.Position().GetProperty("size").GetString());
        Assert.Equal(10001, bench.TradingStop("'stopLoss':'2950'"));
        Assert.Equal(0, bench.TradingStop("'stopLoss':'2950'"));
    }

    [Fact]
    public void A_rate_limit_closes_one_endpoint_and_a_ban_closes_all()
    {
        using var bench = new BybitBench();
        bench.Exchange.Add(new Fault { Do = FaultAction.RateLimit, Purpose = "entry", Ms = 2000 });
        Assert.Equal([10006, 10006], new[] { 1, 2 }.Select(_ => bench.Create(Entry)));
        Assert.Equal("0", bench.Position().GetProperty("size").GetString());
        bench.Pass(2000);
        Assert.Equal(0, bench.Create(Entry));

        bench.Exchange.Add(new Fault { Do = FaultAction.RateLimit, Status = 403, Ms = 5000 });

        Assert.Equal([403, 403], new[] { 1, 2 }.Select(_ => bench.Get("/v5/market/time").Status));
        bench.Pass(5000);
        Assert.Equal(200, bench.Get("/v5/market/time").Status);
    }

    [Fact]
    public void A_fault_for_one_exchanges_account_leaves_the_other_alone()
    {
        using var bench = new BybitBench();
        bench.Exchange.Add(new Fault { Do = FaultAction.Refuse, Code = 1, Account = "binance/sim-key-0001", Count = null });

        Assert.Equal(0, bench.Create(Entry));
    }

    private static string Body() => $"{{'category':'linear','symbol':'ETHUSDT',{Entry}}}".Replace('\'', '"');
}
