using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Who calls, and whether the call is really his (protocol page, section 2).</summary>
internal static partial class Signatures
{
    private const long AheadMs = 1000;
    private const long DefaultWindowMs = 5000;

    /// <summary>HMAC-SHA256 in lower-case hex.</summary>
    public static string Sign(string secret, string plain) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(plain)));

    public static bool Matches(string secret, string plain, string given) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Sign(secret, plain)), Encoding.UTF8.GetBytes(given.ToLowerInvariant()));

    /// <summary>Secret of a key, or null: <c>sim-key-0001</c> has <c>sim-secret-0001</c>, and so on.</summary>
    public static string? SecretOf(string key) => KeyForm().IsMatch(key) ? "sim-secret-" + key[8..] : null;

    /// <returns>The key of the caller.</returns>
    public static string Check(WireCall call, DateTime serverUtc)
    {
        var (key, stamp) = (call.Header("X-BAPI-API-KEY"), call.Header("X-BAPI-TIMESTAMP"));
        var (sign, window) = (call.Header("X-BAPI-SIGN"), call.Header("X-BAPI-RECV-WINDOW"));
        if (key.Length == 0 || stamp.Length == 0 || sign.Length == 0)
            throw new BybitError(10003, BybitError.MessageOf(10003), 401);
        if (SecretOf(key) is not { } secret) throw new BybitError(10003, BybitError.MessageOf(10003));
        CheckTime(stamp, window, serverUtc);
        var plain = stamp + key + window + (call.Method == "GET" ? call.Query : call.Body);
        if (!Matches(secret, plain, sign)) throw new BybitError(10004, $"error sign! origin_string[{plain}]");
        return key;
    }

    private static void CheckTime(string stamp, string window, DateTime serverUtc)
    {
        var server = JsonFields.ToMs(serverUtc);
        var known = long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var sent);
        var width = DefaultWindowMs;
        if (window.Length > 0
            && !long.TryParse(window, NumberStyles.None, CultureInfo.InvariantCulture, out width)) known = false;
        if (known && server - width <= sent && sent < server + AheadMs) return;
        throw new BybitError(
            10002,
            "invalid request, please check your server timestamp or recv_window param. "
                + $"req_timestamp[{stamp}],server_timestamp[{server}],recv_window[{width}]");
    }

    [GeneratedRegex("^sim-key-[0-9]{4}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyForm();
}
