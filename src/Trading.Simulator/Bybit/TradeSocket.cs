using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Orders over a WebSocket (protocol page, section 9): the same endpoints as over REST, signed once by auth. An
/// answer may overtake another: clients match by reqId.</summary>
internal sealed class TradeSocket(BybitSkin skin, Venue venue, Action<BybitConnection, string, TimeSpan> send)
{
    private static readonly Dictionary<string, string> Paths = new()
    {
        ["order.create"] = "/v5/order/create", ["order.amend"] = "/v5/order/amend", ["order.cancel"] = "/v5/order/cancel",
        ["order.create-batch"] = "/v5/order/create-batch", ["order.amend-batch"] = "/v5/order/amend-batch",
        ["order.cancel-batch"] = "/v5/order/cancel-batch",
    };

    public void Handle(BybitConnection connection, JsonElement message)
    {
        var op = message.TryGetProperty("op", out var named) ? named.ToString() : "";
        var request = message.TryGetProperty("reqId", out var given) ? given.ToString() : "";
        if (op == "ping") Say(connection, 0, "OK", "pong", $",\"data\":[\"{JsonFields.ToMs(venue.StampUtc)}\"]");
        else if (!Paths.TryGetValue(op, out var path)) Refuse(connection, request, op, 10404, "op type is not found");
        else if (connection.Account is null) Refuse(connection, request, op, 10005, "not authenticated");
        else if (!message.TryGetProperty("args", out var args) || args.ValueKind != JsonValueKind.Array || args.GetArrayLength() == 0)
            Refuse(connection, request, op, 10001, "params error: args");
        else Execute(connection, request, op, Call(connection, path, args[0].GetRawText(), message));
    }

    /// <summary>The answer to auth has a shape of its own here.</summary>
    public void AnswerAuth(BybitConnection connection, string problem) =>
        Say(connection, problem.Length == 0 ? 0 : 10004, problem.Length == 0 ? "OK" : problem, "auth", "");

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
        message.TryGetProperty("header", out var header) && header.TryGetProperty(name, out var value) ? value.ToString() : "";

    private void Execute(BybitConnection connection, string request, string op, WireCall call)
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
        var headers = string.Join(',', answer.Headers.Select(h => $"\"{h.Key}\":\"{h.Value}\""));
        var (code, text) = (told.RootElement.GetProperty("retCode"), told.RootElement.GetProperty("retMsg"));
        var (data, more) = (told.RootElement.GetProperty("result"), told.RootElement.GetProperty("retExtInfo"));
        send(
            connection,
            $$"""{"reqId":{{Quoted(request)}},"retCode":{{code.GetRawText()}},"retMsg":{{text.GetRawText()}},"op":"{{op}}","data":{{data.GetRawText()}},"retExtInfo":{{more.GetRawText()}},"header":{{{headers}}},"connId":"{{connection.Id}}"}""",
            TimeSpan.FromMilliseconds(answer.DelayMs));
    }

    private void Refuse(BybitConnection connection, string request, string op, int code, string text) => send(
        connection,
        $$"""{"reqId":{{Quoted(request)}},"retCode":{{code}},"retMsg":{{Quoted(text)}},"op":{{Quoted(op)}},"data":{},"retExtInfo":{},"connId":"{{connection.Id}}"}""",
        TimeSpan.Zero);

    private void Say(BybitConnection connection, int code, string text, string op, string more) => send(
        connection,
        $$"""{"retCode":{{code}},"retMsg":{{Quoted(text)}},"op":"{{op}}"{{more}},"connId":"{{connection.Id}}"}""",
        TimeSpan.Zero);

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
