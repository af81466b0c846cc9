using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Domain.Positions;

/// <summary>
/// What a price does. The stop follows the best one: only in the position's favour, one replacement in flight, and
/// recorded as active only with its stop confirmed (incident 2025-11-10). Barriers of the plan move it or close.
/// </summary>
internal sealed partial class PositionTurn
{
    private const int TriesPerStep = 2;
    private const int TicksFromMark = 2;
    private static readonly TimeSpan MovePause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadAfterMoveEvery = TimeSpan.FromSeconds(10);

    public void Tick(MarkMoved tick)
    {
        if (Held is not { Quantity: > 0 } held)
        {
            _seen = _seen with { Mark = tick.Price };
            return;
        }

        var favourable = held.Side is Side.Long ? tick.Highest : tick.Lowest;
        _seen = _seen with { Mark = tick.Price, BestPrice = Better(held.Side, _seen.BestPrice, favourable) };
        if (_state is not PositionState.Open) return;
        ExpectStopToFire(held, held.Side is Side.Long ? tick.Lowest : tick.Highest);
        if (ReachesTakeProfit(held, tick.Price))
            StartClose(
                CloseReason.TakeProfit,
                $"mark {Notation.Text(tick.Price)} has reached the take-profit of {Notation.Text(held.Plan.TakeProfit!.Value * 100)} %");
        else if (_seen.IsAged && IsBreakEvenOrBetter(held, tick.Price)) StartClose(CloseReason.Aged, "break-even or better after max-age");
        else Trail(held);
    }

    private static decimal Better(Side side, decimal one, decimal other)
    {
        if (one <= 0) return other;
        return side is Side.Long ? Math.Max(one, other) : Math.Min(one, other);
    }

    private void Trail(Holding held)
    {
        if (held.Protection is not Protection.Protected { Stop: { Foreign: false } stop }) return;
        if (_seen.LookingUp || _seen.AwaitsMark is not null || held.InDoubt || MovesPause() || NextStep(held, stop) is null) return;

        if (_seen.StreamAmount is { } amount && OnSide(held.Side, amount) > 0 && IsNewestWord(held))
            MoveStop(LookupMethod.WebsocketCache, 0, OnSide(held.Side, amount));
        else
        {
            _seen = _seen with { LookingUp = true };
            Do(new LookUpQuantity());
        }
    }

    /// <summary>An event that never came must not undo what a fill or a row has told since; a newer row that agrees undoes nothing.</summary>
    private bool IsNewestWord(Holding held) => _seen.StreamAtUtc >= held.LastFillUtc
        && (_seen.StreamAtUtc >= _seen.RowAtUtc || _seen.RowAmount == _seen.StreamAmount)
        && !MayBeOfAnEarlierFill(held, OnSide(held.Side, _seen.StreamAmount ?? 0), _seen.StreamAtUtc);

    /// <summary>What could not leave because too many are under way is not asked for at every tick; it is no refusal of the step.</summary>
    private bool MovesPause() => _seen.MovePausedUtc is { } at && context.NowUtc >= at && context.NowUtc - at < MovePause;

    /// <summary>Where the stop should go now, and why; null when it may stay.</summary>
    private (decimal Trigger, StopCause Cause)? NextStep(Holding held, LiveStop stop)
    {
        if (_seen.BestPrice <= 0 || held.Trailing is Trailing.Off) return null;
        var sign = held.Side.Sign();
        var nearest = _seen.Mark - sign * TicksFromMark * context.Rules.TickSize;
        var step = Math.Max(_seen.Mark * held.Plan.MinStep, context.Rules.TickSize);
        var current = _seen.DroppedTrigger is { } dropped ? Better(held.Side, stop.Trigger, dropped) : stop.Trigger;
        var trailing = TrailingTarget(held, nearest);
        var even = BreakEvenTarget(held, nearest);
        (decimal Trigger, StopCause Cause)? next = (trailing, even) switch
        {
            (null, null) => null,
            ({ } one, { } other) when (other - one) * sign > 0 => (other, StopCause.BreakEven),
            ({ } one, _) => (one, StopCause.Trailing),
            (null, { } other) => (other, StopCause.BreakEven),
        };
        return next is { } found && (found.Trigger - current) * sign >= step ? found : null;
    }

    /// <summary>The callback behind the best price, but not nearer to the mark than a stop may be.</summary>
    private decimal? TrailingTarget(Holding held, decimal nearest)
    {
        var sign = held.Side.Sign();
        if (held.Trailing is Trailing.Waiting && !HasGained(held, _seen.BestPrice, held.Plan.Activation)) return null;
        var desired = context.Rules.RoundStop(_seen.BestPrice * (1 - sign * held.Plan.Callback), held.Side);
        return (desired - nearest) * sign > 0 ? context.Rules.RoundStop(nearest, held.Side.Opposite()) : desired;
    }

