namespace Trading.Simulator.Market;

/// <summary>The random path of one symbol as a fraction of its start price, in parts per billion (ppb), addressable
/// by second. Noise of periods 1 s, 2 s, 4 s … 4.5 h is added with amplitudes that grow with the root of the period:
/// it moves like a random walk up to hours and stays bounded over weeks. Integers only: equal on every machine.</summary>
internal sealed class SyntheticPath
{
    private const long Billion = 1_000_000_000;
    private const int Levels = 15;
    private const long DriftBound = 200_000_000;

    private readonly ulong[] levelSeeds = new ulong[Levels];
    private readonly long[] amplitudes = new long[Levels];
    private readonly ulong jumpSeed, basisSeed;
    private readonly long jumpEverySeconds, jumpHalf, driftPerHour, origin;

    /// <summary>Amplitude of the finest noise, drift (turns round at ±20 % of the start price) and largest jump in
    /// ppb; no jumps when the mean time between them is 0.</summary>
    public SyntheticPath(ulong seed, long perSecond, long driftPerHour, long jumpEverySeconds, long jumpSize)
    {
        for (var level = 0; level < Levels; level++)
        {
            levelSeeds[level] = SplitMix.At(seed, level);
            var root = 1L << (level / 2);
            amplitudes[level] = level % 2 == 0 ? perSecond * root : perSecond * root * 14142 / 10000;
        }

        jumpSeed = SplitMix.At(seed, Levels);
        basisSeed = SplitMix.At(seed, Levels + 1);
        this.driftPerHour = driftPerHour;
        this.jumpEverySeconds = jumpEverySeconds;
        jumpHalf = jumpSize / 2;
        origin = Noise(0) + Plateau(0);
    }

    /// <summary>Distance from the start price; 0 at second 0.</summary>
    public long At(long second) => Noise(second) + Plateau(second) + Drift(second) - origin;

    /// <summary>Distance of the index from the price: up to 0.02 %, slow.</summary>
    public long Basis(long second) => Wave(basisSeed, 300, second, 200_000);

    /// <summary>Price after a move of <paramref name="ppb"/>: a fall divides, so no price reaches zero.</summary>
    public static decimal Price(decimal start, long ppb) =>
        ppb >= 0 ? start * (Billion + ppb) / Billion : start * Billion / (Billion - ppb);

    private long Noise(long second)
    {
        var sum = 0L;
        for (var level = 0; level < Levels; level++)
            sum += Wave(levelSeeds[level], 1L << level, second, amplitudes[level]);
        return sum;
    }

    /// <summary>Straight lines between random heights one period apart; each seed has its own phase.</summary>
    private static long Wave(ulong seed, long period, long second, long amplitude)
    {
        var shifted = second + (long)(seed % (ulong)period);
        var knot = FloorDivide(shifted, period);
        var here = SplitMix.Swing(seed, knot, amplitude);
        return here + (SplitMix.Swing(seed, knot + 1, amplitude) - here) * (shifted - knot * period) / period;
    }

    /// <summary>Jumps to another level at irregular times, on average once per <c>jumpEverySeconds</c>.</summary>
    private long Plateau(long second)
    {
        if (jumpEverySeconds <= 0 || jumpHalf <= 0) return 0;
        var number = FloorDivide(second, jumpEverySeconds);
        var late = (long)(SplitMix.At(jumpSeed, ~number) % (ulong)jumpEverySeconds);
        if (second - number * jumpEverySeconds < late) number--;
        return SplitMix.Swing(jumpSeed, number, jumpHalf);
    }

    private long Drift(long second)
    {
        var way = FloorModulo(driftPerHour * second / 3600 + DriftBound, 4 * DriftBound);
        return way <= 2 * DriftBound ? way - DriftBound : 3 * DriftBound - way;
    }

    private static long FloorDivide(long value, long by) => (value - FloorModulo(value, by)) / by;

    private static long FloorModulo(long value, long by) => (value % by + by) % by;
}
