using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Domain.Positions;

/// <summary>
/// A stop that was refused, or of which nobody told: a first one is tried again within the deadline and ends in a close, a
/// replacement leaves the old one.
/// </summary>
internal sealed partial class PositionTurn
{
    private const int FirstStopTries = 3;
    private static readonly TimeSpan TryAgainEvery = TimeSpan.FromSeconds(1);

    /// <summary>While an exchange names a position and has none to hang a stop on.</summary>
    private static readonly TimeSpan LongestWaitForPosition = TimeSpan.FromMinutes(5);

    /// <summary>A refused first stop is tried again within the deadline; a refused replacement leaves the old stop.</summary>
    private void StopRejected(Holding held, StopIntent intent, Rejected report)
    {
        if (UnsentEntryWaits(report) || GaveUpUnsentEntry(report.Order, report.Code, report.Message, mayRest: false)) return;
        if (report.Kind is RejectKind.NoPosition or RejectKind.NothingToReduce)
        {
            StopFoundNoPosition(held, intent, report);
            return;
        }

        if (report.Kind is RejectKind.NoRoom && held.LiveStop is not null)
        {
            StopNotSent(held, intent, report.Order, report.Message);
            return;
        }

        if (report.Kind is not RejectKind.WouldTrigger)
        {
            RefuseStop(held, intent, report.Order, report.Code, report.Message, mayRest: false);
            return;
        }

        _seen = _seen with { AwaitsMark = intent.Trigger };
        GiveUp(intent, report.Order, report.Code, report.Message);
        Do(new StartTimer(PositionTimer.StopAnswer, context.Policy.StopAnswerWithin));
        Do(new ReadMark());
    }

    /// <summary>
    /// Not yet, for a fill may be told before the exchange can hang a stop on it, or no more: that is asked, and the deadline
    /// runs on. What covers the rest is tried again after 0.2, 0.4, 0.8 s and so on: a position that is only named may be
    /// gone, and would be tried for ever.
    /// </summary>
    private void StopFoundNoPosition(Holding held, StopIntent intent, Rejected report)
    {
        if (held.LiveStop is null) GiveUp(intent, report.Order, report.Code, report.Message);
        else RefuseStop(held, intent, report.Order, report.Code, report.Message, mayRest: false);
        if (Held is { } left && (left.LiveStop is null || left.Covered < left.Quantity))
        {
            _seen = _seen with { StopWaits = true };
            Do(new StartTimer(PositionTimer.StopAnswer, BackOff(_seen.StopsInVain, LongestWaitForPosition)));
        }

        Check(CheckCause.Doubt);
    }

    private void RefuseStop(Holding held, StopIntent intent, ClientOrderId stop, int code, string why, bool mayRest)
    {
        if (GaveUpUnsentEntry(stop, code, why, mayRest)) return;
        Do(new CancelTimer(PositionTimer.StopAnswer));
        GiveUp(intent, stop, code, why, mayRest);
        if (held.LiveStop is null)
        {
            if (_seen.ReadingRules) Do(new StartTimer(PositionTimer.StopAnswer, context.Policy.StopAnswerWithin)); // should nobody tell them
            else PlaceAgain();
            return;
        }

        if (intent.Cause is StopCause.Trailing or StopCause.BreakEven) CountMoveTry(intent.Trigger);
        ResizeAgain();
    }

    /// <summary>
    /// With one of its orders the whole stop is given up. What may rest of it goes while the old stop covers everything;
    /// of a first one it stays until another is confirmed.
    /// </summary>
    private void GiveUp(StopIntent intent, ClientOrderId stop, int code, string why, bool mayRest = false)
    {
        _seen = _seen with { StopsInVain = _seen.StopsInVain + 1 };
        if (Held?.LiveStop is null) Emit(new StopRefused(stop, code, why, mayRest));
        else Emit(new StopMoveRefused(stop, code, why, mayRest));
        if (Held is not { LiveStop: not null } held || !_seen.StandsFor(held)) return;
        foreach (var part in intent.Ids.Where(part => mayRest || part != stop)) Do(new CancelStop(part));
    }

    /// <summary>A trailing step may be dropped; a quantity that the old stop does not cover may not.</summary>
    private void ResizeAgain()
    {
        if (Held is { } held && held.Covered < held.Quantity) Do(new StartTimer(PositionTimer.StopAnswer, TryAgainAfter));
    }

    /// <summary>While the deadline runs no chance is missed; after it what is left to try is tried every second (design §4).</summary>
    private TimeSpan TryAgainAfter => _seen.DeadlineRunning ? SendAgain : TryAgainEvery;

    private void PlaceAgain()
    {
        if (Held is not { } held || held.LiveStop is not null) return;
        if (held.StopsRefused < FirstStopTries) EnsureProtected();
        else if (held.Managed) StartClose(CloseReason.Rollback, $"the stop was refused {held.StopsRefused} times");
        else AlertAndTryAgain(held);
    }

    private void AlertAndTryAgain(Holding held)
    {
        Alert(AlertKind.Unprotected, $"{held.Quantity} of an adopted position is without a stop; trying again every second");
        if (!_seen.StopWaits) Do(new StartTimer(PositionTimer.StopAnswer, TryAgainEvery));
    }

    /// <summary>After "would trigger": crossed means out; not crossed means the exchange was wrong once.</summary>
    public void OnMark(MarkRead report)
    {
        if (report.Price is { } price && price > 0) _seen = _seen with { Mark = price };
        if (_seen.AwaitsMark is not { } trigger || Held is not { Quantity: > 0 } held)
        {
            Ignore("no stop waits for the mark");
            return;
        }

        _seen = _seen with { AwaitsMark = null };
        Do(new CancelTimer(PositionTimer.StopAnswer));
        var crossed = IsCrossed(held.Side, trigger);
        if (crossed && held.Managed) StartClose(CrossedReason(held, trigger), $"mark {_seen.Mark} has crossed {trigger}");
        else if (crossed && held.LiveStop is not null) Check(CheckCause.Doubt); // it should have fired: does it still rest?
        else if (crossed) AlertAndTryAgain(held);
        else if (held.LiveStop is not null) CountMoveTry(trigger);
        else PlaceAgain();
    }

    private CloseReason CrossedReason(Holding held, decimal trigger)
    {
        if (held is { Trailing: not Trailing.Active, Plan.BreakEven: not null } && trigger == BreakEvenTrigger(held)) return CloseReason.BreakEven;
        var inProfit = held.LiveStop is { } old && (trigger - old.Trigger) * held.Side.Sign() > 0;
        return inProfit || held.Trailing is Trailing.Active ? CloseReason.TrailingStop : CloseReason.StopLoss;
    }
}
