using System.Text.Json;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Market streams: mark prices on whole seconds, trades and book at each price change. Nothing is written
/// that nobody subscribed to.</summary>
internal sealed class MarketFrames
{
    private const int Digits = 8;
    private readonly Venue venue;
    private readonly BinanceStreams streams;
    private readonly JsonText json;
    private readonly Dictionary<string, List<BinanceConnection>> subscribers = [];
    private readonly Dictionary<string, SymbolSpec> terms = [];
    private long number = 3_477_868_000;
    private bool ticking;

    public MarketFrames(Venue venue, BinanceStreams streams, JsonText json)
    {
        this.venue = venue;
        this.streams = streams;
        this.json = json;
        venue.ListenToTicks(OnTick);
    }

    public void Subscribe(BinanceConnection connection, string stream)
    {
        if (!Delivers(connection.Route, stream)) return;
        if (!subscribers.TryGetValue(stream, out var list)) subscribers[stream] = list = [];
        list.Add(connection);
        if (stream == "!contractInfo")
            foreach (var spec in venue.Symbols) terms.TryAdd(spec.Symbol, spec);
        if (ticking) return;
        ticking = true;
        PlanSecond();
    }

    public void Unsubscribe(BinanceConnection connection, string stream)
    {
        if (!subscribers.TryGetValue(stream, out var list) || !list.Remove(connection)) return;
        if (list.Count == 0) subscribers.Remove(stream);
    }

    private static bool Delivers(StreamRoute route, string stream)
    {
        var book = stream.Contains("@bookTicker", StringComparison.Ordinal)
            || stream.StartsWith("!bookTicker", StringComparison.Ordinal)
            || stream.Contains("@depth", StringComparison.Ordinal);
        return route switch
        {
            StreamRoute.Public or StreamRoute.Unrouted => book,
            StreamRoute.Market => !book,
            _ => false,
        };
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

        var third = venue.NowUtc.Second % 3 == 0;
        foreach (var spec in venue.Symbols)
        {
            if (venue.Find(spec.Symbol) is not { HasPrice: true } instrument) continue;
            var name = instrument.LowerSymbol;
            Send(name + "@markPrice@1s", "markPriceUpdate", instrument, static (f, i) => f.MarkPrice(i));
            if (third) Send(name + "@markPrice", "markPriceUpdate", instrument, static (f, i) => f.MarkPrice(i));
            Send(name + "@kline_1m", "kline", instrument, static (f, i) => f.Kline(i));
        }

        SendContracts();
        SendArray("!markPrice@arr@1s");
        if (third) SendArray("!markPrice@arr");
        PlanSecond();
    }

    private void OnTick(Instrument instrument)
    {
        if (subscribers.Count == 0) return;
        var name = instrument.LowerSymbol;
        Send(name + "@bookTicker", "bookTicker", instrument, static (f, i) => f.Book(i));
        Send("!bookTicker", "bookTicker", instrument, static (f, i) => f.Book(i));
        Send(name + "@aggTrade", "aggTrade", instrument, static (f, i) => f.AggregateTrade(i));
        Send(name + "@trade", "trade", instrument, static (f, i) => f.Trade(i));
    }

    private void Send(string stream, string name, Instrument instrument, Func<MarketFrames, Instrument, string> write)
    {
        if (!subscribers.TryGetValue(stream, out var list)) return;
        var data = write(this, instrument);
        foreach (var connection in list.ToArray())
            streams.PushMarket(connection, stream, name, instrument.Symbol, data);
    }

    /// <summary>Two frames, as the exchange sends them: one frame is never the whole universe.</summary>
    private void SendArray(string stream)
    {
        if (!subscribers.TryGetValue(stream, out var list)) return;
        var all = venue.Symbols.Select(s => venue.Find(s.Symbol)!).Where(i => i.HasPrice).ToList();
        foreach (var half in new[] { all.Take((all.Count + 1) / 2), all.Skip((all.Count + 1) / 2) })
        {
            var data = json.Array(half, (w, i) => WriteMark(w, i));
            if (data == "[]") continue;
            foreach (var connection in list.ToArray())
                streams.PushMarket(connection, stream, "markPriceUpdate", "", data);
        }
    }

    /// <summary>Terms that changed since the last look.</summary>
    private void SendContracts()
    {
        if (!subscribers.ContainsKey("!contractInfo")) return;
        foreach (var spec in venue.Symbols)
        {
            if (terms.TryGetValue(spec.Symbol, out var known) && known != spec)
                Send("!contractInfo", "contractInfo", venue.Find(spec.Symbol)!, static (f, i) => f.Contract(i));
            terms[spec.Symbol] = spec;
        }
    }

    private string Contract(Instrument i) => json.Object(w =>
    {
        w.WriteString("e", "contractInfo");
        w.Ms("E", venue.StampUtc);
        w.WriteString("s", i.Symbol);
        w.WriteString("ps", i.Symbol);
        w.WriteString("ct", i.Spec.ContractType);
        w.Ms("dt", i.Spec.DeliveryUtc);
        w.Ms("ot", i.Spec.OnboardUtc);
        w.WriteString("cs", i.Spec.Status);
        w.WriteNumber("st", 1);
    });

    private string MarkPrice(Instrument i) => json.Object(w => WriteMark(w, i));

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

    private string Book(Instrument i) => json.Object(w =>
    {
        w.WriteString("e", "bookTicker");
        w.WriteNumber("u", ++number);
        w.WriteString("s", i.Symbol);
        w.WriteString("ps", i.Symbol);
        w.Padded("b", i.Last, i.Spec.PricePrecision);
        w.Padded("B", i.Spec.MarketMaxQty, i.Spec.QuantityPrecision);
        w.Padded("a", i.Last + i.Spec.TickSize, i.Spec.PricePrecision);
        w.Padded("A", i.Spec.MarketMaxQty, i.Spec.QuantityPrecision);
        w.Ms("T", venue.StampUtc);
        w.Ms("E", venue.StampUtc);
        w.WriteNumber("st", 1);
    });

    private string Trade(Instrument i) => json.Object(w =>
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

    private string AggregateTrade(Instrument i) => json.Object(w =>
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

    private string Kline(Instrument i) => json.Object(w =>
    {
        var bar = i.Candles[i.Candles.Count - 1];
        var digits = i.Spec.PricePrecision;
        w.WriteString("e", "kline");
        w.Ms("E", venue.StampUtc);
        w.WriteString("s", i.Symbol);
        w.WriteStartObject("k");
        w.Ms("t", bar.OpenUtc);
        w.Ms("T", bar.OpenUtc.AddMilliseconds(59_999));
        w.WriteString("s", i.Symbol);
        w.WriteString("i", "1m");
        w.WriteNumber("f", 0);
        w.WriteNumber("L", 0);
        w.Padded("o", bar.Open, digits);
        w.Padded("c", bar.Close, digits);
        w.Padded("h", bar.High, digits);
        w.Padded("l", bar.Low, digits);
        w.WriteString("v", "0");
        w.WriteNumber("n", bar.Count);
        w.WriteBoolean("x", venue.NowUtc >= bar.OpenUtc.AddMinutes(1));
        foreach (var name in (string[])["q", "V", "Q", "B"]) w.WriteString(name, "0");
        w.WriteEndObject();
    });
}
