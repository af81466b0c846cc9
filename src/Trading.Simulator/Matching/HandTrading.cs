namespace Trading.Simulator.Matching;

/// <summary>What an operator does on the exchange's own page, next to the account's client.</summary>
public sealed class HandTrading(Venue venue)
{
    /// <summary>Opens or adds at market; a negative quantity sells.</summary>
    public (Order? Order, Refusal Refusal) Open(Account account, string symbol, decimal signedQuantity)
    {
        var side = account.Hedge ? signedQuantity > 0m ? PositionSide.Long : PositionSide.Short : PositionSide.Both;
        return venue.Orders.Place(account, new OrderRequest(
            symbol, signedQuantity > 0m ? Side.Buy : Side.Sell, OrderType.Market, Math.Abs(signedQuantity))
        {
            ClientId = NextId(), PositionSide = side, Origin = Origin.Hand,
        });
    }

    /// <summary>Closes at market: all of it, or a quantity.</summary>
    public (Order? Order, Refusal Refusal) Close(
        Account account, string symbol, decimal? quantity = null, PositionSide side = PositionSide.Both)
    {
        var position = account.Find(symbol, side);
        if (position is null || position.IsFlat) return (null, Refusal.ReduceOnlyRejected);
        return venue.Orders.Place(account, new OrderRequest(
            symbol, position.Quantity > 0m ? Side.Sell : Side.Buy, OrderType.Market,
            quantity ?? Math.Abs(position.Quantity))
        {
            ClientId = NextId(), PositionSide = side, ReduceOnly = !account.Hedge, Origin = Origin.Hand,
        });
    }

    public (Order? Order, Refusal Refusal) PlaceOrder(Account account, OrderRequest request) =>
        venue.Orders.Place(account, request with { ClientId = Named(request.ClientId), Origin = Origin.Hand });

    public (StopOrder? Stop, Refusal Refusal) PlaceStop(Account account, StopRequest request) =>
        venue.Stops.Place(account, request with { ClientId = Named(request.ClientId), Origin = Origin.Hand });

    public (StopOrder? Stop, Refusal Refusal) CancelStop(Account account, StopOrder? stop) => stop is { OnPosition: true, IsOpen: true }
        ? venue.PositionStops.Remove(account, stop, byHand: true)
        : venue.Stops.Cancel(account, stop, byHand: true);

    /// <summary>Moves a stop: the new one is placed first, then the old one is taken away.</summary>
    public (StopOrder? Stop, Refusal Refusal) MoveStop(Account account, StopOrder? stop, decimal triggerPrice)
    {
        if (stop is null) return (null, Refusal.UnknownOrder);
        if (!stop.IsOpen) return (null, Refusal.NotOpen);
        if (stop.OnPosition) return (venue.PositionStops.Move(account, stop, triggerPrice), Refusal.None);
        if (stop.ClosePosition) CancelStop(account, stop);
        var (moved, refusal) = PlaceStop(account, new StopRequest(
            stop.Symbol, stop.Side, stop.Type, stop.Quantity, triggerPrice)
        {
            PositionSide = stop.PositionSide, Price = stop.Price, Source = stop.Source, ReduceOnly = stop.ReduceOnly,
            ClosePosition = stop.ClosePosition, PriceProtect = stop.PriceProtect, TimeInForce = stop.TimeInForce,
            ActivatePrice = stop.ActivatePrice, CallbackRate = stop.CallbackRate,
        });
        if (refusal == Refusal.None && stop.IsOpen) CancelStop(account, stop);
        return (moved, refusal);
    }

    private string Named(string clientId) => clientId.Length > 0 ? clientId : NextId();

    private string NextId() => $"web_{venue.Chance.Next():x16}";
}
