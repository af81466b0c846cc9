using System.Text.Json;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>Orders over a WebSocket: protocol page, section 9, and the exchange's own page of it.</summary>
public sealed class TradeSocketTests
{
    [Fact]
    public void Auth_and_ping_carry_the_request_id_they_were_asked_with()
    {
        using var bench = new BybitBench();
        var stream = bench.Stream("/v5/trade");
        stream.Connection!.Receive(Auth(bench, "\"reqId\":\"a-1\","));
        stream.Connection.Receive("""{"reqId":"p-1","op":"ping"}""");
        stream.Connection.Receive("""{"op":"ping"}""");
        bench.Pass(0);

        var answers = stream.Frames.Select(ExchangeBench.Parse).ToList();
        Assert.Equal([("auth", "a-1"), ("pong", "p-1"), ("pong", null)], answers.Select(a => (Text(a, "op"), Text(a, "reqId"))));
    }

    [Fact]
    public void A_refused_auth_carries_it_too_and_a_repeated_one_is_20001()
    {
        using var bench = new BybitBench();
        var (wrong, twice) = (bench.Stream("/v5/trade"), bench.Stream("/v5/trade"));
        wrong.Connection!.Receive($$"""{"reqId":"w","op":"auth","args":["sim-key-0001",{{BybitBench.Ms(bench.Now) + 1000}},"00"]}""");
        twice.Connection!.Receive(Auth(bench));
        twice.Connection.Receive(Auth(bench, "\"reqId\":\"t\","));
        bench.Pass(0);

        var refused = ExchangeBench.Parse(Assert.Single(wrong.Frames));
        Assert.Equal((10004, "w"), (refused.GetProperty("retCode").GetInt32(), Text(refused, "reqId")));
        Assert.NotNull(wrong.Closed);
        var repeated = ExchangeBench.Parse(twice.Frames[1]);
        Assert.Equal((20001, "t"), (repeated.GetProperty("retCode").GetInt32(), Text(repeated, "reqId")));
        Assert.Null(twice.Closed);
    }

    [Fact]
    public void The_header_of_an_answer_names_its_trace_and_its_time()
    {
        using var bench = new BybitBench();
        var stream = bench.Stream("/v5/trade");
        stream.Connection!.Receive(Auth(bench));
        stream.Connection.Receive(
            $$$"""{"reqId":"r1","header":{"X-BAPI-TIMESTAMP":"{{{BybitBench.Ms(bench.Now)}}}"},"op":"order.create","args":[{"category":"linear","symbol":"ETHUSDT","side":"Buy","orderType":"Market","qty":"1"}]}""");
        bench.Pass(0);

        var header = ExchangeBench.Parse(stream.Frames[1]).GetProperty("header");
        Assert.Equal(32, Text(header, "Traceid")!.Length);
        Assert.Equal($"{BybitBench.Ms(bench.Now)}", Text(header, "Timenow"));
        Assert.Equal("9", Text(header, "X-Bapi-Limit-Status"));
    }

    [Fact]
    public void A_request_id_is_taken_once_and_36_characters_long_at_most()
    {
        using var bench = new BybitBench();
        var stream = bench.Stream("/v5/trade");
        stream.Connection!.Receive(Auth(bench));
        stream.Connection.Receive(Order(bench, "r1"));
        stream.Connection.Receive(Order(bench, "r1"));
        stream.Connection.Receive(Order(bench, new string('r', 37)));
        stream.Connection.Receive(Order(bench, "r2"));
        bench.Pass(0);

        Assert.Equal([0, 0, 20006, 10001, 0], stream.Frames.Select(f => ExchangeBench.Parse(f).GetProperty("retCode").GetInt32()));
        Assert.Equal(2, bench.Account.Trades.Count);
    }

    private static string Order(BybitBench bench, string id) =>
        $$$"""{"reqId":"{{{id}}}","header":{"X-BAPI-TIMESTAMP":"{{{BybitBench.Ms(bench.Now)}}}"},"op":"order.create","args":[{"category":"linear","symbol":"ETHUSDT","side":"Buy","orderType":"Market","qty":"1"}]}""";

    private static string Auth(BybitBench bench, string id = "")
    {
        var expires = BybitBench.Ms(bench.Now) + 10_000;
        return $$"""{{{id}}"op":"auth","args":["{{bench.Key}}",{{expires}},"{{bench.Sign("GET/realtime" + expires)}}"]}""";
    }

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) ? value.GetString() : null;
}
