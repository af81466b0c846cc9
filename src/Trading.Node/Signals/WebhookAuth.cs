using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Trading.Node.Signals;

/// <summary>One sender of webhooks.</summary>
/// <param name="PlainSecret">It cannot sign (TradingView): the secret comes in the body and is stripped.</param>
public sealed record WebhookSource(string Name, string Secret, bool PlainSecret = false)
{
    /// <summary>Never shows the secret.</summary>
    public override string ToString() => Name;
}

/// <summary>
/// Who sent a webhook. Signed: <c>X-Timestamp</c> within 60 s and <c>X-Signature: sha256=hex(HMAC(secret, timestamp +
/// "." + body))</c>. A source marked plain-secret: <c>"secret"</c> in the body. All secrets are compared in constant
/// time.
/// </summary>
public sealed class WebhookAuth(IReadOnlyList<WebhookSource> sources)
{
    private const string Scheme = "sha256=";
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    /// <returns>The source and the body without its secret; null: nobody known, with the reason.</returns>
    public (WebhookSource Source, byte[] Body)? Check(
        string? timestamp, string? signature, byte[] body, DateTime nowUtc, out string why)
    {
        if (signature is not null) return CheckSigned(timestamp, signature, body, nowUtc, out why);
        why = "expected the headers X-Timestamp and X-Signature";
        return CheckPlain(body);
    }

    private (WebhookSource, byte[])? CheckSigned(
        string? timestamp, string signature, byte[] body, DateTime nowUtc, out string why)
    {
        if (!TryTime(timestamp, out var sentUtc))
        {
            why = "X-Timestamp: expected Unix seconds or milliseconds";
            return null;
        }

        if ((nowUtc - sentUtc).Duration() > Window)
        {
            why = $"X-Timestamp: more than {Window.TotalSeconds:0} s from this node's clock";
            return null;
        }

        why = "X-Signature: not the HMAC of timestamp + \".\" + body under the secret of any source";
        if (!signature.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        if (!TryHex(signature[Scheme.Length..], out var given)) return null;
        byte[] signed = [.. Encoding.UTF8.GetBytes(timestamp! + "."), .. body];
        WebhookSource? found = null;
        foreach (var source in sources.Where(s => !s.PlainSecret))
            if (CryptographicOperations.FixedTimeEquals(
                HMACSHA256.HashData(Encoding.UTF8.GetBytes(source.Secret), signed), given))
                found ??= source;
        return found is null ? null : (found, body);
    }

    private (WebhookSource, byte[])? CheckPlain(byte[] body)
    {
        if (!sources.Any(s => s.PlainSecret)) return null;
        string? secret;
        byte[] rest;
        try
        {
            var json = JsonNode.Parse(body);
            secret = TakeSecrets(json);
            if (secret is null) return null;
            rest = Encoding.UTF8.GetBytes(json!.ToJsonString());
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null; // no JSON, a name twice, or no text: nobody known sent it, so nothing is said about what is wrong
        }

        var given = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        WebhookSource? found = null;
        foreach (var source in sources.Where(s => s.PlainSecret))
            if (CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(source.Secret)), given))
                found ??= source;
        return found is null ? null : (found, rest);
    }

    /// <summary>
    /// Removes the secret from every object and answers the one they share; null: none, or different ones.
    /// </summary>
    private static string? TakeSecrets(JsonNode? json)
    {
        var objects = json switch
        {
            JsonObject one => [one],
            JsonArray many => many.OfType<JsonObject>().ToList(),
            _ => [],
        };
        var secrets = objects.Select(o =>
            o["secret"] is JsonValue value && value.TryGetValue<string>(out var s) ? s : null).ToList();
        foreach (var o in objects) o.Remove("secret");
        return secrets.Distinct(StringComparer.Ordinal).Count() == 1 ? secrets[0] : null;
    }

    private static bool TryTime(string? text, out DateTime utc)
    {
        utc = default;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        var milliseconds = number < 100_000_000_000 ? number * 1000 : number;
        if (milliseconds > 253_402_300_799_999) return false;
        utc = DateTime.UnixEpoch.AddMilliseconds(milliseconds);
        return true;
    }

    private static bool TryHex(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 2];
        return text.Length == 64
            && Convert.FromHexString(text, bytes, out _, out _) is System.Buffers.OperationStatus.Done;
    }
}
