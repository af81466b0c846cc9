using System.Text.Json;
using Trading.Simulator.Wire;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>Every route and topic with odd types, lists, huge numbers and times, and empty bodies; from a seed, bounded.</summary>
public sealed class FuzzTests
{
    private const int CallsPerRoute = 60;
    private const int FramesPerSocket = 800;

    /// <summary>Values as JSON text; in a query they stand as they are, without their quotes.</summary>
    private static readonly string[] Odd =
    [
        "\"\"", "\"x\"", "null", "true", "0", "-1", "1.5", "1e30", "[]", "{}", "[1]", "[[{}]]", "[\"ETHUSDT\"]", "{\"a\":[]}",
        "\"-0.1\"", "\"1e400\"", "\"NaN\"", "\"99999999999999999\"", "\"-9223372036854775808\"", "\"79228162514264337593543950335\"",
        "\"0.0000000000000000000000000001\"", "\"7.9228162514264337593543950335\"", "\"2000000000000000\"", "\"ETHUSDT\"", "\"TAGUSDT\"", "\"Buy\"", "\"Partial\"", "\"1\"", "\"0\"", "\"3\"",
        "\"2900\"", "\"3100\"", "\"Limit\"", "\"%\"", "\"%ZZ&a=b\"", "\"\\u0000\"", "\"\\ud800\"", "\"\U0001F4A9\"", "\"币安人生USDT\"",
        "\"USDT\"", "\"UNIFIED\"", "\"5min\"", "\"W\"", "\"offset:99\"", "\"offset:-1\"", "\"order.create\"", "\"ping\"",
    ];

    /// <summary>Each of these stands once in each field of each route.</summary>
    private static readonly string[] Oddest =
    [
        "[1]", "{\"a\":[]}", "\"x\"", "\"99999999999999999\"", "\"-9223372036854775808\"", "\"79228162514264337593543950335\"",
        "\"0.0000000000000000000000000001\"",
    ];

    /// <summary>A call in which everything is there; the routes take what they know of it.</summary>
    private static readonly (string Name, string Value)[] Whole =
    [
        ("category", "\"linear\""), ("symbol", "\"ETHUSDT\""), ("side", "\"Buy\""), ("orderType", "\"Limit\""),
        ("qty", "\"1\""), ("price", "\"2950\""), ("timeInForce", "\"GTC\""), ("positionIdx", "0"), ("reduceOnly", "false"),
        ("triggerPrice", "\"2900\""), ("triggerDirection", "2"), ("triggerBy", "\"MarkPrice\""), ("orderLinkId", "\"fuzz\""), ("orderId", "\"x\""),
        ("stopLoss", "\"2800\""), ("takeProfit", "\"3300\""), ("slTriggerBy", "\"MarkPrice\""), ("tpslMode", "\"Full\""),
        ("tpSize", "\"1\""), ("slSize", "\"1\""), ("tpOrderType", "\"Limit\""), ("tpLimitPrice", "\"3300\""), ("slLimitPrice", "\"2790\""),
        ("slOrderType", "\"Market\""), ("trailingStop", "\"10\""), ("activePrice", "\"3200\""), ("closeOnTrigger", "false"),
        ("request", "[{\"symbol\":\"ETHUSDT\",\"side\":\"Buy\",\"orderType\":\"Market\",\"qty\":\"1\"}]"),
        ("buyLeverage", "\"5\""), ("sellLeverage", "\"5\""), ("mode", "0"), ("coin", "\"USDT\""), ("setMarginMode", "\"ISOLATED_MARGIN\""),
        ("accountType", "\"UNIFIED\""), ("startTime", "\"1795000000000\""), ("endTime", "\"1795000001000\""), ("limit", "5"), ("cursor", "\"\""),
        ("interval", "\"5\""), ("intervalTime", "\"5min\""), ("period", "\"1h\""), ("start", "\"1700000000000\""), ("end", "\"1800000000000\""),
        ("margin", "\"10\""), ("autoAddMargin", "1"), ("riskId", "1"), ("product", "\"DERIVATIVES\""), ("timeWindow", "10"),
        ("coinName", "\"USDT\""), ("currency", "\"USDT\""), ("settleCoin", "\"USDT\""), ("baseCoin", "\"ETH\""), ("orderFilter", "\"Order\""),
        ("openOnly", "0"), ("execType", "\"Trade\""), ("status", "\"Trading\""), ("type", "\"TRADE\""), ("indexName", "\"ETHUSDT\""),
    ];

