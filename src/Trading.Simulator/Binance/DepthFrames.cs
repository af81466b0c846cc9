using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>The levels of the book that the hearers of a stream know of.</summary>
internal sealed class ShownBook
{
    public long Id { get; set; }
    public HashSet<decimal> Bids { get; } = [];
    public HashSet<decimal> Asks { get; } = [];
}

/// <summary>The order book as stream events: its top, or what has changed in it. Events are chained: <c>pu</c> is the
/// <c>u</c> before, and <c>U</c> is not beyond the book that a read of that moment answers with.</summary>
internal sealed class DepthFrames(Venue venue, JsonText json)
{
    public string Top(Instrument i, int levels) => json.Object(w =>
    {
        WriteHead(w, i);
        Levels.Write(w, "b", i, Levels.Bids(i, levels));
        Levels.Write(w, "a", i, Levels.Asks(i, levels));
        w.WriteNumber("st", 1);
    });

    /// <summary>What a read would answer now is known.</summary>
    public static void Begin(ShownBook shown, Instrument i)
    {
        shown.Id = i.BookId;
        shown.Bids.UnionWith(Levels.Bids(i));
        shown.Asks.UnionWith(Levels.Asks(i));
    }

    /// <summary>What changed since the stream's last event; null: nothing.</summary>
    public string? Difference(ShownBook shown, Instrument i)
    {
        if (shown.Id == i.BookId) return null;
        shown.Id = i.BookId;
        return json.Object(w =>
        {
            WriteHead(w, i);
            WriteSide(w, "b", i, shown.Bids, [.. Levels.Bids(i)]);
            WriteSide(w, "a", i, shown.Asks, [.. Levels.Asks(i)]);
            w.WriteNumber("st", 1);
        });
    }

    private void WriteHead(Utf8JsonWriter w, Instrument i)
    {
        w.WriteString("e", "depthUpdate");
        w.Ms("E", venue.StampUtc);
        w.Ms("T", i.Tick.AtUtc);
        w.WriteString("s", i.Symbol);
        w.WriteString("ps", Words.PairOf(i.Symbol));
        w.WriteNumber("U", i.BookIdBefore);
        w.WriteNumber("u", i.BookId);
        w.WriteNumber("pu", i.BookIdBefore);
    }

    /// <summary>Levels that are gone have no quantity.</summary>
    private static void WriteSide(Utf8JsonWriter w, string name, Instrument i, HashSet<decimal> shown, List<decimal> now)
    {
        w.WriteStartArray(name);
        foreach (var price in shown.Where(p => !now.Contains(p)).Order()) Levels.WriteLevel(w, i, price, 0m);
        foreach (var price in now.Where(p => !shown.Contains(p))) Levels.WriteLevel(w, i, price, i.Spec.MarketMaxQty);
        w.WriteEndArray();
        shown.Clear();
        shown.UnionWith(now);
    }
}
