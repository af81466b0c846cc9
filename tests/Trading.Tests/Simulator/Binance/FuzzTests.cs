using System.Globalization;
using System.Text.Json;
using Trading.Simulator.Binance;
using Trading.Simulator.Wire;

namespace Trading.Tests.Simulator.Binance;

/// <summary>Seeded nonsense over every endpoint, stream and method: nothing is answered 5xx, nothing is answered with
/// what is no JSON, and no frame ends a connection.</summary>
public sealed class FuzzTests
{
    private const int RoundsOfRoute = 150;
    private const int Frames = 2_000;

    /// <summary>Requests that work; what is not named here begins without parameters.</summary>
    private static readonly Dictionary<string, string> Working = new()
    {
        ["POST /fapi/v1/order"] = "symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=2950&newClientOrderId=f",
        ["POST /fapi/v1/order/test"] = "symbol=ETHUSDT&side=SELL&type=MARKET&quantity=0.1&reduceOnly=true",
        ["PUT /fapi/v1/order"] = "symbol=ETHUSDT&side=BUY&origClientOrderId=f&quantity=0.2&price=2940",
        ["GET /fapi/v1/orderAmendment"] = "symbol=ETHUSDT&origClientOrderId=f&startTime=0&endTime=9999999999999&limit=5",
        ["POST /fapi/v1/batchOrders"] = """batchOrders=[{"symbol":"ETHUSDT","side":"BUY","type":"MARKET","quantity":"0.1"}]""",
        ["PUT /fapi/v1/batchOrders"] =
            """batchOrders=[{"symbol":"ETHUSDT","side":"BUY","origClientOrderId":"f","quantity":"0.1","price":"2930"}]""",
        ["DELETE /fapi/v1/batchOrders"] = """symbol=ETHUSDT&orderIdList=[1,2]&origClientOrderIdList=["f"]""",
        ["POST /fapi/v1/algoOrder"] =
            "algoType=CONDITIONAL&symbol=ETHUSDT&side=SELL&type=STOP_MARKET&quantity=0.1&triggerPrice=2900&reduceOnly=true",
        ["POST /fapi/v1/leverage"] = "symbol=ETHUSDT&leverage=10",
        ["POST /fapi/v1/marginType"] = "symbol=TAGUSDT&marginType=ISOLATED",
        ["POST /fapi/v1/positionMargin"] = "symbol=TAGUSDT&amount=1&type=1",
        ["POST /fapi/v1/countdownCancelAll"] = "symbol=ETHUSDT&countdownTime=1000",
        ["POST /fapi/v1/positionSide/dual"] = "dualSidePosition=true",
        ["POST /fapi/v1/multiAssetsMargin"] = "multiAssetsMargin=true",
        ["GET /fapi/v1/klines"] = "symbol=ETHUSDT&interval=1h&startTime=1&endTime=2&limit=10",
        ["GET /fapi/v1/continuousKlines"] = "pair=ETHUSDT&contractType=PERPETUAL&interval=1w",
        ["POST /fapi/v1/algoOrder trailing"] =
            "algoType=CONDITIONAL&symbol=ETHUSDT&side=SELL&type=TRAILING_STOP_MARKET&quantity=0.1&activatePrice=3100&callbackRate=1"
            + "&goodTillDate=1&timeInForce=GTC&priceProtect=true",
        ["GET /fapi/v1/userTrades"] = "symbol=ETHUSDT&startTime=1795000000000&limit=10&fromId=1",
        ["GET /fapi/v1/income"] = "incomeType=COMMISSION&page=1&limit=10",
    };

    /// <summary>Values of no use, or of too much.</summary>
    private static readonly string[] Odd =
    [
        "", " ", "0", "-0", "-1", "1", "0.1", "1e5", "1e400", "NaN", "Infinity", "null", "true", "maybe", "[]", "{}", "[[]]",
        "[null]", "[{}]", "[1,\"a\",{}]", "[\"\\ud800\"]", "{\"a\":", "\"", "'", "\\", "%", "%zz", "%00", "\u0000", "\n",
        "2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "99999999999999999",
        "253402300799000", "999999999999", "79228162514264337593543950335", "79228162514264337593543950336",
        "0.0000000000000000000000000001", "7922816251426433759354395033.5", "-79228162514264337593543950335",
        "1.0000000000000000000000000001", "0000000000000000000000000000000000000001", "١٢٣", "币安人生USDT", "😀", "../..",
        "ETHUSDT", "TAGUSDT", "ethusdt", "BUY", "LONG", "LIMIT", "STOP", "TRAILING_STOP_MARKET", "GTD", "GTX", "QUEUE_20",
        "RESULT", "f",
    ];