    /// <summary>Once. While the price is too near for a stop there it waits: a worse one would not be break-even.</summary>
    private decimal? BreakEvenTarget(Holding held, decimal nearest)
    {
        if (held is not { Managed: true, AtBreakEven: false, EntryPrice: > 0, Plan.BreakEven: { } gain } || !HasGained(held, _seen.BestPrice, gain)) return null;
        var even = BreakEvenTrigger(held);
        return (even - nearest) * held.Side.Sign() > 0 ? null : even;
    }

    private decimal BreakEvenTrigger(Holding held) => context.Rules.RoundStop(held.BreakEvenPrice(context.Policy.TakerFee), held.Side);

    private static bool HasGained(Holding held, decimal price, decimal gain) =>
        (price - held.EntryPrice) * held.Side.Sign() >= held.EntryPrice * gain;

    private static bool ReachesTakeProfit(Holding held, decimal price) =>
        held is { Managed: true, EntryPrice: > 0, Plan.TakeProfit: { } gain } && HasGained(held, price, gain);

    private void MoveStop(LookupMethod method, int elapsedMs, decimal quantity)
    {
        var retries = method is LookupMethod.ExchangeApiAttempt2 or LookupMethod.DatabaseFallback ? 1 : 0;
        Emit(new PositionLookup(method, elapsedMs, method is LookupMethod.WebsocketCache, retries, quantity));
        if (quantity != Held!.Quantity) Emit(new QuantityChanged(quantity, Held.EntryPrice, $"found by {method}"));
        if (Held is { LiveStop: { } stop } held && NextStep(held, stop) is { } step) PlaceStop(held, step.Trigger, step.Cause);
        EnsureProtected();
    }

    /// <summary>An empty list changes nothing: what the journal knows stands until flat is proven.</summary>
    public void OnQuantity(QuantityLookedUp report)
    {
        if (!_seen.LookingUp || Held is not { } held)
        {
            Ignore("no lookup is under way");
            return;
        }

        _seen = _seen with { LookingUp = false };
        if (report.Amount is { } stated) SeeRow(stated, report.UpdatedUtc);
        if (held.Protection is not Protection.Protected) return;
        var isOld = report.UpdatedUtc is { } at && (at < held.LastFillUtc || MayBeOfAnEarlierFill(held, OnSide(held.Side, report.Amount ?? 0), at));
        if (report.Amount is { } amount && OnSide(held.Side, amount) > 0 && !isOld)
        {
            var method = report.Attempts <= 1 ? LookupMethod.ExchangeApiAttempt1 : LookupMethod.ExchangeApiAttempt2;
            MoveStop(method, report.ElapsedMs, OnSide(held.Side, amount));
        }
        else if ((report.Amount is null || isOld) && held.Quantity > 0)
        {
            MoveStop(LookupMethod.DatabaseFallback, report.ElapsedMs, held.Quantity);
        }
        else
        {
            Emit(new PositionNotFoundAbort(new LookupAttempts(CacheChecked: true, report.Attempts, DatabaseChecked: true)));
            Alert(AlertKind.PositionNotFound, "position_not_found_abort: the stop was not moved");
            Check(CheckCause.Doubt);
        }
    }

    /// <summary>A step is tried twice at most; then the next step must be better.</summary>
    private void CountMoveTry(decimal trigger)
    {
        var tries = _seen.MoveTries + 1;
        _seen = tries < TriesPerStep
            ? _seen with { MoveTries = tries }
            : _seen with { MoveTries = 0, DroppedTrigger = trigger };
    }

    private void ReadAfterMove()
    {
        if (_seen.Checking || context.NowUtc - _seen.LastMoveReadUtc < ReadAfterMoveEvery) return;
        _seen = _seen with { LastMoveReadUtc = context.NowUtc };
        Check(CheckCause.AfterStopMove);
    }

    private bool IsBreakEvenOrBetter(Holding held, decimal price) =>
        held.Managed && (price - held.BreakEvenPrice(context.Policy.TakerFee)) * held.Side.Sign() >= 0;

    private void GrowOld()
    {
        if (_state is not PositionState.Open { Holding: { Managed: true } held }) return;
        if (_seen.IsAged)
        {
            StartClose(CloseReason.Aged, "an hour past max-age");
            return;
        }

        _seen = _seen with { IsAged = true };
        Do(new StartTimer(PositionTimer.Aged, AgeLeft(held, beyond: TimeSpan.FromHours(1)))); // a restart does not start the hour anew
        if (_seen.Mark > 0 && IsBreakEvenOrBetter(held, _seen.Mark)) StartClose(CloseReason.Aged, "break-even or better after max-age");
    }
}
