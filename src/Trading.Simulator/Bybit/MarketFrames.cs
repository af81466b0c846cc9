using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Public topics: a ticker begins with a snapshot, then carries only what changed, at most every 100 ms; a
/// quiet market changes its sizes only. Nothing is written that nobody subscribed to.</summary>
internal sealed class MarketFrames
{
    private static readonly TimeSpan TickerEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(900);
    private readonly Venue venue;
    private readonly BybitStreams streams;
    private readonly JsonText json;
    private readonly Dictionary<string, List<BybitConnection>> subscribers = [];
    private readonly Dictionary<string, Ticker> tickers = [];
    private long number = 9_532_239_000;
    private bool ticking;

    public MarketFrames(Venue venue, BybitStreams streams, JsonText json)
    {
        this.venue = venue;
        this.streams = streams;
        this.json = json;
        venue.ListenToTicks(OnTick);
    }

    public bool Offers(string topic) => Symbol(topic) is { } symbol && venue.Find(symbol) is not null;

    public void Start(BybitConnection connection, string topic)
    {
        if (!subscribers.TryGetValue(topic, out var list)) subscribers[topic] = list = [];
        if (topic.StartsWith("tickers.", StringComparison.Ordinal) && venue.Find(Symbol(topic)!) is { HasPrice: true } told) Baseline(told, list);
        list.Add(connection);
        if (!ticking)
        {
            ticking = true;
            PlanSecond();
        }

        if (venue.Find(Symbol(topic)!) is not { HasPrice: true } instrument) return;
        if (topic.StartsWith("tickers.", StringComparison.Ordinal))
            streams.PushMarket(connection, topic, instrument.Symbol, TickerFrame(topic, "snapshot", TickerFields.Of(instrument)));
        if (topic.StartsWith("orderbook.", StringComparison.Ordinal))
            streams.PushMarket(connection, topic, instrument.Symbol, BookFrame(topic, instrument));
    }

    public void Stop(BybitConnection connection, string topic)
    {
        if (!subscribers.TryGetValue(topic, out var list) || !list.Remove(connection)) return;
        if (list.Count == 0) subscribers.Remove(topic);
    }

    /// <summary>Null for a topic that is not offered.</summary>
    private static string? Symbol(string topic)
    {
        foreach (var start in (string[])["tickers.", "publicTrade.", "kline.1.", "orderbook.1."])
            if (topic.StartsWith(start, StringComparison.Ordinal)) return topic[start.Length..];
        return null;
    }

    private void PlanSecond()
    {
        var next = venue.NowUtc.Ticks - (venue.NowUtc.Ticks % TimeSpan.TicksPerSecond) + TimeSpan.TicksPerSecond;
        venue.PlanAt(new DateTime(next, DateTimeKind.Utc), OnSecond);
    }

    private void OnSecond()
    {
        if (subscribers.Count == 0)
        {
            ticking = false;
            return;
        }

        foreach (var spec in venue.Symbols)
        {
            if (venue.Find(spec.Symbol) is not { HasPrice: true } instrument) continue;
            if (subscribers.ContainsKey("tickers." + spec.Symbol) && venue.NowUtc - TickerOf(instrument).SentUtc >= Quiet)
                SendTicker(instrument);
            Send("kline.1." + spec.Symbol, instrument, KlineFrame);
        }

        PlanSecond();
    }

    private void OnTick(Instrument instrument)
    {
        if (subscribers.Count == 0) return;
        Send("publicTrade." + instrument.Symbol, instrument, TradeFrame);
        Send("orderbook.1." + instrument.Symbol, instrument, BookFrame);
        if (!subscribers.ContainsKey("tickers." + instrument.Symbol)) return;
        var ticker = TickerOf(instrument);
        if (ticker.Planned) return;
        ticker.Planned = true;
        venue.PlanAt(ticker.SentUtc + TickerEvery, () =>
        {
            ticker.Planned = false;
            SendTicker(instrument);
        });
    }

    private void SendTicker(Instrument instrument)
    {
        var (topic, ticker) = ("tickers." + instrument.Symbol, TickerOf(instrument));
        if (!subscribers.TryGetValue(topic, out var list)) return;
        var now = TickerFields.Of(instrument);
        var changed = now.Where(f => f.Key == "symbol" || ticker.Values.GetValueOrDefault(f.Key) != f.Value).ToList();
        if (changed.Count == 1)
            changed.Add(new("bid1Size", JsonFields.Pad(
                instrument.Spec.MarketMaxQty - (++number % 7 * instrument.Spec.StepSize), instrument.Spec.QuantityPrecision)));
        foreach (var (name, value) in changed) ticker.Values[name] = value;
        ticker.SentUtc = venue.NowUtc;
        var frame = TickerFrame(topic, "delta", changed);
        foreach (var connection in list.ToArray()) streams.PushMarket(connection, topic, instrument.Symbol, frame);
    }

