using Trading.Simulator.Faults;

namespace Trading.Simulator.Matching;

/// <summary>Regular orders: acceptance, fills, cancels.</summary>
public sealed class MatchingEngine(Venue venue)
{
    private readonly List<Order> touched = [];

    /// <summary>Accepts an order, or says why not. Market orders are filled on the way unless fills are delayed.</summary>
    public (Order? Order, Refusal Refusal) Place(Account account, OrderRequest request)
    {
        if (venue.Find(request.Symbol) is not { } instrument) return (null, Refusal.UnknownSymbol);
        if (Check(account, instrument, request) is var refusal && refusal != Refusal.None) return (null, refusal);
        var quantity = ReducesOnly(account, request)
            ? Math.Min(request.Quantity, Reducible(account, request))
            : request.Quantity;
        var order = Create(account, request, quantity);
        Run(account, instrument, order, request.MatchDelay);
        return (order, Refusal.None);
    }

    /// <summary>Whether an order would be accepted; nothing comes of it.</summary>
    public Refusal Judge(Account account, OrderRequest request) =>
        venue.Find(request.Symbol) is { } instrument ? Check(account, instrument, request) : Refusal.UnknownSymbol;

    public (Order? Order, Refusal Refusal) Cancel(Account account, Order? order)
    {
        if (order is null || !order.IsOpen) return (null, Refusal.NotOpen);
        End(account, order, OrderStatus.Canceled, EndReason.Canceled);
        return (order, Refusal.None);
    }

    /// <summary>Changes an open limit order; it loses its place and may fill at once.</summary>
    /// <param name="attached">What it brings along from now on; null: as before.</param>
    public (Order? Order, Refusal Refusal) Amend(
        Account account, Order order, decimal quantity, decimal price, AttachedStops? attached = null)
    {
        if (!order.IsOpen || order.Type != OrderType.Limit) return (null, Refusal.NotOpen);
        var instrument = venue.Find(order.Symbol)!;
        if (OrderFilters.Quantity(instrument.Spec, quantity, market: false) is var size && size != Refusal.None)
            return (null, size);
        if (OrderFilters.Price(instrument.Spec, price) is var step && step != Refusal.None) return (null, step);
        if (OrderFilters.PriceBand(instrument.Spec, price, order.Side, instrument.Mark) is var band
            && band != Refusal.None) return (null, band);
        (order.Amendments ??= []).Add(new Amendment(++venue.Ids.Amendment, venue.StampUtc, order.Price, order.Quantity)
        {
            PriceAfter = price, QuantityAfter = quantity,
        });
        (order.Quantity, order.Price, order.Attached) = (quantity, price, attached ?? order.Attached);
        if (order.Leaves <= 0m) End(account, order, OrderStatus.Canceled, EndReason.Canceled);
        else if (order.TimeInForce == TimeInForce.PostOnly && Takes(instrument, order.Side, price))
            End(account, order, OrderStatus.Canceled, EndReason.PostOnly);
        else
        {
            instrument.Resting.Remove(order);
            instrument.Resting.Add(order);
            venue.Save(order);
            venue.Emit(new VenueEvent.OrderAmended(account, order));
            OnTick(instrument);
        }

        return (order, Refusal.None);
    }

    /// <summary>Changes what an open order brings along.</summary>
    public void Attach(Account account, Order order, AttachedStops attached)
    {
        order.Attached = attached;
        venue.Save(order);
        venue.Emit(new VenueEvent.OrderAmended(account, order));
    }

    /// <summary>By exchange id, or the newest of that client id.</summary>
    public static Order? Find(Account account, long id, string clientId)
    {
        if (id != 0) return account.Orders.GetValueOrDefault(id);
        for (var i = account.OrderHistory.Count - 1; i >= 0; i--)
            if (account.OrderHistory[i].ClientId == clientId) return account.OrderHistory[i];
        return null;
    }

