using System.Text.Json;
using Trading.Simulator.Matching;

namespace Trading.Simulator.Bybit;

/// <summary>The order book around the last price: a level per tick, thinner with the distance.</summary>
internal sealed record BookLevels(IReadOnlyList<(decimal Price, decimal Size)> Bids, IReadOnlyList<(decimal Price, decimal Size)> Asks)
{
    public static BookLevels Of(Instrument i, int depth) => new(Side(i, depth, i.Bid), Side(i, depth, i.Ask));

    /// <summary>What turns an older book into this one: size 0 deletes a level.</summary>
    public BookLevels Since(BookLevels older) => new(Changes(older.Bids, Bids), Changes(older.Asks, Asks));

    public bool IsEmpty => Bids.Count == 0 && Asks.Count == 0;

    public void Write(Utf8JsonWriter w, Instrument i)
    {
        Write(w, i, "b", Bids);
        Write(w, i, "a", Asks);
    }

    private static List<(decimal Price, decimal Size)> Side(Instrument i, int depth, Func<int, decimal> priceOf)
    {
        var levels = new List<(decimal, decimal)>(depth);
        for (var level = 1; level <= depth; level++)
        {
            var price = priceOf(level);
            if (price <= 0m) break;
            var size = decimal.Floor(i.Spec.MarketMaxQty / level / i.Spec.StepSize) * i.Spec.StepSize;
            levels.Add((price, Math.Max(size, i.Spec.MinQty)));
        }

        return levels;
    }

    private static List<(decimal Price, decimal Size)> Changes(
        IReadOnlyList<(decimal Price, decimal Size)> before, IReadOnlyList<(decimal Price, decimal Size)> now)
    {
        var (old, present) = (before.ToDictionary(l => l.Price, l => l.Size), now.Select(l => l.Price).ToHashSet());
        return
        [
            .. before.Where(l => !present.Contains(l.Price)).Select(l => (l.Price, 0m)),
            .. now.Where(l => !old.TryGetValue(l.Price, out var size) || size != l.Size),
        ];
    }

    private static void Write(Utf8JsonWriter w, Instrument i, string name, IReadOnlyList<(decimal Price, decimal Size)> levels)
    {
        w.WriteStartArray(name);
        foreach (var (price, size) in levels)
        {
            w.WriteStartArray();
            w.WriteStringValue(TickerFields.Price(i, price));
            w.WriteStringValue(size == 0m ? "0" : Wire.JsonFields.Pad(size, i.Spec.QuantityPrecision));
            w.WriteEndArray();
        }

        w.WriteEndArray();
    }
}
