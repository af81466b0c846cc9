using System.Text.Json;
using System.Text.RegularExpressions;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Regular orders (protocol page, section 7).</summary>
internal sealed partial class OrderRoutes(Venue venue, JsonText json)
{
    private const int BatchMax = 5;
    private const int CancelBatchMax = 10;

    public void Register(RouteTable routes)
    {
        routes.AddOrder("POST", "/fapi/v1/order", p => Purpose(p), r => Write(Place(r.Account, r.Params), Shape(r)));
        routes.AddOrder("POST", "/fapi/v1/order/test", _ => "market", _ => "{}");
        routes.AddOrder("POST", "/fapi/v1/batchOrders", _ => "entry", PlaceBatch);
        routes.Add("GET", "/fapi/v1/order", Security.Signed, 1, "query_order",
            r => Write(Find(r) ?? throw Unknown(), OrderShape.Query));
        routes.Add("GET", "/fapi/v1/openOrder", Security.Signed, 1, "query_order",
            r => Write(Find(r) is { IsOpen: true } order ? order : throw Unknown(), OrderShape.Query));
        routes.Add("DELETE", "/fapi/v1/order", Security.Signed, 1, "cancel_order",
            r => Write(Cancel(r.Account, Find(r)), OrderShape.Placement));
        routes.Add("DELETE", "/fapi/v1/allOpenOrders", Security.Signed, 1, "cancel_order", CancelAll);
        routes.Add("DELETE", "/fapi/v1/batchOrders", Security.Signed, 1, "cancel_order", CancelBatch);
        routes.AddOrder("PUT", "/fapi/v1/order", _ => "amend_order", r => Write(Amend(r), OrderShape.Placement));
        routes.Add("POST", "/fapi/v1/countdownCancelAll", Security.Signed, 10, "setup",
            new Countdowns(venue, json).Arm);
        routes.Add("GET", "/fapi/v1/openOrders", Security.Signed, p => p.Has("symbol") ? 1 : 40, "query_order",
            r => List(r.Account.OpenOrders.Where(o => Of(r, o.Symbol))));
        routes.Add("GET", "/fapi/v1/allOrders", Security.Signed, 5, "query_order", AllOrders);
    }

    public static void CheckClientId(string id)
    {
        if (id.Length > 0 && !ClientIdForm().IsMatch(id))
            throw new BinanceError(-4015, "Client order id is not valid.");
    }

    private static string Purpose(Params p)
    {
        var side = p.Text("side");
        var closes = p.Flag("reduceOnly")
            || (p.Text("positionSide") == "LONG" && side == "SELL")
            || (p.Text("positionSide") == "SHORT" && side == "BUY");
        return closes ? "close" : "entry";
    }

    private static OrderShape Shape(Request r) =>
        r.Params.Text("newOrderRespType") == "RESULT" ? OrderShape.Placement : OrderShape.Ack;

    private Order Place(Account account, Params p)
    {
        var symbol = p.Required("symbol");
        var side = Words.SideOf(p.Required("side"));
        var type = p.Required("type");
        if (Words.StopTypeOf(type) is not null)
            throw new BinanceError(
                -4120,
                "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.");
        if (type is not ("LIMIT" or "MARKET")) throw new BinanceError(-1116, "Invalid orderType.");
        if (venue.Find(symbol) is not { } instrument) throw BinanceError.Of(Refusal.UnknownSymbol);
        if (type == "LIMIT" && !p.Has("timeInForce") && !p.Has("priceMatch")) throw BinanceError.Missing("timeInForce");
        if (account.Hedge && p.Has("reduceOnly"))
            throw new BinanceError(-1106, "Parameter 'reduceonly' sent when not required.");
        CheckClientId(p.Text("newClientOrderId"));
        var request = new OrderRequest(
            symbol, side, type == "LIMIT" ? OrderType.Limit : OrderType.Market, p.RequiredDecimal("quantity"))
        {
            ClientId = p.Text("newClientOrderId"), PositionSide = Words.PositionSideOf(p.Text("positionSide")),
            Price = type == "LIMIT" ? p.RequiredDecimal("price") : 0m,
            TimeInForce = Words.TimeInForceOf(p.Text("timeInForce")), ReduceOnly = p.Flag("reduceOnly"),
        };
        var (order, refusal) = venue.Orders.Place(account, request);
        return order ?? throw BinanceError.Of(refusal, instrument.Spec);
    }

