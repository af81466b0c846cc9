namespace Trading.Simulator.Matching;

/// <summary>Seeded chance (splitmix64): the same seed and the same calls give the same exchange.</summary>
public sealed class Chance(ulong seed)
{
    private ulong state = (seed * 0x9E3779B97F4A7C15UL) + 1;

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15UL;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

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
