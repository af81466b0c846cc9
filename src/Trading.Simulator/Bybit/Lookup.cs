using Trading.Simulator.Matching;

namespace Trading.Simulator.Bybit;

/// <summary>An order by orderId, else by orderLinkId: when both are given, the exchange's id decides.</summary>
internal static class Lookup
{
    public static StopOrder? Stop(Account account, Fields f) => f.Has("orderId")
        ? account.Stops.GetValueOrDefault(Ids.OrderNumber(f.Text("orderId")))
        : f.Has("orderLinkId") ? StopDesk.Find(account, 0, f.Text("orderLinkId")) : null;

    /// <summary>A triggered order answers to its conditional order's id.</summary>
    public static Order? Order(Account account, Fields f)
    {
        if (!f.Has("orderId")) return f.Has("orderLinkId") ? MatchingEngine.Find(account, 0, f.Text("orderLinkId")) : null;
        var number = Ids.OrderNumber(f.Text("orderId"));
        return account.Stops.GetValueOrDefault(number) is { } stop
            ? account.Orders.GetValueOrDefault(stop.OrderId)
            : account.Orders.GetValueOrDefault(number);
    }
}
