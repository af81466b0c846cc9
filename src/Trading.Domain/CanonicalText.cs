using System.Globalization;
using System.Text;

namespace Trading.Domain;

/// <summary>The one spelling of values that leave the process: journal, SQL, API and event stream.</summary>
public static class CanonicalText
{
    /// <summary>Invariant, no exponent, no trailing zeros, never <c>-0</c>.</summary>
    public static string Of(decimal value)
    {
        if (value == 0) return "0";
        var text = value.ToString(CultureInfo.InvariantCulture);
        return text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    /// <summary>ISO-8601 UTC: milliseconds, or all seven digits where the time carries more than milliseconds.</summary>
    public static string Of(DateTime utc)
    {
        if (utc.Kind is not DateTimeKind.Utc) throw new ArgumentException($"time {utc:O} is not marked as UTC", nameof(utc));
        var format = utc.Ticks % TimeSpan.TicksPerMillisecond == 0 ? "yyyy-MM-ddTHH:mm:ss.fffZ" : "yyyy-MM-ddTHH:mm:ss.fffffffZ";
        return utc.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>Reads what <see cref="Of(DateTime)"/> writes, and other ISO-8601 spellings that name their offset.</summary>
    public static bool TryUtc(string? text, out DateTime utc)
    {
        var read = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        utc = time.UtcDateTime;
        return read;
    }

    /// <summary>Text of an enum's member as it stands in journal and SQL.</summary>
    public static string Of(Enum value) => SnakeCase(value.ToString());

    /// <summary><c>ExchangeApiAttempt1</c> becomes <c>exchange_api_attempt_1</c>.</summary>
    public static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var starts = char.IsUpper(name[i]) || (char.IsDigit(name[i]) && (i == 0 || !char.IsDigit(name[i - 1])));
            if (starts && i > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }
}
