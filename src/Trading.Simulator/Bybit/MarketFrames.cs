using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Public topics: who hears what, and when it is told. Nothing is written that nobody subscribed to.</summary>
internal sealed class MarketFrames
{
    private readonly Venue venue;
    private readonly BybitStreams streams;
    private readonly JsonText json;
    private readonly TickerFrames tickers;
    private readonly BookFrames books;
    private readonly CandleFrames candles;
    private readonly PoolFrames pools;
    private readonly Dictionary<string, Audience> audiences = [];

    /// <summary>Topics of a symbol beside its ticker, in the order of their first subscription.</summary>
    private readonly Dictionary<string, List<Audience>> bySymbol = [];
    private long number = 9_532_239_000;
    private bool ticking;

    public MarketFrames(Venue venue, BybitStreams streams, JsonText json)
    {
        (this.venue, this.streams, this.json) = (venue, streams, json);
        (tickers, books) = (new TickerFrames(venue, json), new BookFrames(venue, json));
        (candles, pools) = (new CandleFrames(venue, json), new PoolFrames(venue, json));
        venue.ListenToTicks(OnTick);
        venue.Listen(OnEvent);
    }

    public bool Offers(string name) =>
        Topic.Parse(name) is { } topic && (topic.IsOfPool || venue.Find(topic.Subject) is not null);

    public void Start(BybitConnection connection, string name)
    {
        var topic = Topic.Parse(name)!;
        if (!audiences.TryGetValue(name, out var audience))
        {
            audience = audiences[name] = new Audience(topic);
            if (!bySymbol.TryGetValue(topic.Subject, out var list)) bySymbol[topic.Subject] = list = [];
            list.Add(audience);
        }

        var instrument = venue.Find(topic.Subject) is { HasPrice: true } priced ? priced : null;
        if (topic.Kind == "tickers" && instrument is not null)
            if (audience.Connections.Count > 0) SendTicker(instrument);
            else tickers.Begin(instrument);
        audience.Connections.Add(connection);
        if (!ticking)
        {
            ticking = true;
            PlanSecond();
        }

        if (First(topic, instrument) is { } frame) streams.PushMarket(connection, topic, frame);
    }

    public void Stop(BybitConnection connection, string name)
    {
        if (!audiences.TryGetValue(name, out var audience) || !audience.Connections.Remove(connection)) return;
        if (audience.Connections.Count > 0) return;
        audiences.Remove(name);
        bySymbol[audience.Topic.Subject].Remove(audience);
        books.Forget(audience.Topic);
        candles.Forget(audience.Topic);
    }

    /// <summary>What a subscription begins with; null where it waits for the next change.</summary>
    private string? First(Topic topic, Instrument? instrument) => (topic.Kind, instrument) switch
    {
        ("adlAlert", _) => pools.Alerts(topic),
        ("insurance", _) => pools.Pool(topic),
        ("tickers", { } i) => tickers.Snapshot(topic, i),
        ("orderbook", { } i) => books.Snapshot(topic, i),
        ("priceLimit", { } i) => pools.Band(topic, i),
        _ => null,
    };

    private void PlanSecond()
    {
        var next = venue.NowUtc.Ticks - (venue.NowUtc.Ticks % TimeSpan.TicksPerSecond) + TimeSpan.TicksPerSecond;
        venue.PlanAt(new DateTime(next, DateTimeKind.Utc), OnSecond);
    }

    private void OnSecond()
    {
        if (audiences.Count == 0)
        {
            ticking = false;
            return;
        }

        foreach (var spec in venue.Symbols)
        {
            if (venue.Find(spec.Symbol) is not { HasPrice: true } instrument) continue;
            if (audiences.ContainsKey("tickers." + spec.Symbol) && tickers.IsQuiet(instrument)) SendTicker(instrument);
            foreach (var audience in Of(spec.Symbol))
                foreach (var frame in OfSecond(audience.Topic, instrument)) Send(audience, frame);
        }

        if (audiences.TryGetValue("adlAlert.USDT", out var alerted)) Send(alerted, pools.Alerts(alerted.Topic));
        PlanSecond();
    }

    private IEnumerable<string> OfSecond(Topic topic, Instrument i) => topic.Kind switch
    {
        "kline" => candles.Due(topic, i),
        "priceLimit" => [pools.Band(topic, i)],
        "orderbook" when books.Repeat(topic, i) is { } again => [again],
        _ => [],
    };

    private void OnTick(Instrument instrument)
    {
        if (audiences.Count == 0) return;
        foreach (var audience in Of(instrument.Symbol))
        {
            if (audience.Topic.Kind == "publicTrade") Send(audience, TradeFrame(audience.Topic, instrument));
            if (audience.Topic.Kind == "orderbook" && books.Change(audience.Topic, instrument) is { } change) Send(audience, change);
        }

        if (!audiences.ContainsKey("tickers." + instrument.Symbol) || tickers.Plan(instrument) is not { } due) return;
        venue.PlanAt(due, () =>
        {
            tickers.Unplan(instrument);
            SendTicker(instrument);
        });
    }

    private void OnEvent(VenueEvent happened)
    {
        if (happened is not VenueEvent.Traded { Trade.Origin: Origin.Liquidation } e || e.Account.Exchange != BybitSkin.Exchange) return;
        if (audiences.TryGetValue("allLiquidation." + e.Trade.Symbol, out var audience))
            Send(audience, pools.Liquidation(audience.Topic, venue.Find(e.Trade.Symbol)!, e.Trade));
    }

    private Audience[] Of(string symbol) => bySymbol.TryGetValue(symbol, out var list) ? [.. list] : [];

    private void SendTicker(Instrument instrument)
    {
        if (audiences.TryGetValue("tickers." + instrument.Symbol, out var audience))
            Send(audience, tickers.Change(audience.Topic, instrument));
    }

    private void Send(Audience audience, string frame)
    {
        foreach (var connection in audience.Connections.ToArray()) streams.PushMarket(connection, audience.Topic, frame);
    }

    private string TradeFrame(Topic topic, Instrument i) => json.Object(w =>
    {
        w.WriteString("topic", topic.Name);
        w.WriteString("type", "snapshot");
        w.Ms("ts", venue.StampUtc);
        w.WriteStartArray("data");
        w.WriteStartObject();
        w.Ms("T", venue.StampUtc);
        w.WriteString("s", i.Symbol);
        w.WriteString("S", "Buy");
        w.WriteString("v", Volumes.Of(i, 1));
        w.WriteString("p", TickerFields.Price(i, i.Last));
        w.WriteString("L", "PlusTick");
        w.WriteString("i", Ids.Execution(++number));
        w.WriteBoolean("BT", false);
        w.WriteBoolean("RPI", false);
        w.WriteNumber("seq", Ids.Sequence(venue.Ids.Trade));
        w.WriteEndObject();
        w.WriteEndArray();
    });

    /// <summary>Who hears of a topic.</summary>
    private sealed record Audience(Topic Topic)
    {
        public List<BybitConnection> Connections { get; } = [];
    }
}
