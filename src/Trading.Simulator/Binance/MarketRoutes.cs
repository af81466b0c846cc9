using System.Text.Json;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Public market data (protocol page, section 5).</summary>
internal sealed class MarketRoutes(Venue venue, BinanceOptions options, JsonText json)
{
    private const int PriceDigits = 8;

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/fapi/v1/ping", Security.None, 1, "time", _ => "{}");
        routes.Add("GET", "/fapi/v1/time", Security.None, 1, "time",
            _ => $$"""{"serverTime":{{JsonFields.ToMs(venue.StampUtc)}}}""");
        routes.Add("GET", "/fapi/v1/exchangeInfo", Security.None, 1, "market", _ => ExchangeInfo());
        routes.Add("GET", "/fapi/v1/premiumIndex", Security.None, p => p.Has("symbol") ? 1 : 10, "market",
            r => OneOrAll(r.Params, WritePremium));
        routes.Add("GET", "/fapi/v1/ticker/price", Security.None, p => p.Has("symbol") ? 1 : 2, "market",
            r => OneOrAll(r.Params, WritePrice));
        routes.Add("GET", "/fapi/v2/ticker/price", Security.None, p => p.Has("symbol") ? 1 : 2, "market",
            r => OneOrAll(r.Params, WritePrice));
        routes.Add("GET", "/fapi/v1/ticker/bookTicker", Security.None, p => p.Has("symbol") ? 2 : 5, "market",
            r => OneOrAll(r.Params, WriteBook));
        routes.Add("GET", "/fapi/v1/klines", Security.None, KlineWeight, "market", Klines);
        routes.Add("GET", "/fapi/v1/markPriceKlines", Security.None, KlineWeight, "market", Klines);
    }

    private static int KlineWeight(Params parameters) =>
        !parameters.Has("limit") ? 5
        : parameters.Number("limit") switch { <= 100 => 1, <= 500 => 2, <= 1000 => 5, _ => 10 };

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
        w.Padded("bidPrice", i.Last, digits);
        w.Padded("bidQty", i.Spec.MarketMaxQty, i.Spec.QuantityPrecision);
        w.Padded("askPrice", i.Last + i.Spec.TickSize, digits);
        w.Padded("askQty", i.Spec.MarketMaxQty, i.Spec.QuantityPrecision);
        w.Ms("time", venue.StampUtc);
    }

    private string ExchangeInfo() => json.Object(w =>
    {
        w.WriteString("timezone", "UTC");
        w.Ms("serverTime", venue.StampUtc);
        w.WriteString("futuresType", "U_MARGINED");
        w.WriteStartArray("rateLimits");
        WriteLimit(w, "REQUEST_WEIGHT", "MINUTE", 1, options.WeightPerMinute);
        WriteLimit(w, "ORDERS", "MINUTE", 1, options.OrdersPerMinute);
        WriteLimit(w, "ORDERS", "SECOND", 10, options.OrdersPerTenSeconds);
        w.WriteEndArray();
        w.WriteStartArray("exchangeFilters");
        w.WriteEndArray();
        w.WriteStartArray("assets");
        w.WriteStartObject();
        w.WriteString("asset", "USDT");
        w.WriteBoolean("marginAvailable", true);
        w.WriteString("autoAssetExchange", "-10000");
        w.WriteEndObject();
        w.WriteEndArray();
        w.WriteStartArray("symbols");
        foreach (var spec in venue.Symbols) WriteSymbol(w, spec);
        w.WriteEndArray();
    });

    private static void WriteLimit(Utf8JsonWriter w, string type, string interval, int number, int limit)
    {
        w.WriteStartObject();
        w.WriteString("rateLimitType", type);
        w.WriteString("interval", interval);
        w.WriteNumber("intervalNum", number);
        w.WriteNumber("limit", limit);
        w.WriteEndObject();
    }

    private static void WriteSymbol(Utf8JsonWriter w, SymbolSpec s)
    {
        w.WriteStartObject();
        w.WriteString("symbol", s.Symbol);
        w.WriteString("pair", s.Symbol);
        w.WriteString("contractType", s.ContractType);
        w.Ms("deliveryDate", s.DeliveryUtc);
        w.Ms("onboardDate", s.OnboardUtc);
        w.WriteString("status", s.Status);
        w.Padded("maintMarginPercent", s.MaintMarginRate * 100m, 4);
        w.Padded("requiredMarginPercent", 100m / s.MaxLeverage, 4);
        w.WriteString("baseAsset", s.BaseAsset);
        w.WriteString("quoteAsset", s.QuoteAsset);
        w.WriteString("marginAsset", s.QuoteAsset);
        w.WriteNumber("pricePrecision", s.PricePrecision);
        w.WriteNumber("quantityPrecision", s.QuantityPrecision);
        w.WriteNumber("baseAssetPrecision", 8);
        w.WriteNumber("quotePrecision", 8);
        w.WriteString("underlyingType", "COIN");
        w.WriteStartArray("underlyingSubType");
        w.WriteEndArray();
        w.Padded("triggerProtect", s.TriggerProtect, 4);
        w.Padded("liquidationFee", s.LiquidationFee, 6);
        w.Padded("marketTakeBound", s.MarketTakeBound, 2);
        w.WriteNumber("maxMoveOrderLimit", 10000);
        WriteFilters(w, s);
        w.WriteStartArray("orderTypes");
        foreach (var type in (string[])["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET",
            "TRAILING_STOP_MARKET"]) w.WriteStringValue(type);
        w.WriteEndArray();
        w.WriteStartArray("timeInForce");
        foreach (var tif in (string[])["GTC", "IOC", "FOK", "GTX", "GTD"]) w.WriteStringValue(tif);
        w.WriteEndArray();
        w.WriteEndObject();
    }

    private static void WriteFilters(Utf8JsonWriter w, SymbolSpec s)
    {
        w.WriteStartArray("filters");
        Filter(w, "PRICE_FILTER", ("minPrice", s.MinPrice), ("maxPrice", s.MaxPrice), ("tickSize", s.TickSize));
        Filter(w, "LOT_SIZE", ("minQty", s.MinQty), ("maxQty", s.MaxQty), ("stepSize", s.StepSize));
        Filter(w, "MARKET_LOT_SIZE", ("minQty", s.MinQty), ("maxQty", s.MarketMaxQty), ("stepSize", s.StepSize));
        w.WriteStartObject();
        w.WriteString("filterType", "MAX_NUM_ORDERS");
        w.WriteNumber("limit", 200);
        w.WriteEndObject();
        Filter(w, "MIN_NOTIONAL", ("notional", s.MinNotional));
        w.WriteStartObject();
        w.WriteString("filterType", "PERCENT_PRICE");
        w.Padded("multiplierUp", s.PriceUp, 4);
        w.Padded("multiplierDown", s.PriceDown, 4);
        w.WriteString("multiplierDecimal", "4");
        w.WriteEndObject();
        w.WriteStartObject();
        w.WriteString("filterType", "POSITION_RISK_CONTROL");
        w.WriteString("positionControlSide", "NONE");
        w.WriteEndObject();
        w.WriteEndArray();
    }

    private static void Filter(Utf8JsonWriter w, string type, params (string Name, decimal Value)[] fields)
    {
        w.WriteStartObject();
        w.WriteString("filterType", type);
        foreach (var (name, value) in fields) w.Trimmed(name, value);
        w.WriteEndObject();
    }

    private string Klines(Request r)
    {
        var instrument = Find(r.Params);
        var minutes = KlineBars.MinutesOf(r.Params.Required("interval"))
            ?? throw new BinanceError(-1120, "Invalid interval.");
        var limit = r.Params.Number("limit", 500);
        if (limit is < 1 or > 1500) throw new BinanceError(-1130, "Data sent for parameter 'limit' is not valid.");
        return KlineBars.Rows(instrument, minutes, r.Params.Time("startTime"), r.Params.Time("endTime"), (int)limit);
    }
}
