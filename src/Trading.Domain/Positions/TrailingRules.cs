using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Domain.Positions;

/// <summary>
/// The stop follows the best price: only in the position's favour, one replacement in flight, and recorded as active
/// only with its stop confirmed (incident 2025-11-10).
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
        if (_seen.IsAged && IsBreakEvenOrBetter(held, tick.Price)) StartClose(CloseReason.Aged, "break-even or better after max-age");
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

        if (_seen.StreamAmount is { } amount && OnSide(held.Side, amount) > 0)
            MoveStop(LookupMethod.WebsocketCache, 0, OnSide(held.Side, amount));
        else
        {
            _seen = _seen with { LookingUp = true };
            Do(new LookUpQuantity());
        }
    }

    /// <summary>What could not leave because too many are under way is not asked for at every tick; it is no refusal of the step.</summary>
    private bool MovesPause() => _seen.MovePausedUtc is { } at && context.NowUtc >= at && context.NowUtc - at < MovePause;

    /// <summary>Where the stop should go now; null when it may stay.</summary>
    private decimal? NextStep(Holding held, LiveStop stop)
    {
        var sign = held.Side.Sign();
        var best = _seen.BestPrice;
        if (best <= 0 || held.Trailing is Trailing.Off) return null;
        if (held.Trailing is Trailing.Waiting && (best - held.EntryPrice) * sign < held.EntryPrice * held.Plan.Activation) return null;

        var desired = context.Rules.RoundStop(best * (1 - sign * held.Plan.Callback), held.Side);
        var nearest = _seen.Mark - sign * TicksFromMark * context.Rules.TickSize;
        if ((desired - nearest) * sign > 0)
            desired = context.Rules.RoundStop(nearest, held.Side.Opposite());

        var step = Math.Max(_seen.Mark * held.Plan.MinStep, context.Rules.TickSize);
        var current = _seen.DroppedTrigger is { } dropped ? Better(held.Side, stop.Trigger, dropped) : stop.Trigger;
        return (desired - current) * sign >= step ? desired : null;
    }

    private void MoveStop(LookupMethod method, int elapsedMs, decimal quantity)
    {
        var retries = method is LookupMethod.ExchangeApiAttempt2 or LookupMethod.DatabaseFallback ? 1 : 0;
        Happen(new PositionLookup(method, elapsedMs, method is LookupMethod.WebsocketCache, retries, quantity));
        if (quantity != Held!.Quantity) Happen(new QuantityChanged(quantity, Held.EntryPrice, $"found by {method}"));
        if (Held is { LiveStop: { } stop } held && NextStep(held, stop) is { } trigger) PlaceStop(held, trigger, StopCause.Trailing);
        EnsureProtected();
    }

    /// <summary>An empty list changes nothing: what the journal knows stands until flat is proven.</summary>
    public void HearQuantity(QuantityLookedUp report)
    {
        if (!_seen.LookingUp || Held is not { } held)
        {
            Ignore("no lookup is under way");
            return;
        }

        _seen = _seen with { LookingUp = false };
        if (held.Protection is not Protection.Protected) return;
        if (report.Amount is { } amount && OnSide(held.Side, amount) > 0)
        {
            var method = report.Attempts <= 1 ? LookupMethod.ExchangeApiAttempt1 : LookupMethod.ExchangeApiAttempt2;
            MoveStop(method, report.ElapsedMs, OnSide(held.Side, amount));
        }
        else if (report.Amount is null && held.Quantity > 0)
        {
            MoveStop(LookupMethod.DatabaseFallback, report.ElapsedMs, held.Quantity);
        }
        else
        {
            Happen(new PositionNotFoundAbort(new LookupAttempts(CacheChecked: true, report.Attempts, DatabaseChecked: true)));
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
