using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Trading.Gateways.Bybit;

/// <summary>Calls of one account on Bybit: parameters are a query or a JSON body, the signature stands in a header.</summary>
internal sealed class BybitRest(BybitHost host, VenueAccount account) : RestCaller(host)
{
    /// <summary>A breach of the address limit ends by itself after ten minutes of silence (protocol §4).</summary>
    private static readonly TimeSpan AddressBan = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Unstated = TimeSpan.FromSeconds(1);

    private readonly BybitHost _host = host;

    public BybitHost Host => _host;

    /// <summary>What an answer proves.</summary>
    public static RestAnswer Judged(string what, WireAnswer wire, long sentAt)
    {
        if (RestAnswer.WithoutAnswer(what, wire, sentAt) is { } none) return none;
        var (code, message) = CodeIn(wire.Body.Span);
        var text = message.Length == 0 ? $"{what}: HTTP {wire.Status}, code {code}" : message;
        return new RestAnswer(what, BybitCodes.Of(wire.Status, code), wire.Status, code, text, wire.Body, sentAt)
        {
            Kind = BybitCodes.KindOf(wire.Status, code, message),
        };
    }

    protected override bool IsClock(int? code) => BybitCodes.IsClock(code);

    protected override bool IsTooSoon(int? code) => code is BybitCodes.TooManyVisits;

    protected override WireRequest Written(RestCall call, long timestamp)
    {
        var posts = call.Method == "POST";
        var text = posts ? JsonOf(call.Parameters) : QueryOf(call.Parameters);
        return new WireRequest(
            _host.Address.Rest, call.Method, posts || text.Length == 0 ? call.Path : $"{call.Path}?{text}", posts ? text : "",
            call.Auth is RestAuth.None ? [] : Signature(call, timestamp, text), account.AnswerTimeout)
        {
            ContentType = "application/json",
        };
    }

    protected override RestAnswer Heard(RestCall call, WireAnswer wire, long sentAt)
    {
        var answer = Judged(call.What, wire, sentAt);
        if (answer.Status == 403) _host.Budget.LimitFor(AddressBan);
        else if (answer.Status == 429 || answer.Code == BybitCodes.SystemLimit) _host.Budget.LimitFor(Unstated);
        else if (answer.Code == BybitCodes.TooManyVisits && call.Cost.Orders > 0)
            _host.Budget.LimitOrdersFor(account.Id, ResetTime(wire) - _host.Clock.UtcNow is { } left && left > TimeSpan.Zero ? left : Unstated);
        return answer;
    }

    private KeyValuePair<string, string>[] Signature(RestCall call, long timestamp, string text)
    {
        var stamp = timestamp.ToString(CultureInfo.InvariantCulture);
        var window = ((long)(call.Window ?? account.OtherWindow).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        return
        [
            new("X-BAPI-API-KEY", account.Keys.ApiKey),
            new("X-BAPI-TIMESTAMP", stamp),
            new("X-BAPI-RECV-WINDOW", window),
            new("X-BAPI-SIGN", account.Keys.Signer.Sign($"{stamp}{account.Keys.ApiKey}{window}{text}")),
        ];
    }

    private static string QueryOf((string Name, string Value)[] parameters) =>
        string.Join('&', parameters.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value)}"));

    /// <summary>Values are strings, but for flags and the two fields that are numbers: position index and trigger direction.</summary>
    private static string JsonOf((string Name, string Value)[] parameters)
    {
        var text = new StringBuilder("{", 256);
        foreach (var (name, value) in parameters)
        {
            if (text.Length > 1) text.Append(',');
            text.Append('"').Append(name).Append("\":");
            if (name is "positionIdx" or "triggerDirection" || value is "true" or "false") text.Append(value);
            else text.Append('"').Append(JsonEncodedText.Encode(value)).Append('"');
        }

        return text.Append('}').ToString();
    }

    private static DateTime? ResetTime(WireAnswer wire) =>
        long.TryParse(Header(wire, "X-Bapi-Limit-Reset-Timestamp"), CultureInfo.InvariantCulture, out var at) ? WireText.Time(at) : null;

    /// <summary>The envelope's code and text; they come before the result, which is read by whoever asked for it.</summary>
    private static (int? Code, string Message) CodeIn(ReadOnlySpan<byte> body)
    {
        int? code = null;
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject) return (null, "");
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var isCode = reader.ValueTextEquals("retCode"u8);
                var isText = reader.ValueTextEquals("retMsg"u8);
                reader.Read();
                if (isCode && reader.TokenType is JsonTokenType.Number && reader.TryGetInt32(out var number)) code = number;
                else if (isText && code is not null && reader.TokenType is JsonTokenType.String) return (code, RestAnswer.Clip(reader.GetString()!));
                else reader.Skip();
            }

            return (code, "");
        }
        catch (Exception unreadable) when (WireJson.IsUnreadable(unreadable))
        {
            return (null, "");
        }
    }
}
