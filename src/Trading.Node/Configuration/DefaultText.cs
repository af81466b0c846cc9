using System.Globalization;

namespace Trading.Node.Configuration;

/// <summary>How a setting that nobody wrote would be written: the text that its own reader reads back as the same value.</summary>
internal static class DefaultText
{
    /// <returns>Null: there is no value.</returns>
    public static string? Of<T>(T value, Func<string, T> parse) => value is null or (System.Collections.ICollection and { Count: 0 })
        ? null
        : Candidates(value).FirstOrDefault(text => ReadsAs(text, value, parse)) ?? Text(value);

    /// <summary>As it was written, but of an address only its host: a token may stand in all the rest.</summary>
    public static string WithoutSecrets(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0) return text;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Query: "", UserInfo: "", Fragment: "", AbsolutePath: "/" or "" }
            ? text
            : $"{text[..scheme]}://{(uri is null ? "" : $"{uri.Host}:{uri.Port}")}… (the rest is not shown)";
    }

    private static IEnumerable<string> Candidates(object value) => value switch
    {
        TimeSpan span => [$"{Text(span.TotalHours)}h", $"{Text(span.TotalMinutes)}m", $"{Text(span.TotalSeconds)}s", $"{Text(span.TotalMilliseconds)}ms"],
        decimal number => [Text(number), $"{Text(number * 100)} %"],
        bool flag => [flag ? "true" : "false", flag ? "isolated" : "cross", flag ? "hedge" : "one-way"],
        Enum name => [Words.Snake(name).Replace('_', '-')],
        _ => [],
    };

    private static bool ReadsAs<T>(string text, T value, Func<string, T> parse)
    {
        // 2.5h is right and nobody writes it: whole figures first, the smallest unit last.
        if (value is TimeSpan && text.Contains('.') && !text.EndsWith("ms", StringComparison.Ordinal)) return false;
        if (value is TimeSpan { Ticks: > 0 } && text.StartsWith("0.", StringComparison.Ordinal)) return false;
        try
        {
            return EqualityComparer<T>.Default.Equals(parse(text), value);
        }
        catch (FormatException)
        {
            return false; // not how this setting is written
        }
    }

    private static string Text(object value) => value switch
    {
        decimal number => number.ToString("0.############", CultureInfo.InvariantCulture),
        double number => number.ToString("0.######", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
