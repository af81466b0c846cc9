using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>What an order would cost, without placing it: margin rates before and after, in parts of ten thousand.</summary>
internal sealed class PreCheck(Venue venue, JsonText json)
{
    private const int PerSecond = 10;
    private const decimal Parts = 10_000m;

    public void Register(RouteTable routes) => routes.Add("POST", "/v5/order/pre-check", PerSecond, "setup", Check);

    private string Check(Request r)
    {
        var (f, account) = (r.Fields, r.Account);
        var instrument = MarketRoutes.Find(venue, f);
        var (side, type) = (Words.SideOf(f.Required("side")), Words.OrderTypeOf(f.Required("orderType")));
        if (f.Has("triggerPrice")) throw BybitError.Param("conditional orders can not be checked");
        if (AccountRoutes.IsIsolated(account)) throw BybitError.Param("orders in isolated margin can not be checked");
        OrderRoutes.CheckLink(account, f.Text("orderLinkId"));
        var request = OrderRoutes.RequestOf(
            account, instrument, f, side, type, Words.PositionSideOf(account, f.Number("positionIdx")));
        var refusal = venue.Orders.Judge(account, request);
        if (refusal is not (Refusal.None or Refusal.PostOnlyRefused or Refusal.FillOrKillRefused)) throw BybitError.Of(refusal);
        return Write(account, instrument, request);
    }

    private string Write(Account account, Instrument instrument, OrderRequest request)
    {
        var open = account.Positions.FindAll(p => !p.IsFlat);
        var equity = account.Wallet + open.Sum(venue.Ledger.Unrealized);
        var initial = open.Sum(p => venue.Ledger.InitialMargin(account, p)) + venue.Ledger.OpenOrderMargin(account);
        var maintenance = open.Sum(venue.Ledger.MaintenanceMargin);
        var value = Growth(account, request) * (request.Type == OrderType.Limit ? request.Price : instrument.Mark);
        return json.Object(w =>
        {
            w.WriteString("orderId", Ids.Order(venue.Ids.Order + 1));
            w.WriteString("orderLinkId", request.ClientId);
            w.WriteNumber("preImrE4", Rate(initial));
            w.WriteNumber("preMmrE4", Rate(maintenance));
            w.WriteNumber("postImrE4", Rate(initial + (value / venue.Setting(account, instrument.Symbol).Leverage)));
            w.WriteNumber("postMmrE4", Rate(maintenance + (value * instrument.Spec.MaintMarginRate)));
        });

        long Rate(decimal margin) => equity <= 0m ? 0 : (long)Math.Clamp(margin / equity * Parts, 0m, 1_000_000_000m);
    }

    /// <summary>By how much the order would enlarge the position; below 0 when it makes it smaller.</summary>
    private static decimal Growth(Account account, OrderRequest request)
    {
        var held = account.Find(request.Symbol, request.PositionSide)?.Quantity ?? 0m;
        var after = held + (request.Side == Side.Buy ? request.Quantity : -request.Quantity);
        return Math.Abs(after) - Math.Abs(held);
    }
}