    internal Order Create(Account account, OrderRequest request, decimal quantity, long stopId = 0, bool close = false)
    {
        var id = ++venue.Ids.Order;
        var order = new Order
        {
            Id = id, Account = account.Name, Symbol = request.Symbol, Side = request.Side, Type = request.Type,
            ClientId = request.ClientId.Length > 0 ? request.ClientId : GivenIds.Of(id),
            PositionSide = request.PositionSide, TimeInForce = request.TimeInForce, Quantity = quantity,
            GoodTillUtc = request.GoodTillUtc, PriceMatch = request.PriceMatch,
            Price = request.Price, ReduceOnly = request.ReduceOnly, ClosePosition = close, Origin = request.Origin,
            StopId = stopId, CreatedUtc = venue.StampUtc, Attached = request.Attached,
        };
        account.Orders[id] = order;
        account.OrderHistory.Add(order);
        account.OpenOrders.Add(order);
        venue.Save(order);
        return order;
    }

    /// <summary>First matching of a new order.</summary>
    internal void Run(Account account, Instrument instrument, Order order, TimeSpan matchDelay = default)
    {
        if (order.Type == OrderType.Market) RunMarket(account, instrument, order, matchDelay);
        else RunLimit(account, instrument, order);
    }

    /// <summary>Fills an order of the exchange's own, at its limit at the worst: what is worse the exchange pays itself.</summary>
    internal void FillForced(Account account, Instrument instrument, Order order, IReadOnlyList<decimal> parts)
    {
        var price = TakerPrice(instrument, order);
        if (order.Type == OrderType.Limit)
            price = order.Side == Side.Buy ? Math.Min(price, order.Price) : Math.Max(price, order.Price);
        for (var i = 0; i < parts.Count; i++)
            Fill(account, instrument, order, parts[i], price, maker: false, announce: i == 0);
    }

    /// <summary>Continues an open order after a restart.</summary>
    internal void Resume(Account account, Instrument instrument, Order order)
    {
        if (order.Type == OrderType.Limit) Rest(account, instrument, order);
        else venue.Plan(TimeSpan.Zero, () => FillPart(account, instrument, order, order.Leaves, announce: false));
    }

    internal void OnTick(Instrument instrument)
    {
        if (instrument.Resting.Count == 0) return;
        touched.Clear();
        foreach (var order in instrument.Resting)
            if (order.Side == Side.Buy ? instrument.Last <= order.Price : instrument.Last >= order.Price)
                touched.Add(order);
        foreach (var order in touched.ToArray())
        {
            if (!order.IsOpen) continue;
            var half = decimal.Floor(order.Leaves / 2m / instrument.Spec.StepSize) * instrument.Spec.StepSize;
            var partial = half > 0m && venue.Chance.Happens(venue.Options.PartialFillChance);
            Fill(venue.Account(order.Account), instrument, order, partial ? half : order.Leaves, order.Price,
                maker: true, announce: false);
        }
    }

    internal void End(Account account, Order order, OrderStatus status, EndReason reason)
    {
        if (!order.IsOpen) return;
        order.Status = status;
        order.EndReason = reason;
        Leave(account, order);
        venue.Save(order);
        venue.Emit(new VenueEvent.OrderEnded(account, order));
    }

    /// <summary>True when the order may only make a position smaller.</summary>
    internal static bool ReducesOnly(Account account, OrderRequest request) =>
        account.Hedge
            ? (request.PositionSide == PositionSide.Long) == (request.Side == Side.Sell)
            : request.ReduceOnly;

    /// <summary>Margin for the part of an order that adds exposure.</summary>
    internal bool Affords(Account account, Instrument instrument, OrderRequest request, decimal quantity)
    {
        var position = account.Find(request.Symbol, request.PositionSide)?.Quantity ?? 0m;
        var signed = request.Side == Side.Buy ? quantity : -quantity;
        var growth = Math.Sign(position) == -Math.Sign(signed)
            ? Math.Abs(signed) - Math.Abs(position)
            : Math.Abs(signed);
        if (growth <= 0m) return true;
        var price = request.Type == OrderType.Limit ? request.Price : instrument.Last;
        var needed = growth * price / venue.Setting(account, request.Symbol).Leverage;
        return needed + (growth * price * venue.Terms(account).TakerFee) <= venue.Ledger.Available(account);
    }

