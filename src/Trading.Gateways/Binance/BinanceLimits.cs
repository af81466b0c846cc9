using System.Globalization;

namespace Trading.Gateways.Binance;

/// <summary>How long a refusal for too much keeps us silent (protocol §4): Retry-After where it is stated, for no clock moves it.</summary>
internal static class BinanceLimits
{
    private static readonly TimeSpan Unstated = TimeSpan.FromSeconds(60);

    /// <summary>Retry-After, else "banned until 1795000123456" in prose, else 60 s.</summary>
    /// <param name="now">On the exchange's clock.</param>
    public static TimeSpan RequestsFor(string message, TimeSpan? retryAfter, DateTime now)
    {
        if (retryAfter is { } stated) return stated;
        const string marker = "until ";
        var at = message.IndexOf(marker, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return Unstated;
        var digits = message.AsSpan(at + marker.Length);
        var length = digits.IndexOfAnyExceptInRange('0', '9');
        if (length >= 0) digits = digits[..length];
        return long.TryParse(digits, CultureInfo.InvariantCulture, out var epoch) && WireText.Time(epoch) is { } until && until > now
            ? until - now
            : Unstated;
    }

    /// <summary>The order count begins anew with its window: ten seconds or a minute, whichever the message names.</summary>
    /// <param name="now">On the exchange's clock.</param>
    public static TimeSpan OrdersFor(string message, TimeSpan? retryAfter, DateTime now)
    {
        if (retryAfter is { } stated) return stated;
        if (message.Contains("TEN_SECONDS", StringComparison.OrdinalIgnoreCase)
            || message.Contains("10 second", StringComparison.OrdinalIgnoreCase))
            return new RateWindow(TimeSpan.FromSeconds(10), 0).NextWindow(now) - now;
        return message.Contains("MINUTE", StringComparison.OrdinalIgnoreCase)
            ? new RateWindow(TimeSpan.FromMinutes(1), 0).NextWindow(now) - now
            : Unstated;
    }
}
