using Trading.Simulator.Faults;

namespace Trading.Simulator.Matching;

/// <summary>Conditional orders: placement, trigger, and the ways they end.</summary>
public sealed class StopDesk(Venue venue)
{
    /// <summary>Reason of a stop that found no position of its side, or a smaller one.</summary>
    internal const string NothingToReduce = "Reduce Only reject";

    public (StopOrder? Stop, Refusal Refusal) Place(Account account, StopRequest request)
    {
        if (venue.Find(request.Symbol) is not { } instrument) return (null, Refusal.UnknownSymbol);
        if (Check(account, instrument, request) is var refusal && refusal != Refusal.None) return (null, refusal);
        var id = ++venue.Ids.Stop;
        var stop = new StopOrder
        {
            Id = id, Account = account.Name, Symbol = request.Symbol, Side = request.Side, Type = request.Type,
            ClientId = request.ClientId.Length > 0 ? request.ClientId : GivenIds.Of(id),
            PositionSide = request.PositionSide, Quantity = request.Quantity, Price = request.Price,
            TriggerPrice = request.TriggerPrice, Source = request.Source, ClosePosition = request.ClosePosition,
            ReduceOnly = request.ReduceOnly || request.ClosePosition, PriceProtect = request.PriceProtect,
            TimeInForce = request.ClosePosition ? TimeInForce.WhilePosition : request.TimeInForce,
            GoodTillUtc = request.GoodTillUtc, PriceMatch = request.PriceMatch,
            ActivatePrice = request.ActivatePrice, CallbackRate = request.CallbackRate, Origin = request.Origin,
            Attached = request.Attached,
            Activated = request.Type == StopType.TrailingStopMarket && request.ActivatePrice == 0m,
            BestPrice = instrument.Price(request.Source), CreatedUtc = venue.StampUtc,
        };
        account.Stops[id] = stop;
        account.StopHistory.Add(stop);
        Enter(account, instrument, stop);
        venue.Save(stop);
        venue.Emit(new VenueEvent.StopChanged(account, stop));
        return (stop, Refusal.None);
    }

    public (StopOrder? Stop, Refusal Refusal) Cancel(Account account, StopOrder? stop, bool byHand = false)
    {
        if (stop is null) return (null, Refusal.UnknownOrder);
        if (!stop.IsOpen) return (null, Refusal.NotOpen);
        stop.TakenByHand = byHand;
        End(account, stop, StopStatus.Canceled, "");
        venue.PositionStops.EndPair(account, stop, PositionStops.PairCanceled);
        return (stop, Refusal.None);
    }

    /// <summary>Changes an open conditional order in place: there is no moment without it.</summary>
    public Refusal Amend(Account account, StopOrder stop, decimal trigger, decimal quantity, PriceSource source)
    {
        if (!stop.IsOpen) return Refusal.NotOpen;
        var instrument = venue.Find(stop.Symbol)!;
        var request = new StopRequest(stop.Symbol, stop.Side, stop.Type, quantity, trigger)
        {
            Price = stop.Price, Source = source, ClosePosition = stop.ClosePosition, CallbackRate = stop.CallbackRate,
        };
        if (CheckNumbers(instrument, request) is var numbers && numbers != Refusal.None) return numbers;
        if (WouldTrigger(instrument, request)) return Refusal.WouldTrigger;
        (stop.TriggerPrice, stop.Quantity, stop.Source) = (trigger, quantity, source);
        Change(account, stop, StopStatus.New);
        return Refusal.None;
    }

    /// <summary>Changes what an open conditional entry brings along.</summary>
    public void Attach(Account account, StopOrder stop, AttachedStops attached)
    {
        stop.Attached = attached;
        Change(account, stop, StopStatus.New);
    }

    public static StopOrder? Find(Account account, long id, string clientId)
    {
        if (id != 0) return account.Stops.GetValueOrDefault(id);
        for (var i = account.StopHistory.Count - 1; i >= 0; i--)
            if (account.StopHistory[i].ClientId == clientId) return account.StopHistory[i];
        return null;
    }

    internal void Expire(StopOrder stop) => End(venue.Account(stop.Account), stop, StopStatus.Expired, "");

    internal void Enter(Account account, Instrument instrument, StopOrder stop)
    {
        account.OpenStops.Add(stop);
        instrument.Stops.Add(stop);
        if (stop.GoodTillUtc != default) venue.PlanDate(stop.GoodTillUtc, () => ExpireIfOpen(stop));
    }

    private void ExpireIfOpen(StopOrder stop)
    {
        if (stop.IsOpen) Expire(stop);
    }

    /// <summary>Continues a triggering order after a restart.</summary>
    internal void Resume(Account account, Instrument instrument, StopOrder stop) =>
        venue.Plan(TimeSpan.Zero, () => Fire(account, instrument, stop));