    private static readonly string[] Names =
    [
        "symbol", "pair", "contractType", "side", "positionSide", "type", "timeInForce", "quantity", "price", "reduceOnly",
        "newClientOrderId", "origClientOrderId", "orderId", "newOrderRespType", "priceMatch", "selfTradePreventionMode",
        "goodTillDate", "recvWindow", "batchOrders", "orderIdList", "origClientOrderIdList", "algoType", "triggerPrice",
        "closePosition", "workingType", "activatePrice", "callbackRate", "clientAlgoId", "algoId", "priceProtect",
        "leverage", "marginType", "amount", "startTime", "endTime", "limit", "fromId", "interval", "page", "incomeType",
        "countdownTime", "dualSidePosition", "multiAssetsMargin", "feeBurn", "listenKey",
    ];

    private static readonly string[] Streams =
    [
        "ethusdt@markPrice@1s", "ethusdt@markPrice", "!markPrice@arr@1s", "ethusdt@kline_1M", "ethusdt_perpetual@continuousKline_3d",
        "ethusdt@ticker", "!ticker@arr", "ethusdt@miniTicker", "!miniTicker@arr", "ethusdt@depth", "ethusdt@depth20@100ms",
        "ethusdt@bookTicker", "!bookTicker", "ethusdt@aggTrade", "ethusdt@trade", "!forceOrder@arr", "!contractInfo",
    ];

    [Fact]
    public void No_request_is_answered_with_a_5xx_or_with_what_is_no_JSON()
    {
        using var bench = Bench();
        var chance = new Random(20261130);
        var answered = new Dictionary<int, int>();
        foreach (var route in bench.Exchange.Binance.Routes.Append("GET /fapi/v1/nothing").Append("PATCH /fapi/v1/order"))
            for (var round = 0; round < RoundsOfRoute; round++)
            {
                bench.Key = $"sim-key-000{chance.Next(1, 4)}";
                var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
                var call = Call(bench, chance, method, path, Parameters(chance, Working.GetValueOrDefault(route, "symbol=ETHUSDT")));

                var status = Answered(bench, call);
                answered[status] = answered.GetValueOrDefault(status) + 1;
                if (round % 10 == 0) bench.Price(ExchangeBench.Eth, 2900m + chance.Next(200));
            }

        Assert.True(answered[200] > 1000 && answered[400] > 1000, string.Join(' ', answered));
        bench.Pass(3_600_000);
    }

    [Fact]
    public void No_value_of_any_parameter_is_answered_with_a_5xx()
    {
        using var bench = Bench();
        foreach (var (route, working) in Working)
        {
            var parts = working.Split('&');
            for (var at = 0; at < parts.Length; at++)
                foreach (var odd in Odd)
                {
                    var changed = parts.ToArray();
                    changed[at] = parts[at].Split('=')[0] + "=" + Uri.EscapeDataString(odd);
                    Answered(bench, bench.SignedCall(route.Split(' ')[0], route.Split(' ')[1], string.Join('&', changed)));
                }

            bench.Price(ExchangeBench.Eth, 3001m);
        }

        bench.Pass(3_600_000);
    }

    [Theory]
    [InlineData("/market/stream")]
    [InlineData("/public/ws")]
    [InlineData("/private/ws")]
    [InlineData("/ws")]
    [InlineData("/ws-fapi/v1")]
    public void No_frame_ends_a_connection_and_each_is_answered(string path)
    {
        using var bench = Bench();
        var chance = new Random(path.Length);
        for (var i = 0; i < Frames / 10; i++)
        {
            var stream = bench.Stream(path);
            for (var n = 0; n < 10; n++) stream.Connection!.Receive(Frame(bench, chance));
            bench.Pass(0);

            Assert.Null(stream.Closed);
            var frames = stream.Frames.Select(ExchangeBench.Parse).ToList();
            Assert.Equal(10, frames.Count(f => f.ValueKind == JsonValueKind.Object && f.TryGetProperty("id", out _)));
            bench.Price(ExchangeBench.Eth, 2900m + chance.Next(200));
            stream.Connection!.Closed();
        }
    }

    private static int Answered(ExchangeBench bench, WireCall call)
    {
        var answer = bench.Exchange.Answer(bench.Now, call);
        Assert.True(
            answer.Status is 200 or (>= 400 and < 500), $"{call.Method} {call.Path}?{call.Query} {call.Body}: {answer.Status}");
        using var body = JsonDocument.Parse(answer.Body);
        return answer.Status;
    }

