using Trading.Simulator.Matching;

namespace Trading.Simulator.Truth;

/// <summary>Cover of one (account, symbol, side): live stops against quantity, interval by interval.</summary>
internal sealed class PositionWatch(string account, string symbol, PositionSide side)
{
    /// <summary>A stop that triggers and closes the position within this time did its work: no interval.</summary>
    private static readonly TimeSpan TriggerGrace = TimeSpan.FromSeconds(1);

    private readonly List<PositionTruth> closed = [];
    private readonly Dictionary<long, (bool Sells, decimal Quantity, decimal Trigger)> live = [];
    private readonly List<Unprotected> intervals = [];
    private readonly List<string> duplicates = [];
    private readonly HashSet<long> entries = [];
    private decimal quantity;
    private decimal quantityMax;
    private decimal grownByHand;
    private DateTime grownByHandUtc;
    private Trade? opening;
    private DateTime openedUtc;
    private bool everCovered;
    private DateTime? since;
    private GapKind kind;
    private readonly HashSet<long> triggering = [];

    public string Account { get; } = account;
    public string Symbol { get; } = symbol;
    public bool IsUncovered => since is not null;

    public void Observe(StopOrder stop, DateTime atUtc)
    {
        var counted = live.Remove(stop.Id);
        if (stop.Status == StopStatus.New && stop.Protects)
            live[stop.Id] = (stop.Side == Side.Sell, stop.ClosePosition ? decimal.MaxValue : stop.Quantity, stop.TriggerPrice);
        if (counted && stop.Status == StopStatus.Triggering) triggering.Add(stop.Id);
        Judge(atUtc, stop.TakenByHand ? GapKind.Outside
            : stop.Status == StopStatus.Canceled ? GapKind.Gap
            : GapKind.Venue);
    }

    public void Observe(Trade trade, DateTime atUtc)
    {
        var before = quantity;
        quantity = trade.PositionAfter;
        var flipped = before != 0m && quantity != 0m && Math.Sign(before) != Math.Sign(quantity);
        if (before != 0m && (quantity == 0m || flipped)) Close(trade, atUtc);
        if (quantity == 0m) return;
        if (before == 0m || flipped) Open(trade, atUtc);
        else if (Math.Abs(quantity) > Math.Abs(before)) Grow(trade);
        quantityMax = Math.Max(quantityMax, Math.Abs(quantity));
        if (trade.Origin == Origin.Hand) GrowByHand(Math.Max(0m, Math.Abs(quantity) - Math.Abs(before)), atUtc);
        Judge(atUtc, trade.Origin == Origin.Hand ? GapKind.Outside : GapKind.Growth);
    }

    public IEnumerable<PositionTruth> Positions(DateTime nowUtc)
    {
        foreach (var position in closed) yield return position;
        if (opening is not null && quantity != 0m && openedUtc <= nowUtc) yield return Describe(null, null);
    }

    private void Open(Trade trade, DateTime atUtc)
    {
        opening = trade;
        openedUtc = atUtc;
        everCovered = false;
        grownByHand = 0m;
        quantityMax = Math.Abs(quantity);
        entries.Add(trade.OrderId);
    }

    private void Grow(Trade trade)
    {
        if (trade.Origin is Origin.Client && entries.Add(trade.OrderId)) duplicates.Add(trade.ClientId);
    }

    private void GrowByHand(decimal more, DateTime atUtc)
    {
        if (grownByHand == 0m) grownByHandUtc = atUtc;
        grownByHand += more;
    }

    private void Judge(DateTime atUtc, GapKind cause)
    {
        if (quantity == 0m) return;
        if (Covered() >= Math.Abs(quantity))
        {
            EndInterval(atUtc);
            everCovered = true;
            if (grownByHand > 0m && CoveredAtOneTrigger()) grownByHand = 0m;
            return;
        }

        if (since is not null)
        {
            if (kind == GapKind.First && opening!.Origin == Origin.Client && LacksOnlyGrowth()) EndFirst(atUtc);
            return;
        }

        since = atUtc;
        kind = !everCovered ? GapKind.First : cause is GapKind.Gap && LacksOnlyGrowth() ? GapKind.Outside : cause;
    }

    /// <summary>What the client opened is covered; what a hand has added meanwhile is not, for as long as it has been there.</summary>
    private void EndFirst(DateTime atUtc)
    {
        EndInterval(atUtc);
        everCovered = true;
        (since, kind) = (grownByHandUtc, GapKind.Outside);
    }

    /// <summary>
    /// A hand added while two stops of a move rested, and both together covered it: the old one's cancel bares no more than
    /// what the hand has added, which the stops of no single trigger have covered yet.
    /// </summary>
    private bool LacksOnlyGrowth() => Covered() >= Math.Abs(quantity) - grownByHand;

    private bool CoveredAtOneTrigger() => live.Values.Select(stop => stop.Trigger).Distinct()
        .Any(trigger => Covered(trigger) >= Math.Abs(quantity));

    /// <param name="trigger">Of the stops there only; null: of all.</param>
    private decimal Covered(decimal? trigger = null)
    {
        var sum = 0m;
        foreach (var stop in live.Values)
        {
            if (stop.Sells != quantity > 0m || trigger is { } at && stop.Trigger != at) continue;
            if (stop.Quantity == decimal.MaxValue) return decimal.MaxValue;
            sum += stop.Quantity;
        }

        return sum;
    }

    private void Close(Trade trade, DateTime atUtc)
    {
        var served = triggering.Contains(trade.StopId) && kind == GapKind.Venue;
        if (served && since is { } start && atUtc - start <= TriggerGrace) since = null;
        EndInterval(atUtc);
        closed.Add(Describe(atUtc, trade.Origin));
        opening = null;
        intervals.Clear();
        duplicates.Clear();
        entries.Clear();
        triggering.Clear();
    }

    private void EndInterval(DateTime atUtc)
    {
        if (since is not { } start) return;
        if (atUtc > start) intervals.Add(new Unprotected(kind, start, atUtc, quantityMax));
        since = null;
    }

    private PositionTruth Describe(DateTime? closedUtc, Origin? closedBy)
    {
        var all = intervals.ToList();
        if (since is { } start) all.Add(new Unprotected(kind, start, null, quantityMax));
        return new PositionTruth
        {
            Account = Account, Symbol = Symbol, Side = side, Long = opening!.Side == Side.Buy,
            EntryClientId = opening.ClientId, OpenedBy = opening.Origin, OpenedUtc = openedUtc, ClosedUtc = closedUtc,
            ClosedBy = closedBy, Quantity = closedUtc is null ? Math.Abs(quantity) : quantityMax,
            DuplicateClientIds = [.. duplicates], Intervals = all,
        };
    }
}
