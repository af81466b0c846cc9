using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>
/// Whatever is open is covered by a stop that the exchange confirmed, or a deadline is running that ends in a close.
/// </summary>
internal sealed partial class PositionTurn
{
    /// <summary>A move may wait its turn for 3 s and its answer for another 3 s; the old stop protects meanwhile.</summary>
    private static readonly TimeSpan MoveAnsweredWithin = TimeSpan.FromSeconds(7);

    /// <summary>Brings protection up to the held quantity. Idempotent: called after everything that may have changed it.</summary>
    private void EnsureProtected()
    {
        if (Held is not { Quantity: > 0 } held || IsUnguarded(held)) return;
        RunDeadline(held);
        switch (held.Protection)
        {
            case var _ when _state is Closing || _seen.StopWaits: break;
            case Protection.Unprotected when _seen.AwaitsMark is null:
                if (FirstTrigger(held) is { } trigger) PlaceStop(held, trigger, held.LastTrigger is null ? StopCause.Initial : StopCause.Restore);
                break;
            case Protection.Protected { Stop: { Foreign: false } stop } when NeedsResize(held, stop) && !FiresInParts(stop):
                PlaceStop(held, stop.Trigger, StopCause.Resize);
                break;
            case Protection.Protected { Stop.Foreign: true } when _seen.AwaitsMark is null && !IsCovered(held):
                if (FirstTrigger(held) is { } own) PlaceStop(held, own, StopCause.Restore); // somebody else's is not ours to resize
                break;
        }

        EnsureHardStop();
    }

    private static bool IsUnguarded(Holding held) => held.Policy is AdoptPolicy.Ignore or AdoptPolicy.Alert;

    /// <summary>A stop that is a property of the position is for all of it; an order of the operator's beside it is not.</summary>
    private bool IsCovered(Holding held) =>
        held.Covered >= held.Quantity || held.LiveStop is { } live && PositionStops.IsWhole(live, context.Policy.AttachesStop);

    /// <summary>What its first orders have sold is not to be resized: the others are selling the rest.</summary>
    private bool FiresInParts(LiveStop stop) => stop.Parts.Count > 1 && _seen.StopProgress is not null;

    /// <summary>
    /// While the entry still fills it only grows: one that rested before the entry was sent is for all of it, and a smaller
    /// one in its place would be too small by the time its cancel arrives.
    /// </summary>
    private bool NeedsResize(Holding held, LiveStop stop) =>
        stop.Quantity < Coverable(held.Quantity) || stop.Quantity > held.Quantity && _state is not Opening && _seen.IsTold(held);

    private void RunDeadline(Holding held)
    {
        var covered = IsCovered(held);
        var starts = !covered && !_seen.DeadlineRunning && !held.ProtectionMissed && _state is not Closing;
        var ends = covered && _seen is { DeadlineRunning: true, StopProgress: null }; // what fires covers nothing that is left of it
        if (ends) Do(new CancelTimer(PositionTimer.Protect));
        if (starts) Do(new StartTimer(PositionTimer.Protect, context.Policy.ProtectWithin));
        _seen = _seen with { DeadlineRunning = !ends && (_seen.DeadlineRunning || starts) };
    }

    private void DeadlinePassed()
    {
        _seen = _seen with { DeadlineRunning = false };
        if (Held is not { Quantity: > 0 } held || _state is Closing || IsUnguarded(held)) return;
        if (IsCovered(held) && _seen.StopProgress is null) return;
        var bare = _seen.StopProgress is null ? held.Quantity - held.Covered : held.Quantity;
        var deadlineMs = (int)context.Policy.ProtectWithin.TotalMilliseconds;
        Emit(new ProtectionMissed(bare, deadlineMs));
        Do(new TellAccount(AccountNews.ProtectionMissed));
        Alert(AlertKind.Unprotected, $"no confirmed stop within {deadlineMs} ms for {bare}");
        if (held.Managed) StartClose(CloseReason.ProtectionDeadline, "no confirmed stop in time");
        else AlertAndTryAgain(held);
    }

