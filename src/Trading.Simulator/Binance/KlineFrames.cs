using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Candles as stream events: the running one each second, and each once more when it has closed.</summary>
internal sealed class KlineFrames(Venue venue, JsonText json)
{
    /// <summary>Each change of the price is a trade of the smallest quantity.</summary>
    public static decimal VolumeOf(Candle bar, Instrument i) => bar.Count * i.Spec.MinQty;

    public static decimal QuoteOf(Candle bar, Instrument i) => bar.Sum * i.Spec.MinQty;

    public IEnumerable<string> Due(StreamName name, Instrument i)
    {
        var interval = name.Interval!;
        i.Candles.Roll(venue.NowUtc);
        var start = interval.StartOf(venue.NowUtc);
        if (start == venue.NowUtc && Frame(interval.StartOf(start.AddTicks(-1)), start, isClosed: true) is { } closed)
            yield return closed;
        if (Frame(start, interval.EndOf(start), isClosed: false) is { } running) yield return running;

        string? Frame(DateTime fromUtc, DateTime toUtc, bool isClosed) =>
            i.Candles.Between(fromUtc, toUtc) is { } bar ? Write(name, i, bar, toUtc, isClosed) : null;
    }

    private string Write(StreamName name, Instrument i, Candle bar, DateTime endUtc, bool isClosed) => json.Object(w =>
    {
        var continuous = name.Kind == StreamKind.ContinuousKline;
        w.WriteString("e", continuous ? "continuous_kline" : "kline");
        w.Ms("E", venue.StampUtc);
        if (continuous)
        {
            w.WriteString("ps", Words.PairOf(i.Symbol));
            w.WriteString("ct", name.ContractType);
        }
        else w.WriteString("s", i.Symbol);

        w.WriteStartObject("k");
        w.Ms("t", bar.OpenUtc);
        w.Ms("T", endUtc.AddMilliseconds(-1));
        if (!continuous) w.WriteString("s", i.Symbol);
        w.WriteString("i", name.Interval!.Name);
        w.WriteNumber("f", 0);
        w.WriteNumber("L", 0);
        WritePrices(w, bar, i);
        w.WriteNumber("n", bar.Count);
        w.WriteBoolean("x", isClosed);
        w.WriteEndObject();
    });

    private static void WritePrices(Utf8JsonWriter w, Candle bar, Instrument i)
    {
        var (digits, quantity) = (i.Spec.PricePrecision, i.Spec.QuantityPrecision);
        w.Padded("o", bar.Open, digits);
        w.Padded("c", bar.Close, digits);
        w.Padded("h", bar.High, digits);
        w.Padded("l", bar.Low, digits);
        foreach (var name in (string[])["v", "V"]) w.Padded(name, VolumeOf(bar, i), quantity);
        foreach (var name in (string[])["q", "Q"]) w.Padded(name, QuoteOf(bar, i), 5);
        w.WriteString("B", "0");
    }
}
