namespace Trading.Simulator.Matching;

/// <summary>Stops that belong to a position (Bybit's trading-stop) and are gone with it: one per kind for the whole
/// quantity, set and moved in place; or legs for parts of it, as many as were added. For the referee they are conditional
/// orders like any other.</summary>
public sealed class PositionStops(Venue venue)
{
    /// <summary>Why a leg ended: the other of its pair fired, or was taken away.</summary>
    public const string PairFired = "pair fired";
    public const string PairCanceled = "pair canceled";

    public static StopOrder? Find(Account account, string symbol, PositionSide side, StopType type) =>
        account.OpenStops.Find(
            s => s.OnPosition && !s.IsPart && s.Symbol == symbol && s.PositionSide == side && s.Type == type);

    /// <summary>Legs for parts of a position.</summary>
    public static int Parts(Account account, string symbol, PositionSide side) =>
        account.OpenStops.Count(s => s.IsPart && s.Symbol == symbol && s.PositionSide == side);

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

    /// <summary>Adds legs for a part of the position; two of them are a pair.</summary>
    public void Add(Account account, Position position, decimal quantity, AttachedStops legs)
    {
        foreach (var leg in AddLegs(account, position, quantity, legs, order: null))
            venue.Emit(new VenueEvent.StopChanged(account, leg));
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

    public (StopOrder? Stop, Refusal Refusal) Remove(Account account, StopOrder stop, bool byHand = false)
    {
        if (account.Find(stop.Symbol, stop.PositionSide) is { } position) Touch(position);
        return venue.Stops.Cancel(account, stop, byHand);
    }

    /// <summary>Puts the stops an order brought along on its position, in the instant of the fill.</summary>
    /// <returns>Those that are new or moved; not told to anybody yet.</returns>
    internal IReadOnlyList<StopOrder> Attach(Account account, Order order, decimal filled)
    {
        var brought = order.Attached;
        if (brought.IsEmpty) return [];
        var position = account.Get(order.Symbol, order.PositionSide);
        if (Math.Sign(position.Quantity) != order.Sign) return [];
        if (brought.Partial) return AttachParts(account, position, order, filled);
        var attached = new List<StopOrder>(2);
        if (brought.Loss > 0m)
            attached.Add(Attach(account, position, order, StopType.StopMarket, brought.Loss, brought.LossSource));
        if (brought.Profit > 0m)
            attached.Add(Attach(account, position, order, StopType.TakeProfitMarket, brought.Profit, brought.ProfitSource));
        return attached;
    }

    /// <summary>Of a pair none is left alone.</summary>
    internal void EndPair(Account account, StopOrder leg, string reason)
    {
        if (account.Stops.GetValueOrDefault(leg.PairId) is { IsOpen: true } other)
            venue.Stops.End(account, other, StopStatus.Expired, reason);
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

            var size = Math.Abs(position.Quantity);
            if (stop.IsPart && stop.Quantity <= size) continue;
            stop.Quantity = size;
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

    /// <summary>Each fill of an order makes the legs it brought larger.</summary>
    private List<StopOrder> AttachParts(Account account, Position position, Order order, decimal filled)
    {
        var there = account.OpenStops.FindAll(s => s.IsPart && s.ParentId == order.Id);
        if (there.Count == 0) return AddLegs(account, position, filled, order.Attached, order);
        foreach (var leg in there)
        {
            leg.Quantity = Math.Min(leg.Quantity + filled, Math.Abs(position.Quantity));
            venue.Save(leg);
        }

        return there;
    }

    private List<StopOrder> AddLegs(Account account, Position position, decimal quantity, AttachedStops brought, Order? order)
    {
        var legs = new List<StopOrder>(2);
        if (brought.Loss > 0m)
            legs.Add(Part(
                brought.LossLimit > 0m ? StopType.Stop : StopType.StopMarket, brought.Loss, brought.LossSource,
                brought.LossLimit));
        if (brought.Profit > 0m)
            legs.Add(Part(
                brought.ProfitLimit > 0m ? StopType.TakeProfit : StopType.TakeProfitMarket, brought.Profit,
                brought.ProfitSource, brought.ProfitLimit));
        if (legs.Count == 2) (legs[0].PairId, legs[1].PairId) = (legs[1].Id, legs[0].Id);
        foreach (var leg in legs)
        {
            venue.Save(leg);
            Judge(leg);
        }

        return legs;

        StopOrder Part(StopType type, decimal trigger, PriceSource source, decimal limit) => Enter(
            account, position, type, trigger, source, order?.ClientId ?? "", quantity, limit, order?.Id ?? 0);
    }

    private StopOrder Enter(
        Account account, Position position, StopType type, decimal trigger, PriceSource source, string parent,
        decimal part = 0m, decimal limit = 0m, long parentId = 0)
    {
        var id = ++venue.Ids.Stop;
        var stop = new StopOrder
        {
            Id = id, Account = account.Name, Symbol = position.Symbol, ClientId = GivenIds.Of(id),
            Side = position.Quantity > 0m ? Side.Sell : Side.Buy, PositionSide = position.Side, Type = type,
            TimeInForce = part > 0m ? TimeInForce.GoodTillCanceled : TimeInForce.WhilePosition,
            Quantity = part > 0m ? part : Math.Abs(position.Quantity), TriggerPrice = trigger, Price = limit,
            Source = source, ReduceOnly = true, ClosePosition = part == 0m, OnPosition = true, IsPart = part > 0m,
            ParentClientId = parent, ParentId = parentId, CreatedUtc = venue.StampUtc,
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
