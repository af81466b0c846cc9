using System.Text.Json;
using Trading.Domain.Positions;
using Trading.Gateways;

namespace Trading.Tests.Gateways.Conformance;

/// <summary>Frames cut and changed at random: one seed per case, so that a failure names what to repeat.</summary>
internal static class MutatedFrames
{
    private const int Seeds = 60_000;

    /// <param name="read">Of a stream that has read nothing before.</param>
    public static void NeitherFailNorInvent(IReadOnlyList<byte[]> samples, Func<ReadOnlyMemory<byte>, StreamReading> read)
    {
        var told = samples.Select(sample => Kinds(read(sample))).ToList();
        for (var seed = 0; seed < Seeds; seed++)
        {
            var chance = new Random(seed);
            var bytes = (byte[])samples[seed % samples.Count].Clone();
            for (var i = chance.Next(1, 9); i > 0; i--) bytes[chance.Next(bytes.Length)] = (byte)chance.Next(256);
            if (chance.Next(4) == 0) bytes = bytes[..chance.Next(bytes.Length)];
            Judge(seed, bytes, read(bytes), told[seed % samples.Count]);
        }
    }

    /// <summary>A changed client id or kind may make an order of ours a foreign one; nothing else may appear.</summary>
    private static void Judge(int seed, byte[] bytes, StreamReading reading, HashSet<Type> told)
    {
        if (reading.Reports.Count == 0) return;
        Assert.True(IsJson(bytes), $"seed {seed}: a report out of what is no JSON");
        foreach (var (_, input) in reading.Reports)
        {
            Assert.True(told.Contains(input.GetType()) || input is PositionInput.OutsideOrder or PositionInput.OrderReported, $"seed {seed}: invented {input}");
            if (input is PositionInput.Traded { Trade: var trade }) Assert.True(trade is { Quantity: > 0, Price: > 0 }, $"seed {seed}: {trade}");
        }
    }

    private static HashSet<Type> Kinds(StreamReading reading) => [.. reading.Reports.Select(report => report.Input.GetType())];

    private static bool IsJson(byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
