namespace Trading.Simulator.Bybit;

/// <summary>A candle's length on the calendar: weeks begin on Monday, months on their first day.</summary>
internal sealed record Interval(string Name, int Minutes)
{
    private const int Day = 1440;
    private static readonly Interval[] All =
    [
        .. ((int[])[1, 3, 5, 15, 30, 60, 120, 240, 360, 720]).Select(minutes => new Interval($"{minutes}", minutes)),
        new("D", Day), new("W", 7 * Day), new("M", 0),
    ];

    /// <summary>Null for a name that the exchange does not have.</summary>
    public static Interval? Of(string name) => Array.Find(All, i => i.Name == name);

    public DateTime StartOf(DateTime utc) => Name switch
    {
        "M" => new DateTime(utc.Year, utc.Month, 1, 0, 0, 0, DateTimeKind.Utc),
        "W" => utc.Date.AddDays(-(((int)utc.DayOfWeek + 6) % 7)),
        _ => utc.AddTicks(-(utc.Ticks % (Minutes * TimeSpan.TicksPerMinute))),
    };

    public DateTime EndOf(DateTime startUtc) => Name == "M" ? startUtc.AddMonths(1) : startUtc.AddMinutes(Minutes);
}