    [Fact]
    public void No_route_answers_a_server_error_however_malformed_the_call()
    {
        using var bench = Traded();
        var chance = new Random(20261130);
        foreach (var route in bench.Exchange.Bybit.Routes)
        {
            foreach (var (name, _) in Whole)
                foreach (var odd in Oddest) Ask(bench, Call(bench, route, [.. Fields(bench, chance).Where(f => f.Name != name), (name, odd)]));
            for (var i = 0; i < CallsPerRoute; i++) Ask(bench, Garbled(bench, route, chance));
        }

        bench.Pass(1000);
        bench.Read("/v5/order/realtime", "category=linear&settleCoin=USDT");
        bench.Read("/v5/account/wallet-balance", "accountType=UNIFIED");
    }

    [Theory]
    [InlineData("/v5/private", 1)]
    [InlineData("/v5/private", 2)]
    [InlineData("/v5/public/linear", 3)]
    [InlineData("/v5/trade", 4)]
    public void No_frame_closes_a_socket_however_malformed(string path, int seed)
    {
        using var bench = Traded();
        var (chance, stream) = (new Random(seed), bench.Stream(path));
        if (path != "/v5/public/linear" && seed != 1) Authenticate(bench, stream);
        for (var i = 0; i < FramesPerSocket; i++)
        {
            if (i % 5 == 0) bench.Pass(1000);
            if (stream.Frames.Count > 20_000) stream.Frames.Clear();
            var frame = Frame(bench, chance);
            stream.Connection!.Receive(frame);
            Assert.True(stream.Closed is null, frame);
        }

        bench.Price(BybitBench.Eth, 3001m);
        bench.Pass(1000);
        foreach (var frame in stream.Frames) ExchangeBench.Parse(frame);
        stream.Frames.Clear();
        stream.Connection!.Receive("""{"op":"ping"}""");
        bench.Pass(0);
        Assert.Contains(stream.Frames, f => f.Contains("pong", StringComparison.Ordinal));
    }

    private static void Ask(BybitBench bench, WireCall call)
    {
        bench.Pass(200);
        var answer = bench.Exchange.Answer(bench.Now, call);
        Assert.True(answer.Status is 200 or 400, $"{call.Path} {call.Query}{call.Body}: {answer.Status}");
        ExchangeBench.Parse(answer.Body);
    }

    private static WireCall Call(BybitBench bench, string route, List<(string Name, string Value)> fields)
    {
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
        return method == "GET" ? bench.Call("GET", path, Query(fields), "") : bench.Call("POST", path, "", Json(fields));
    }

    /// <summary>Several fields odd at once, and now and then the call itself.</summary>
    private static WireCall Garbled(BybitBench bench, string route, Random chance)
    {
        var fields = Fields(bench, chance);
        for (var i = chance.Next(4); i > 0 && fields.Count > 0; i--)
        {
            var at = chance.Next(fields.Count);
            fields[at] = (fields[at].Name, Odd[chance.Next(Odd.Length)]);
        }

        var call = Call(bench, route, fields);
        return chance.Next(8) switch
        {
            0 when call.Method == "GET" => bench.Call("GET", call.Path, "&&=&" + call.Query + "&%=%&%ZZ", ""),
            0 => bench.Call("POST", call.Path, "", Odd[chance.Next(Odd.Length)]),
            1 when call.Method == "POST" => bench.Call("POST", call.Path, "", call.Body[..^1]),
            2 when call.Method == "POST" => bench.Call("POST", call.Path, "", new string('[', 100)),
            3 => bench.Call(call.Method, call.Path, call.Query, call.Body, "99999999999999999999"),
            _ => call,
        };
    }

