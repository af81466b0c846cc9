using System.Globalization;

namespace Trading.Cli;

/// <summary>Figures and times as an operator reads them.</summary>
internal static class Words
{
    public static string Of(decimal? value) =>
        value is { } v ? v.ToString("0.############################", CultureInfo.InvariantCulture) : "–";

    /// <summary>For a column of a table: five significant digits, or two decimals, as an average price may have twenty-eight.</summary>
    public static string Figure(decimal? value)
    {
        if (value is not { } v || v == 0) return Of(value);
        var whole = 0;
        for (var rest = Math.Abs(v); rest >= 1; rest /= 10) whole++;
        for (var rest = Math.Abs(v); rest < 0.1m; rest *= 10) whole--;
        return Of(Math.Round(v, Math.Clamp(5 - whole, 2, 28)));
    }

    /// <summary>Amounts of money: two decimals, sign always.</summary>
    public static string Gain(decimal? value) => value is { } v
        ? (v < 0 ? "−" : v > 0 ? "+" : "") + Math.Abs(v).ToString("0.00", CultureInfo.InvariantCulture)
        : "–";

    public static string Money(decimal? value) => value is { } v ? v.ToString("0.00", CultureInfo.InvariantCulture) : "–";

    public static string Percent(decimal? value) =>
        value is { } v ? (v < 0 ? "−" : "") + Math.Abs(v).ToString("0.00", CultureInfo.InvariantCulture) + " %" : "–";

    public static string Age(long? seconds) => seconds switch
    {
        null => "–",
        < 120 => $"{seconds} s",
        < 7200 => $"{seconds / 60} m",
        < 48 * 3600 => $"{seconds / 3600} h {seconds % 3600 / 60:00} m",
        _ => $"{seconds / 86400} d {seconds % 86400 / 3600} h",
    };

    public static string Time(DateTime? utc) =>
        utc is { } t ? t.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "–";

    public static string Minute(DateTime? utc) =>
        utc is { } t ? t.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture) : "–";

    public static string Shortened(string? text, int length) =>
        string.IsNullOrEmpty(text) ? "–" : text.Length <= length ? text : text[..(length - 1)] + "…";
}
