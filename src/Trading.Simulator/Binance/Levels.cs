using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>One side of the book as the exchange writes it: price and quantity of each level, the best first. Every
/// level holds the largest market order; there are twenty on each side.</summary>
internal static class Levels
{
    public const int Deepest = 20;

    public static IEnumerable<decimal> Bids(Instrument i, int count = Deepest) => Prices(i.Bid, count);

    public static IEnumerable<decimal> Asks(Instrument i, int count = Deepest) => Prices(i.Ask, count);

    public static void Write(Utf8JsonWriter w, string name, Instrument i, IEnumerable<decimal> prices)
    {
        w.WriteStartArray(name);
        foreach (var price in prices) WriteLevel(w, i, price, i.Spec.MarketMaxQty);
        w.WriteEndArray();
    }

    public static void WriteLevel(Utf8JsonWriter w, Instrument i, decimal price, decimal quantity)
    {
        w.WriteStartArray();
        w.WriteStringValue(JsonFields.Pad(price, i.Spec.PricePrecision));
        w.WriteStringValue(JsonFields.Pad(quantity, i.Spec.QuantityPrecision));
        w.WriteEndArray();
    }

    private static IEnumerable<decimal> Prices(Func<int, decimal> at, int count) =>
        Enumerable.Range(1, Math.Min(count, Deepest)).Select(at).Where(price => price > 0m);
}
