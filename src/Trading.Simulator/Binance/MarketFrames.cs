using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Market streams: who hears what, and when: statistics, marks and candles on whole seconds, trades and the
/// book at each price change. Nothing is written that nobody subscribed to.</summary>
internal sealed class MarketFrames
{
    private readonly Venue venue;
    private readonly BinanceStreams streams;
    private readonly Dictionary<string, Stream> byName = [];

    /// <summary>By symbol in lower case, in the order of their kinds; under "" those of all symbols.</summary>
    private readonly Dictionary<string, List<Stream>> bySymbol = [];

    /// <summary>Symbols whose price changed since their statistics were sent.</summary>
    private readonly HashSet<string> changed = [];
    private readonly PriceFrames prices;
    private readonly KlineFrames candles;
    private readonly TickerFrames tickers;
    private readonly DepthFrames books;
    private readonly ContractFrames contracts;
    private bool ticking;

    public MarketFrames(Venue venue, BinanceStreams streams, JsonText json)
    {
        this.venue = venue;
        this.streams = streams;
        prices = new PriceFrames(venue, json);
        candles = new KlineFrames(venue, json);
        tickers = new TickerFrames(venue, json);
        books = new DepthFrames(venue, json);
        contracts = new ContractFrames(venue, json);
        venue.ListenToTicks(OnTick);
    }

    public void Subscribe(BinanceConnection connection, string text)
    {
        if (StreamName.Parse(text) is not { } name || !name.IsOn(connection.Route)) return;
        if (name.Kind == StreamKind.ContinuousKline)
        {
            if (KlineRoutes.Find(venue, name.Symbol.ToUpperInvariant(), name.ContractType) is not { } contract) return;
            name = name with { Symbol = contract.LowerSymbol };
        }

        if (!byName.TryGetValue(text, out var stream)) stream = Begin(name);
        stream.Hearers.Add(connection);
        if (ticking) return;
        ticking = true;
        PlanSecond();
    }

    public void Unsubscribe(BinanceConnection connection, string text)
    {
        if (!byName.TryGetValue(text, out var stream) || !stream.Hearers.Remove(connection)) return;
        if (stream.Hearers.Count > 0) return;
        byName.Remove(text);
        var others = bySymbol[stream.Name.Symbol];
        others.Remove(stream);
        if (others.Count == 0) bySymbol.Remove(stream.Name.Symbol);
    }

    /// <summary>A liquidation of one of this exchange's accounts.</summary>
    public void TellLiquidation(Order order, Trade trade)
    {
        if (byName.Count == 0 || venue.Find(order.Symbol) is not { } instrument) return;
        foreach (var stream in Of(instrument.LowerSymbol).Concat(Of("")))
            if (stream.Name.Kind == StreamKind.ForceOrder) Send(stream, instrument, prices.ForceOrder(order, trade));
    }

    private Stream Begin(StreamName name)
    {
        var stream = byName[name.Text] = new Stream(name);
        if (!bySymbol.TryGetValue(name.Symbol, out var others)) bySymbol[name.Symbol] = others = [];
        var place = others.FindIndex(o => o.Name.Kind > name.Kind);
        others.Insert(place < 0 ? others.Count : place, stream);
        if (name.Kind == StreamKind.ContractInfo) contracts.Begin();
        if (name.Kind == StreamKind.Depth && venue.Find(name.Symbol.ToUpperInvariant()) is { HasPrice: true } instrument)
            DepthFrames.Begin(stream.Shown, instrument);
        return stream;
    }

    private List<Stream> Of(string symbol) => bySymbol.GetValueOrDefault(symbol, None);

    private static List<Stream> None { get; } = [];

    private void PlanSecond()
    {
        var next = venue.NowUtc.Ticks - (venue.NowUtc.Ticks % TimeSpan.TicksPerSecond) + TimeSpan.TicksPerSecond;
        venue.PlanAt(new DateTime(next, DateTimeKind.Utc), OnSecond);
    }

