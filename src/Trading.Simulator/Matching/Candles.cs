namespace Trading.Simulator.Matching;

public struct Candle
{
    public DateTime OpenUtc { get; set; }
    public decimal Open { get; set; }
    public decimal High { get; set; }
    public decimal Low { get; set; }
    public decimal Close { get; set; }
    public int Count { get; set; }
}

/// <summary>Minute candles of the last price, the newest 1,500.</summary>
public sealed class Candles
{
    private const int Kept = 1500;
    private Candle[] ring = new Candle[16];
    private long total;

    public int Count => (int)Math.Min(total, Kept);

    /// <summary>0 = the oldest kept.</summary>
    public Candle this[int index] => ring[(total - Count + index) % ring.Length];

    public void Add(DateTime utc, decimal price)
    {
        var minute = new DateTime(utc.Ticks - (utc.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc);
        ref var last = ref ring[(total + ring.Length - 1) % ring.Length];
        if (total > 0 && last.OpenUtc == minute)
        {
            last.High = Math.Max(last.High, price);
            last.Low = Math.Min(last.Low, price);
            last.Close = price;
            last.Count++;
            return;
        }

        if (total == ring.Length && total < Kept) Array.Resize(ref ring, Math.Min(ring.Length * 2, Kept));
        ring[total++ % ring.Length] = new Candle
        {
            OpenUtc = minute, Open = price, High = price, Low = price, Close = price, Count = 1,
        };
    }

    /// <summary>Candles of a longer interval, oldest first; the last one is still running.</summary>
    public IEnumerable<Candle> Merge(int minutes)
    {
        Candle? open = null;
        for (var i = 0; i < Count; i++)
        {
            var next = this[i];
            var start = new DateTime(
                next.OpenUtc.Ticks - (next.OpenUtc.Ticks % (minutes * TimeSpan.TicksPerMinute)), DateTimeKind.Utc);
            if (open is { } bar && bar.OpenUtc == start)
            {
                bar.High = Math.Max(bar.High, next.High);
                bar.Low = Math.Min(bar.Low, next.Low);
                bar.Close = next.Close;
                bar.Count += next.Count;
                open = bar;
                continue;
            }

            if (open is { } done) yield return done;
            next.OpenUtc = start;
            open = next;
        }

        if (open is { } last) yield return last;
    }
}
