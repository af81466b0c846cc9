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
                if (position.AutoAddMargin && IsShort(position, instrument)) venue.Margins.Refill(account, instrument, position);
                if (IsShort(position, instrument)) Liquidate(account, position);
            }
            else CheckCross(account);
        }
    }

    /// <summary>Closes one position the way the exchange does: orders cancelled, its own order, the fee of it.</summary>
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

    private bool IsShort(Position position, Instrument instrument) =>
        position.IsolatedWallet + position.UnrealizedAt(instrument.Mark) <= venue.Ledger.MaintenanceMargin(position);

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
        var (backing, realized) = (Backing(account, position), position.Realized);
        var byLimit = venue.Terms(account).ForcesByLimit && origin != Origin.Settlement;
        var request = new OrderRequest(
            position.Symbol, position.Quantity > 0m ? Side.Sell : Side.Buy, byLimit ? OrderType.Limit : OrderType.Market, quantity)
        {
            ClientId = clientId, PositionSide = position.Side, ReduceOnly = !byLimit, Origin = origin,
            TimeInForce = origin == Origin.Adl && byLimit ? TimeInForce.GoodTillCanceled : TimeInForce.ImmediateOrCancel,
            Price = byLimit ? Bankruptcy(instrument, position, backing) : 0m,
        };
        var order = venue.Orders.Create(account, request, Math.Min(quantity, Math.Abs(position.Quantity)));
        position.ForcedBy = origin;
        venue.Orders.FillForced(account, instrument, order, origin == Origin.Liquidation ? Parts(instrument, order.Quantity) : [order.Quantity]);
        position.ForcedBy = null;
        if (origin == Origin.Liquidation && byLimit) Clear(account, instrument, order, backing + position.Realized - realized);
    }

    /// <summary>Money that stands behind a position: what is left of it after its end pays the fee.</summary>
    private decimal Backing(Account account, Position position) => venue.Setting(account, position.Symbol).Isolated
        ? position.IsolatedWallet
        : venue.Ledger.CrossWallet(account) + venue.Ledger.CrossUnrealized(account) - venue.Ledger.Unrealized(position);

    /// <summary>The price at which nothing is left of what stands behind the position.</summary>
    private static decimal Bankruptcy(Instrument instrument, Position position, decimal backing)
    {
        var price = position.Entry - (backing / position.Quantity);
        return Math.Clamp(
            instrument.RoundAgainst(price, position.Quantity > 0m ? Side.Buy : Side.Sell), instrument.Spec.TickSize, instrument.Spec.MaxPrice);
    }

    private void Clear(Account account, Instrument instrument, Order order, decimal left)
    {
        var fee = Math.Min(decimal.Round(order.FilledQuote * instrument.Spec.LiquidationFee, 8), Math.Max(0m, left));
        var amount = left < 0m ? -left : -fee;
        if (amount != 0m) venue.Ledger.Clear(account, account.Get(order.Symbol, order.PositionSide), amount);
    }

    /// <summary>A book is thin where it is worst: several fills, the last one the largest.</summary>
    private static decimal[] Parts(Instrument instrument, decimal quantity)
    {
        var step = instrument.Spec.StepSize;
        var small = decimal.Floor(quantity / 8m / step) * step;
        var middle = decimal.Floor(quantity / 4m / step) * step;
        return [.. new[] { small, middle, quantity - small - middle }.Where(part => part > 0m)];
    }
}
