namespace Trading.Simulator.Matching;

public struct Candle
{
    public DateTime OpenUtc { get; set; }
    public decimal Open { get; set; }
    public decimal High { get; set; }
    public decimal Low { get; set; }
    public decimal Close { get; set; }

    /// <summary>Changes of the price, each of them a trade of the smallest quantity; and the sum of their prices.</summary>
    public int Count { get; set; }
    public decimal Sum { get; set; }

    internal void Trade(decimal price)
    {
        if (price > High) High = price;
        if (price < Low) Low = price;
        Close = price;
        Count++;
        Sum += price;
    }

    /// <summary>Goes on with the candle that follows.</summary>
    internal void Continue(Candle next)
    {
        High = Math.Max(High, next.High);
        Low = Math.Min(Low, next.Low);
        Close = next.Close;
        Count += next.Count;
        Sum += next.Sum;
    }
}

/// <summary>Minute candles of one price, the newest 1,500. A minute without a change is a flat candle.</summary>
public sealed class Candles
{
    private const int Kept = 1500;
    private Candle[] ring = new Candle[16];
    private long total;

    /// <summary>Where the newest is.</summary>
    private int newest;

    public int Count => (int)Math.Min(total, Kept);

    /// <summary>0 = the oldest kept.</summary>
    public ref readonly Candle this[int index] => ref ring[(total - Count + index) % ring.Length];

    public void Add(DateTime utc, decimal price)
    {
        if (total > 0 && utc.Ticks - ring[newest].OpenUtc.Ticks >= TimeSpan.TicksPerMinute) Roll(utc);
        if (total > 0 && ring[newest].Count > 0)
        {
            ring[newest].Trade(price);
            return;
        }

        var first = new Candle
        {
            OpenUtc = MinuteOf(utc), Open = price, High = price, Low = price, Close = price, Count = 1, Sum = price,
        };
        if (total == 0) Append(first);
        else ring[newest] = first;
    }

    /// <summary>Goes on to the minute of that time with flat candles.</summary>
    public void Roll(DateTime utc)
    {
        if (total == 0) return;
        var (minute, last, price) = (MinuteOf(utc), ring[newest].OpenUtc, ring[newest].Close);
        var flat = new Candle { Open = price, High = price, Low = price, Close = price };
        var oldest = minute.AddMinutes(1 - Kept);
        for (var at = last.AddMinutes(1); at <= minute; at = at.AddMinutes(1))
        {
            if (at < oldest) at = oldest;
            flat.OpenUtc = at;
            Append(flat);
        }
    }

    /// <summary>Candles of a longer interval, oldest first; the last one is still running.</summary>
    public IEnumerable<Candle> Merge(int minutes) =>
        Merge(utc => new DateTime(utc.Ticks - (utc.Ticks % (minutes * TimeSpan.TicksPerMinute)), DateTimeKind.Utc));

    /// <param name="startOf">When the interval of a time began.</param>
    public IEnumerable<Candle> Merge(Func<DateTime, DateTime> startOf)
    {
        Candle? open = null;
        for (var i = 0; i < Count; i++)
        {
            var next = this[i];
            var start = startOf(next.OpenUtc);
            if (open is { } bar && bar.OpenUtc == start)
            {
                bar.Continue(next);
                open = bar;
                continue;
            }

            if (open is { } done) yield return done;
            next.OpenUtc = start;
            open = next;
        }

        if (open is { } last) yield return last;
    }

    /// <summary>One candle from a time to another, from what is kept of it; null when nothing is.</summary>
    public Candle? Between(DateTime fromUtc, DateTime toUtc)
    {
        Candle? whole = null;
        for (var i = Count - 1; i >= 0 && this[i].OpenUtc >= fromUtc; i--)
        {
            if (this[i].OpenUtc >= toUtc) continue;
            var earlier = this[i];
            if (whole is { } later) earlier.Continue(later);
            whole = earlier;
        }

        return whole is { } found ? found with { OpenUtc = fromUtc } : null;
    }

    private static DateTime MinuteOf(DateTime utc) => new(utc.Ticks - (utc.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc);

    private void Append(Candle candle)
    {
        if (total == ring.Length && total < Kept) Array.Resize(ref ring, Math.Min(ring.Length * 2, Kept));
        newest = (int)(total++ % ring.Length);
        ring[newest] = candle;
    }
}
