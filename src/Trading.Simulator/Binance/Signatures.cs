using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Who calls, and whether the call is really his (protocol page, section 2).</summary>
internal static partial class Signatures
{
    private const long AheadMs = 1000;

    /// <summary>Keyed with the secret of the thread's last call: most come from one account after the other.</summary>
    [ThreadStatic]
    private static (string Secret, IncrementalHash Hmac)? keyed;

    /// <summary>HMAC-SHA256 in lower-case hex.</summary>
    public static string Sign(string secret, string payload)
    {
        if (keyed is not { } last || last.Secret != secret)
        {
            keyed?.Hmac.Dispose();
            keyed = last = (secret, IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret)));
        }

        last.Hmac.AppendData(Encoding.UTF8.GetBytes(payload));
        return Convert.ToHexStringLower(last.Hmac.GetHashAndReset());
    }

    /// <summary>Secret of a key, or null: <c>sim-key-0001</c> has <c>sim-secret-0001</c>, and so on.</summary>
    public static string? SecretOf(string key) => KeyForm().IsMatch(key) ? "sim-secret-" + key[8..] : null;

    /// <returns>The key of the caller.</returns>
    public static string CheckKey(WireCall call)
    {
        var key = call.Header("X-MBX-APIKEY");
        if (key.Length == 0) throw new BinanceError(-2014, "API-key format invalid.", 401);
        if (SecretOf(key) is null) throw Unknown();
        return key;
    }

    public static void CheckSigned(WireCall call, Params parameters, string key, DateTime serverUtc)
    {
        if (!parameters.Has("timestamp")) throw BinanceError.Missing("timestamp");
        if (!parameters.Has("signature")) throw BinanceError.Missing("signature");
        CheckTime(parameters, serverUtc);
        var expected = Sign(SecretOf(key) ?? throw Unknown(), Unsigned(call.Query) + Unsigned(call.Body));
        var given = parameters.Text("signature").ToLowerInvariant();
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.UTF8.GetBytes(given)))
            throw new BinanceError(-1022, "Signature for this request is not valid.");
    }

    public static void CheckTime(Params parameters, DateTime serverUtc)
    {
        var server = JsonFields.ToMs(serverUtc);
        var timestamp = parameters.Number("timestamp");
        var window = parameters.Number("recvWindow", 5000);
        if (window > 60_000) throw new BinanceError(-1131, "recvWindow must be less than 60000.");
        if (timestamp >= server + AheadMs)
            throw new BinanceError(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
        if (server - timestamp > window)
            throw new BinanceError(-1021, "Timestamp for this request is outside of the recvWindow.");
    }

    private static BinanceError Unknown() => new(-2015, "Invalid API-key, IP, or permissions for action.", 401);

    /// <summary>The text without its signature: everything else exactly as sent.</summary>
    private static string Unsigned(string text)
    {
        var at = text.StartsWith("signature=", StringComparison.Ordinal)
            ? 0
            : text.IndexOf("&signature=", StringComparison.Ordinal);
        if (at < 0) return text;
        var end = text.IndexOf('&', at + 1);
        var rest = end < 0 ? "" : text[end..];
        return at == 0 ? rest.TrimStart('&') : text[..at] + rest;
    }

    [GeneratedRegex("^sim-key-[0-9]{4}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyForm();
}