    /// <summary>Where a first stop goes; null while nobody has said the entry price and there is still time to wait.</summary>
    private decimal? FirstTrigger(Holding held)
    {
        var from = held.StopBase > 0 ? held.StopBase : _seen.PriceOverdue ? held.ReferencePrice : 0;
        if (held.LastTrigger is null && from <= 0)
        {
            Do(new StartTimer(PositionTimer.FillsMissing, PriceGrace));
            return null;
        }

        var trigger = held.LastTrigger ?? StopFrom(held, from);
        return held.Managed || !IsCrossed(held.Side, trigger) ? trigger : StopFrom(held, _seen.Mark);
    }

    /// <summary>Of what we may not close: a stop where the mark has been already cannot rest, so it counts from the mark.</summary>
    private bool IsCrossed(Side side, decimal trigger) => _seen.Mark > 0 && (trigger - _seen.Mark) * side.Sign() >= 0;

    private decimal StopFrom(Holding held, decimal price) =>
        context.Rules.RoundStop(price * (1 - held.Side.Sign() * held.Plan.StopLoss), held.Side);

    private void PlaceStop(Holding held, decimal trigger, StopCause cause)
    {
        var quantity = Coverable(QuantityFor(held));
        if (quantity == 0) return; // the second layer is all there can be
        var old = held.LiveStop;
        var first = old is null || !IsCovered(held) || cause is StopCause.Resize && quantity > old.Quantity;
        var step = old is null ? 0 : Math.Abs(trigger - old.Trigger);
        SendParts(held.Side, quantity, trigger, old is { Foreign: false } ? old.Id : null, cause, first, step);
        Do(new StartTimer(PositionTimer.StopAnswer, first ? context.Policy.StopAnswerWithin : MoveAnsweredWithin));
    }

    /// <summary>
    /// One order, or as many as the market's maximum asks for. The position's own stop is one whatever its size: the
    /// venue splits a reduce-only order itself (protocols/bybit-v5-linear §7.1, §12).
    /// </summary>
    /// <param name="trigger">Of a stop of before it may be off the tick of now.</param>
    /// <param name="step">From the old trigger to the new one, in quote.</param>
    private void SendParts(Side side, decimal quantity, decimal trigger, ClientOrderId? replaces, StopCause cause, bool first, decimal step)
    {
        trigger = context.Rules.RoundStop(trigger, side);
        ClientOrderId? whole = null;
        foreach (var part in context.Policy.AttachesStop ? [quantity] : context.Rules.Split(quantity))
        {
            var stop = NextOrderId(OrderPurpose.Stop);
            Emit(new StopIntended(stop, part, trigger, replaces, cause, whole));
            Do(new SendStop(stop, side, part, trigger, first, step * part) { BeforeEntry = _state is Opening { Entry.AwaitsStop: true } });
            whole ??= stop;
        }
    }

    /// <summary>
    /// While the entry fills, the intended quantity where the venue trims what is too much, else what is filled.
    /// </summary>
    private decimal QuantityFor(Holding held) => context.Policy.TrimsOversizeStop && _state is Opening { Entry: var entry }
        ? Math.Max(entry.Quantity, held.Quantity)
        : held.Quantity;

    private void StopAnswerOverdue()
    {
        _seen = _seen with { StopWaits = false };
        if (Held is not { Quantity: > 0 } held)
        {
            if (_state is Opening { Entry.AwaitsStop: true }) LookForStops();
            if (!MayBeAdopted) Sweep();
            return;
        }

        if (_seen.AwaitsMark is not null)
        {
            OnMark(new MarkRead(null)); // the watched price has to do
            return;
        }

        if (held.IntendedStop is not null)
        {
            LookForStops();
            return;
        }

        EnsureProtected();
        CancelRedundantStops(held);
    }
}
