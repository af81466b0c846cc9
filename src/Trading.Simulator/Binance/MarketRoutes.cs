using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Time and present prices (protocol page, section 5).</summary>
internal sealed class MarketRoutes(Venue venue, JsonText json)
{
    private const int PriceDigits = 8;

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/fapi/v1/ping", Security.None, 1, "time", _ => "{}");
        routes.Add("GET", "/fapi/v1/time", Security.None, 1, "time",
            _ => $$"""{"serverTime":{{JsonFields.ToMs(venue.StampUtc)}}}""");
        routes.Add("GET", "/fapi/v1/premiumIndex", Security.None, p => p.Has("symbol") ? 1 : 10, "market",
            r => OneOrAll(r.Params, WritePremium));
        routes.Add("GET", "/fapi/v1/ticker/price", Security.None, p => p.Has("symbol") ? 1 : 2, "market",
            r => OneOrAll(r.Params, WritePrice));
        routes.Add("GET", "/fapi/v2/ticker/price", Security.None, p => p.Has("symbol") ? 1 : 2, "market",
            r => OneOrAll(r.Params, WritePrice));
        routes.Add("GET", "/fapi/v1/ticker/bookTicker", Security.None, p => p.Has("symbol") ? 2 : 5, "market",
            r => OneOrAll(r.Params, WriteBook));
    }

    private string OneOrAll(Params parameters, Action<Utf8JsonWriter, Instrument> write)
    {
        if (parameters.Has("symbol"))
        {
            var instrument = Find(parameters);
            return json.Object(w => write(w, instrument));
        }

        return json.Array(venue.Symbols.Select(s => venue.Find(s.Symbol)!).Where(i => i.HasPrice), write);
    }

    private Instrument Find(Params parameters) =>
        venue.Find(parameters.Required("symbol")) ?? throw BinanceError.Of(Refusal.UnknownSymbol);

    private void WritePremium(Utf8JsonWriter w, Instrument i)
    {
        w.WriteString("symbol", i.Symbol);
        w.Padded("markPrice", i.Mark, PriceDigits);
        w.Padded("indexPrice", i.Tick.Index, PriceDigits);
        w.Padded("estimatedSettlePrice", i.Tick.Index, PriceDigits);
        w.Padded("lastFundingRate", i.Tick.FundingRate, PriceDigits);
        w.WriteString("interestRate", "0.00010000");
        w.Ms("nextFundingTime", i.Tick.NextFundingUtc);
        w.Ms("time", venue.StampUtc);
    }

    private void WritePrice(Utf8JsonWriter w, Instrument i)
    {
        w.WriteString("symbol", i.Symbol);
        w.Padded("price", i.Last, i.Spec.PricePrecision);
        w.Ms("time", venue.StampUtc);
    }

    private void WriteBook(Utf8JsonWriter w, Instrument i)
    {
        var digits = i.Spec.PricePrecision;
        w.WriteString("symbol", i.Symbol);
        w.Padded("bidPrice", i.Bid(1), digits);
        w.Padded("bidQty", i.Spec.MarketMaxQty, i.Spec.QuantityPrecision);
        w.Padded("askPrice", i.Ask(1), digits);
        w.Padded("askQty", i.Spec.MarketMaxQty, i.Spec.QuantityPrecision);
        w.Ms("time", venue.StampUtc);
    }
}