    internal void OnTick(Instrument instrument)
    {
        if (instrument.Stops.Count == 0) return;
        List<StopOrder>? fired = null;
        foreach (var stop in instrument.Stops)
        {
            if (stop.Type == StopType.TrailingStopMarket) Follow(instrument, stop);
            if (Crossed(instrument, stop)) (fired ??= []).Add(stop);
        }

        if (fired is null) return;
        foreach (var stop in fired) Trigger(instrument, stop);
    }

    /// <summary>Close-position orders live only while their position does.</summary>
    internal void OnFlat(Position position)
    {
        var account = venue.Account(position.Account);
        if (!account.OpenStops.Exists(s => Bound(s, position))) return;
        venue.Plan(venue.Chance.Delay(venue.Options.PositionGoneDelay), () =>
        {
            if (!position.IsFlat) return;
            foreach (var stop in account.OpenStops.FindAll(s => Bound(s, position)))
                End(account, stop, StopStatus.Expired, "");
        });
    }

    private static bool Bound(StopOrder stop, Position position) =>
        stop.ClosePosition && !stop.OnPosition && stop.Symbol == position.Symbol && stop.PositionSide == position.Side;

    private Refusal Check(Account account, Instrument instrument, StopRequest request)
    {
        if (account.Hedge == (request.PositionSide == PositionSide.Both)) return Refusal.PositionSideMismatch;
        if (instrument.Spec.Status == "CLOSE") return Refusal.SymbolNotTrading;
        if (!instrument.HasPrice) return Refusal.NoPrice;
        if (CheckNumbers(instrument, request) is var numbers && numbers != Refusal.None) return numbers;
        if (request.ClientId.Length > 0 && account.OpenStops.Exists(s => s.ClientId == request.ClientId))
            return Refusal.DuplicateClientId;
        if (account.OpenStops.Count >= venue.Terms(account).StopsMax) return Refusal.TooManyStops;
        if (request.ClosePosition)
        {
            var position = account.Find(request.Symbol, request.PositionSide)?.Quantity ?? 0m;
            if (position == 0m || (position > 0m) == (request.Side == Side.Buy)) return Refusal.NeedsPosition;
            if (account.OpenStops.Exists(s => SameSlot(s, request))) return Refusal.ClosePositionStopExists;
        }

        return WouldTrigger(instrument, request) ? Refusal.WouldTrigger : Refusal.None;
    }

    private static Refusal CheckNumbers(Instrument instrument, StopRequest request)
    {
        var market = request.Type is not (StopType.Stop or StopType.TakeProfit);
        if (!request.ClosePosition && OrderFilters.Quantity(instrument.Spec, request.Quantity, market) is var quantity
            && quantity != Refusal.None) return quantity;
        if (!market && request.PriceMatch == PriceMatch.None && OrderFilters.Price(instrument.Spec, request.Price) is var price && price != Refusal.None)
            return price;
        if (request.Type != StopType.TrailingStopMarket)
            return OrderFilters.Price(instrument.Spec, request.TriggerPrice);
        return request.CallbackRate is >= 0.1m and <= 20m ? Refusal.None : Refusal.CallbackRange;
    }

    private static bool SameSlot(StopOrder stop, StopRequest request) =>
        stop.ClosePosition && stop.Symbol == request.Symbol && stop.Side == request.Side
        && stop.PositionSide == request.PositionSide
        && stop.IsTakeProfit == request.Type is StopType.TakeProfit or StopType.TakeProfitMarket;

    private static bool WouldTrigger(Instrument instrument, StopRequest request)
    {
        var price = instrument.Price(request.Source);
        if (request.Type == StopType.TrailingStopMarket)
            return request.ActivatePrice != 0m
                && (request.Side == Side.Buy ? request.ActivatePrice >= price : request.ActivatePrice <= price);
        var rising = (request.Side == Side.Buy) == request.Type is StopType.StopMarket or StopType.Stop;
        return rising ? price >= request.TriggerPrice : price <= request.TriggerPrice;
    }

    private static bool Crossed(Instrument instrument, StopOrder stop)
    {
        if (stop.TriggerPrice == 0m) return false;
        var price = instrument.Price(stop.Source);
        var rising = (stop.Side == Side.Buy) != stop.IsTakeProfit;
        if (rising ? price < stop.TriggerPrice : price > stop.TriggerPrice) return false;
        return !stop.PriceProtect
            || Math.Abs(instrument.Mark - instrument.Last) <= instrument.Mark * instrument.Spec.TriggerProtect;
    }

