using System.Globalization;
using System.Text.Json;

namespace Trading.Simulator.Market;

/// <summary>Reads symbol filters from a saved exchangeInfo answer (Binance) or instruments-info answer (Bybit).
/// Filters that are absent keep the defaults of <see cref="SymbolSpec"/>.</summary>
public static class ExchangeInfo
{
    public static IReadOnlyDictionary<string, SymbolSpec> Read(string path)
    {
        using var reader = RecordedText.Open(path);
        try
        {
            using var document = JsonDocument.Parse(reader.ReadToEnd());
            return Parse(document.RootElement).ToDictionary(s => s.Symbol, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException
            or InvalidOperationException)
        {
            throw new MarketException($"{path}: is no exchangeInfo or instruments-info answer ({e.Message}).");
        }
    }

    private static IEnumerable<SymbolSpec> Parse(JsonElement root)
    {
        if (root.TryGetProperty("symbols", out var symbols)) return symbols.EnumerateArray().Select(Binance);
        return root.GetProperty("result").GetProperty("list").EnumerateArray().Select(Bybit);
    }

    private static SymbolSpec Binance(JsonElement row)
    {
        var filters = row.GetProperty("filters").EnumerateArray()
            .ToDictionary(f => f.GetProperty("filterType").GetString()!, StringComparer.Ordinal);
        var (price, lot) = (filters["PRICE_FILTER"], filters["LOT_SIZE"]);
        var spec = new SymbolSpec(Text(row, "symbol"), Number(price, "tickSize"), Number(lot, "stepSize"));
        var market = filters.GetValueOrDefault("MARKET_LOT_SIZE", lot);
        return spec with
        {
            BaseAsset = Text(row, "baseAsset"),
            QuoteAsset = Text(row, "quoteAsset"),
            MinQty = Number(lot, "minQty"),
            MaxQty = Number(lot, "maxQty"),
            MarketMaxQty = Number(market, "maxQty"),
            MinPrice = Number(price, "minPrice"),
            MaxPrice = Number(price, "maxPrice"),
            MinNotional = Number(filters, "MIN_NOTIONAL", "notional") ?? spec.MinNotional,
            PriceUp = Number(filters, "PERCENT_PRICE", "multiplierUp") ?? spec.PriceUp,
            PriceDown = Number(filters, "PERCENT_PRICE", "multiplierDown") ?? spec.PriceDown,
            MaintMarginRate = Optional(row, "maintMarginPercent") / 100m ?? spec.MaintMarginRate,
            LiquidationFee = Optional(row, "liquidationFee") ?? spec.LiquidationFee,
            TriggerProtect = Optional(row, "triggerProtect") ?? spec.TriggerProtect,
            MarketTakeBound = Optional(row, "marketTakeBound") ?? spec.MarketTakeBound,
            Status = Text(row, "status"),
            ContractType = Text(row, "contractType"),
            OnboardUtc = Millis(row, "onboardDate") ?? spec.OnboardUtc,
            DeliveryUtc = Millis(row, "deliveryDate") ?? spec.DeliveryUtc,
        };
    }

    private static SymbolSpec Bybit(JsonElement row)
    {
        var (price, lot) = (row.GetProperty("priceFilter"), row.GetProperty("lotSizeFilter"));
        var spec = new SymbolSpec(Text(row, "symbol"), Number(price, "tickSize"), Number(lot, "qtyStep"));
        return spec with
        {
            BaseAsset = Text(row, "baseCoin"),
            QuoteAsset = Text(row, "quoteCoin"),
            MinQty = Number(lot, "minOrderQty"),
            MaxQty = Number(lot, "maxOrderQty"),
            MarketMaxQty = Optional(lot, "maxMktOrderQty") ?? Number(lot, "maxOrderQty"),
            MinNotional = Optional(lot, "minNotionalValue") ?? spec.MinNotional,
            MinPrice = Number(price, "minPrice"),
            MaxPrice = Number(price, "maxPrice"),
            MaxLeverage = (int)(Optional(row.GetProperty("leverageFilter"), "maxLeverage") ?? spec.MaxLeverage),
            Status = Text(row, "status").ToUpperInvariant(),
            ContractType = Text(row, "contractType") == "LinearPerpetual" ? "PERPETUAL" : Text(row, "contractType"),
            OnboardUtc = Millis(row, "launchTime") ?? spec.OnboardUtc,
            DeliveryUtc = Millis(row, "deliveryTime") ?? spec.DeliveryUtc,
        };
    }

    private static string Text(JsonElement row, string name) =>
        row.GetProperty(name).GetString() ?? throw new FormatException($"{name} is empty");

    private static decimal Number(JsonElement row, string name) =>
        Optional(row, name) ?? throw new FormatException($"{name} is missing");

    private static decimal? Number(Dictionary<string, JsonElement> filters, string filter, string name) =>
        filters.TryGetValue(filter, out var row) ? Optional(row, name) : null;

    private static decimal? Optional(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value)
        && decimal.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static DateTime? Millis(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && RecordedTime.TryParse(value.ToString(), out var utc) ? utc : null;
}
