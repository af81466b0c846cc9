using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Trading.Domain.Signals;

/// <summary>One frame of a feed (contracts §1), read or found unreadable.</summary>
public abstract record FeedFrame
{
    private FeedFrame()
    {
    }

    /// <param name="Seq">1, 2, 3 … without gap; a gap means that something was missed.</param>
    public sealed record Signals(long Seq, SignalBatch Batch) : FeedFrame;

    public sealed record WaveComplete(WaveName Wave, int Count) : FeedFrame;

    public sealed record Ping : FeedFrame;

    public sealed record Pong : FeedFrame;

    /// <param name="Kind">A few words that are the same for every frame with this fault: logged once per kind.</param>
    public sealed record Bad(string Kind, string Why) : FeedFrame;

    public static FeedFrame Read(ReadOnlyMemory<byte> json, SignalReader reader, string source, DateTime receivedUtc)
    {
        try
        {
            using var document = JsonDocument.Parse(UnreadableBody.Trimmed(json));
            return Read(document.RootElement, reader, source, receivedUtc);
        }
        catch (JsonException e)
        {
            return new Bad("not JSON", UnreadableBody.Why(json.Span, e));
        }
        catch (InvalidOperationException e)
        {
            return new Bad("not text", e.Message); // bytes or escapes that are no Unicode
        }
    }

    /// <summary>What the client says first: everything after <paramref name="seq"/> is wanted.</summary>
    public static byte[] Resume(long seq) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"type\":\"resume\",\"after\":{seq}}}"));

    private static FeedFrame Read(JsonElement frame, SignalReader reader, string source, DateTime receivedUtc)
    {
        if (frame.ValueKind is not JsonValueKind.Object)
            return new Bad("not an object", "expected a JSON object with a type");
        if (Fields.DoubledIn(frame) is { } doubled)
            return new Bad("a field twice", $"field '{doubled}' is given twice: which of the two is meant?");
        var type = frame.TryGetProperty("type", out var t) && t.ValueKind is JsonValueKind.String
            ? t.GetString()
            : null;
        switch (type)
        {
            case "signals": return ReadSignals(frame, reader, source, receivedUtc);
            case "wave_complete": return ReadComplete(frame);
            case "ping": return new Ping();
            case "pong": return new Pong();
            default: return new Bad("unknown type", $"type '{type}': expected signals, wave_complete, ping or pong");
        }
    }

    private static FeedFrame ReadSignals(JsonElement frame, SignalReader reader, string source, DateTime receivedUtc)
    {
        if (!frame.TryGetProperty("seq", out var seq) || seq.ValueKind is not JsonValueKind.Number
            || !seq.TryGetInt64(out var number))
            return new Bad("signals without seq", "expected an integer 'seq'");
        if (!frame.TryGetProperty("signals", out var signals))
            return new Bad("signals without signals", "expected an array 'signals'");
        return new Signals(number, reader.Read(signals, source, receivedUtc));
    }

    private static FeedFrame ReadComplete(JsonElement frame)
    {
        if (!frame.TryGetProperty("wave", out var wave) || wave.ValueKind is not JsonValueKind.String
            || !WaveName.TryParse(wave.GetString(), out var name))
            return new Bad("wave_complete without wave", "expected the name of the wave");
        var hasCount = frame.TryGetProperty("count", out var c) && c.ValueKind is JsonValueKind.Number;
        return new WaveComplete(name, hasCount && c.TryGetInt32(out var count) ? count : 0);
    }
}
