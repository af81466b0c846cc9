using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Orders over a WebSocket (protocol page, section 9): the same endpoints as over REST, signed once by auth. An
/// answer may overtake another: clients match by reqId.</summary>
internal sealed class TradeSocket(BybitSkin skin, Venue venue, Action<BybitConnection, string, TimeSpan> send)
{
    private const int RequestIdMax = 36;
    private static readonly Dictionary<string, string> Paths = new()
    {
        ["order.create"] = "/v5/order/create", ["order.amend"] = "/v5/order/amend", ["order.cancel"] = "/v5/order/cancel",
        ["order.create-batch"] = "/v5/order/create-batch", ["order.amend-batch"] = "/v5/order/amend-batch",
        ["order.cancel-batch"] = "/v5/order/cancel-batch",
    };

    public void Handle(BybitConnection connection, JsonElement message)
    {
        var op = message.TryGetProperty("op", out var named) ? named.ToString() : "";
        var request = RequestOf(message);
        if (op == "ping") Say(connection, request, 0, "OK", "pong", $",\"data\":[\"{JsonFields.ToMs(venue.StampUtc)}\"]");
        else if (!Paths.TryGetValue(op, out var path)) Refuse(connection, request, op, 10404, "op type is not found");
        else if (connection.Account is null) Refuse(connection, request, op, 10005, "not authenticated");
        else if (request is { Length: > RequestIdMax }) Refuse(connection, request, op, 10001, "params error: reqId is too long");
        else if (request is not null && !connection.RequestIds.Add(request)) Refuse(connection, request, op, 20006, "reqId is duplicated");
        else if (!message.TryGetProperty("args", out var args) || args.ValueKind != JsonValueKind.Array
            || args.GetArrayLength() == 0 || args[0].ValueKind != JsonValueKind.Object)
            Refuse(connection, request, op, 10001, "params error: args");
        else Execute(connection, request, op, Call(connection, path, args[0].GetRawText(), message));
    }

    public void Misread(BybitConnection connection, string text) => Refuse(connection, null, "", 10001, text);

    /// <summary>The answer to auth has a shape of its own here.</summary>
    /// <param name="code">0 when it succeeded.</param>
    public void AnswerAuth(BybitConnection connection, JsonElement message, int code, string text) =>
        Say(connection, RequestOf(message), code, text, "auth", "");

    /// <summary>Null where the client gave none: then the answer has none either.</summary>
    private static string? RequestOf(JsonElement message) => message.TryGetProperty("reqId", out var given) ? given.ToString() : null;

    private WireCall Call(BybitConnection connection, string path, string body, JsonElement message)
    {
        var (stamp, window) = (Header(message, "X-BAPI-TIMESTAMP"), Header(message, "X-BAPI-RECV-WINDOW"));
        var key = connection.Account!.Name[(BybitSkin.Exchange.Length + 1)..];
        return new WireCall("POST", path, "", body, new Dictionary<string, string>
        {
            ["X-BAPI-API-KEY"] = key, ["X-BAPI-TIMESTAMP"] = stamp, ["X-BAPI-RECV-WINDOW"] = window,
            ["X-BAPI-SIGN"] = Signatures.Sign(Signatures.SecretOf(key)!, stamp + key + window + body),
        });
    }

    private static string Header(JsonElement message, string name) =>
        message.TryGetProperty("header", out var header) && header.ValueKind == JsonValueKind.Object
        && header.TryGetProperty(name, out var value) ? value.ToString() : "";

    private void Execute(BybitConnection connection, string? request, string op, WireCall call)
    {
        var answer = skin.Answer(call);
        if (answer.Fate == WireFate.Lost) return;
        if (answer.Fate == WireFate.Later)
        {
            venue.Plan(
                TimeSpan.FromMilliseconds(answer.DelayMs),
                () => Execute(connection, request, op, call with { Resumed = true }));
            return;
        }

        if (answer.Status != 200)
        {
            Refuse(connection, request, op, 10016, $"HTTP {answer.Status}");
            return;
        }

        using var told = JsonDocument.Parse(answer.Body);
        var headers = string.Join(',', answer.Headers.Concat(Trace.Headers(venue)).Select(h => $"\"{h.Key}\":\"{h.Value}\""));
        var (code, text) = (told.RootElement.GetProperty("retCode"), told.RootElement.GetProperty("retMsg"));
        var (data, more) = (told.RootElement.GetProperty("result"), told.RootElement.GetProperty("retExtInfo"));
        send(
            connection,
            $$"""{{{Named(request)}}"retCode":{{code.GetRawText()}},"retMsg":{{text.GetRawText()}},"op":"{{op}}","data":{{data.GetRawText()}},"retExtInfo":{{more.GetRawText()}},"header":{{{headers}}},"connId":"{{connection.Id}}"}""",
            TimeSpan.FromMilliseconds(answer.DelayMs));
    }

    private void Refuse(BybitConnection connection, string? request, string op, int code, string text) => send(
        connection,
        $$"""{{{Named(request)}}"retCode":{{code}},"retMsg":{{Quoted(text)}},"op":{{Quoted(op)}},"data":{},"retExtInfo":{},"connId":"{{connection.Id}}"}""",
        TimeSpan.Zero);

    private void Say(BybitConnection connection, string? request, int code, string text, string op, string more) => send(
        connection,
        $$"""{{{Named(request)}}"retCode":{{code}},"retMsg":{{Quoted(text)}},"op":"{{op}}"{{more}},"connId":"{{connection.Id}}"}""",
        TimeSpan.Zero);

    private static string Named(string? request) => request is null ? "" : $"\"reqId\":{Quoted(request)},";

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
