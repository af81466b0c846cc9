using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Statistics of the last 24 hours as stream events.</summary>
internal sealed class TickerFrames(Venue venue, JsonText json)
{
    public string Ticker(Instrument i) => json.Object(w => WriteTicker(w, i));

    public string MiniTicker(Instrument i) => json.Object(w => WriteMini(w, i));

    /// <summary>One frame, or none when nothing has changed.</summary>
    public IEnumerable<string> Tickers(IEnumerable<Instrument> changed) => Frame(json.Array(changed, WriteTicker));

    public IEnumerable<string> MiniTickers(IEnumerable<Instrument> changed) => Frame(json.Array(changed, WriteMini));

    private static string[] Frame(string data) => data == "[]" ? [] : [data];

    private void WriteTicker(Utf8JsonWriter w, Instrument i)
    {
        var day = DayStatistics.Of(i, venue.NowUtc);
        var (digits, quantity) = (i.Spec.PricePrecision, i.Spec.QuantityPrecision);
        WriteHead(w, "24hrTicker", i);
        w.Padded("p", day.Change, digits);
        w.Padded("P", day.ChangePercent, 3);
        w.Padded("w", day.Average, digits);
        w.Padded("c", day.Last, digits);
        w.Padded("Q", i.Spec.MinQty, quantity);
        w.Padded("o", day.Open, digits);
        WriteTail(w, day, i);
        w.Ms("O", venue.StampUtc.AddDays(-1));
        w.Ms("C", venue.StampUtc);
        w.WriteNumber("F", 1);
        w.WriteNumber("L", day.Count);
        w.WriteNumber("n", day.Count);
        w.WriteNumber("st", 1);
    }

    private void WriteMini(Utf8JsonWriter w, Instrument i)
    {
        var day = DayStatistics.Of(i, venue.NowUtc);
        WriteHead(w, "24hrMiniTicker", i);
        w.Padded("c", day.Last, i.Spec.PricePrecision);
        w.Padded("o", day.Open, i.Spec.PricePrecision);
        WriteTail(w, day, i);
        w.WriteNumber("st", 1);
    }

    private void WriteHead(Utf8JsonWriter w, string name, Instrument i)
    {
        w.WriteString("e", name);
        w.Ms("E", venue.StampUtc);
        w.WriteString("s", i.Symbol);
        w.WriteString("ps", Words.PairOf(i.Symbol));
    }

    private static void WriteTail(Utf8JsonWriter w, in DayStatistics day, Instrument i)
    {
        w.Padded("h", day.High, i.Spec.PricePrecision);
        w.Padded("l", day.Low, i.Spec.PricePrecision);
        w.Padded("v", day.Volume, i.Spec.QuantityPrecision);
        w.Padded("q", day.Quote, 2);
    }
}
