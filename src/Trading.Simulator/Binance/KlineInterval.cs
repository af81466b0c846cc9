namespace Trading.Simulator.Binance;

/// <summary>A candle's length as the exchange names it, and where its candles begin: weeks on Mondays, months on
/// their first.</summary>
internal sealed record KlineInterval(string Name)
{
    private static readonly Dictionary<string, int> Minutes = new()
    {
        ["1m"] = 1, ["3m"] = 3, ["5m"] = 5, ["15m"] = 15, ["30m"] = 30, ["1h"] = 60, ["2h"] = 120, ["4h"] = 240,
        ["6h"] = 360, ["8h"] = 480, ["12h"] = 720, ["1d"] = 1440, ["3d"] = 3 * 1440, ["1w"] = 7 * 1440, ["1M"] = 0,
    };

    /// <summary>Null when there is no such interval.</summary>
    public static KlineInterval? Of(string name) => Minutes.ContainsKey(name) ? new KlineInterval(name) : null;

    public DateTime StartOf(DateTime utc)
    {
        var minutes = Minutes[Name];
        return minutes == 0
            ? new DateTime(utc.Year, utc.Month, 1, 0, 0, 0, DateTimeKind.Utc)
            : new DateTime(utc.Ticks - (utc.Ticks % (minutes * TimeSpan.TicksPerMinute)), DateTimeKind.Utc);
    }

    /// <summary>Where the candle that began then ends, and the next begins.</summary>
    public DateTime EndOf(DateTime startUtc) =>
        Minutes[Name] is var minutes && minutes == 0 ? startUtc.AddMonths(1) : startUtc.AddMinutes(minutes);
}
