using System.Buffers.Binary;

namespace Trading.Lab.Simulation;

/// <summary>Chance that is the same for a seed on every machine and every version of the platform (SplitMix64).</summary>
public sealed class SeededRandom(ulong seed) : Random
{
    private const double UnitOf53Bits = 1.0 / (1UL << 53);
    private ulong _state = seed;

    public ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15UL;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>True with the given probability, 0 to 1.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>A span between the two, both included.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) => TimeSpan.FromTicks(NextInt64(least.Ticks, most.Ticks + 1));

    public override int Next() => (int)NextInt64(0, int.MaxValue);

    public override int Next(int maxValue) => (int)NextInt64(0, maxValue);

    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

    public override long NextInt64() => NextInt64(0, long.MaxValue);

    public override long NextInt64(long maxValue) => NextInt64(0, maxValue);

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        var range = (ulong)(maxValue - minValue);
        return range == 0 ? minValue : minValue + (long)(NextBits() % range);
    }

    public override double NextDouble() => (NextBits() >> 11) * UnitOf53Bits;

    public override float NextSingle() => (float)(NextBits() >> 40) / (1 << 24);

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        Span<byte> bits = stackalloc byte[sizeof(ulong)];
        while (buffer.Length > 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bits, NextBits());
            var taken = Math.Min(bits.Length, buffer.Length);
            bits[..taken].CopyTo(buffer);
            buffer = buffer[taken..];
        }
    }

    protected override double Sample() => NextDouble();
}
