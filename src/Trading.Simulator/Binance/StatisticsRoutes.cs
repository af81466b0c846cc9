using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>What the exchange tells of the market as a whole: open interest, indexes, insurance, sessions.</summary>
internal sealed class StatisticsRoutes(Venue venue, JsonText json)
{
    private const string AssetPair = "USDTUSD";

    public void Register(RouteTable routes)
    {
        Add("openInterest", _ => 1, r => json.Object(w => WriteInterest(w, Find(r.Params.Required("symbol")))));
        Add("symbolAdlRisk", _ => 1, r => OneOrAll(r, WriteRisk));
        Add("constituents", _ => 2, Constituents);
        Add("indexInfo", _ => 1, _ => "[]");
        Add("assetIndex", p => p.Has("symbol") ? 1 : 10, AssetIndex);
        Add("insuranceBalance", _ => 1, Insurance);
        Add("tradingSchedule", _ => 5, _ => json.Object(w =>
        {
            w.Ms("updateTime", venue.StampUtc);
            w.WriteStartObject("marketSchedules");
            w.WriteEndObject();
        }));

        void Add(string name, Func<Params, int> weight, Func<Request, string> handle) =>
            routes.Add("GET", "/fapi/v1/" + name, Security.None, weight, "market", handle);
    }

    private Instrument Find(string symbol) => venue.Find(symbol) ?? throw BinanceError.Of(Refusal.UnknownSymbol);

    private string OneOrAll(Request r, Action<Utf8JsonWriter, Instrument> write)
    {
        if (!r.Params.Has("symbol")) return json.Array(venue.Symbols.Select(s => venue.Find(s.Symbol)!), write);
        var instrument = Find(r.Params.Text("symbol"));
        return json.Object(w => write(w, instrument));
    }

    /// <summary>All that this exchange's accounts hold, both sides.</summary>
    private void WriteInterest(Utf8JsonWriter w, Instrument i)
    {
        var held = i.Open.Where(p => p.Account.StartsWith(BinanceSkin.AccountName(""), StringComparison.Ordinal))
            .Sum(p => Math.Abs(p.Quantity));
        w.Padded("openInterest", held, i.Spec.QuantityPrecision);
        w.WriteString("symbol", i.Symbol);
        w.Ms("time", venue.StampUtc);
    }

    private void WriteRisk(Utf8JsonWriter w, Instrument i)
    {
        w.WriteString("symbol", i.Symbol);
        w.WriteString("adlRisk", "low");
        w.Ms("updateTime", venue.StampUtc);
    }

    private string Constituents(Request r)
    {
        var i = Find(r.Params.Required("symbol"));
        return json.Object(w =>
        {
            w.WriteString("symbol", i.Symbol);
            w.Ms("time", venue.StampUtc);
            w.WriteStartArray("constituents");
            w.WriteStartObject();
            w.WriteString("exchange", "binance");
            w.WriteString("symbol", Words.PairOf(i.Symbol));
            w.Padded("price", i.Tick.Index, 8);
            w.WriteString("weight", "1.00000000");
            w.WriteEndObject();
            w.WriteEndArray();
        });
    }

    private string AssetIndex(Request r)
    {
        if (!r.Params.Has("symbol")) return json.Array([AssetPair], WriteAsset);
        if (r.Params.Text("symbol") != AssetPair) throw BinanceError.Of(Refusal.UnknownSymbol);
        return json.Object(w => WriteAsset(w, AssetPair));
    }

    private void WriteAsset(Utf8JsonWriter w, string pair)
    {
        w.WriteString("symbol", pair);
        w.Ms("time", venue.StampUtc);
        w.WriteString("index", "1.00000000");
        foreach (var name in (string[])["bidBuffer", "askBuffer"]) w.WriteString(name, "0.00000000");
        foreach (var name in (string[])["bidRate", "askRate"]) w.WriteString(name, "1.00000000");
        foreach (var name in (string[])["autoExchangeBidBuffer", "autoExchangeAskBuffer"]) w.WriteString(name, "0.00000000");
        foreach (var name in (string[])["autoExchangeBidRate", "autoExchangeAskRate"]) w.WriteString(name, "1.00000000");
    }

    private string Insurance(Request r)
    {
        var symbols = venue.Symbols.Select(s => s.Symbol).ToList();
        if (!r.Params.Has("symbol")) return json.Array([symbols], WriteFund);
        Find(r.Params.Text("symbol"));
        return json.Object(w => WriteFund(w, symbols));
    }

    /// <summary>One fund for every symbol; what it pays out is not counted.</summary>
    private void WriteFund(Utf8JsonWriter w, List<string> symbols)
    {
        w.WriteStartArray("symbols");
        foreach (var symbol in symbols) w.WriteStringValue(symbol);
        w.WriteEndArray();
        w.WriteStartArray("assets");
        w.WriteStartObject();
        w.WriteString("asset", "USDT");
        w.WriteString("marginBalance", "1000000000.00000000");
        w.Ms("updateTime", venue.StampUtc);
        w.WriteEndObject();
        w.WriteEndArray();
    }
}
