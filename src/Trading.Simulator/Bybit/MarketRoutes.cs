using System.Globalization;
using System.Text.Json;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Market data over REST (protocol page, section 5).</summary>
internal sealed class MarketRoutes(Venue venue, JsonText json)
{
    private const int BookDefault = 25;
    private const int BookMax = 1000;
    private const int RiskPage = 15;
    private readonly Dictionary<string, long> numbers = [];

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/v5/market/time", 0, "time", _ => Time());
        routes.Add("GET", "/v5/market/instruments-info", 0, "market", Instruments);
        routes.Add("GET", "/v5/account/instruments-info", 10, "market", Instruments);
        routes.Add("GET", "/v5/market/tickers", 0, "market", Tickers);
        routes.Add("GET", "/v5/market/orderbook", 0, "market", Book);
        routes.Add("GET", "/v5/market/recent-trade", 0, "market", Trades);
        routes.Add("GET", "/v5/market/price-limit", 0, "market", PriceLimit);
        routes.Add("GET", "/v5/market/funding/history", 0, "market", Funding);
        routes.Add("GET", "/v5/market/risk-limit", 0, "market", RiskLimit);
    }

    public static void CheckCategory(Fields fields)
    {
        if (fields.Required("category") != "linear") throw BybitError.Param("category invalid");
    }

    public static Instrument Find(Venue venue, Fields fields)
    {
        CheckCategory(fields);
        return venue.Find(fields.Required("symbol")) ?? throw BybitError.Of(Refusal.UnknownSymbol);
    }

    private string Time() => json.Object(w =>
    {
        var ticks = (venue.StampUtc - DateTime.UnixEpoch).Ticks;
        w.WriteString("timeSecond", (ticks / TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture));
        w.WriteString("timeNano", (ticks * 100).ToString(CultureInfo.InvariantCulture));
    });

    private string Instruments(Request r)
    {
        CheckCategory(r.Fields);
        var (symbol, status, coin) = (r.Fields.Text("symbol"), r.Fields.Text("status"), r.Fields.Text("baseCoin"));
        if (symbol.Length > 0 && venue.Find(symbol) is null) throw BybitError.Of(Refusal.UnknownSymbol);
        var rows = venue.Symbols.Where(s => (symbol.Length == 0 || s.Symbol == symbol)
            && (coin.Length == 0 || s.BaseAsset == coin)
            && (status.Length == 0
                ? symbol.Length > 0 || Words.StatusOf(s.Status) == "Trading"
                : Words.StatusOf(s.Status) == status));
        return Pages.Write(json, rows, r.Fields, 500, 1000, WriteInstrument);
    }

    private void WriteInstrument(Utf8JsonWriter w, SymbolSpec s)
    {
        var (price, quantity) = (s.PricePrecision, s.QuantityPrecision);
        w.WriteString("symbol", s.Symbol);
        w.WriteNumber("symbolId", NumberOf(s.Symbol));
        w.WriteString("contractType", s.IsPerpetual ? "LinearPerpetual" : "LinearFutures");
        w.WriteString("status", Words.StatusOf(s.Status));
        w.WriteString("baseCoin", s.BaseAsset);
        w.WriteString("quoteCoin", s.QuoteAsset);
        w.MsText("launchTime", s.OnboardUtc);
        w.WriteString("deliveryTime", s.DeliveryUtc.Year >= 2100 ? "0" : JsonFields.ToMs(s.DeliveryUtc).ToString());
        w.WriteString("deliveryFeeRate", "");
        w.WriteString("priceScale", price.ToString(CultureInfo.InvariantCulture));
        w.WriteStartObject("leverageFilter");
        w.WriteString("minLeverage", "1");
        w.Padded("maxLeverage", s.MaxLeverage, 2);
        w.WriteString("leverageStep", "0.01");
        w.WriteEndObject();
        w.WriteStartObject("priceFilter");
        w.Padded("minPrice", s.MinPrice, price);
        w.Padded("maxPrice", s.MaxPrice, price);
        w.Padded("tickSize", s.TickSize, price);
        w.WriteEndObject();
        w.WriteStartObject("lotSizeFilter");
        w.Padded("maxOrderQty", s.MaxQty, quantity);
        w.Padded("minOrderQty", s.MinQty, quantity);
        w.Padded("qtyStep", s.StepSize, quantity);
        w.Padded("postOnlyMaxOrderQty", s.MaxQty, quantity);
        w.Padded("maxMktOrderQty", s.MarketMaxQty, quantity);
        w.Trimmed("minNotionalValue", s.MinNotional);
        w.WriteEndObject();
        w.WriteBoolean("unifiedMarginTrade", true);
        w.WriteNumber("fundingInterval", 480);
        w.WriteString("settleCoin", s.QuoteAsset);
        w.WriteString("copyTrading", "both");
        w.WriteString("upperFundingRate", "0.00375");
        w.WriteString("lowerFundingRate", "-0.00375");
        w.WriteBoolean("isPreListing", false);
        w.WriteNull("preListingInfo");
        w.WriteStartObject("riskParameters");
        w.Trimmed("priceLimitRatioX", s.PriceUp - 1m);
        w.Trimmed("priceLimitRatioY", (s.PriceUp - 1m) * 2m);
        w.WriteEndObject();
        w.WriteString("symbolType", s.IsTradFi ? "stock" : "");
        w.WriteString("displayName", "");
        w.WriteBoolean("forbidUplWithdrawal", false);
    }

    private long NumberOf(string symbol) =>
        numbers.TryGetValue(symbol, out var number) ? number : numbers[symbol] = numbers.Count + 5;

    private string Tickers(Request r)
    {
        CheckCategory(r.Fields);
        var symbol = r.Fields.Text("symbol");
        if (symbol.Length > 0 && venue.Find(symbol) is null) throw BybitError.Of(Refusal.UnknownSymbol);
        return json.Object(w =>
        {
            w.WriteString("category", "linear");
            w.WriteStartArray("list");
            foreach (var spec in venue.Symbols)
            {
                if (symbol.Length > 0 && spec.Symbol != symbol) continue;
                if (venue.Find(spec.Symbol) is not { HasPrice: true } instrument) continue;
                w.WriteStartObject();
                foreach (var (name, value) in TickerFields.Of(instrument, venue.NowUtc)) w.WriteString(name, value);
                foreach (var name in (string[])["predictedDeliveryPrice", "basisRate", "basisRateYear", "basis", "deliveryFeeRate"])
                    w.WriteString(name, "");
                w.WriteString("deliveryTime", "0");
                w.WriteEndObject();
            }

            w.WriteEndArray();
        });
    }

    private string Book(Request r)
    {
        var i = Find(venue, r.Fields);
        return json.Object(w =>
        {
            w.WriteString("s", i.Symbol);
            BookLevels.Of(i, r.Fields.Limit(BookDefault, BookMax)).Write(w, i);
            w.Ms("ts", venue.StampUtc);
            w.WriteNumber("u", 230_704);
            w.WriteNumber("seq", Ids.Sequence(venue.Ids.Trade));
            w.Ms("cts", i.Tick.AtUtc);
        });
    }

    private string Trades(Request r)
    {
        var i = Find(venue, r.Fields);
        return Pages.Write(json, [i], r.Fields, 1, 1, (w, one) =>
        {
            w.WriteString("execId", Ids.Execution(one.Tick.AtUtc.Ticks));
            w.WriteString("symbol", one.Symbol);
            w.WriteString("price", TickerFields.Price(one, one.Last));
            w.Padded("size", one.Spec.MinQty, one.Spec.QuantityPrecision);
            w.WriteString("side", "Buy");
            w.MsText("time", one.Tick.AtUtc);
            w.WriteBoolean("isBlockTrade", false);
            w.WriteBoolean("isRPITrade", false);
            w.WriteString("seq", Ids.Sequence(venue.Ids.Trade).ToString(CultureInfo.InvariantCulture));
        });
    }

    private string PriceLimit(Request r)
    {
        var i = Find(venue, r.Fields);
        return json.Object(w =>
        {
            PoolFrames.WriteBand(w, i);
            w.MsText("ts", venue.StampUtc);
        });
    }

    private string Funding(Request r)
    {
        var i = Find(venue, r.Fields);
        return Pages.Write(json, i.Fundings.AsEnumerable().Reverse(), r.Fields, 200, 200, (w, paid) =>
        {
            w.WriteString("symbol", i.Symbol);
            w.Trimmed("fundingRate", paid.Rate);
            w.MsText("fundingRateTimestamp", paid.AtUtc);
        });
    }

    private string RiskLimit(Request r)
    {
        CheckCategory(r.Fields);
        IEnumerable<SymbolSpec> specs = r.Fields.Has("symbol") ? [Find(venue, r.Fields).Spec] : venue.Symbols;
        return Pages.Write(json, specs, r.Fields, RiskPage, RiskPage, (w, spec) =>
        {
            w.WriteNumber("id", MarginRoutes.RiskId);
            w.WriteString("symbol", spec.Symbol);
            w.WriteString("riskLimitValue", MarginRoutes.RiskLimit);
            w.Trimmed("maintenanceMargin", spec.MaintMarginRate);
            w.Trimmed("initialMargin", decimal.Round(1m / spec.MaxLeverage, 6));
            w.WriteNumber("isLowestRisk", 1);
            w.Padded("maxLeverage", spec.MaxLeverage, 2);
            w.WriteString("mmDeduction", "");
        });
    }
}
