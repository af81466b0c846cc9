namespace Trading.Simulator.Matching;

/// <summary>Closes what its margin no longer carries.</summary>
public sealed class Liquidations(Venue venue)
{
    private static readonly TimeSpan AccountCheckEvery = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, DateTime> checkedUtc = [];

    internal void OnTick(Instrument instrument)
    {
        for (var i = instrument.Open.Count - 1; i >= 0 && i < instrument.Open.Count; i--)
        {
            var position = instrument.Open[i];
            var account = venue.Account(position.Account);
            if (venue.Setting(account, position.Symbol).Isolated)
            {
                var margin = position.IsolatedWallet + position.UnrealizedAt(instrument.Mark);
                if (margin <= venue.Ledger.MaintenanceMargin(position)) Liquidate(account, position);
            }
            else CheckCross(account);
        }
    }

    /// <summary>Closes one position the way the exchange does: its own order, liquidation fee, orders cancelled.</summary>
    public void Liquidate(Account account, Position position) => ForceClose(
        account, position, Math.Abs(position.Quantity), Origin.Liquidation, $"autoclose-{venue.Ids.Order + 1}");

    /// <summary>Automatic deleveraging: the exchange closes a quantity of a healthy position.</summary>
    public void Deleverage(Account account, Position position, decimal quantity) =>
        ForceClose(account, position, quantity, Origin.Adl, "adl_autoclose");

    /// <summary>Delisting: every position is closed, every order gone.</summary>
    internal void Settle(Instrument instrument)
    {
        foreach (var position in instrument.Open.ToArray())
            ForceClose(
                venue.Account(position.Account), position, Math.Abs(position.Quantity), Origin.Settlement,
                $"settlement_autoclose-{venue.Ids.Order + 1}");
        foreach (var order in instrument.Resting.ToArray())
            venue.Orders.End(venue.Account(order.Account), order, OrderStatus.Expired, EndReason.Delisted);
        foreach (var stop in instrument.Stops.ToArray()) venue.Stops.Expire(stop);
    }

    private void CheckCross(Account account)
    {
        if (checkedUtc.TryGetValue(account.Name, out var last) && venue.NowUtc - last < AccountCheckEvery) return;
        checkedUtc[account.Name] = venue.NowUtc;
        Position? worst = null;
        var maintenance = 0m;
        foreach (var position in account.Positions)
        {
            if (position.IsFlat || venue.Setting(account, position.Symbol).Isolated) continue;
            maintenance += venue.Ledger.MaintenanceMargin(position);
            if (worst is null || venue.Ledger.Unrealized(position) < venue.Ledger.Unrealized(worst)) worst = position;
        }

        var equity = venue.Ledger.CrossWallet(account) + venue.Ledger.CrossUnrealized(account);
        if (worst is not null && equity <= maintenance) Liquidate(account, worst);
    }

    private void ForceClose(Account account, Position position, decimal quantity, Origin origin, string clientId)
    {
        if (position.IsFlat || venue.Find(position.Symbol) is not { } instrument) return;
        if (origin == Origin.Liquidation)
            foreach (var open in account.OpenOrders.FindAll(o => o.Symbol == position.Symbol))
                venue.Orders.End(account, open, OrderStatus.Canceled, EndReason.Liquidation);
        var request = new OrderRequest(
            position.Symbol, position.Quantity > 0m ? Side.Sell : Side.Buy, OrderType.Market, quantity)
        {
            ClientId = clientId, PositionSide = position.Side, ReduceOnly = true, Origin = origin,
            TimeInForce = TimeInForce.ImmediateOrCancel,
        };
        var order = venue.Orders.Create(account, request, Math.Min(quantity, Math.Abs(position.Quantity)));
        venue.Orders.Run(account, instrument, order);
        if (account.Wallet >= 0m || origin != Origin.Liquidation) return;
        var cover = -account.Wallet;
        account.Wallet = 0m;
        venue.Ledger.AddIncome(account, position.Symbol, IncomeType.InsuranceClear, cover, 0);
    }
}
