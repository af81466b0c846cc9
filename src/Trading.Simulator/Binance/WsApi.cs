using System.Globalization;
using System.Text.Json;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Orders over a WebSocket: the REST calls under other names, signed over their sorted parameters.</summary>
internal sealed class WsApi(BinanceSkin skin, Action<BinanceConnection, string, TimeSpan> reply)
{
    private static readonly Dictionary<string, (string Method, string Path)> Methods = new()
    {
        ["ping"] = ("GET", "/fapi/v1/ping"),
        ["time"] = ("GET", "/fapi/v1/time"),
        ["order.place"] = ("POST", "/fapi/v1/order"),
        ["order.modify"] = ("PUT", "/fapi/v1/order"),
        ["order.cancel"] = ("DELETE", "/fapi/v1/order"),
        ["order.status"] = ("GET", "/fapi/v1/order"),
        ["algoOrder.place"] = ("POST", "/fapi/v1/algoOrder"),
        ["algoOrder.cancel"] = ("DELETE", "/fapi/v1/algoOrder"),
        ["account.position"] = ("GET", "/fapi/v2/positionRisk"),
        ["v2/account.position"] = ("GET", "/fapi/v3/positionRisk"),
        ["account.balance"] = ("GET", "/fapi/v2/balance"),
        ["v2/account.balance"] = ("GET", "/fapi/v3/balance"),
        ["v2/account.status"] = ("GET", "/fapi/v3/account"),
        ["userDataStream.start"] = ("POST", "/fapi/v1/listenKey"),
        ["userDataStream.ping"] = ("PUT", "/fapi/v1/listenKey"),
        ["userDataStream.stop"] = ("DELETE", "/fapi/v1/listenKey"),
        ["ticker.price"] = ("GET", "/fapi/v1/ticker/price"),
        ["ticker.book"] = ("GET", "/fapi/v1/ticker/bookTicker"),
    };

    /// <summary>Executes one request frame; the answer follows by the reply.</summary>
    public void Handle(BinanceConnection connection, JsonElement message)
    {
        var id = message.TryGetProperty("id", out var given) ? given.GetRawText() : "null";
        var method = message.TryGetProperty("method", out var named) ? named.GetString() ?? "" : "";
        if (!Methods.TryGetValue(method, out var rest))
        {
            var unknown = BinanceError.Text(-1000, $"Unknown method '{method}'");
            reply(connection, Wrap(id, new WireAnswer(400, unknown)), TimeSpan.Zero);
            return;
        }

        Execute(connection, id, Call(rest.Method, rest.Path, message));
    }

    private void Execute(BinanceConnection connection, string id, WireCall call)
    {
        var answer = skin.Answer(call);
        var delay = TimeSpan.FromMilliseconds(answer.DelayMs);
        if (answer.Fate == WireFate.Later)
            skin.Plan(delay, () => Execute(connection, id, call with { Resumed = true }));
        if (answer.Fate == WireFate.Answered) reply(connection, Wrap(id, answer), delay);
    }

    private static WireCall Call(string method, string path, JsonElement message)
    {
        var parameters = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (message.TryGetProperty("params", out var given) && given.ValueKind == JsonValueKind.Object)
            foreach (var field in given.EnumerateObject())
                parameters[field.Name] = field.Value.ValueKind switch
                {
                    JsonValueKind.String => field.Value.GetString() ?? "",
                    JsonValueKind.True => "true",
                    JsonValueKind.False => "false",
                    _ => field.Value.GetRawText(),
                };
        var key = parameters.GetValueOrDefault("apiKey", "");
        var headers = new Dictionary<string, string> { ["X-MBX-APIKEY"] = key };
        return new WireCall(method, path, Signed(parameters, key), "", headers);
    }

    /// <summary>As a REST query: a right signature of the sorted text becomes the right one of the query.</summary>
    private static string Signed(SortedDictionary<string, string> parameters, string key)
    {
        parameters.Remove("signature", out var signature);
        var sorted = string.Join('&', parameters.Select(p => $"{p.Key}={p.Value}"));
        var query = string.Join('&', parameters.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"));
        if (signature is null || Signatures.SecretOf(key) is not { } secret) return query;
        var right = string.Equals(Signatures.Sign(secret, sorted), signature, StringComparison.OrdinalIgnoreCase);
        return query + "&signature=" + (right ? Signatures.Sign(secret, query) : "wrong");
    }

    private static string Wrap(string id, WireAnswer answer)
    {
        var weight = answer.Headers.FirstOrDefault(h => h.Key == "X-MBX-USED-WEIGHT-1M").Value ?? "0";
        var limits = "\"rateLimits\":[{\"rateLimitType\":\"REQUEST_WEIGHT\",\"interval\":\"MINUTE\",\"intervalNum\":1,"
            + $"\"limit\":2400,\"count\":{weight}}}]";
        var name = answer.Status == 200 ? "result" : "error";
        var status = answer.Status.ToString(CultureInfo.InvariantCulture);
        return $"{{\"id\":{id},\"status\":{status},\"{name}\":{answer.Body},{limits}}}";
    }
}
