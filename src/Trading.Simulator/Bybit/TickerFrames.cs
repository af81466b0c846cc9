using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Tickers as topics: a snapshot, then only what changed; a quiet market changes its sizes only. Deltas count from
/// what every subscriber has been told.</summary>
internal sealed class TickerFrames(Venue venue, JsonText json)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(900);
    private readonly Dictionary<string, Ticker> tickers = [];
    private long number = 9_532_239_000;

    public string Snapshot(Topic topic, Instrument i) => Frame(topic, "snapshot", TickerFields.Of(i, venue.NowUtc));

    public bool IsQuiet(Instrument i) => venue.NowUtc - TickerOf(i).SentUtc >= Quiet;

    /// <summary>From now on deltas count from the present state.</summary>
    public void Begin(Instrument i)
    {
        tickers.Remove(i.Symbol);
        TickerOf(i);
    }

    /// <summary>When the next change may be told; null while one is planned already.</summary>
    public DateTime? Plan(Instrument i)
    {
        var ticker = TickerOf(i);
        if (ticker.Planned) return null;
        ticker.Planned = true;
        return ticker.SentUtc + Every;
    }

    public void Unplan(Instrument i) => TickerOf(i).Planned = false;

    public string Change(Topic topic, Instrument i)
    {
        var ticker = TickerOf(i);
        var changed = TickerFields.Of(i, venue.NowUtc).Where(f => f.Key == "symbol" || ticker.Values.GetValueOrDefault(f.Key) != f.Value).ToList();
        if (changed.Count == 1)
            changed.Add(new("bid1Size", JsonFields.Pad(
                i.Spec.MarketMaxQty - (++number % 7 * i.Spec.StepSize), i.Spec.QuantityPrecision)));
        foreach (var (name, value) in changed) ticker.Values[name] = value;
        ticker.SentUtc = venue.NowUtc;
        return Frame(topic, "delta", changed);
    }

    private Ticker TickerOf(Instrument i)
    {
        if (tickers.TryGetValue(i.Symbol, out var known)) return known;
        var ticker = tickers[i.Symbol] = new Ticker();
        foreach (var (name, value) in TickerFields.Of(i, venue.NowUtc)) ticker.Values[name] = value;
        return ticker;
    }

    private string Frame(Topic topic, string type, IReadOnlyList<KeyValuePair<string, string>> fields) => json.Object(w =>
    {
        w.WriteString("topic", topic.Name);
        w.WriteString("type", type);
        w.WriteStartObject("data");
        foreach (var (name, value) in fields) w.WriteString(name, value);
        w.WriteEndObject();
        w.WriteNumber("cs", ++number);
        w.Ms("ts", venue.StampUtc);
    });

    private sealed class Ticker
    {
        public Dictionary<string, string> Values { get; } = [];
        public DateTime SentUtc { get; set; }
        public bool Planned { get; set; }
    }
}
