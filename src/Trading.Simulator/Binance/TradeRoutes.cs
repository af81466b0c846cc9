using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Trades of the market: the last price as one trade of the smallest quantity.</summary>
internal sealed class TradeRoutes(Venue venue, JsonText json)
{
    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/fapi/v1/trades", Security.None, 5, "market", Trades);
        routes.Add("GET", "/fapi/v1/historicalTrades", Security.Key, 20, "market", Trades);
        routes.Add("GET", "/fapi/v1/aggTrades", Security.None, 20, "market", AggregateTrades);
    }

    private string Trades(Request r) => json.Array(Priced(r), (w, i) =>
    {
        w.Ms("id", i.Tick.AtUtc);
        w.Padded("price", i.Last, i.Spec.PricePrecision);
        w.Padded("qty", i.Spec.MinQty, i.Spec.QuantityPrecision);
        w.Padded("quoteQty", i.Last * i.Spec.MinQty, 2);
        w.Ms("time", i.Tick.AtUtc);
        w.WriteBoolean("isBuyerMaker", false);
        w.WriteBoolean("isRPITrade", false);
    });

    private string AggregateTrades(Request r) => json.Array(Priced(r), (w, i) =>
    {
        w.Ms("a", i.Tick.AtUtc);
        w.Padded("p", i.Last, i.Spec.PricePrecision);
        w.Padded("q", i.Spec.MinQty, i.Spec.QuantityPrecision);
        w.Padded("nq", i.Spec.MinQty, i.Spec.QuantityPrecision);
        w.Ms("f", i.Tick.AtUtc);
        w.Ms("l", i.Tick.AtUtc);
        w.Ms("T", i.Tick.AtUtc);
        w.WriteBoolean("m", false);
    });

    private IEnumerable<Instrument> Priced(Request r)
    {
        var instrument = venue.Find(r.Params.Required("symbol")) ?? throw BinanceError.Of(Refusal.UnknownSymbol);
        return instrument.HasPrice ? [instrument] : [];
    }
}