    private void Follow(Instrument instrument, StopOrder stop)
    {
        var price = instrument.Price(stop.Source);
        if (!stop.Activated)
        {
            if (stop.Side == Side.Buy ? price > stop.ActivatePrice : price < stop.ActivatePrice) return;
            stop.Activated = true;
            stop.BestPrice = price;
            venue.Save(stop);
        }

        stop.BestPrice = stop.Side == Side.Buy ? Math.Min(stop.BestPrice, price) : Math.Max(stop.BestPrice, price);
        var distance = stop.TrailDistance > 0m ? stop.TrailDistance : stop.BestPrice * stop.CallbackRate / 100m;
        var trigger = stop.BestPrice + (stop.Side == Side.Buy ? distance : -distance);
        var moved = trigger != stop.TriggerPrice;
        stop.TriggerPrice = trigger;
        if (moved && stop.OnPosition) venue.Emit(new VenueEvent.StopChanged(venue.Account(stop.Account), stop));
    }

    private void Trigger(Instrument instrument, StopOrder stop)
    {
        if (!stop.IsOpen) return;
        var account = venue.Account(stop.Account);
        Leave(account, instrument, stop);
        stop.TriggeredUtc = venue.StampUtc;
        Change(account, stop, StopStatus.Triggering);
        venue.PositionStops.EndPair(account, stop, PositionStops.PairFired);
        var delay = venue.Chance.Delay(venue.Options.TriggerDelay);
        foreach (var fault in venue.Faults.TakeForTrigger(FaultFacts.Of(stop), venue.NowUtc))
        {
            if (fault.Do == FaultAction.RejectTrigger)
            {
                var reason = fault.Message ?? NothingToReduce;
                venue.Plan(delay, () => End(account, stop, StopStatus.Rejected, reason));
                return;
            }

            if (fault.Do != FaultAction.StickTriggering) continue;
            if (fault.Ms == 0) return;
            delay = TimeSpan.FromMilliseconds(fault.Ms);
        }

        venue.Plan(delay, () => Fire(account, instrument, stop));
    }

    /// <summary>The engine takes the triggered order: checks of margin and reduction happen only here.</summary>
    private void Fire(Account account, Instrument instrument, StopOrder stop)
    {
        if (stop.Status != StopStatus.Triggering) return;
        var limit = stop.Type is StopType.Stop or StopType.TakeProfit;
        var request = new OrderRequest(
            stop.Symbol, stop.Side, limit ? OrderType.Limit : OrderType.Market, stop.Quantity)
        {
            ClientId = stop.ClientId, PositionSide = stop.PositionSide, Price = PriceOf(instrument, stop, limit),
            TimeInForce = TimeInForce.GoodTillCanceled, ReduceOnly = stop.ReduceOnly, Origin = Origin.Conditional,
            Attached = stop.Attached,
        };
        if (!Sized(account, instrument, stop, request, out var quantity)) return;
        var order = venue.Orders.Create(account, request, quantity, stop.Id, stop.ClosePosition);
        stop.OrderId = order.Id;
        Change(account, stop, StopStatus.Triggered);
        venue.Orders.Run(account, instrument, order);
        stop.ActualPrice = order.AveragePrice;
        stop.ActualQuantity = order.Filled;
        Change(account, stop, StopStatus.Finished);
    }

    private static decimal PriceOf(Instrument instrument, StopOrder stop, bool limit) =>
        !limit ? 0m : stop.PriceMatch == PriceMatch.None ? stop.Price : instrument.Matched(stop.PriceMatch, stop.Side);

    private bool Sized(
        Account account, Instrument instrument, StopOrder stop, OrderRequest request, out decimal quantity)
    {
        quantity = stop.Quantity;
        if (!stop.ClosePosition && !MatchingEngine.ReducesOnly(account, request))
        {
            if (venue.Orders.Affords(account, instrument, request, quantity)) return true;
            End(account, stop, StopStatus.Rejected, "Margin is insufficient.");
            return false;
        }

        var position = account.Find(stop.Symbol, stop.PositionSide)?.Quantity ?? 0m;
        var held = position != 0m && (position > 0m) == (stop.Side == Side.Sell) ? Math.Abs(position) : 0m;
        if (held == 0m)
        {
            if (stop.ClosePosition) End(account, stop, StopStatus.Expired, "");
            else End(account, stop, StopStatus.Rejected, NothingToReduce);
            return false;
        }

        if (stop.ClosePosition) quantity = held;
        else if (quantity > held && venue.Terms(account).OversizeStop == OversizeStop.Expire)
        {
            End(account, stop, StopStatus.Expired, NothingToReduce);
            return false;
        }
        else quantity = Math.Min(quantity, held);

        return true;
    }

    internal void End(Account account, StopOrder stop, StopStatus status, string reason)
    {
        if (venue.Find(stop.Symbol) is { } instrument) Leave(account, instrument, stop);
        stop.Reason = reason;
        Change(account, stop, status);
    }

    private void Change(Account account, StopOrder stop, StopStatus status)
    {
        stop.Status = status;
        venue.Save(stop);
        venue.Emit(new VenueEvent.StopChanged(account, stop));
    }

    private static void Leave(Account account, Instrument instrument, StopOrder stop)
    {
        account.OpenStops.Remove(stop);
        instrument.Stops.Remove(stop);
    }
}
