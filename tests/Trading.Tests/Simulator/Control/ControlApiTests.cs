using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Tests.Simulator.Control;

/// <summary>The back door: what a hand outside does, and what it sees.</summary>
public sealed class ControlApiTests
{
    [Fact]
    public void A_hand_opens_protects_moves_takes_away_and_closes()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        Ok(bench, "POST", "/control/open", """{"symbol":"ETHUSDT","quantity":-2}""");
        var stop = Ok(bench, "POST", "/control/stop", """
            {"symbol":"ETHUSDT","side":"buy","type":"stop_market","quantity":2,"trigger_price":"3100","source":"mark","reduce_only":true}
            """).GetProperty("id").GetInt64();
        Assert.True(bench.Exchange.Truth.AllCovered);
        var moved = Ok(bench, "POST", "/control/move", $$"""{"id":{{stop}},"trigger_price":3080}""");
        Assert.Equal(3080m, bench.Account.OpenStops.Single().TriggerPrice);
        Ok(bench, "POST", "/control/cancel", $$"""{"id":{{moved.GetProperty("id").GetInt64()}}}""");
        Ok(bench, "POST", "/control/close", """{"symbol":"ETHUSDT","quantity":0.5}""");
        Ok(bench, "POST", "/control/close", """{"symbol":"ETHUSDT"}""");
        bench.Pass(0);

        Assert.True(bench.Account.Find("ETHUSDT", PositionSide.Both)!.IsFlat);
        Assert.All(stream.Of("ORDER_TRADE_UPDATE"), e =>
            Assert.StartsWith("web_", e.GetProperty("o").GetProperty("c").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_price_set_by_hand_triggers_and_may_be_held_against_the_market()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1", "2900");
        bench.Market.Set(bench.Now.AddSeconds(1), ExchangeBench.Eth, 3001m);
        bench.Market.Set(bench.Now.AddSeconds(20), ExchangeBench.Eth, 3002m);

        Ok(bench, "POST", "/control/price", """{"symbol":"ETHUSDT","mark":2890,"hold_seconds":10}""");
        bench.Pass(2000);
        Assert.Equal(2890m, bench.Exchange.Venue.Find("ETHUSDT")!.Mark);
        Assert.True(bench.Account.Find("ETHUSDT", PositionSide.Both)!.IsFlat);
        bench.Pass(20_000);
        Assert.Equal(3002m, bench.Exchange.Venue.Find("ETHUSDT")!.Mark);
    }

    [Fact]
    public void Faults_are_scripted_listed_and_taken_back()
    {
        using var bench = new ExchangeBench();
        var id = Ok(bench, "POST", "/control/faults", """{"do":"refuse","code":-2021,"purpose":"stop","count":null}""")
            .GetProperty("id").GetInt32();
        Assert.Equal(-2021, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=2900"));
        var row = Ok(bench, "GET", "/control/faults")[0];
        Assert.Equal(("refuse", 1), (row.GetProperty("fault").GetProperty("do").GetString(), row.GetProperty("used").GetInt32()));

        Ok(bench, "DELETE", $"/control/faults?id={id}");

        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=2900"));
    }

    [Fact]
    public void The_exchanges_clock_may_run_ahead()
    {
        using var bench = new ExchangeBench();
        Ok(bench, "POST", "/control/clock", """{"skew_ms":90000}""");

        var time = ExchangeBench.Parse(bench.Call("GET", "/fapi/v1/time").Body).GetProperty("serverTime").GetInt64();

        Assert.Equal((long)(bench.Now.AddSeconds(90) - DateTime.UnixEpoch).TotalMilliseconds, time);
        Assert.Equal(-1021, bench.Code("GET", "/fapi/v1/accountConfig", ""));
    }

    [Theory]
    [InlineData("POST", "/control/faults", """{"do":"explode"}""", 400)]
    [InlineData("POST", "/control/faults", """{"do":"lose_answer","purpos":"entry"}""", 400)]
    [InlineData("POST", "/control/open", """{"symbol":"NOUSDT","quantity":1}""", 409)]
    [InlineData("POST", "/control/close", """{"symbol":"ETHUSDT"}""", 409)]
    [InlineData("GET", "/control/nothing", "", 404)]
    public void What_it_does_not_understand_it_says(string method, string path, string body, int status)
    {
        using var bench = new ExchangeBench();

        var answer = Call(bench, method, path, body);

        Assert.Equal(status, answer.Status);
        Assert.False(string.IsNullOrEmpty(ExchangeBench.Parse(answer.Body).GetProperty("error").GetString()));
    }

    private static JsonElement Ok(ExchangeBench bench, string method, string path, string body = "")
    {
        var answer = Call(bench, method, path, body);
        Assert.True(answer.Status == 200, answer.Body);
        return ExchangeBench.Parse(answer.Body);
    }

    private static WireAnswer Call(ExchangeBench bench, string method, string path, string body)
    {
        var parts = path.Split('?');
        return bench.Exchange.Answer(bench.Now, new WireCall(
            method, parts[0], parts.Length > 1 ? parts[1] : "", body, new Dictionary<string, string>()));
    }
}
