using Trading.Simulator.Market;

namespace Trading.Simulator.Matching;

/// <summary>Seeded chance (splitmix64): the same seed and the same calls give the same exchange.</summary>
public sealed class Chance(ulong seed)
{
    private long drawn;

    public ulong Next() => SplitMix.At(seed, drawn++);

    /// <summary>A number from 0 to below <paramref name="limit"/> (&gt; 0).</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>A fraction from 0 to below 1.</summary>
    public decimal Fraction() => (Next() >> 24) / (decimal)(1UL << 40);

    /// <summary>True with the given probability, 0..1. Draws nothing at 0.</summary>
    public bool Happens(decimal probability) => probability > 0m && Fraction() < probability;

    public TimeSpan Delay(DelayRange range) =>
        range.MaxMs <= range.MinMs
            ? TimeSpan.FromMilliseconds(range.MinMs)
            : TimeSpan.FromMilliseconds(range.MinMs + Below(range.MaxMs - range.MinMs + 1));
}
