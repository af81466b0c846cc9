using System.Globalization;

namespace Trading.Simulator.Market;

/// <summary>Timestamps of recordings: epoch seconds (10 digits, maybe with a fraction), ms (13), µs (16) or ns (19);
/// kept to 100 ns.</summary>
internal static class RecordedTime
{
    public static bool TryParse(ReadOnlySpan<char> text, out DateTime utc)
    {
        utc = default;
        var point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        if (!long.TryParse(whole, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        long? ticks = whole.Length switch
        {
            10 => number * TimeSpan.TicksPerSecond,
            13 when point < 0 => number * TimeSpan.TicksPerMillisecond,
            16 when point < 0 => number * TimeSpan.TicksPerMicrosecond,
            19 when point < 0 => number / 100,
            _ => null,
        };
        if (ticks is null || !TryFraction(point < 0 ? [] : text[(point + 1)..], out var fraction)) return false;
        utc = DateTime.UnixEpoch.AddTicks(ticks.Value + fraction);
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<char> digits, out long ticks)
    {
        ticks = 0;
        for (var place = 0; place < Math.Max(digits.Length, 7); place++)
        {
            var digit = place < digits.Length ? digits[place] : '0';
            if (!char.IsAsciiDigit(digit)) return false;
            if (place < 7) ticks = ticks * 10 + (digit - '0');
        }

        return true;
    }
}
