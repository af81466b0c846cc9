using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Market data clients ask for in passing: day statistics, a one-level book, trades, funding. Volumes are not
/// simulated.</summary>
internal sealed class TickerRoutes(Venue venue, JsonText json)
{
    private const int MinutesOfDay = 1440;

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/fapi/v1/ticker/24hr", Security.None, p => p.Has("symbol") ? 1 : 40, "market", Day);
        routes.Add("GET", "/fapi/v1/depth", Security.None, 5, "market", Depth);
        routes.Add("GET", "/fapi/v1/trades", Security.None, 5, "market", Trades);
        routes.Add("GET", "/fapi/v1/aggTrades", Security.None, 20, "market", AggregateTrades);
        routes.Add("GET", "/fapi/v1/fundingRate", Security.None, 0, "market", FundingRates);
        routes.Add("GET", "/fapi/v1/fundingInfo", Security.None, 0, "market", _ => "[]");
    }

    private string Day(Request r)
    {
        if (!r.Params.Has("symbol"))
            return json.Array(venue.Symbols.Select(s => venue.Find(s.Symbol)!).Where(i => i.HasPrice), WriteDay);
        var instrument = Find(r);
        return json.Object(w => WriteDay(w, instrument));
    }

    private void WriteDay(Utf8JsonWriter w, Instrument i)
    {
        var (open, high, low, count) = (i.Last, i.Last, i.Last, 0);
        for (var k = Math.Max(0, i.Candles.Count - MinutesOfDay); k < i.Candles.Count; k++)
        {
            var bar = i.Candles[k];
            if (count == 0) open = bar.Open;
            (high, low, count) = (Math.Max(high, bar.High), Math.Min(low, bar.Low), count + bar.Count);
        }

        var digits = i.Spec.PricePrecision;
        w.WriteString("symbol", i.Symbol);
        w.Padded("priceChange", i.Last - open, digits);
        w.Padded("priceChangePercent", open == 0m ? 0m : (i.Last - open) / open * 100m, 3);
        w.Padded("weightedAvgPrice", i.Last, digits);
        w.Padded("lastPrice", i.Last, digits);
        w.Padded("lastQty", i.Spec.MinQty, i.Spec.QuantityPrecision);
        w.Padded("openPrice", open, digits);
        w.Padded("highPrice", high, digits);
        w.Padded("lowPrice", low, digits);
        w.WriteString("volume", "0");
        w.WriteString("quoteVolume", "0.00");
        w.Ms("openTime", venue.StampUtc.AddDays(-1));
        w.Ms("closeTime", venue.StampUtc);
        w.WriteNumber("firstId", 1);
        w.WriteNumber("lastId", count);
        w.WriteNumber("count", count);
    }

    private string Depth(Request r)
    {
        var i = Find(r);
        return json.Object(w =>
        {
            w.Ms("lastUpdateId", i.Tick.AtUtc);
            w.Ms("E", venue.StampUtc);
            w.Ms("T", i.Tick.AtUtc);
            WriteLevel(w, "bids", i, i.Last);
            WriteLevel(w, "asks", i, i.Last + i.Spec.TickSize);
        });
    }

    private static void WriteLevel(Utf8JsonWriter w, string name, Instrument i, decimal price)
    {
        w.WriteStartArray(name);
        w.WriteStartArray();
        w.WriteStringValue(JsonFields.Pad(price, i.Spec.PricePrecision));
        w.WriteStringValue(JsonFields.Pad(i.Spec.MarketMaxQty, i.Spec.QuantityPrecision));
        w.WriteEndArray();
        w.WriteEndArray();
    }

    /// <summary>The last price as one trade.</summary>
    private string Trades(Request r) => json.Array([Find(r)], (w, i) =>
    {
        w.Ms("id", i.Tick.AtUtc);
        w.Padded("price", i.Last, i.Spec.PricePrecision);
        w.Padded("qty", i.Spec.MinQty, i.Spec.QuantityPrecision);
        w.Padded("quoteQty", i.Last * i.Spec.MinQty, 2);
        w.Ms("time", i.Tick.AtUtc);
        w.WriteBoolean("isBuyerMaker", false);
    });

    private string AggregateTrades(Request r) => json.Array([Find(r)], (w, i) =>
    {
        w.Ms("a", i.Tick.AtUtc);
        w.Padded("p", i.Last, i.Spec.PricePrecision);
        w.Padded("q", i.Spec.MinQty, i.Spec.QuantityPrecision);
        w.Ms("f", i.Tick.AtUtc);
        w.Ms("l", i.Tick.AtUtc);
        w.Ms("T", i.Tick.AtUtc);
        w.WriteBoolean("m", false);
    });

    /// <summary>Rates that were paid.</summary>
    private string FundingRates(Request r)
    {
        var wanted = r.Params.Has("symbol") ? [Find(r)] : venue.Symbols.Select(s => venue.Find(s.Symbol)!);
        var limit = (int)Math.Clamp(r.Params.Number("limit", 100), 1, 1000);
        var rows = wanted.SelectMany(i => i.Fundings.Select(f => (i.Symbol, Funding: f)));
        return json.Array(rows.TakeLast(limit), static (w, row) =>
        {
            w.WriteString("symbol", row.Symbol);
            w.Padded("fundingRate", row.Funding.Rate, 8);
            w.Ms("fundingTime", row.Funding.AtUtc);
            w.Padded("markPrice", row.Funding.Mark, 8);
        });
    }

    private Instrument Find(Request r) =>
        venue.Find(r.Params.Required("symbol")) ?? throw BinanceError.Of(Refusal.UnknownSymbol);
}
