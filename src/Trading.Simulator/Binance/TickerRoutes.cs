using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Statistics of the last 24 hours.</summary>
internal sealed class TickerRoutes(Venue venue, JsonText json)
{
    public void Register(RouteTable routes) =>
        routes.Add("GET", "/fapi/v1/ticker/24hr", Security.None, p => p.Has("symbol") ? 1 : 40, "market", Day);

    private string Day(Request r)
    {
        if (!r.Params.Has("symbol"))
            return json.Array(venue.Symbols.Select(s => venue.Find(s.Symbol)!).Where(i => i.HasPrice), WriteDay);
        var instrument = venue.Find(r.Params.Text("symbol")) ?? throw BinanceError.Of(Refusal.UnknownSymbol);
        return json.Object(w => WriteDay(w, instrument));
    }

    private void WriteDay(Utf8JsonWriter w, Instrument i)
    {
        var day = DayStatistics.Of(i, venue.NowUtc);
        var digits = i.Spec.PricePrecision;
        w.WriteString("symbol", i.Symbol);
        w.Padded("priceChange", day.Change, digits);
        w.Padded("priceChangePercent", day.ChangePercent, 3);
        w.Padded("weightedAvgPrice", day.Average, digits);
        w.Padded("lastPrice", day.Last, digits);
        w.Padded("lastQty", i.Spec.MinQty, i.Spec.QuantityPrecision);
        w.Padded("openPrice", day.Open, digits);
        w.Padded("highPrice", day.High, digits);
        w.Padded("lowPrice", day.Low, digits);
        w.Padded("volume", day.Volume, i.Spec.QuantityPrecision);
        w.Padded("quoteVolume", day.Quote, 2);
        w.Ms("openTime", venue.StampUtc.AddDays(-1));
        w.Ms("closeTime", venue.StampUtc);
        w.WriteNumber("firstId", 1);
        w.WriteNumber("lastId", day.Count);
        w.WriteNumber("count", day.Count);
    }
}
