using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Regular orders one at a time, and their lists (protocol page, section 7).</summary>
internal sealed class OrderRoutes(Venue venue, JsonText json)
{
    public void Register(RouteTable routes)
    {
        routes.AddOrder("POST", "/fapi/v1/order", Purpose, r => Place(r.Account, r.Params));
        routes.AddOrder("POST", "/fapi/v1/order/test", _ => "market", Test);
        routes.Add("GET", "/fapi/v1/order", Security.Signed, 1, "query_order",
            r => Write(Find(r.Account, r.Params), OrderShape.Query));
        routes.Add("GET", "/fapi/v1/openOrder", Security.Signed, 1, "query_order",
            r => Write(Find(r.Account, r.Params) is { IsOpen: true } order ? order : throw Unknown(), OrderShape.Query));
        routes.Add("DELETE", "/fapi/v1/order", Security.Signed, 1, "cancel_order", r => Cancel(r.Account, Seek(r.Account, r.Params)));
        routes.Add("DELETE", "/fapi/v1/allOpenOrders", Security.Signed, 1, "cancel_order", CancelAll);
        routes.Add("POST", "/fapi/v1/countdownCancelAll", Security.Signed, 10, "setup",
            new Countdowns(venue, json).Arm);
        routes.Add("GET", "/fapi/v1/openOrders", Security.Signed, p => p.Has("symbol") ? 1 : 40, "query_order",
            r => List(r.Account.OpenOrders.Where(o => Of(r, o.Symbol)), OrderShape.Query));
        routes.Add("GET", "/fapi/v1/allOrders", Security.Signed, 5, "query_order", AllOrders);
    }

    public string Place(Account account, Params p)
    {
        var answer = OrderForm.AnswerOf(p);
        var request = OrderForm.Read(venue, account, p);
        var (order, refusal) = venue.Orders.Place(account, request);
        return Write(order ?? throw BinanceError.Of(refusal, venue.Find(request.Symbol)?.Spec), answer);
    }

    public string Cancel(Account account, Order? order)
    {
        var (canceled, refusal) = venue.Orders.Cancel(account, order);
        return Write(canceled ?? throw BinanceError.Of(refusal), OrderShape.Placement);
    }

    public string Write(Order order, OrderShape shape) =>
        json.Object(w => OrderJson.Write(w, order, venue.Find(order.Symbol)!.Spec, shape));

    public static Order Find(Account account, Params p) => Seek(account, p) ?? throw Unknown();

    /// <summary>The order that is named by the exchange's id or else by the client's; null: there is none.</summary>
    public static Order? Seek(Account account, Params p)
    {
        var symbol = p.Required("symbol");
        var id = p.Number("orderId");
        var clientId = p.Text("origClientOrderId");
        if (id == 0 && clientId.Length == 0)
            throw new BinanceError(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");
        return MatchingEngine.Find(account, id, clientId) is { } order && order.Symbol == symbol ? order : null;
    }

    private static string Purpose(Params p)
    {
        var side = p.Text("side");
        var closes = p.Text("reduceOnly").Equals("true", StringComparison.OrdinalIgnoreCase)
            || (p.Text("positionSide") == "LONG" && side == "SELL")
            || (p.Text("positionSide") == "SHORT" && side == "BUY");
        return closes ? "close" : "entry";
    }

    /// <summary>Everything a placement looks at, without the placement.</summary>
    private string Test(Request r)
    {
        OrderForm.AnswerOf(r.Params);
        var request = OrderForm.Read(venue, r.Account, r.Params);
        var refusal = venue.Orders.Judge(r.Account, request);
        if (refusal != Refusal.None) throw BinanceError.Of(refusal, venue.Find(request.Symbol)?.Spec);
        var order = new Order
        {
            Account = r.Account.Name, Symbol = request.Symbol, ClientId = request.ClientId, Side = request.Side,
            PositionSide = request.PositionSide, Type = request.Type, TimeInForce = request.TimeInForce,
            GoodTillUtc = request.GoodTillUtc, PriceMatch = request.PriceMatch, Quantity = request.Quantity,
            Price = request.Price, ReduceOnly = request.ReduceOnly, CreatedUtc = venue.StampUtc,
        };
        return Write(order, OrderShape.Test);
    }

    private string CancelAll(Request r)
    {
        var symbol = r.Params.Required("symbol");
        foreach (var order in r.Account.OpenOrders.FindAll(o => o.Symbol == symbol)) venue.Orders.Cancel(r.Account, order);
        return """{"code":200,"msg":"The operation of cancel all open order is done."}""";
    }

    /// <summary>The newest of the window, oldest first.</summary>
    private string AllOrders(Request r)
    {
        var limit = r.Params.Limit(500, 1000);
        var from = r.Params.Time("startTime") ?? DateTime.MinValue;
        var to = r.Params.Time("endTime") ?? DateTime.MaxValue;
        var since = r.Params.Number("orderId");
        var rows = r.Account.OrderHistory
            .Where(o => Of(r, o.Symbol) && o.Id >= since && o.CreatedUtc >= from && o.CreatedUtc <= to).ToList();
        return List(rows.Skip(Math.Max(0, rows.Count - limit)), OrderShape.History);
    }

    private string List(IEnumerable<Order> orders, OrderShape shape) => json.Array(
        orders, (w, o) => OrderJson.Write(w, o, venue.Find(o.Symbol)!.Spec, shape));

    private static bool Of(Request r, string symbol) => !r.Params.Has("symbol") || r.Params.Text("symbol") == symbol;

    private static BinanceError Unknown() => new(-2013, "Order does not exist.");
}
