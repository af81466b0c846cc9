using System.Globalization;

namespace Trading.Tests.Simulator.Binance;

/// <summary>What an account is set to besides leverage and side: assets, fee discount, margin of a position.</summary>
public sealed class AccountModeTests
{
    [Fact]
    public void Multi_assets_mode_is_switched_told_and_excludes_isolated_margin()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        int Mode(string on) => bench.Code("POST", "/fapi/v1/multiAssetsMargin", "multiAssetsMargin=" + on);
        int Isolate() => bench.Code("POST", "/fapi/v1/marginType", "symbol=ETHUSDT&marginType=ISOLATED");

        Assert.Equal((-4171, 0, -4171, -4168), (Mode("false"), Mode("true"), Mode("true"), Isolate()));
        Assert.True(bench.Json("GET", "/fapi/v1/multiAssetsMargin").GetProperty("multiAssetsMargin").GetBoolean());
        Assert.True(bench.Json("GET", "/fapi/v1/accountConfig").GetProperty("multiAssetsMargin").GetBoolean());
        Assert.Equal((0, 0, -4167), (Mode("false"), Isolate(), Mode("true")));
        Assert.Equal(0, bench.Code("POST", "/fapi/v1/marginType", "symbol=ETHUSDT&marginType=CROSSED"));
        Assert.Equal(0, bench.Order("symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=2900"));
        Assert.Equal(-4170, Mode("true"));
        bench.Pass(0);

        Assert.Equal([true, false], stream.Of("ACCOUNT_CONFIG_UPDATE")
            .Select(e => e.GetProperty("ai").GetProperty("j").GetBoolean()));
    }

    [Fact]
    public void Modes_are_kept_over_a_restart()
    {
        var file = Path.Combine(Path.GetTempPath(), $"modes-{Guid.NewGuid():N}.db");
        using (var bench = new ExchangeBench(file: file))
        {
            Assert.Equal(0, bench.Code("POST", "/fapi/v1/multiAssetsMargin", "multiAssetsMargin=true"));
            Assert.Equal(0, bench.Code("POST", "/fapi/v1/feeBurn", "feeBurn=true"));
        }

        using var again = new ExchangeBench(file: file, at: ExchangeBench.Start.AddMinutes(1));
        Assert.True(again.Json("GET", "/fapi/v1/multiAssetsMargin").GetProperty("multiAssetsMargin").GetBoolean());
        Assert.True(again.Json("GET", "/fapi/v1/feeBurn").GetProperty("feeBurn").GetBoolean());
    }

    [Fact]
    public void Margin_is_added_to_an_isolated_position_taken_back_and_remembered()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        Assert.Equal(0, bench.Code("POST", "/fapi/v1/marginType", "symbol=ETHUSDT&marginType=ISOLATED"));
        int Margin(string amount, int type) =>
            bench.Code("POST", "/fapi/v1/positionMargin", $"symbol=ETHUSDT&amount={amount}&type={type}");
        Assert.Equal(-4054, Margin("10", 1));
        bench.Open(ExchangeBench.Eth, "BUY", "1");
        var before = bench.Json("GET", "/fapi/v2/positionRisk", "symbol=ETHUSDT")[0];
        bench.Pass(1000);

        var answer = bench.Json("POST", "/fapi/v1/positionMargin", "symbol=ETHUSDT&amount=100&type=1");
        bench.Pass(1000);
        Assert.Equal((200, 1), (answer.GetProperty("code").GetInt32(), answer.GetProperty("type").GetInt32()));
        Assert.Equal(100m, answer.GetProperty("amount").GetDecimal());
        Assert.Equal(0, Margin("40", 2));
        Assert.Equal((-4055, -4050, -4051, -1130), (Margin("0", 1), Margin("1000000", 1), Margin("61", 2), Margin("1", 3)));

        var after = bench.Json("GET", "/fapi/v2/positionRisk", "symbol=ETHUSDT")[0];
        Assert.Equal(Number(before, "isolatedWallet") + 60m, Number(after, "isolatedWallet"));
        Assert.True(Number(after, "liquidationPrice") < Number(before, "liquidationPrice"));
        var history = bench.Json("GET", "/fapi/v1/positionMargin/history", "symbol=ETHUSDT");
        Assert.Equal(["1:100", "2:40"], history.EnumerateArray().Select(h =>
            $"{h.GetProperty("type").GetInt32()}:{Number(h, "amount"):0}"));
        Assert.Equal(1, bench.Json("GET", "/fapi/v1/positionMargin/history", "symbol=ETHUSDT&type=2").GetArrayLength());
        bench.Pass(0);
        var told = stream.Of("ACCOUNT_UPDATE").Select(e => e.GetProperty("a"))
            .Where(a => a.GetProperty("m").GetString() == "MARGIN_TRANSFER").ToList();
        Assert.Equal(2, told.Count);
        Assert.Equal(Number(after, "isolatedWallet"), Number(told[1].GetProperty("P")[0], "iw"));
    }

    [Fact]
    public void Margin_of_a_crossed_position_is_not_moved()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1");

        Assert.Equal(-4049, bench.Code("POST", "/fapi/v1/positionMargin", "symbol=ETHUSDT&amount=10&type=1"));
    }

    [Fact]
    public void The_account_tells_its_limits_discount_queue_and_state()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1");

        Assert.False(bench.Json("GET", "/fapi/v1/feeBurn").GetProperty("feeBurn").GetBoolean());
        Assert.Equal(0, bench.Code("POST", "/fapi/v1/feeBurn", "feeBurn=true"));
        Assert.True(bench.Json("GET", "/fapi/v1/feeBurn").GetProperty("feeBurn").GetBoolean());
        Assert.Equal(["SECOND:300", "MINUTE:1200"], bench.Json("GET", "/fapi/v1/rateLimit/order").EnumerateArray()
            .Select(l => $"{l.GetProperty("interval").GetString()}:{l.GetProperty("limit").GetInt32()}"));
        var queue = bench.Json("GET", "/fapi/v1/adlQuantile").EnumerateArray().Single();
        Assert.Equal("ETHUSDT", queue.GetProperty("symbol").GetString());
        Assert.Equal(1, queue.GetProperty("adlQuantile").GetProperty("BOTH").GetInt32());
        Assert.False(bench.Json("GET", "/fapi/v1/apiTradingStatus").GetProperty("indicators").GetProperty("ACCOUNT")[0]
            .GetProperty("isLocked").GetBoolean());
    }

    [Theory]
    [InlineData("GET", "/sapi/v1/capital/config/getall", "[]")]
    [InlineData("GET", "/sapi/v1/margin/allPairs", "[]")]
    [InlineData("GET", "/sapi/v1/system/status", """{"status":0,"msg":"normal"}""")]
    public void What_ccxt_asks_of_the_other_product_while_it_loads_markets_is_answered(string method, string path, string body)
    {
        using var bench = new ExchangeBench();

        Assert.Equal(body, bench.Signed(method, path).Body);
    }

    private static decimal Number(System.Text.Json.JsonElement row, string name) =>
        decimal.Parse(row.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
}