    private void OnSecond()
    {
        if (byName.Count == 0)
        {
            ticking = false;
            changed.Clear();
            return;
        }

        var second = venue.NowUtc.Second;
        foreach (var spec in venue.Symbols)
        {
            if (venue.Find(spec.Symbol) is not { HasPrice: true } instrument) continue;
            foreach (var stream in Of(instrument.LowerSymbol))
                if (stream.Name.Seconds > 0 && second % stream.Name.Seconds == 0) SendDue(stream, instrument);
        }

        foreach (var stream in Of(""))
            if (stream.Name.Seconds > 0 && second % stream.Name.Seconds == 0) SendAll(stream);
        changed.Clear();
        PlanSecond();
    }

    private void OnTick(Instrument instrument)
    {
        if (byName.Count == 0) return;
        foreach (var stream in Of(instrument.LowerSymbol)) SendChange(stream, instrument);
        var wide = Of("");
        if (wide.Count == 0) return;
        changed.Add(instrument.Symbol);
        foreach (var stream in wide) SendChange(stream, instrument);
    }

    private void SendDue(Stream stream, Instrument i)
    {
        var name = stream.Name;
        switch (name.Kind)
        {
            case StreamKind.MarkPrice: Send(stream, i, prices.Mark(i)); break;
            case StreamKind.Ticker: Send(stream, i, tickers.Ticker(i)); break;
            case StreamKind.MiniTicker: Send(stream, i, tickers.MiniTicker(i)); break;
            case StreamKind.Depth: Send(stream, i, books.Top(i, name.Levels)); break;
            case StreamKind.Kline or StreamKind.ContinuousKline:
                foreach (var frame in candles.Due(name, i)) Send(stream, i, frame);
                break;
        }
    }

    private void SendChange(Stream stream, Instrument i)
    {
        if (stream.Name.Seconds > 0) return;
        switch (stream.Name.Kind)
        {
            case StreamKind.BookTicker: Send(stream, i, prices.Book(i)); break;
            case StreamKind.AggTrade: Send(stream, i, prices.AggregateTrade(i)); break;
            case StreamKind.Trade: Send(stream, i, prices.Trade(i)); break;
            case StreamKind.Depth when books.Difference(stream.Shown, i) is { } data: Send(stream, i, data); break;
        }
    }

    private void SendAll(Stream stream)
    {
        var all = venue.Symbols.Select(s => venue.Find(s.Symbol)!).Where(i => i.HasPrice);
        foreach (var data in stream.Name.Kind switch
        {
            StreamKind.MarkPrice => prices.Marks([.. all]),
            StreamKind.Ticker => tickers.Tickers(all.Where(i => changed.Contains(i.Symbol))),
            StreamKind.MiniTicker => tickers.MiniTickers(all.Where(i => changed.Contains(i.Symbol))),
            _ => contracts.Changes(),
        }) Send(stream, null, data);
    }

    private void Send(Stream stream, Instrument? instrument, string data)
    {
        foreach (var connection in stream.Hearers)
            streams.PushMarket(connection, stream.Name.Text, EventOf(stream.Name.Kind), instrument?.Symbol ?? "", data);
    }

    private static string EventOf(StreamKind kind) => kind switch
    {
        StreamKind.MarkPrice => "markPriceUpdate",
        StreamKind.Kline => "kline",
        StreamKind.ContinuousKline => "continuous_kline",
        StreamKind.Ticker => "24hrTicker",
        StreamKind.MiniTicker => "24hrMiniTicker",
        StreamKind.Depth => "depthUpdate",
        StreamKind.BookTicker => "bookTicker",
        StreamKind.AggTrade => "aggTrade",
        StreamKind.Trade => "trade",
        StreamKind.ForceOrder => "forceOrder",
        _ => "contractInfo",
    };

    private sealed class Stream(StreamName name)
    {
        public StreamName Name { get; } = name;
        public List<BinanceConnection> Hearers { get; } = [];

        /// <summary>Differences of the book: the levels told so far.</summary>
        public ShownBook Shown { get; } = new();
    }
}
