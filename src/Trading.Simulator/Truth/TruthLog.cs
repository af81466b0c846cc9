using Trading.Simulator.Matching;

namespace Trading.Simulator.Truth;

/// <summary>The referee: follows every order, stop and trade and knows at each moment whether a position is
/// covered. A fold, so that a restarted exchange comes to the same report from its book.</summary>
public sealed class TruthLog
{
    private readonly Dictionary<(string Account, string Symbol, PositionSide Side), PositionWatch> watches = [];
    private readonly List<PositionWatch> inOrder = [];
    private readonly Dictionary<(string Account, long Id), Order> orders = [];
    private readonly Dictionary<(string Account, long Id), StopOrder> stops = [];
    private readonly List<object> placed = [];

    public void Observe(Order order)
    {
        if (!orders.ContainsKey((order.Account, order.Id))) placed.Add(order);
        else if (!ReferenceEquals(orders[(order.Account, order.Id)], order))
            placed[placed.LastIndexOf(orders[(order.Account, order.Id)])] = order;
        orders[(order.Account, order.Id)] = order;
    }

    public void Observe(StopOrder stop, DateTime atUtc)
    {
        if (!stops.TryGetValue((stop.Account, stop.Id), out var known)) placed.Add(stop);
        else if (!ReferenceEquals(known, stop)) placed[placed.LastIndexOf(known)] = stop;
        stops[(stop.Account, stop.Id)] = stop;
        Watch(stop.Account, stop.Symbol, stop.PositionSide).Observe(stop, atUtc);
    }

    public void Observe(Trade trade, DateTime atUtc) =>
        Watch(trade.Account, trade.Symbol, trade.PositionSide).Observe(trade, atUtc);

    /// <summary>Everything so far; filters are exact names.</summary>
    public TruthReport Report(DateTime nowUtc, string? account = null, string? symbol = null)
    {
        var positions = new List<PositionTruth>();
        foreach (var watch in inOrder)
            if ((account ?? watch.Account) == watch.Account && (symbol ?? watch.Symbol) == watch.Symbol)
                positions.AddRange(watch.Positions(nowUtc));
        var gaps = positions.SelectMany(p => p.Intervals).ToList();
        return new TruthReport
        {
            AtUtc = nowUtc,
            MaxUnprotectedMs = Longest(gaps, nowUtc, static kind => kind != GapKind.Gap),
            MaxGapMs = Longest(gaps, nowUtc, static kind => kind == GapKind.Gap),
            DuplicatePositions = positions.Sum(p => p.DuplicateClientIds.Count),
            UnprotectedNow = positions.Count(p => p.Intervals.Any(i => i.ToUtc is null)),
            Positions = positions,
            Orders = [.. placed.Select(Row).Where(o => (account ?? o.Account) == o.Account
                && (symbol ?? o.Symbol) == o.Symbol)],
        };
    }

    /// <summary>True when no open position is without cover right now.</summary>
    public bool AllCovered => inOrder.TrueForAll(w => !w.IsUncovered);

    private PositionWatch Watch(string account, string symbol, PositionSide side)
    {
        if (watches.TryGetValue((account, symbol, side), out var watch)) return watch;
        watch = new PositionWatch(account, symbol, side);
        inOrder.Add(watch);
        return watches[(account, symbol, side)] = watch;
    }

    private static long Longest(List<Unprotected> gaps, DateTime nowUtc, Func<GapKind, bool> counts) =>
        gaps.Where(g => counts(g.Kind)).Select(g => (long)Math.Ceiling(g.MillisecondsAt(nowUtc))).DefaultIfEmpty().Max();

    private static OrderTruth Row(object row) => row switch
    {
        Order o => new OrderTruth(
            o.Account, o.Symbol, o.ClientId, o.StopId != 0 ? "triggered" : o.ReduceOnly ? "reduce" : "order",
            o.Side.ToString(), o.Quantity, o.Filled, o.Status.ToString(), o.Origin, o.CreatedUtc),
        StopOrder s => new OrderTruth(
            s.Account, s.Symbol, s.ClientId, s.IsTakeProfit ? "take_profit" : "stop", s.Side.ToString(), s.Quantity,
            s.ActualQuantity, s.Status.ToString(), s.Origin, s.CreatedUtc),
        _ => throw new ArgumentException($"{row.GetType().Name} is not an order", nameof(row)),
    };
}
