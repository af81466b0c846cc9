using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Candles as topics: the running one each second, and once more, confirmed, when it has ended.</summary>
internal sealed class CandleFrames(Venue venue, JsonText json)
{
    private readonly Dictionary<string, DateTime> told = [];

    public void Forget(Topic topic) => told.Remove(topic.Name);

    public IEnumerable<string> Due(Topic topic, Instrument i)
    {
        var interval = Interval.Of(topic.Grain)!;
        i.Candles.Roll(venue.NowUtc);
        var start = interval.StartOf(venue.NowUtc);
        if (told.TryGetValue(topic.Name, out var before) && before != start && Bar(before) is { } ended)
            yield return Frame(topic, i, interval, ended, ends: true);
        told[topic.Name] = start;
        if (Bar(start) is { } running) yield return Frame(topic, i, interval, running, ends: false);

        Candle? Bar(DateTime startUtc) => i.Candles.Between(startUtc, interval.EndOf(startUtc));
    }

    private string Frame(Topic topic, Instrument i, Interval interval, Candle bar, bool ends) => json.Object(w =>
    {
        w.WriteString("topic", topic.Name);
        w.WriteString("type", "snapshot");
        w.Ms("ts", venue.StampUtc);
        w.WriteStartArray("data");
        w.WriteStartObject();
        w.Ms("start", bar.OpenUtc);
        w.Ms("end", interval.EndOf(bar.OpenUtc).AddMilliseconds(-1));
        w.WriteString("interval", interval.Name);
        w.WriteString("open", TickerFields.Price(i, bar.Open));
        w.WriteString("close", TickerFields.Price(i, bar.Close));
        w.WriteString("high", TickerFields.Price(i, bar.High));
        w.WriteString("low", TickerFields.Price(i, bar.Low));
        w.WriteString("volume", Volumes.Of(i, bar.Count));
        w.WriteString("turnover", Volumes.Turnover(i, bar.Sum));
        w.WriteBoolean("confirm", ends);
        w.Ms("timestamp", venue.StampUtc);
        w.WriteEndObject();
        w.WriteEndArray();
    });
}
