using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>What the exchange tells of its crowd and its pools. Its own accounts are the crowd; what they hold now stands for
/// every period before.</summary>
internal sealed class StatisticsRoutes(Venue venue, JsonText json)
{
    private static readonly Dictionary<string, TimeSpan> Periods = new()
    {
        ["5min"] = TimeSpan.FromMinutes(5), ["15min"] = TimeSpan.FromMinutes(15), ["30min"] = TimeSpan.FromMinutes(30),
        ["1h"] = TimeSpan.FromHours(1), ["4h"] = TimeSpan.FromHours(4), ["1d"] = TimeSpan.FromDays(1),
    };

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/v5/market/open-interest", 0, "market", OpenInterest);
        routes.Add("GET", "/v5/market/account-ratio", 0, "market", AccountRatio);
        routes.Add("GET", "/v5/market/insurance", 0, "market", Insurance);
        routes.Add("GET", "/v5/market/adlAlert", 0, "market", Alerts);
        routes.Add("GET", "/v5/market/index-price-components", 0, "market", Components);
        routes.Add("GET", "/v5/system/status", 0, "market", _ => """{"list":[]}""");
    }

    private string OpenInterest(Request r)
    {
        var i = MarketRoutes.Find(venue, r.Fields);
        var held = Volumes.OpenInterest(i);
        return json.Object(w =>
        {
            w.WriteString("symbol", i.Symbol);
            w.WriteString("category", "linear");
            w.WriteStartArray("list");
            foreach (var atUtc in Times(r.Fields, "intervalTime", 50, 200))
            {
                w.WriteStartObject();
                w.Padded("openInterest", 2m * held, i.Spec.QuantityPrecision);
                w.Padded("singleOpenInterest", held, i.Spec.QuantityPrecision);
                w.MsText("timestamp", atUtc);
                w.WriteEndObject();
            }

            w.WriteEndArray();
            w.WriteString("nextPageCursor", "");
        });
    }

    private string AccountRatio(Request r)
    {
        var i = MarketRoutes.Find(venue, r.Fields);
        return json.Object(w =>
        {
            w.WriteStartArray("list");
            foreach (var atUtc in Times(r.Fields, "period", 50, 500))
            {
                w.WriteStartObject();
                w.WriteString("symbol", i.Symbol);
                w.WriteString("buyRatio", "0.5");
                w.WriteString("sellRatio", "0.5");
                w.MsText("timestamp", atUtc);
                w.WriteEndObject();
            }

            w.WriteEndArray();
            w.WriteString("nextPageCursor", "");
        });
    }

    private string Insurance(Request r) => json.Object(w =>
    {
        w.MsText("updatedTime", venue.StampUtc.Date);
        w.WriteStartArray("list");
        if (r.Fields.Text("coin") is "" or "USDT")
        {
            w.WriteStartObject();
            w.WriteString("coin", "USDT");
            w.WriteString("symbols", string.Join(',', venue.Symbols.Select(s => s.Symbol)));
            w.Trimmed("balance", PoolFrames.PoolBalance);
            w.Trimmed("value", PoolFrames.PoolBalance);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    });

    private string Alerts(Request r)
    {
        var symbol = r.Fields.Text("symbol");
        if (symbol.Length > 0 && venue.Find(symbol) is null) throw BybitError.Of(Refusal.UnknownSymbol);
        return json.Object(w =>
        {
            w.MsText("updateTime", venue.StampUtc);
            w.WriteStartArray("list");
            foreach (var spec in venue.Symbols.Where(s => symbol.Length == 0 || s.Symbol == symbol))
            {
                w.WriteStartObject();
                w.WriteString("coin", spec.QuoteAsset);
                w.WriteString("symbol", spec.Symbol);
                w.Trimmed("balance", PoolFrames.PoolBalance);
                w.WriteString("maxBalance", "");
                w.Trimmed("insurancePnlRatio", PoolFrames.TriggerRatio);
                w.WriteString("pnlRatio", "0");
                w.Trimmed("adlTriggerThreshold", PoolFrames.TriggerBalance);
                w.Trimmed("adlStopRatio", PoolFrames.StopRatio);
                w.WriteEndObject();
            }

            w.WriteEndArray();
        });
    }

    private string Components(Request r)
    {
        var i = venue.Find(r.Fields.Required("indexName")) ?? throw BybitError.Param("indexName invalid");
        return json.Object(w =>
        {
            w.WriteString("indexName", i.Symbol);
            w.WriteString("lastPrice", TickerFields.Price(i, i.Tick.Index));
            w.MsText("updateTime", i.Tick.AtUtc);
            w.WriteStartArray("components");
            w.WriteStartObject();
            w.WriteString("exchange", "Bybit");
            w.WriteString("spotPair", i.Symbol);
            w.WriteString("equivalentPrice", TickerFields.Price(i, i.Tick.Index));
            w.WriteString("multiplier", "1");
            w.WriteString("price", TickerFields.Price(i, i.Tick.Index));
            w.WriteString("weight", "1");
            w.WriteEndObject();
            w.WriteEndArray();
        });
    }

    /// <summary>Begins of past periods, newest first.</summary>
    private List<DateTime> Times(Fields f, string field, int otherwise, int max)
    {
        if (!Periods.TryGetValue(f.Required(field), out var every)) throw BybitError.Param($"{field} invalid");
        var (from, to) = (f.Time("startTime", DateTime.UnixEpoch), f.Time("endTime", venue.StampUtc));
        if (to > venue.StampUtc) to = venue.StampUtc;
        var times = new List<DateTime>();
        for (var at = to.AddTicks(-(to.Ticks % every.Ticks)); at >= from && times.Count < f.Limit(otherwise, max); at -= every)
            times.Add(at);
        return times;
    }
}