    /// <summary>Most of a whole call.</summary>
    private static List<(string Name, string Value)> Fields(BybitBench bench, Random chance)
    {
        var fields = Whole.Where(f => f.Name switch
        {
            "triggerPrice" or "reduceOnly" or "closeOnTrigger" or "orderId" or "cursor" => chance.Next(3) == 0,
            "category" or "symbol" or "accountType" => chance.Next(30) != 0,
            _ => chance.Next(8) != 0,
        }).ToList();
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i].Name == "orderLinkId") fields[i] = ("orderLinkId", chance.Next(3) == 0 ? "\"open\"" : $"\"f{chance.Next()}\"");
            if (fields[i].Name == "orderType" && chance.Next(2) == 0) fields[i] = ("orderType", "\"Market\"");
            if (fields[i].Name == "tpslMode" && chance.Next(3) == 0) fields[i] = ("tpslMode", "\"Partial\"");
            if (fields[i].Name == "positionIdx" && bench.Account.Hedge) fields[i] = ("positionIdx", $"{chance.Next(3)}");
        }

        return fields;
    }

    private static string Query(IEnumerable<(string Name, string Value)> fields) =>
        string.Join('&', fields.Select(f => $"{f.Name}={f.Value.Trim('"')}"));

    private static string Frame(BybitBench bench, Random chance)
    {
        string[] ops =
        [
            "subscribe", "unsubscribe", "ping", "order.create", "order.amend", "order.cancel", "order.create-batch", "nothing",
        ];
        var odd = Odd[chance.Next(Odd.Length)];
        var args = chance.Next(4) switch
        {
            0 => odd,
            1 => $"[{odd}]",
            2 => $"[\"{Topic(chance)}\"]",
            _ => $"[{Json(Fields(bench, chance))}]",
        };
        var op = chance.Next(8) == 0 ? odd : $"\"{ops[chance.Next(ops.Length)]}\"";
        var header = chance.Next(3) == 0 ? odd : $$"""{"X-BAPI-TIMESTAMP":"{{BybitBench.Ms(bench.Now)}}"}""";
        return chance.Next(10) switch
        {
            0 => odd,
            1 => $"[{odd}]",
            2 => $"{{\"op\":{op}",
            _ => $$"""{"req_id":{{odd}},"reqId":"{{chance.Next()}}","op":{{op}},"args":{{args}},"header":{{header}}}""",
        };
    }

    private static string Topic(Random chance)
    {
        string[] kinds = ["tickers", "orderbook", "kline", "publicTrade", "allLiquidation", "adlAlert", "priceLimit", "insurance", "order", "x", ""];
        string[] parts = ["1", "50", "200", "0", "-1", "W", "x", "", "ETHUSDT", "TAGUSDT", "USDT", "linear", "999999999999"];
        return kinds[chance.Next(kinds.Length)]
            + string.Concat(Enumerable.Range(0, chance.Next(4)).Select(_ => "." + parts[chance.Next(parts.Length)]));
    }

    private static string Json(IEnumerable<(string Name, string Value)> fields) =>
        "{" + string.Join(',', fields.Select(f => $"{JsonSerializer.Serialize(f.Name)}:{f.Value}")) + "}";

    private static void Authenticate(BybitBench bench, FrameSink stream)
    {
        var expires = BybitBench.Ms(bench.Now) + 10_000;
        stream.Connection!.Receive(
            $$"""{"op":"auth","args":["{{bench.Key}}",{{expires}},"{{bench.Sign("GET/realtime" + expires)}}"]}""");
    }

    private static BybitBench Traded()
    {
        var bench = new BybitBench();
        bench.Open();
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Limit','qty':'1','price':'2900','orderLinkId':'open'"));
        return bench;
    }
}