    /// <summary>Deltas count from what every subscriber has been told, the one that gets its snapshot now included.</summary>
    private void Baseline(Instrument instrument, List<BybitConnection> others)
    {
        if (others.Count > 0) SendTicker(instrument);
        else tickers.Remove(instrument.Symbol);
        TickerOf(instrument);
    }

    private Ticker TickerOf(Instrument instrument)
    {
        if (tickers.TryGetValue(instrument.Symbol, out var known)) return known;
        var ticker = tickers[instrument.Symbol] = new Ticker();
        foreach (var (name, value) in TickerFields.Of(instrument)) ticker.Values[name] = value;
        return ticker;
    }

    private void Send(string topic, Instrument instrument, Func<string, Instrument, string> write)
    {
        if (!subscribers.TryGetValue(topic, out var list)) return;
        var frame = write(topic, instrument);
        foreach (var connection in list.ToArray()) streams.PushMarket(connection, topic, instrument.Symbol, frame);
    }

    private string TickerFrame(string topic, string type, IReadOnlyList<KeyValuePair<string, string>> fields) =>
        json.Object(w =>
        {
            w.WriteString("topic", topic);
            w.WriteString("type", type);
            w.WriteStartObject("data");
            foreach (var (name, value) in fields) w.WriteString(name, value);
            w.WriteEndObject();
            w.WriteNumber("cs", ++number);
            w.Ms("ts", venue.StampUtc);
        });

    private string TradeFrame(string topic, Instrument i) => Frame(topic, w =>
    {
        w.WriteStartArray("data");
        w.WriteStartObject();
        w.Ms("T", venue.StampUtc);
        w.WriteString("s", i.Symbol);
        w.WriteString("S", "Buy");
        w.Padded("v", i.Spec.MinQty, i.Spec.QuantityPrecision);
        w.WriteString("p", TickerFields.Price(i, i.Last));
        w.WriteString("L", "PlusTick");
        w.WriteString("i", Ids.Execution(++number));
        w.WriteBoolean("BT", false);
        w.WriteBoolean("RPI", false);
        w.WriteNumber("seq", Ids.Sequence(venue.Ids.Trade));
        w.WriteEndObject();
        w.WriteEndArray();
    });

    private string BookFrame(string topic, Instrument i) => Frame(topic, w =>
    {
        w.WriteStartObject("data");
        w.WriteString("s", i.Symbol);
        MarketRoutes.WriteLevel(w, "b", i, i.Last);
        MarketRoutes.WriteLevel(w, "a", i, i.Last + i.Spec.TickSize);
        w.WriteNumber("u", ++number);
        w.WriteNumber("seq", Ids.Sequence(venue.Ids.Trade));
        w.WriteEndObject();
        w.Ms("cts", i.Tick.AtUtc);
    });

    private string KlineFrame(string topic, Instrument i) => Frame(topic, w =>
    {
        var bar = i.Candles[i.Candles.Count - 1];
        w.WriteStartArray("data");
        w.WriteStartObject();
        w.Ms("start", bar.OpenUtc);
        w.Ms("end", bar.OpenUtc.AddMilliseconds(59_999));
        w.WriteString("interval", "1");
        w.WriteString("open", TickerFields.Price(i, bar.Open));
        w.WriteString("close", TickerFields.Price(i, bar.Close));
        w.WriteString("high", TickerFields.Price(i, bar.High));
        w.WriteString("low", TickerFields.Price(i, bar.Low));
        w.WriteString("volume", "0");
        w.WriteString("turnover", "0");
        w.WriteBoolean("confirm", venue.NowUtc >= bar.OpenUtc.AddMinutes(1));
        w.Ms("timestamp", venue.StampUtc);
        w.WriteEndObject();
        w.WriteEndArray();
    });

    private string Frame(string topic, Action<Utf8JsonWriter> write) => json.Object(w =>
    {
        w.WriteString("topic", topic);
        w.WriteString("type", "snapshot");
        w.Ms("ts", venue.StampUtc);
        write(w);
    });

    private sealed class Ticker
    {
        public Dictionary<string, string> Values { get; } = [];
        public DateTime SentUtc { get; set; }
        public bool Planned { get; set; }
    }
}
