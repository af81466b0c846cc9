using System.Text.Json;

namespace Trading.Gateways.Binance;

/// <summary>An answer with what it proves.</summary>
/// <param name="What">Verb and path, for texts; never query, body or headers.</param>
/// <param name="Message">The exchange's, or ours where it gave none.</param>
/// <param name="SentAt">Timestamp of the time provider at which the request was stamped.</param>
internal sealed record RestAnswer(
    string What, Fate Fate, int Status, int? Code, string Message, ReadOnlyMemory<byte> Body, long SentAt, bool NeverSent = false)
{
    private const int LongestMessage = 300;

    public static RestAnswer Unsent(string what, string why, long at) =>
        new(what, Fate.Refused, WireAnswer.NotConnected, null, why, default, at, NeverSent: true);

    public static RestAnswer From(string what, WireAnswer answer, long sentAt)
    {
        if (answer.Status == WireAnswer.NotConnected) return Unsent(what, $"{what}: no connection", sentAt);
        if (answer.Status == WireAnswer.NoAnswer) return new(what, Fate.Unknown, answer.Status, null, $"{what}: no answer", default, sentAt);
        var (code, message) = ErrorIn(answer.Body);
        var text = message.Length == 0 ? $"{what}: HTTP {answer.Status}" : message;
        return new(what, BinanceCodes.Of(answer.Status, code, message), answer.Status, code, text, answer.Body, sentAt);
    }

    /// <summary>Code and text where the body has them; a 503 may carry its text without JSON.</summary>
    private static (int? Code, string Message) ErrorIn(ReadOnlyMemory<byte> body)
    {
        if (body.Length is 0 or > 4096) return (null, "");
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind is not JsonValueKind.Object) return (null, "");
            int? code = json.RootElement.TryGetProperty("code", out var number) ? Number(number) : null;
            var message = json.RootElement.TryGetProperty("msg", out var text) && text.ValueKind is JsonValueKind.String
                ? text.GetString()!
                : "";
            return (code, Clip(message));
        }
        catch (Exception unreadable) when (BinanceTranslator.IsUnreadable(unreadable))
        {
            return (null, Clip(System.Text.Encoding.UTF8.GetString(body.Span)));
        }
    }

    /// <summary>A cancelled algo order answers its code as a string (protocol §3).</summary>
    private static int? Number(JsonElement code) => code.ValueKind switch
    {
        JsonValueKind.Number when code.TryGetInt32(out var number) => number,
        JsonValueKind.String when int.TryParse(code.GetString(), out var number) => number,
        _ => null,
    };

    private static string Clip(string text) => text.Length <= LongestMessage ? text : text[..LongestMessage];
}