    private Refusal Check(Account account, Instrument instrument, OrderRequest request)
    {
        var spec = instrument.Spec;
        if (account.Hedge == (request.PositionSide == PositionSide.Both)) return Refusal.PositionSideMismatch;
        if (!request.WholePosition && OrderFilters.Quantity(spec, request.Quantity, request.Type == OrderType.Market) is var quantity
            && quantity != Refusal.None) return quantity;
        var reduces = ReducesOnly(account, request);
        if (spec.Status == "CLOSE" || (spec.Status != "TRADING" && !reduces)) return Refusal.SymbolNotTrading;
        if (!instrument.HasPrice) return Refusal.NoPrice;
        if (request.Type == OrderType.Limit && CheckLimit(instrument, request) is var limit && limit != Refusal.None)
            return limit;
        var value = request.Quantity * (request.Type == OrderType.Limit ? request.Price : instrument.Mark);
        if (!reduces && value < spec.MinNotional) return Refusal.NotionalTooSmall;
        if (request.ClientId.Length > 0 && account.OpenOrders.Exists(o => o.ClientId == request.ClientId))
            return Refusal.DuplicateClientId;
        if (account.OpenOrders.Count(o => o.Symbol == request.Symbol) >= venue.Terms(account).OrdersMax)
            return Refusal.TooManyOrders;
        if (reduces)
        {
            var left = Reducible(account, request);
            return left <= 0m || (account.Hedge && request.Quantity > left) ? Refusal.ReduceOnlyRejected : Refusal.None;
        }

        return Affords(account, instrument, request, request.Quantity) ? Refusal.None : Refusal.MarginInsufficient;
    }

    private static Refusal CheckLimit(Instrument instrument, OrderRequest request)
    {
        if (OrderFilters.Price(instrument.Spec, request.Price) is var price && price != Refusal.None) return price;
        if (OrderFilters.PriceBand(instrument.Spec, request.Price, request.Side, instrument.Mark) is var band
            && band != Refusal.None) return band;
        var takes = Takes(instrument, request.Side, request.Price);
        return request.TimeInForce switch
        {
            TimeInForce.PostOnly when takes => Refusal.PostOnlyRefused,
            TimeInForce.FillOrKill when !takes => Refusal.FillOrKillRefused,
            _ => Refusal.None,
        };
    }

    /// <summary>Position quantity no resting reduce-only order is already waiting for.</summary>
    private static decimal Reducible(Account account, OrderRequest request)
    {
        var position = account.Find(request.Symbol, request.PositionSide)?.Quantity ?? 0m;
        if (position == 0m || (position > 0m) == (request.Side == Side.Buy)) return 0m;
        var left = Math.Abs(position);
        foreach (var order in account.OpenOrders)
            if (order.Symbol == request.Symbol && order.Side == request.Side
                && order.PositionSide == request.PositionSide && (order.ReduceOnly || account.Hedge))
                left -= order.Leaves;
        return left;
    }

    private void RunMarket(Account account, Instrument instrument, Order order, TimeSpan matchDelay)
    {
        var delay = matchDelay + venue.Chance.Delay(venue.Options.FillDelay);
        var share = 1m;
        foreach (var fault in venue.Faults.TakeForFill(FaultFacts.Of(order), venue.NowUtc))
        {
            if (fault.Do == FaultAction.HoldFill) delay = TimeSpan.FromMilliseconds(fault.Ms);
            if (fault.Do == FaultAction.FillPart) share = fault.Fraction;
            if (fault.Do != FaultAction.RejectOrder) continue;
            venue.Plan(delay, () => End(account, order, OrderStatus.Expired, EndReason.Rejected));
            return;
        }

        var quantity = share == 1m ? order.Quantity : Steps(instrument, order.Quantity * share); // what is left of a coarser step fills too
        var split = venue.Chance.Happens(venue.Options.PartialFillChance) ? Steps(instrument, quantity / 2m) : 0m;
        var announced = false;
        foreach (var part in split > 0m && split < quantity ? [split, quantity - split] : new[] { quantity })
        {
            if (delay == TimeSpan.Zero)
            {
                FillPart(account, instrument, order, part, !announced);
                announced = true;
                continue;
            }

            if (!announced) venue.Emit(new VenueEvent.OrderAccepted(account, order));
            announced = true;
            venue.Plan(delay, () => FillPart(account, instrument, order, part, announce: false));
            delay += venue.Chance.Delay(venue.Options.FillDelay) + TimeSpan.FromMilliseconds(1);
        }

        // What its parts have not filled, also because the position was smaller by then, never rests.
        if (order.IsOpen) venue.Plan(delay, () => End(account, order, OrderStatus.Expired, EndReason.MarketRest));
    }

