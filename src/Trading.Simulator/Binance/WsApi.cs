using System.Globalization;
using System.Text.Json;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Orders over a WebSocket: the REST calls under other names, signed over their sorted parameters.</summary>
internal sealed class WsApi(BinanceSkin skin, BinanceOptions options, Action<BinanceConnection, string, TimeSpan> reply)
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
        ["account.status"] = ("GET", "/fapi/v2/account"),
        ["v2/account.status"] = ("GET", "/fapi/v3/account"),
        ["userDataStream.start"] = ("POST", "/fapi/v1/listenKey"),
        ["userDataStream.ping"] = ("PUT", "/fapi/v1/listenKey"),
        ["userDataStream.stop"] = ("DELETE", "/fapi/v1/listenKey"),
        ["ticker.price"] = ("GET", "/fapi/v1/ticker/price"),
        ["ticker.book"] = ("GET", "/fapi/v1/ticker/bookTicker"),
        ["depth"] = ("GET", "/fapi/v1/depth"),
    };

    public static IEnumerable<string> MethodNames => Methods.Keys;

    /// <summary>Executes one request frame; the answer follows by the reply.</summary>
    public void Handle(BinanceConnection connection, string frame)
    {
        if (!JsonInput.TryRead(frame, out var document))
        {
            Refuse(connection, "null", -1135, "Invalid JSON Request");
            return;
        }

        using (document)
        {
            var message = document.RootElement;
            if (message.ValueKind != JsonValueKind.Object || IdOf(message) is not { } id)
                Refuse(connection, "null", -1135, "Invalid JSON Request");
            else if (MethodOf(message) is var method && !Methods.TryGetValue(method, out var rest))
                Refuse(connection, id, -1000, $"Unknown method '{method}'");
            else Execute(connection, id, Call(rest.Method, rest.Path, message));
        }
    }

    /// <summary>A number, a text or null, as JSON; null: something else.</summary>
    private static string? IdOf(JsonElement message) =>
        !message.TryGetProperty("id", out var id) ? "null"
        : id.ValueKind is JsonValueKind.String or JsonValueKind.Null || (id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out _))
            ? id.GetRawText()
            : null;

    private static string MethodOf(JsonElement message) =>
        message.TryGetProperty("method", out var named) ? JsonInput.Scalar(named) ?? "" : "";

    private void Refuse(BinanceConnection connection, string id, int code, string text) =>
        reply(connection, Wrap(id, new WireAnswer(400, BinanceError.Text(code, text))), TimeSpan.Zero);

    private void Execute(BinanceConnection connection, string id, WireCall call)
    {
        var answer = skin.Answer(call);
        var delay = TimeSpan.FromMilliseconds(answer.DelayMs);
        if (answer.Fate == WireFate.Later)
            skin.Plan(delay, () => Execute(connection, id, call with { Resumed = true }));
        if (answer.Fate == WireFate.Answered) reply(connection, Wrap(id, answer), delay);
    }

    /// <summary>Parameters that are no text, number or word are as if they had not been sent.</summary>
    private static WireCall Call(string method, string path, JsonElement message)
    {
        var parameters = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (message.TryGetProperty("params", out var given) && given.ValueKind == JsonValueKind.Object)
            foreach (var field in given.EnumerateObject())
                if (JsonInput.Scalar(field.Value) is { } value) parameters[field.Name] = value;
        var key = parameters.GetValueOrDefault("apiKey", "");
        var headers = new Dictionary<string, string> { ["X-MBX-APIKEY"] = key };
        return new WireCall(method, path, Signed(parameters, key), "", headers);
    }

    /// <summary>As a REST query: a right signature of the sorted text becomes the right one of the query.</summary>
    private static string Signed(SortedDictionary<string, string> parameters, string key)
    {
        parameters.Remove("signature", out var signature);
        var sorted = string.Join('&', parameters.Select(p => $"{p.Key}={p.Value}"));
        var query = string.Join('&', parameters.Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));
        if (signature is null || Signatures.SecretOf(key) is not { } secret) return query;
        var right = string.Equals(Signatures.Sign(secret, sorted), signature, StringComparison.OrdinalIgnoreCase);
        return query + "&signature=" + (right ? Signatures.Sign(secret, query) : "wrong");
    }

    private string Wrap(string id, WireAnswer answer)
    {
        var name = answer.Status == 200 ? "result" : "error";
        var status = answer.Status.ToString(CultureInfo.InvariantCulture);
        return $"{{\"id\":{id},\"status\":{status},\"{name}\":{answer.Body},\"rateLimits\":[{Limits(answer)}]}}";
    }

    /// <summary>What the headers of the REST answer say.</summary>
    private string Limits(WireAnswer answer)
    {
        var limits = new List<string>(3);
        foreach (var (name, value) in answer.Headers.Reverse())
            switch (name)
            {
                case "X-MBX-ORDER-COUNT-10S":
                    limits.Insert(0, Limit("ORDERS", "SECOND", 10, options.OrdersPerTenSeconds, value));
                    break;
                case "X-MBX-ORDER-COUNT-1M":
                    limits.Add(Limit("ORDERS", "MINUTE", 1, options.OrdersPerMinute, value));
                    break;
                case "X-MBX-USED-WEIGHT-1M":
                    limits.Add(Limit("REQUEST_WEIGHT", "MINUTE", 1, options.WeightPerMinute, value));
                    break;
            }

        return string.Join(',', limits);
    }

    private static string Limit(string type, string interval, int number, int limit, string count) =>
        $"{{\"rateLimitType\":\"{type}\",\"interval\":\"{interval}\",\"intervalNum\":{number},\"limit\":{limit},\"count\":{count}}}";
}
