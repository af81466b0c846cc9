using System.Globalization;

namespace Trading.Gateways.Binance;

/// <summary>How long a refusal for too much keeps us silent (protocol §4). Times are on the exchange's clock.</summary>
internal static class BinanceLimits
{
    private static readonly TimeSpan Unstated = TimeSpan.FromSeconds(60);

    /// <summary>"banned until 1795000123456" in prose, else Retry-After, else 60 s.</summary>
    public static DateTime RequestsUntil(string message, TimeSpan? retryAfter, DateTime now)
    {
        const string marker = "until ";
        var at = message.IndexOf(marker, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return now + (retryAfter ?? Unstated);
        var digits = message.AsSpan(at + marker.Length);
        var length = digits.IndexOfAnyExceptInRange('0', '9');
        if (length >= 0) digits = digits[..length];
        return long.TryParse(digits, CultureInfo.InvariantCulture, out var epoch) && WireText.Time(epoch) is { } until && until > now
            ? until
            : now + (retryAfter ?? Unstated);
    }

    /// <summary>The order count begins anew with its window: ten seconds or a minute, whichever the message names.</summary>
    public static DateTime OrdersUntil(string message, TimeSpan? retryAfter, DateTime now)
    {
        if (retryAfter is { } stated) return now + stated;
        if (message.Contains("TEN_SECONDS", StringComparison.OrdinalIgnoreCase)
            || message.Contains("10 second", StringComparison.OrdinalIgnoreCase))
            return new RateWindow(TimeSpan.FromSeconds(10), 0).NextWindow(now);
        return message.Contains("MINUTE", StringComparison.OrdinalIgnoreCase)
            ? new RateWindow(TimeSpan.FromMinutes(1), 0).NextWindow(now)
            : now + Unstated;
    }
}