    private void RunLimit(Account account, Instrument instrument, Order order)
    {
        if (Takes(instrument, order.Side, order.Price))
        {
            Fill(account, instrument, order, order.Leaves, TakerPrice(instrument, order), maker: false, announce: true);
            return;
        }

        venue.Emit(new VenueEvent.OrderAccepted(account, order));
        if (order.TimeInForce == TimeInForce.ImmediateOrCancel)
            End(account, order, OrderStatus.Expired, EndReason.ImmediateRest);
        else Rest(account, instrument, order);
    }

    private void Rest(Account account, Instrument instrument, Order order)
    {
        instrument.Resting.Add(order);
        if (order.GoodTillUtc != default) venue.PlanDate(order.GoodTillUtc, () => End(account, order, OrderStatus.Expired, EndReason.GoodTill));
    }

    private void FillPart(Account account, Instrument instrument, Order order, decimal quantity, bool announce)
    {
        if (!order.IsOpen) return;
        var price = TakerPrice(instrument, order);
        var far = Math.Abs(price - instrument.Mark) > instrument.Mark * instrument.Spec.MarketTakeBound;
        if (quantity <= 0m || (far && !order.ReduceOnly))
        {
            if (announce) venue.Emit(new VenueEvent.OrderAccepted(account, order));
            End(account, order, OrderStatus.Expired, EndReason.MarketRest);
            return;
        }

        Fill(account, instrument, order, quantity, price, maker: false, announce);
    }

    private void Fill(
        Account account, Instrument instrument, Order order, decimal quantity, decimal price, bool maker, bool announce)
    {
        if (order.ReduceOnly || (account.Hedge && order.PositionSide == PositionSide.Long == (order.Side == Side.Sell)))
        {
            var position = account.Find(order.Symbol, order.PositionSide)?.Quantity ?? 0m;
            var left = Math.Sign(position) == -order.Sign ? Math.Abs(position) : 0m;
            quantity = Math.Min(quantity, left);
            if (quantity == 0m)
            {
                if (announce) venue.Emit(new VenueEvent.OrderAccepted(account, order));
                End(account, order, OrderStatus.Expired, EndReason.ReduceOnly);
                return;
            }
        }

        var trade = venue.Ledger.Fill(account, instrument, order, quantity, price, maker);
        var attached = venue.PositionStops.Attach(account, order, trade.Quantity);
        if (!order.IsOpen) Leave(account, order);
        venue.Emit(new VenueEvent.TradeHinted(account, order, trade));
        if (announce) venue.Emit(new VenueEvent.OrderAccepted(account, order));
        venue.Emit(new VenueEvent.BalanceChanged(account, account.Get(order.Symbol, order.PositionSide)));
        venue.Emit(new VenueEvent.Traded(account, order, trade));
        foreach (var stop in attached) venue.Emit(new VenueEvent.StopChanged(account, stop));
    }

    private decimal TakerPrice(Instrument instrument, Order order)
    {
        var slip = venue.Options.SlippageMax == 0m ? 0m : venue.Options.SlippageMax * venue.Chance.Fraction();
        if (slip == 0m) return instrument.Last;
        var price = instrument.RoundAgainst(instrument.Last * (1m + (slip * order.Sign)), order.Side);
        if (order.Type == OrderType.Limit)
            price = order.Side == Side.Buy ? Math.Min(price, order.Price) : Math.Max(price, order.Price);
        return price;
    }

    private void Leave(Account account, Order order)
    {
        account.OpenOrders.Remove(order);
        if (order.Type == OrderType.Limit) venue.Find(order.Symbol)?.Resting.Remove(order);
    }

    private static decimal Steps(Instrument instrument, decimal quantity) =>
        decimal.Floor(quantity / instrument.Spec.StepSize) * instrument.Spec.StepSize;

    private static bool Takes(Instrument instrument, Side side, decimal price) =>
        side == Side.Buy ? price >= instrument.Last : price <= instrument.Last;
}
