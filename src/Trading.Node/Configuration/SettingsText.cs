using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Node.Configuration;

/// <summary>How values are written. Every failure says how to write it right.</summary>
internal static class SettingsText
{
    /// <summary>More than any exchange holds; sums and products of such amounts stay within a decimal.</summary>
    private const decimal MostUsdt = 1_000_000_000_000;

    public static bool Switch(string text) => text.ToLowerInvariant() switch
    {
        "true" => true,
        "false" => false,
        _ => throw new FormatException("write true or false"),
    };

    public static Func<string, int> Count(int least, int most) => text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException($"write a whole number from {least} to {most}");

    /// <summary><c>2 %</c> is 0.02. The sign is demanded: 2 could be read as 200 %.</summary>
    public static Func<string, decimal> Percent(decimal least, decimal most) => text =>
        text.EndsWith('%') && Number(text[..^1].TrimEnd()) is { } value && value >= least && value <= most
            ? value / 100
            : throw new FormatException(Invariant($"write a percentage from {least} % to {most} %, e.g. \"{Math.Max(least, 1)} %\""));

    public static Func<string, decimal> Amount(decimal least) => text =>
        Number(text) is { } value && value >= least && value <= MostUsdt
            ? value
            : throw new FormatException(Invariant($"write a number of USDT from {least} to {MostUsdt}"));

    public static string Folder(string text) => text.Length > 0 && !text.Contains('\0')
        ? text
        : throw new FormatException("write the path of a folder, e.g. ./data");

    /// <summary><c>500ms</c>, <c>3s</c>, <c>15m</c>, <c>3h</c>.</summary>
    public static Func<string, TimeSpan> Duration(TimeSpan least, TimeSpan most) => text =>
        Span(text) is { } span && span >= least && span <= most
            ? span
            : throw new FormatException($"write a time from {Say(least)} to {Say(most)}, e.g. \"500ms\", \"3s\", \"15m\" or \"3h\"");

    public static Uri HttpAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri!.AbsolutePath is "/" or ""
            ? uri
            : throw new FormatException("write an address such as http://127.0.0.1:5490, without a path");

    public static Uri SocketAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "ws" or "wss"
            ? uri
            : throw new FormatException("write an address such as ws://127.0.0.1:5490");

    public static Symbol Symbol(string text) => Domain.Symbol.TryParse(text, out var symbol)
        ? symbol
        : throw new FormatException("write a contract such as TAGUSDT");

    public static AdoptPolicy Adopt(string text) => text.ToLowerInvariant() switch
    {
        "ignore" => AdoptPolicy.Ignore,
        "protect-only" => AdoptPolicy.ProtectOnly,
        "manage" => AdoptPolicy.Manage,
        "alert" => AdoptPolicy.Alert,
        _ => throw new FormatException("write ignore, protect-only, manage or alert"),
    };

    public static ManualStopPolicy OnManualStop(string text) => text.ToLowerInvariant() switch
    {
        "restore" => ManualStopPolicy.Restore,
        "respect" => ManualStopPolicy.Respect,
        _ => throw new FormatException("write restore or respect"),
    };

    public static bool IsIsolated(string text) => text.ToLowerInvariant() switch
    {
        "isolated" => true,
        "cross" => false,
        _ => throw new FormatException("write isolated or cross"),
    };

    public static bool IsHedge(string text) => text.ToLowerInvariant() switch
    {
        "hedge" => true,
        "one-way" => false,
        _ => throw new FormatException("write one-way or hedge"),
    };

    /// <summary>The six characters that <c>status</c> shows as the journal's tag.</summary>
    public static string JournalTag(string text) =>
        text.Length == 6 && text.All(c => c is >= 'a' and <= 'z' or >= '2' and <= '7')
            ? text
            : throw new FormatException("write the six characters that status shows as the journal's tag");

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    private static TimeSpan? Span(string text)
    {
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (Number(text[..digits]) is not { } value) return null;
        try
        {
            return text[digits..].Trim() switch
            {
                "ms" => TimeSpan.FromMilliseconds((double)value),
                "s" => TimeSpan.FromSeconds((double)value),
                "m" => TimeSpan.FromMinutes((double)value),
                "h" => TimeSpan.FromHours((double)value),
                _ => null,
            };
        }
        catch (OverflowException)
        {
            return null; // longer than any bound
        }
    }

    private static string Say(TimeSpan span) => span switch
    {
        { TotalHours: >= 1 } => Invariant($"{span.TotalHours:0.#}h"),
        { TotalMinutes: >= 1 } => Invariant($"{span.TotalMinutes:0.#}m"),
        { TotalSeconds: >= 1 } => Invariant($"{span.TotalSeconds:0.#}s"),
        _ => Invariant($"{span.TotalMilliseconds:0}ms"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
