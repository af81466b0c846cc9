using Trading.Simulator.Matching;

namespace Trading.Simulator.Binance;

/// <summary>The last 24 hours of a symbol, from its minute candles.</summary>
internal readonly record struct DayStatistics(decimal Open, decimal High, decimal Low, decimal Last)
{
    private const int MinutesOfDay = 1440;

    public int Count { get; private init; }
    public decimal Volume { get; private init; }
    public decimal Quote { get; private init; }

    public decimal Change => Last - Open;
    public decimal ChangePercent => Open == 0m ? 0m : Change / Open * 100m;
    public decimal Average => Volume == 0m ? Last : Quote / Volume;

    public static DayStatistics Of(Instrument i, DateTime nowUtc)
    {
        i.Candles.Roll(nowUtc);
        var (open, high, low, count, sum) = (i.Last, i.Last, i.Last, 0, 0m);
        for (var k = i.Candles.Count - 1; k >= Math.Max(0, i.Candles.Count - MinutesOfDay); k--)
        {
            ref readonly var bar = ref i.Candles[k];
            (open, high, low) = (bar.Open, Math.Max(high, bar.High), Math.Min(low, bar.Low));
            (count, sum) = (count + bar.Count, sum + bar.Sum);
        }

        return new DayStatistics(open, high, low, i.Last)
        {
            Count = count, Volume = count * i.Spec.MinQty, Quote = sum * i.Spec.MinQty,
        };
    }
}
