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

    [Theory]
    [InlineData("/control/price", """{"mark":3000}""")]
    [InlineData("/control/price", """{"symbol":"ETHUSDT","mark":0}""")]
    [InlineData("/control/price", """{"symbol":"ETHUSDT","mark":79228162514264337593543950335}""")]
    [InlineData("/control/price", """{"symbol":"ETHUSDT","mark":3000,"hold_seconds":1e300}""")]
    [InlineData("/control/clock", """{"skew_ms":9223372036854775807}""")]
    [InlineData("/control/faults", """{"do":"drop_event","seconds":1e300}""")]
    [InlineData("/control/faults", """{"do":"fill_part","fraction":1e20}""")]
    [InlineData("/control/faults", """{"do":77}""")]
    [InlineData("/control/faults", """{"do":"delay_answer","ms":-1}""")]
    [InlineData("/control/symbol", """{"symbol":"ETHUSDT","tick_size":0}""")]
    [InlineData("/control/symbol", """{"symbol":"ETHUSDT","step_size":-1}""")]
    [InlineData("/control/symbol", """{"tick_size":0.01}""")]
    [InlineData("/control/open", """{"symbol":"ETHUSDT","quantity":79228162514264337593543950335}""")]
    [InlineData("/control/open", """{"symbol":"ETHUSDT","quantity":"\ud800"}""")]
    [InlineData("/control/order", """{"side":"buy","type":"market","quantity":1}""")]
    [InlineData("/control/order", """{"symbol":"ETHUSDT","side":9,"type":"market","quantity":1}""")]
    [InlineData("/control/stop", """{"side":"buy","type":"stop_market","quantity":1,"trigger_price":3100}""")]
    [InlineData("/control/deposit", """{"quantity":79228162514264337593543950335}""")]
    [InlineData("/control/sockets", "[]")]
    [InlineData("/control/adl", "null")]
    public void An_odd_order_by_hand_is_refused_and_the_exchange_goes_on(string path, string body)
    {
        using var bench = new ExchangeBench();
        var call = new WireCall("POST", path, "", body, new Dictionary<string, string>());

        var answer = bench.Exchange.Answer(bench.Now, call);
        bench.Pass(1000);

        Assert.InRange(answer.Status, 400, 499);
        Assert.True(ExchangeBench.Parse(answer.Body).GetProperty("error").GetString()!.Length > 0);
        bench.Open(ExchangeBench.Eth, "BUY", "1", "2900");
        Assert.Equal(200, bench.Signed("GET", "/fapi/v3/account").Status);
    }

    [Fact]
    public void A_hand_sets_leverage_margin_and_modes_and_is_told_what_the_exchange_refuses()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        Ok(bench, "POST", "/control/settings", """{"symbol":"ETHUSDT","leverage":75,"isolated":true}""");
        Assert.Equal(-4167, bench.Code("POST", "/fapi/v1/multiAssetsMargin", "multiAssetsMargin=true"));
        Assert.Equal(409, Call(bench, "POST", "/control/settings", """{"multi_assets":true}""").Status);
        Assert.Equal(409, Call(bench, "POST", "/control/settings", """{"leverage":3}""").Status);
        Assert.Equal(409, Call(bench, "POST", "/control/settings", """{"symbol":"NOUSDT","leverage":3}""").Status);
        Ok(bench, "POST", "/control/settings", """{"symbol":"ETHUSDT","isolated":false}""");
        Ok(bench, "POST", "/control/settings", """{"multi_assets":true,"hedge":true}""");
        bench.Pass(0);

        Assert.Equal((true, true), (bench.Account.Hedge, bench.Account.MultiAssets));
        Assert.Equal(75, stream.Of("ACCOUNT_CONFIG_UPDATE").First().GetProperty("ac").GetProperty("l").GetInt32());
        Assert.Equal(["isolated", "cross"], stream.Of("ACCOUNT_UPDATE").Select(e => e.GetProperty("a")).Where(a => a.GetProperty("m").GetString() == "MARGIN_TYPE_CHANGE")
            .Select(a => a.GetProperty("P").EnumerateArray().Single()).Select(row => row.GetProperty("mt").GetString()));
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