    private string PlaceBatch(Request r)
    {
        using var batch = JsonDocument.Parse(r.Params.Required("batchOrders"));
        if (batch.RootElement.GetArrayLength() is < 1 or > BatchMax)
            throw new BinanceError(-4082, "Invalid number of batch place orders.");
        var shape = Shape(r);
        var parts = new List<string>();
        foreach (var element in batch.RootElement.EnumerateArray())
        {
            var p = new Params(element.EnumerateObject().Select(f => KeyValuePair.Create(f.Name, f.Value.ToString())));
            parts.Add(Try(() => Write(Place(r.Account, p), shape)));
        }

        return "[" + string.Join(',', parts) + "]";
    }

    private Order Cancel(Account account, Order? order)
    {
        var (canceled, refusal) = venue.Orders.Cancel(account, order);
        return canceled ?? throw BinanceError.Of(refusal);
    }

    private Order Amend(Request r)
    {
        var (quantity, price) = (r.Params.RequiredDecimal("quantity"), r.Params.RequiredDecimal("price"));
        r.Params.Required("side");
        var order = Find(r) ?? throw Unknown();
        if (order.IsOpen && quantity == order.Quantity && price == order.Price)
            throw new BinanceError(-5027, "No need to modify the order.");
        var (amended, refusal) = venue.Orders.Amend(r.Account, order, quantity, price);
        return amended ?? throw BinanceError.Of(refusal, venue.Find(order.Symbol)?.Spec);
    }

    private string CancelAll(Request r)
    {
        var symbol = r.Params.Required("symbol");
        foreach (var order in r.Account.OpenOrders.FindAll(o => o.Symbol == symbol)) Cancel(r.Account, order);
        return """{"code":200,"msg":"The operation of cancel all open order is done."}""";
    }

    private string CancelBatch(Request r)
    {
        var byId = r.Params.Has("orderIdList");
        using var list = JsonDocument.Parse(r.Params.Required(byId ? "orderIdList" : "origClientOrderIdList"));
        if (list.RootElement.GetArrayLength() > CancelBatchMax)
            throw new BinanceError(-4083, "Invalid number of batch cancel orders.");
        var parts = new List<string>();
        foreach (var id in list.RootElement.EnumerateArray())
        {
            var order = byId
                ? OrderDesk.Find(r.Account, id.GetInt64(), "")
                : OrderDesk.Find(r.Account, 0, id.GetString() ?? "");
            parts.Add(Try(() => Write(Cancel(r.Account, order), OrderShape.Placement)));
        }

        return "[" + string.Join(',', parts) + "]";
    }

    /// <summary>The newest of the window, oldest first.</summary>
    private string AllOrders(Request r)
    {
        var limit = (int)Math.Clamp(r.Params.Number("limit", 500), 1, 1000);
        var from = r.Params.Time("startTime") ?? DateTime.MinValue;
        var to = r.Params.Time("endTime") ?? DateTime.MaxValue;
        var since = r.Params.Number("orderId");
        var rows = r.Account.OrderHistory
            .Where(o => Of(r, o.Symbol) && o.Id >= since && o.CreatedUtc >= from && o.CreatedUtc <= to).ToList();
        return List(rows.Skip(Math.Max(0, rows.Count - limit)));
    }

    private Order? Find(Request r)
    {
        var symbol = r.Params.Required("symbol");
        var id = r.Params.Number("orderId");
        var clientId = r.Params.Text("origClientOrderId");
        if (id == 0 && clientId.Length == 0)
            throw new BinanceError(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");
        return OrderDesk.Find(r.Account, id, clientId) is { } order && order.Symbol == symbol ? order : null;
    }

    private string Write(Order order, OrderShape shape) =>
        json.Object(w => OrderJson.Write(w, order, venue.Find(order.Symbol)!.Spec, shape));

    private string List(IEnumerable<Order> orders) => json.Array(
        orders, (w, o) => OrderJson.Write(w, o, venue.Find(o.Symbol)!.Spec, OrderShape.Query));

    private static bool Of(Request r, string symbol) => !r.Params.Has("symbol") || r.Params.Text("symbol") == symbol;

    private static string Try(Func<string> place)
    {
        try
        {
            return place();
        }
        catch (BinanceError error)
        {
            return error.Body;
        }
    }

    private static BinanceError Unknown() => new(-2013, "Order does not exist.");

    [GeneratedRegex(@"^[\.A-Z\:/a-z0-9_-]{1,36}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClientIdForm();
}
