using System.Text.Json;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>The rules of the exchange and of every symbol (protocol page, section 5).</summary>
internal sealed class ExchangeInfoRoutes(Venue venue, BinanceOptions options, JsonText json)
{
    public void Register(RouteTable routes) =>
        routes.Add("GET", "/fapi/v1/exchangeInfo", Security.None, 1, "market", _ => ExchangeInfo());

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
        w.WriteString("pair", Words.PairOf(s.Symbol));
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
        w.WriteString("underlyingType", s.IsTradFi ? "EQUITY" : "COIN");
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
        w.WriteStartArray("permissionSets");
        w.WriteStringValue("GRID");
        w.WriteStringValue("COPY");
        w.WriteEndArray();
        w.WriteEndObject();
    }

    private static void WriteFilters(Utf8JsonWriter w, SymbolSpec s)
    {
        w.WriteStartArray("filters");
        w.WriteStartObject();
        w.WriteString("filterType", "PRICE_FILTER");
        w.Padded("minPrice", s.MinPrice, s.PricePrecision);
        w.Trimmed("maxPrice", s.MaxPrice);
        w.Padded("tickSize", s.TickSize, s.PricePrecision);
        w.WriteEndObject();
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
}
