namespace Trading.Node;

internal static class Clocks
{
    /// <summary>UTC to the millisecond, which is what the journal keeps: a replay must not differ by less.</summary>
    public static DateTime NowUtc(this TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new DateTime(now.Ticks - now.Ticks % TimeSpan.TicksPerMillisecond, DateTimeKind.Utc);
    }
}
