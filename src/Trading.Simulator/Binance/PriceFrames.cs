using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Marks, trades and the best of the book, as stream events.</summary>
internal sealed class PriceFrames(Venue venue, JsonText json)
{
    private const int Digits = 8;
    private long number = 3_477_868_000;

    public string Mark(Instrument i) => json.Object(w => WriteMark(w, i));

    /// <summary>Two frames, as the exchange sends them: one frame is never the whole universe.</summary>
    public IEnumerable<string> Marks(IReadOnlyList<Instrument> all)
    {
        var half = (all.Count + 1) / 2;
        foreach (var part in new[] { all.Take(half), all.Skip(half) })
            if (json.Array(part, WriteMark) is var data && data != "[]") yield return data;
    }

    public string Book(Instrument i) => json.Object(w =>
    {
        w.WriteString("e", "bookTicker");
        w.WriteNumber("u", i.BookId);
        w.WriteString("s", i.Symbol);
        w.WriteString("ps", Words.PairOf(i.Symbol));
        w.Padded("b", i.Bid(1), i.Spec.PricePrecision);
        w.Padded("B", i.Spec.MarketMaxQty, i.Spec.QuantityPrecision);
        w.Padded("a", i.Ask(1), i.Spec.PricePrecision);
        w.Padded("A", i.Spec.MarketMaxQty, i.Spec.QuantityPrecision);
        w.Ms("T", venue.StampUtc);
        w.Ms("E", venue.StampUtc);
        w.WriteNumber("st", 1);
    });

    public string Trade(Instrument i) => json.Object(w =>
    {
        w.WriteString("e", "trade");
        w.Ms("E", venue.StampUtc);
        w.Ms("T", venue.StampUtc);
        w.WriteString("s", i.Symbol);
        w.WriteNumber("t", ++number);
        w.Padded("p", i.Last, i.Spec.PricePrecision);
        w.Padded("q", i.Spec.MinQty, i.Spec.QuantityPrecision);
        w.WriteString("X", "MARKET");
        w.WriteBoolean("m", false);
        w.WriteNumber("st", 1);
    });

    public string AggregateTrade(Instrument i) => json.Object(w =>
    {
        w.WriteString("e", "aggTrade");
        w.Ms("E", venue.StampUtc);
        w.WriteNumber("a", ++number);
        w.WriteString("s", i.Symbol);
        w.Padded("p", i.Last, i.Spec.PricePrecision);
        w.Padded("q", i.Spec.MinQty, i.Spec.QuantityPrecision);
        w.Padded("nq", i.Spec.MinQty, i.Spec.QuantityPrecision);
        w.WriteNumber("f", number);
        w.WriteNumber("l", number);
        w.Ms("T", venue.StampUtc);
        w.WriteBoolean("m", false);
        w.WriteNumber("st", 1);
    });

    public string ForceOrder(Order order, Trade trade) => json.Object(w =>
    {
        var spec = venue.Find(order.Symbol)!.Spec;
        w.WriteString("e", "forceOrder");
        w.Ms("E", venue.StampUtc);
        w.WriteStartObject("o");
        w.WriteString("s", order.Symbol);
        w.WriteString("ps", Words.PairOf(order.Symbol));
        w.WriteString("S", Words.Of(order.Side));
        w.WriteString("o", "LIMIT");
        w.WriteString("f", "IOC");
        w.Padded("q", order.Quantity, spec.QuantityPrecision);
        w.Padded("p", order.Price > 0m ? order.Price : trade.Price, spec.PricePrecision);
        w.Padded("ap", order.AveragePrice, spec.PricePrecision);
        w.WriteString("X", Words.Of(order.Status));
        w.Padded("l", trade.Quantity, spec.QuantityPrecision);
        w.Padded("z", order.Filled, spec.QuantityPrecision);
        w.Ms("T", trade.AtUtc);
        w.WriteEndObject();
        w.WriteNumber("st", 1);
    });

    private void WriteMark(Utf8JsonWriter w, Instrument i)
    {
        w.WriteString("e", "markPriceUpdate");
        w.Ms("E", venue.StampUtc);
        w.WriteString("s", i.Symbol);
        w.Padded("p", i.Mark, Digits);
        w.Padded("ap", i.Mark, Digits);
        w.Padded("P", i.Tick.Index, Digits);
        w.Padded("i", i.Tick.Index, Digits);
        w.Padded("r", i.Tick.FundingRate, Digits);
        w.Ms("T", i.Tick.NextFundingUtc);
        w.WriteNumber("st", 1);
    }
}
