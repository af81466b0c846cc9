using Trading.Simulator.Bybit;
using Trading.Simulator.Wire;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>Who is let in: protocol page, sections 2 to 4.</summary>
public sealed class SignatureTests
{
    private static readonly DateTime VectorUtc = DateTime.UnixEpoch.AddMilliseconds(1_795_000_000_123);

    [Theory]
    [InlineData("GET", "category=linear&symbol=ETHUSDT", "", "a818a7e9e3177bde6b0e3c87e31e2c2bb921fe60e2d6eb6c25de0aa9bdd3a5a3")]
    [InlineData("GET", "", "", "a8e7f84098cf99850e7381df9a99bb60f9c1dd31c69e302638b11079d1afe946")]
    [InlineData("POST", "",
        """{"category":"linear","symbol":"ETHUSDT","side":"Sell","orderType":"Market","qty":"0.75","reduceOnly":true,"orderLinkId":"ta-exit-7","positionIdx":0}""",
        "7fbd577f07aaf75fc2edf329e4da54974c513a92337898197eae624d7ae16285")]
    public void The_published_vectors_are_accepted_in_either_case(string method, string query, string body, string sign)
    {
        using var bench = new BybitBench(at: VectorUtc);
        foreach (var given in new[] { sign, sign.ToUpperInvariant() })
        {
            var path = method == "GET" ? "/v5/account/info" : "/v5/order/create";
            var code = Code(bench.Exchange.Answer(VectorUtc, new WireCall(method, path, query, body, new Dictionary<string, string>
            {
                ["X-BAPI-API-KEY"] = "sim-key-0001", ["X-BAPI-TIMESTAMP"] = "1795000000123",
                ["X-BAPI-RECV-WINDOW"] = "5000", ["X-BAPI-SIGN"] = given,
            })));
            Assert.NotEqual(10004, code);
        }
    }

    [Theory]
    [InlineData(-5000, 0)]
    [InlineData(-5001, 10002)]
    [InlineData(999, 0)]
    [InlineData(1000, 10002)]
    public void A_timestamp_outside_the_window_is_refused_with_the_servers_time(int skewMs, int code)
    {
        using var bench = new BybitBench();
        bench.Exchange.Venue.Skew = TimeSpan.FromMilliseconds(-skewMs);

        var answer = bench.Get("/v5/account/info");

        Assert.Equal(200, answer.Status);
        Assert.Equal(code, Code(answer));
        if (code != 0) Assert.Contains($"server_timestamp[{BybitBench.Ms(bench.Now) - skewMs}]", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_signature_key_or_route_is_named()
    {
        using var bench = new BybitBench();
        var call = bench.Call("GET", "/v5/account/info", "", "");

        Assert.Equal(10004, Code(bench.Exchange.Answer(bench.Now, call with { Query = "a=b" })));
        Assert.Equal(401, bench.Exchange.Answer(bench.Now, call with { Headers = new Dictionary<string, string>() }).Status);
        Assert.Equal(403, bench.Exchange.Answer(bench.Now, call with { Body = "{}" }).Status);
        Assert.Equal(404, bench.Get("/v5/nothing").Status);
        bench.Key = "other-key";
        Assert.Equal(10003, Code(bench.Get("/v5/account/info")));
    }

    [Fact]
    public void The_eleventh_order_in_a_second_is_refused_and_the_headers_say_until_when()
    {
        using var bench = new BybitBench();
        for (var i = 0; i < 10; i++) Assert.Equal(110001, bench.Code("/v5/order/cancel", Cancel));

        var answer = bench.Post("/v5/order/cancel", Cancel.Replace('\'', '"'));

        Assert.Equal((200, 10006), (answer.Status, Code(answer)));
        var headers = answer.Headers.ToDictionary(h => h.Key, h => h.Value);
        Assert.Equal(("10", "0"), (headers["X-Bapi-Limit"], headers["X-Bapi-Limit-Status"]));
        Assert.Equal((BybitBench.Ms(bench.Now) + 1000).ToString(), headers["X-Bapi-Limit-Reset-Timestamp"]);
        bench.Pass(1000);
        Assert.Equal(110001, bench.Code("/v5/order/cancel", Cancel));
    }

    [Fact]
    public void Too_many_requests_of_one_address_are_forbidden_for_ten_minutes()
    {
        using var bench = new BybitBench(new BybitOptions { RequestsPerFiveSeconds = 3 });
        for (var i = 0; i < 3; i++) Assert.Equal(200, bench.Get("/v5/market/time").Status);

        var refused = bench.Get("/v5/market/time");

        Assert.Equal((403, "access too frequent"), (refused.Status, refused.Body));
        bench.Pass(599_000);
        Assert.Equal(403, bench.Get("/v5/market/time").Status);
        bench.Pass(1_000);
        Assert.Equal(200, bench.Get("/v5/market/time").Status);
    }

    private const string Cancel = "{'category':'linear','symbol':'ETHUSDT','orderLinkId':'none'}";

    private static int Code(WireAnswer answer) => ExchangeBench.Parse(answer.Body).GetProperty("retCode").GetInt32();
}
