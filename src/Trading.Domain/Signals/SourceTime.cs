using System.Globalization;

namespace Trading.Domain.Signals;

/// <summary>A moment as senders of signals write it: ISO-8601, or Unix seconds or milliseconds.</summary>
public static class SourceTime
{
    /// <summary>As seconds the year 5138, as milliseconds March 1973: what is larger counts milliseconds.</summary>
    private const decimal MostSeconds = 100_000_000_000m;

    /// <summary>As seconds September 2001: a smaller number is no moment at which anybody sent a signal.</summary>
    private const decimal LeastSeconds = 1_000_000_000m;

    /// <summary>As milliseconds the year 5138: what is larger counts microseconds or less, and is not read.</summary>
    private const decimal MostMilliseconds = 100_000_000_000_000m;

    public static bool TryParse(string? text, out DateTime utc)
    {
        utc = default;
        return text is not null && (TryUnix(text, out utc) || TryIso(text.Trim(), out utc));
    }

    /// <summary>Digits, and a fraction where a program counts seconds with one.</summary>
    public static bool TryUnix(string? text, out DateTime utc)
    {
        utc = default;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        if (number is < LeastSeconds or >= MostMilliseconds) return false;
        var milliseconds = decimal.Floor(number < MostSeconds ? number * 1000 : number);
        utc = DateTime.UnixEpoch.AddTicks((long)milliseconds * TimeSpan.TicksPerMillisecond);
        return true;
    }

    /// <summary>With its date: a time of the day alone would be taken for today's.</summary>
    public static bool TryIso(string text, out DateTime utc) =>
        DateTime.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out utc)
        && text.Length >= 10 && text[4] == '-' && text[7] == '-';
}