    /// <summary>Three accounts that hold something, and no limit to requests.</summary>
    private static ExchangeBench Bench()
    {
        var bench = new ExchangeBench(binance: new BinanceOptions
        {
            WeightPerMinute = int.MaxValue, OrdersPerMinute = int.MaxValue, OrdersPerTenSeconds = int.MaxValue,
        });
        foreach (var key in (string[])["sim-key-0003", "sim-key-0002", "sim-key-0001"])
        {
            bench.Key = key;
            bench.Open(ExchangeBench.Eth, "BUY", "1", "2800");
        }

        return bench;
    }

    /// <summary>Some parameters left out, some doubled, some with a value of another kind.</summary>
    private static string Parameters(Random chance, string working)
    {
        var parts = working.Split('&').ToList();
        for (var change = chance.Next(4); change > 0; change--)
            switch (chance.Next(4))
            {
                case 0 when parts.Count > 0:
                    parts.RemoveAt(chance.Next(parts.Count));
                    break;
                case 1 when parts.Count > 0:
                    var at = chance.Next(parts.Count);
                    parts[at] = parts[at].Split('=')[0] + "=" + Value(chance);
                    break;
                case 2:
                    parts.Add(Names[chance.Next(Names.Length)] + "=" + Value(chance));
                    break;
                default:
                    parts.Add(Value(chance));
                    break;
            }

        return string.Join('&', parts);
    }

    private static string Value(Random chance) => chance.Next(12) switch
    {
        0 => new string('9', chance.Next(1, 400)),
        1 => string.Join(',', Enumerable.Repeat("[{", chance.Next(1, 80))),
        2 => chance.NextInt64().ToString(CultureInfo.InvariantCulture),
        3 => Uri.EscapeDataString(Odd[chance.Next(Odd.Length)]),
        _ => Odd[chance.Next(Odd.Length)],
    };

    private static WireCall Call(ExchangeBench bench, Random chance, string method, string path, string parameters) =>
        chance.Next(20) switch
        {
            0 => bench.Unsigned(method, path, parameters),
            1 => bench.SignedCall(method, path, parameters) with { Headers = new Dictionary<string, string>() },
            2 => bench.Unsigned(method, path) with { Body = bench.SignedCall(method, path, parameters).Query },
            3 => bench.SignedCall(method, path) with { Body = Value(chance) },
            4 => bench.SignedCall(method, path, "") with { Query = Value(chance) },
            _ => bench.SignedCall(method, path, parameters),
        };

    private static string Frame(ExchangeBench bench, Random chance)
    {
        string[] methods =
            ["SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY", "nothing", .. BinanceSkin.ApiMethods];
        var names = string.Join(',', Enumerable.Range(0, chance.Next(4)).Select(_ => chance.Next(3) == 0
            ? JsonValue(chance)
            : JsonSerializer.Serialize(Streams[chance.Next(Streams.Length)])));
        var fields = string.Join(',', Enumerable.Range(0, chance.Next(6)).Select(
            _ => JsonSerializer.Serialize(Names[chance.Next(Names.Length)]) + ":" + JsonValue(chance)));
        var stamp = (long)(bench.Now - DateTime.UnixEpoch).TotalMilliseconds;
        var parameters = chance.Next(4) switch
        {
            0 => JsonValue(chance),
            1 => $"[{names}]",
            2 => $"{{\"apiKey\":\"sim-key-0001\",\"timestamp\":{stamp},\"signature\":\"00\",\"x\":{JsonValue(chance)}}}",
            _ => "{" + fields + "}",
        };
        var method = chance.Next(8) == 0 ? JsonValue(chance) : JsonSerializer.Serialize(methods[chance.Next(methods.Length)]);
        var id = chance.Next(8) == 0 ? JsonValue(chance) : chance.Next(1000).ToString(CultureInfo.InvariantCulture);
        var whole = $"{{\"method\":{method},\"params\":{parameters},\"id\":{id}}}";
        return chance.Next(10) switch
        {
            0 => JsonValue(chance),
            1 => whole[..chance.Next(whole.Length)],
            2 => Odd[chance.Next(Odd.Length)],
            _ => whole,
        };
    }

    private static string JsonValue(Random chance) => chance.Next(10) switch
    {
        0 => "null",
        1 => "true",
        2 => "-1e999",
        3 => "18446744073709551616",
        4 => "[1,[],{}]",
        5 => "{\"a\":{\"b\":[null]}}",
        6 => "\"\\ud800\"",
        7 => "\"combined\"",
        8 => new string('[', 200),
        _ => JsonSerializer.Serialize(Odd[chance.Next(Odd.Length)]),
    };
}
