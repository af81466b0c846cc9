using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Trades, income, forced orders. Unlike allOrders, limits keep the oldest rows of the window.</summary>
internal sealed class HistoryRoutes(Venue venue, JsonText json)
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(7);

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/fapi/v1/userTrades", Security.Signed, 5, "trades", Trades);
        routes.Add("GET", "/fapi/v1/income", Security.Signed, 30, "trades", Incomes);
        routes.Add("GET", "/fapi/v1/forceOrders", Security.Signed, p => p.Has("symbol") ? 20 : 50, "trades", Forced);
    }

    private string Trades(Request r)
    {
        var symbol = r.Params.Required("symbol");
        var limit = (int)Math.Clamp(r.Params.Number("limit", 500), 1, 1000);
        var orderId = r.Params.Number("orderId");
        var fromId = r.Params.Number("fromId");
        var (from, to) = fromId > 0 || orderId > 0 ? (DateTime.MinValue, DateTime.MaxValue) : Times(r.Params);
        var rows = r.Account.Trades
            .Where(t => t.Symbol == symbol && t.Id >= fromId && (orderId == 0 || t.OrderId == orderId)
                && t.AtUtc >= from && t.AtUtc <= to)
            .Take(limit);
        return json.Array(rows, WriteTrade);
    }

    private void WriteTrade(Utf8JsonWriter w, Trade t)
    {
        var spec = venue.Find(t.Symbol)!.Spec;
        w.WriteString("symbol", t.Symbol);
        w.WriteNumber("id", t.Id);
        w.WriteNumber("orderId", t.OrderId);
        w.WriteString("pair", t.Symbol);
        w.WriteString("side", Words.Of(t.Side));
        w.Padded("price", t.Price, spec.PricePrecision);
        w.Padded("qty", t.Quantity, spec.QuantityPrecision);
        w.WriteString("realizedPnl", t.Realized == 0m ? "0" : JsonFields.Pad(t.Realized, 8));
        w.Padded("quoteQty", t.Price * t.Quantity, spec.PricePrecision + spec.QuantityPrecision);
        w.Padded("commission", t.Fee, 8);
        w.WriteString("commissionAsset", t.FeeAsset);
        w.Ms("time", t.AtUtc);
        w.WriteBoolean("buyer", t.Side == Side.Buy);
        w.WriteBoolean("maker", t.Maker);
        w.WriteString("positionSide", Words.Of(t.PositionSide));
        w.WriteString("baseQty", "0");
        w.WriteString("marginAsset", "USDT");
    }

    private string Incomes(Request r)
    {
        var symbol = r.Params.Text("symbol");
        var type = r.Params.Text("incomeType");
        var limit = (int)Math.Clamp(r.Params.Number("limit", 100), 1, 1000);
        var page = (int)Math.Clamp(r.Params.Number("page", 1), 1, 1000);
        var (from, to) = Times(r.Params);
        var rows = r.Account.Incomes
            .Where(i => (symbol.Length == 0 || i.Symbol == symbol) && (type.Length == 0 || Words.Of(i.Type) == type)
                && i.AtUtc >= from && i.AtUtc <= to)
            .Skip((page - 1) * limit).Take(limit);
        return json.Array(rows, static (w, i) =>
        {
            w.WriteString("symbol", i.Symbol);
            w.WriteString("incomeType", Words.Of(i.Type));
            w.Padded("income", i.Amount, 8);
            w.WriteString("asset", i.Asset);
            w.WriteString("info", Words.Of(i.Type));
            w.Ms("time", i.AtUtc);
            w.WriteNumber("tranId", i.Id);
            w.WriteString("tradeId", i.TradeId == 0 ? "" : i.TradeId.ToString());
        });
    }

    private string Forced(Request r)
    {
        var rows = r.Account.OrderHistory.Where(o => o.Origin is Origin.Liquidation or Origin.Adl
            && r.Params.Text("autoCloseType") is var type && (type.Length == 0 || type == (o.Origin == Origin.Adl ? "ADL" : "LIQUIDATION"))
            && (!r.Params.Has("symbol") || o.Symbol == r.Params.Text("symbol")));
        return json.Array(rows, (w, o) => OrderJson.Write(w, o, venue.Find(o.Symbol)!.Spec, OrderShape.Query));
    }

    private (DateTime From, DateTime To) Times(Params p)
    {
        var to = p.Time("endTime");
        var from = p.Time("startTime");
        if (from is { } start && to is { } end && end - start > Window)
            throw new BinanceError(-4166, "Search window is restricted to recent 7 days only.");
        return (from ?? (to ?? venue.StampUtc) - Window, to ?? (from is { } s ? s + Window : DateTime.MaxValue));
    }
}
