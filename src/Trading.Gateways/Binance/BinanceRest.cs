using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Trading.Gateways.Binance;

/// <summary>Calls of one account on Binance.</summary>
internal sealed class BinanceRest(BinanceHost host, VenueAccount account) : RestCaller(host)
{
    private readonly BinanceHost _host = host;

    public BinanceHost Host => _host;

    /// <summary>What an answer proves: the status decides where it says more than the code.</summary>
    public static RestAnswer Judged(string what, WireAnswer wire, long sentAt)
    {
        if (RestAnswer.WithoutAnswer(what, wire, sentAt) is { } none) return none;
        var (code, message) = ErrorIn(wire.Body);
        var text = message.Length == 0 ? $"{what}: HTTP {wire.Status}" : message;
        return new RestAnswer(what, BinanceCodes.Of(wire.Status, code, message), wire.Status, code, text, wire.Body, sentAt)
        {
            Kind = BinanceCodes.KindOf(wire.Status, code),
        };
    }

    /// <summary>Parameters of a GET or DELETE are its query, of a POST or PUT its body; both are signed as written.</summary>
    protected override WireRequest Written(RestCall call, long timestamp)
    {
        var parameters = new StringBuilder(256);
        foreach (var (name, value) in call.Parameters) Append(parameters, name, Uri.EscapeDataString(value));
        if (call.Auth is RestAuth.Signed)
        {
            var window = (long)(call.Window ?? account.OtherWindow).TotalMilliseconds;
            Append(parameters, "recvWindow", window.ToString(CultureInfo.InvariantCulture));
            Append(parameters, "timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
            Append(parameters, "signature", account.Keys.Signer.Sign(parameters.ToString()));
        }

        var text = parameters.ToString();
        var inBody = call.Method is "POST" or "PUT";
        return new WireRequest(
            call.Host ?? _host.Address.Rest, call.Method, inBody || text.Length == 0 ? call.Path : $"{call.Path}?{text}", inBody ? text : "",
            call.Auth is RestAuth.None ? [] : [new("X-MBX-APIKEY", account.Keys.ApiKey)], account.AnswerTimeout);
    }

    protected override RestAnswer Heard(RestCall call, WireAnswer wire, long sentAt)
    {
        Learn(wire, _host.Time.GetElapsedTime(sentAt));
        var answer = Judged(call.What, wire, sentAt);
        Obey(answer, wire);
        return answer;
    }

    protected override bool IsClock(int? code) => BinanceCodes.IsClock(code);

    private static void Append(StringBuilder text, string name, string value)
    {
        if (text.Length > 0) text.Append('&');
        text.Append(name).Append('=').Append(value);
    }

    private void Learn(WireAnswer answer, TimeSpan askedAgo)
    {
        if (Number(answer, "x-mbx-used-weight-1m") is { } weight) _host.Budget.ObserveWeight(weight, askedAgo);
        var tenSeconds = Number(answer, "x-mbx-order-count-10s");
        var minute = Number(answer, "x-mbx-order-count-1m");
        if (tenSeconds is not null || minute is not null) _host.Budget.ObserveOrders(account.Id, tenSeconds, minute, askedAgo);
    }

    /// <summary>Limits and bans hold for everybody who shares them.</summary>
    private void Obey(RestAnswer answer, WireAnswer wire)
    {
        var now = _host.Clock.UtcNow;
        TimeSpan? retryAfter = Number(wire, "retry-after") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        if (answer.Code == BinanceCodes.TooManyOrders)
            _host.Budget.LimitOrdersFor(account.Id, BinanceLimits.OrdersFor(answer.Message, retryAfter, now));
        else if (answer.Status is 418 or 429 || answer.Code == BinanceCodes.TooManyRequests)
            _host.Budget.LimitFor(BinanceLimits.RequestsFor(answer.Message, retryAfter, now));
    }

    private static int? Number(WireAnswer answer, string name) =>
        int.TryParse(Header(answer, name), CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : null;

    /// <summary>Code and text where the body has them; a 503 may carry its text without JSON.</summary>
    private static (int? Code, string Message) ErrorIn(ReadOnlyMemory<byte> body)
    {
        if (body.Length is 0 or > 4096) return (null, "");
        try
        {
            return ErrorIn(new Utf8JsonReader(body.Span));
        }
        catch (Exception unreadable) when (WireJson.IsUnreadable(unreadable))
        {
            return (null, RestAnswer.Clip(body));
        }
    }

    /// <summary>The whole body is read, so that a cut one is noticed. Of a name told twice the last counts.</summary>
    private static (int? Code, string Message) ErrorIn(Utf8JsonReader body)
    {
        (int? Code, string Message) error = (null, "");
        while (body.Read())
        {
            if (body.CurrentDepth != 1 || body.TokenType is not JsonTokenType.PropertyName) continue;
            var (isCode, isMessage) = (body.ValueTextEquals("code"u8), body.ValueTextEquals("msg"u8));
            body.Read();
            if (isCode) error.Code = CodeIn(body);
            else if (isMessage) error.Message = body.TokenType is JsonTokenType.String ? RestAnswer.Clip(body.GetString()!) : "";
            body.Skip();
        }

        return error;
    }

    /// <summary>A cancelled algo order answers its code as a string (protocol §3).</summary>
    private static int? CodeIn(Utf8JsonReader value) => value.TokenType switch
    {
        JsonTokenType.Number when value.TryGetInt32(out var number) => number,
        JsonTokenType.String when int.TryParse(value.GetString(), out var number) => number,
        _ => null,
    };
}
