using System.Text.Json;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>What no client should send: each gets an answer of its own, and nobody's connection ends by it.</summary>
public sealed class MalformedTests
{
    private const string Order =
        """{"category":"linear","symbol":"ETHUSDT","side":"Buy","orderType":"Market","qty":"1"}""";

    [Theory]
    [InlineData("/v5/order/create-batch", """{"category":"linear","request":"x"}""")]
    [InlineData("/v5/order/create-batch", """{"category":"linear","request":[1]}""")]
    [InlineData("/v5/order/amend-batch", """{"category":"linear","request":["x",null]}""")]
    [InlineData("/v5/order/cancel-batch", """{"category":"linear","request":{}}""")]
    [InlineData("/v5/order/create", """{"category":"linear","symbol":"ETHUSDT","side":["Buy"],"orderType":"Market","qty":"1"}""")]
    [InlineData("/v5/order/create", """{"category":"linear","symbol":"ETHUSDT","side":"Buy","orderType":"Market","qty":"1e400"}""")]
    public void A_list_or_value_of_the_wrong_kind_is_10001_and_no_server_error(string path, string body)
    {
        using var bench = new BybitBench();
        var answer = bench.Post(path, body);

        Assert.Equal(200, answer.Status);
        Assert.Equal(10001, ExchangeBench.Parse(answer.Body).GetProperty("retCode").GetInt32());
        Assert.Empty(bench.Account.OrderHistory);
    }

    [Theory]
    [InlineData("/v5/order/history", "startTime=99999999999999999")]
    [InlineData("/v5/order/history", "endTime=-1")]
    [InlineData("/v5/execution/list", "startTime=9223372036854775807")]
    [InlineData("/v5/position/closed-pnl", "endTime=99999999999999999")]
    [InlineData("/v5/account/transaction-log", "startTime=99999999999999999")]
    [InlineData("/v5/market/kline", "symbol=ETHUSDT&interval=1&start=99999999999999999")]
    [InlineData("/v5/market/kline", "symbol=ETHUSDT&interval=1&end=-9223372036854775808")]
    public void A_time_that_no_calendar_has_is_10001_and_no_server_error(string path, string query)
    {
        using var bench = new BybitBench();
        var answer = bench.Get(path, "category=linear&" + query);

        Assert.Equal(200, answer.Status);
        Assert.Equal(10001, ExchangeBench.Parse(answer.Body).GetProperty("retCode").GetInt32());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("[{}")]
    [InlineData("""{"category":"\ud800"}""")]
    [InlineData("""{"\ud800":"linear"}""")]
    public void A_body_that_is_no_object_of_text_is_a_bad_request(string body)
    {
        using var bench = new BybitBench();
        var answer = bench.Post("/v5/order/create", body);

        Assert.Equal((400, 10001), (answer.Status, ExchangeBench.Parse(answer.Body).GetProperty("retCode").GetInt32()));
    }

    [Theory]
    [InlineData("/v5/public/linear", "[1]")]
    [InlineData("/v5/public/linear", "1")]
    [InlineData("/v5/public/linear", """{"op":1}""")]
    [InlineData("/v5/public/linear", """{"op":"\ud800"}""")]
    [InlineData("/v5/public/linear", """{"op":"subscribe","args":["\ud800"]}""")]
    [InlineData("/v5/public/linear", """{"op":"subscribe","args":{"a":1}}""")]
    [InlineData("/v5/private", """["op"]""")]
    [InlineData("/v5/private", "null")]
    [InlineData("/v5/trade", "[1]")]
    [InlineData("/v5/trade", """{"op":"order.create","args":[1],"header":"x"}""")]
    [InlineData("/v5/trade", """{"op":"order.create","args":[[]],"header":[]}""")]
    public void A_frame_that_makes_no_sense_is_refused_and_the_socket_goes_on(string path, string frame)
    {
        using var bench = new BybitBench();
        var stream = bench.Stream(path);
        if (path == "/v5/trade") Authenticate(bench, stream);
        stream.Connection!.Receive(frame);
        stream.Connection.Receive("""{"op":"ping"}""");
        bench.Pass(0);

        Assert.Null(stream.Closed);
        Assert.Equal(2, stream.Frames.Count);
        var (refused, pong) = (ExchangeBench.Parse(stream.Frames[0]), ExchangeBench.Parse(stream.Frames[1]));
        Assert.True(refused.TryGetProperty("retCode", out var code) ? code.GetInt32() != 0 : !refused.GetProperty("success").GetBoolean());
        Assert.Contains("pong", pong.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v5/public/linear", "req_id")]
    [InlineData("/v5/private", "req_id")]
    [InlineData("/v5/trade", "reqId")]
    public void An_odd_request_id_comes_back_as_json(string path, string name)
    {
        using var bench = new BybitBench();
        var stream = bench.Stream(path);
        stream.Connection!.Receive($$"""{"{{name}}":{"a":"\""},"op":"ping"}""");
        stream.Connection.Receive($$"""{"{{name}}":"say \"hi\"","op":"ping"}""");
        bench.Pass(0);

        Assert.Equal("say \"hi\"", ExchangeBench.Parse(stream.Frames[1]).GetProperty(name).GetString());
        Assert.Equal("""{"a":"\""}""", ExchangeBench.Parse(stream.Frames[0]).GetProperty(name).GetString());
    }

    [Fact]
    public void An_unknown_route_is_404_without_a_word_as_production_answers_it()
    {
        using var bench = new BybitBench();
        var answer = bench.Get("/v5/market/nothing", "category=linear");

        Assert.Equal((404, ""), (answer.Status, answer.Body));
        Assert.Contains(answer.Headers, h => h.Key == "Traceid" && h.Value.Length == 32);
        Assert.Contains(answer.Headers, h => h.Key == "Timenow" && h.Value == $"{BybitBench.Ms(bench.Now)}");
    }

    private static void Authenticate(BybitBench bench, FrameSink stream)
    {
        var expires = BybitBench.Ms(bench.Now) + 10_000;
        stream.Connection!.Receive(
            $$"""{"op":"auth","args":["{{bench.Key}}",{{expires}},"{{bench.Sign("GET/realtime" + expires)}}"]}""");
        bench.Pass(0);
        Assert.Single(stream.Frames);
        stream.Frames.Clear();
    }

    [Fact]
    public void An_order_still_passes_after_all_of_it()
    {
        using var bench = new BybitBench();
        foreach (var body in new[] { "", "[]", "{}", "{\"category\":1}", "\uFEFF{}" }) bench.Post("/v5/order/create", body);
        Assert.Equal(0, ExchangeBench.Parse(bench.Post("/v5/order/create", Order).Body).GetProperty("retCode").GetInt32());
    }
}
