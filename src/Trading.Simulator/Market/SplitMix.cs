namespace Trading.Simulator.Market;

/// <summary>Chance by address: the n-th number of a seed without the n-1 before it (the SplitMix64 finaliser), so
/// that a price at any second can be computed without walking there.</summary>
internal static class SplitMix
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    public static ulong At(ulong seed, long index)
    {
        var z = unchecked(seed + Gamma * ((ulong)index + 1));
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }

    /// <summary>A seed of its own for a name (FNV-1a), the same in every process.</summary>
    public static ulong Seed(ulong seed, string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in name) hash = unchecked((hash ^ letter) * 1099511628211UL);
        return At(seed ^ hash, 0);
    }

    /// <summary>Even over -amplitude … +amplitude; <paramref name="amplitude"/> is below 2^31.</summary>
    public static long Swing(ulong seed, long index, long amplitude) =>
        (long)((At(seed, index) >> 32) * (ulong)(2 * amplitude + 1) >> 32) - amplitude;
}
