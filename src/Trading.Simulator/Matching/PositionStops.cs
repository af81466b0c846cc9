namespace Trading.Simulator.Matching;

/// <summary>Stops that belong to a position (Bybit's trading-stop): one per kind, set and moved in place, always for the
/// whole quantity, gone with the position. For the referee they are conditional orders like any other.</summary>
public sealed class PositionStops(Venue venue)
{
    public static StopOrder? Find(Account account, string symbol, PositionSide side, StopType type) =>
        account.OpenStops.Find(s => s.OnPosition && s.Symbol == symbol && s.PositionSide == side && s.Type == type);

    /// <summary>Sets the stop of that kind, or moves the one that is there.</summary>
    public StopOrder Set(Account account, Position position, StopType type, decimal trigger, PriceSource source)
    {
        if (Find(account, position.Symbol, position.Side, type) is { } stop) stop.Source = source;
        else stop = Enter(account, position, type, trigger, source, parent: "");
        return Move(account, stop, trigger);
    }

    /// <summary>Trails the last price at a fixed distance, from the activation price on (0 = at once).</summary>
    public StopOrder Trail(Account account, Position position, decimal distance, decimal activation)
    {
        const StopType type = StopType.TrailingStopMarket;
        var stop = Find(account, position.Symbol, position.Side, type)
            ?? Enter(account, position, type, 0m, PriceSource.Last, parent: "");
        (stop.TrailDistance, stop.ActivatePrice, stop.Activated) = (distance, activation, activation == 0m);
        stop.BestPrice = venue.Find(position.Symbol)!.Last;
        return Move(account, stop, activation == 0m ? stop.BestPrice - (Math.Sign(position.Quantity) * distance) : 0m);
    }

    /// <summary>In place: there is no moment without it.</summary>
    public StopOrder Move(Account account, StopOrder stop, decimal trigger)
    {
        stop.TriggerPrice = trigger;
        venue.Save(stop);
        if (account.Find(stop.Symbol, stop.PositionSide) is { } position) Touch(position);
        venue.Emit(new VenueEvent.StopChanged(account, stop));
        Judge(stop);
        return stop;
    }

    public void Remove(Account account, StopOrder stop)
    {
        if (account.Find(stop.Symbol, stop.PositionSide) is { } position) Touch(position);
        venue.Stops.Cancel(account, stop);
    }

    /// <summary>Puts the stops an order brought along on its position, in the instant of the fill.</summary>
    /// <returns>Those that are new or moved; not told to anybody yet.</returns>
    internal IReadOnlyList<StopOrder> Attach(Account account, Order order)
    {
        if (order.StopLoss == 0m && order.TakeProfit == 0m) return [];
        var position = account.Get(order.Symbol, order.PositionSide);
        if (Math.Sign(position.Quantity) != order.Sign) return [];
        var attached = new List<StopOrder>(2);
        if (order.StopLoss > 0m)
            attached.Add(Attach(account, position, order, StopType.StopMarket, order.StopLoss, order.StopLossSource));
        if (order.TakeProfit > 0m)
            attached.Add(Attach(
                account, position, order, StopType.TakeProfitMarket, order.TakeProfit, order.TakeProfitSource));
        return attached;
    }

    /// <summary>The quantity has changed: stops of a position that is gone or turned go, the others follow.</summary>
    internal void Follow(Position position)
    {
        var account = venue.Account(position.Account);
        if (account.OpenStops.Count == 0) return;
        foreach (var stop in account.OpenStops.FindAll(s =>
            s.OnPosition && s.Symbol == position.Symbol && s.PositionSide == position.Side))
        {
            if (position.IsFlat || position.Quantity > 0m != (stop.Side == Side.Sell))
            {
                venue.Stops.End(account, stop, StopStatus.Expired, "");
                continue;
            }

            stop.Quantity = Math.Abs(position.Quantity);
            venue.Save(stop);
        }
    }

    private void Touch(Position position)
    {
        position.UpdatedUtc = venue.StampUtc;
        venue.Save(position);
    }

    private StopOrder Attach(
        Account account, Position position, Order order, StopType type, decimal trigger, PriceSource source)
    {
        var stop = Find(account, order.Symbol, order.PositionSide, type)
            ?? Enter(account, position, type, trigger, source, order.ClientId);
        (stop.TriggerPrice, stop.Source) = (trigger, source);
        venue.Save(stop);
        Judge(stop);
        return stop;
    }

    private StopOrder Enter(
        Account account, Position position, StopType type, decimal trigger, PriceSource source, string parent)
    {
        var id = ++venue.Ids.Stop;
        var stop = new StopOrder
        {
            Id = id, Account = account.Name, Symbol = position.Symbol, ClientId = $"x-{id}",
            Side = position.Quantity > 0m ? Side.Sell : Side.Buy, PositionSide = position.Side, Type = type,
            TimeInForce = TimeInForce.WhilePosition, Quantity = Math.Abs(position.Quantity), TriggerPrice = trigger,
            Source = source, ReduceOnly = true, ClosePosition = true, OnPosition = true, ParentClientId = parent,
            CreatedUtc = venue.StampUtc,
        };
        account.Stops[id] = stop;
        account.StopHistory.Add(stop);
        venue.Stops.Enter(account, venue.Find(position.Symbol)!, stop);
        return stop;
    }

    /// <summary>The price may have passed it already: then it fires now, not at the next tick.</summary>
    private void Judge(StopOrder stop)
    {
        if (venue.Find(stop.Symbol) is { HasPrice: true } instrument)
            venue.Plan(TimeSpan.Zero, () => venue.Stops.OnTick(instrument));
    }
}
