namespace Trading.Tests.Simulator.Binance;

/// <summary>Orders over the WebSocket API: same venue, its own way of signing (protocol page, section 2).</summary>
public sealed class WsApiTests
{
    private const string Place = """
        {"id":"a1","method":"order.place","params":{"apiKey":"sim-key-0001","symbol":"ETHUSDT","side":"SELL",
         "type":"MARKET","quantity":0.75,"timestamp":1795000000123,"signature":"<signature>"}}
        """;

    [Theory]
    [InlineData("ecb58900c1305a6778b208f7bda2fa009ca06fe1d185d7614bd9998dfe20a22f", 200)]
    [InlineData("ecb58900c1305a6778b208f7bda2fa009ca06fe1d185d7614bd9998dfe20a220", 400)]
    public void The_vector_signs_an_order_and_a_changed_digit_does_not(string signature, int status)
    {
        using var bench = new ExchangeBench();
        bench.Exchange.Venue.Skew = DateTime.UnixEpoch.AddMilliseconds(1795000000123) - bench.Now;
        var stream = bench.Stream("/ws-fapi/v1");

        stream.Connection!.Receive(Place.Replace("<signature>", signature, StringComparison.Ordinal));
        bench.Pass(0);

        var answer = ExchangeBench.Parse(stream.Frames.Single());
        Assert.Equal(("a1", status), (answer.GetProperty("id").GetString(), answer.GetProperty("status").GetInt32()));
        if (status == 200) Assert.Equal("NEW", answer.GetProperty("result").GetProperty("status").GetString());
        else Assert.Equal(-1022, answer.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(status == 200 ? 1 : 0, bench.Account.OrderHistory.Count);
    }

    [Fact]
    public void The_account_and_the_book_are_read_as_over_REST()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1");
        var stream = bench.Stream("/ws-fapi/v1");

        stream.Connection!.Receive(Signed(bench, "account.status", ""));
        stream.Connection.Receive(Signed(bench, "v2/account.status", ""));
        stream.Connection.Receive("""{"id":3,"method":"depth","params":{"symbol":"ETHUSDT","limit":5}}""");
        bench.Pass(0);

        var answers = stream.Frames.Select(f => ExchangeBench.Parse(f).GetProperty("result")).ToList();
        Assert.Equal((2, 1), (answers[0].GetProperty("positions").GetArrayLength(), answers[1].GetProperty("positions").GetArrayLength()));
        Assert.True(answers[0].GetProperty("canTrade").GetBoolean());
        Assert.Equal(5, answers[2].GetProperty("bids").GetArrayLength());
    }

    [Fact]
    public void An_order_is_answered_with_the_orders_and_the_weight_counted()
    {
        using var bench = new ExchangeBench();
        var stream = bench.Stream("/ws-fapi/v1");

        stream.Connection!.Receive(Signed(
            bench, "order.place", "\"symbol\":\"ETHUSDT\",\"side\":\"BUY\",\"type\":\"MARKET\",\"quantity\":\"0.1\","));
        bench.Pass(0);

        Assert.Equal(["SECOND 300 1", "MINUTE 1200 1", "MINUTE 2400 0"], ExchangeBench.Parse(stream.Frames.Single())
            .GetProperty("rateLimits").EnumerateArray().Select(l =>
                $"{l.GetProperty("interval").GetString()} {l.GetProperty("limit").GetInt32()} {l.GetProperty("count").GetInt32()}"));
    }

    /// <summary>A request signed over its sorted parameters.</summary>
    private static string Signed(ExchangeBench bench, string method, string fields)
    {
        var stamp = (long)(bench.Now - DateTime.UnixEpoch).TotalMilliseconds;
        var body = $"{{\"apiKey\":\"{bench.Key}\",{fields}\"timestamp\":{stamp}}}";
        var sorted = string.Join('&', ExchangeBench.Parse(body).EnumerateObject()
            .OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => $"{f.Name}={f.Value}"));
        var signature = bench.Sign(sorted).Split("&signature=")[1];
        return $"{{\"id\":1,\"method\":\"{method}\",\"params\":{body[..^1]},\"signature\":\"{signature}\"}}}}";
    }

    [Fact]
    public void A_method_it_does_not_have_is_said()
    {
        using var bench = new ExchangeBench();
        var stream = bench.Stream("/ws-fapi/v1");

        stream.Connection!.Receive("""{"id":5,"method":"order.cancelAll"}""");
        bench.Pass(0);

        Assert.StartsWith("""{"id":5,"status":400,"error":""", stream.Frames.Single(), StringComparison.Ordinal);
    }
}
