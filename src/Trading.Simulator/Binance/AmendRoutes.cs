using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Changes of resting orders, and their history (protocol page, section 7.4).</summary>
internal sealed class AmendRoutes(Venue venue, JsonText json, OrderRoutes orders)
{
    private const int ChangesMax = 10_000;

    public void Register(RouteTable routes)
    {
        routes.AddOrder("PUT", "/fapi/v1/order", _ => "amend_order", r => Amend(r.Account, r.Params));
        routes.Add("GET", "/fapi/v1/orderAmendment", Security.Signed, 1, "query_order", History);
    }

    public string Amend(Account account, Params p)
    {
        var match = OrderForm.MatchOf(p, priced: true);
        var quantity = p.RequiredDecimal("quantity");
        Words.SideOf(p.Required("side"));
        var order = OrderRoutes.Find(account, p);
        var instrument = venue.Find(order.Symbol)!;
        var price = OrderForm.PriceOf(p, instrument, match, order.Side);
        Check(order, instrument, quantity, price);
        var (amended, refusal) = venue.Orders.Amend(account, order, quantity, price);
        if (amended is null) throw BinanceError.Of(refusal, instrument.Spec);
        amended.PriceMatch = match;
        return orders.Write(amended, OrderShape.Amended);
    }

    private static void Check(Order order, Instrument instrument, decimal quantity, decimal price)
    {
        if (order.Type != OrderType.Limit) throw new BinanceError(-5025, "Only limit order is supported.");
        if (!order.IsOpen) throw BinanceError.Of(Refusal.NotOpen);
        if (instrument.Spec.Status != "TRADING")
            throw new BinanceError(-5024, "Symbol is not in trading status. Order amendment is not permitted.");
        if (quantity == order.Quantity && price == order.Price)
            throw new BinanceError(-5027, "No need to modify the order.");
        if (order.Amendments?.Count >= ChangesMax) throw new BinanceError(-5026, "Exceed maximum modify order limit.");
        var least = instrument.Spec.MinNotional;
        if (!order.ReduceOnly && quantity > 0m && price > 0m && price <= instrument.Spec.MaxPrice
            && quantity <= instrument.Spec.MaxQty && quantity * price < least)
            throw new BinanceError(-5029, $"Order's notional must be no smaller than {JsonFields.Trim(least)}");
    }

    /// <summary>Newest first.</summary>
    private string History(Request r)
    {
        var order = OrderRoutes.Find(r.Account, r.Params);
        var (from, to) = (r.Params.Time("startTime") ?? DateTime.MinValue, r.Params.Time("endTime") ?? DateTime.MaxValue);
        var spec = venue.Find(order.Symbol)!.Spec;
        var changes = (order.Amendments ?? []).Select((change, index) => (Change: change, Number: index + 1)).Reverse()
            .Where(c => c.Change.AtUtc >= from && c.Change.AtUtc <= to).Take(r.Params.Limit(50, 100));
        return json.Array(changes, (w, row) =>
        {
            w.WriteNumber("amendmentId", row.Change.Id);
            w.WriteString("symbol", order.Symbol);
            w.WriteString("pair", Words.PairOf(order.Symbol));
            w.WriteNumber("orderId", order.Id);
            w.WriteString("clientOrderId", order.ClientId);
            w.Ms("time", row.Change.AtUtc);
            w.WriteStartObject("amendment");
            w.WriteStartObject("price");
            w.Padded("before", row.Change.PriceBefore, spec.PricePrecision);
            w.Padded("after", row.Change.PriceAfter, spec.PricePrecision);
            w.WriteEndObject();
            w.WriteStartObject("origQty");
            w.Padded("before", row.Change.QuantityBefore, spec.QuantityPrecision);
            w.Padded("after", row.Change.QuantityAfter, spec.QuantityPrecision);
            w.WriteEndObject();
            w.WriteNumber("count", row.Number);
            w.WriteEndObject();
        });
    }
}
