using Trading.Simulator.Matching;

namespace Trading.Simulator.Control;

/// <summary>What the exchange holds, for eyes and scripts.</summary>
internal static class ControlState
{
    public static object Of(Exchange exchange) => new
    {
        exchange.NowUtc,
        Symbols = exchange.Venue.Symbols.Select(s => exchange.Venue.Find(s.Symbol)!)
            .Select(i => new { i.Symbol, i.Mark, i.Last, i.Spec.Status, i.Tick.FundingRate, i.Tick.NextFundingUtc }),
        Accounts = exchange.Venue.Accounts.Select(a => Of(exchange, a)),
        Connections = exchange.Connections
            .Select(c => new { c.Accounts, Subscriptions = c.Subscriptions.Count, c.Silent }),
    };

    private static object Of(Exchange exchange, Account account) => new
    {
        account.Name,
        account.Wallet,
        account.FeeAsset,
        account.FeeWallet,
        Available = exchange.Venue.Ledger.Available(account),
        account.Hedge,
        Positions = account.Positions.Where(p => !p.IsFlat).Select(p => new
        {
            p.Symbol, p.Side, p.Quantity, p.Entry, Unrealized = exchange.Venue.Ledger.Unrealized(p), p.UpdatedUtc,
        }),
        Orders = account.OpenOrders.Select(o => new
        {
            o.Id, o.ClientId, o.Symbol, o.Side, o.Type, o.Quantity, o.Filled, o.Price, o.ReduceOnly, o.Origin,
        }),
        Stops = account.StopHistory.Where(s => s.Status is StopStatus.New or StopStatus.Triggering).Select(s => new
        {
            s.Id, s.ClientId, s.Symbol, s.Side, s.Type, s.Quantity, s.TriggerPrice, s.ReduceOnly, s.ClosePosition,
            s.Status, s.Origin,
        }),
        Trades = account.Trades.Count,
    };
}
