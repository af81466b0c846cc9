using System.Diagnostics;
using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>Which order an outcome is about, and what done, refused and unknown mean for it.</summary>
internal sealed partial class PositionTurn
{
    private static readonly TimeSpan CancelAgain = TimeSpan.FromSeconds(1);

    /// <summary>Receive window of a reduce-only order, and what clocks may be apart: later the exchange refuses it.</summary>
    private static readonly TimeSpan LatestClose = TimeSpan.FromSeconds(6);

    public void OnRejection(Rejected report)
    {
        if (report.Kind is RejectKind.Filter) ReadRulesAnew();
        if (IsEntry(report.Order)) EntryRejected(report);
        else if (IsEntryWhileClosing(report.Order)) EndEntryWhileClosing(Held!, "", OrderStatus.Rejected);
        else if (IsClose(report.Order)) CloseRejected(report);
        else if (Held is { } held && held.IntendedStop is { } intent && intent.Has(report.Order)) StopRejected(held, intent, report);
        else if (Held?.Hard is { Resting: false } hard && hard.Id == report.Order) HardStopRejected(hard, report); // once it rests, it is its cancel's
        else Ignore("a refusal of an order that is not awaited");
    }

    /// <summary>Never left this node, so the exchange cannot have it.</summary>
    public void OnNotSent(NotSent report)
    {
        if (IsEntry(report.Order)) FailEntry(0, report.Why, EntryEnd.NotSent);
        else if (IsEntryWhileClosing(report.Order)) EndEntryWhileClosing(Held!, "", OrderStatus.Rejected);
        else if (IsClose(report.Order)) CloseNotSent(report.Order, report.Why);
        else if (Held is { } held && held.IntendedStop is { } intent && intent.Has(report.Order)) StopNotSent(held, intent, report.Order, report.Why);
        else if (Held?.Hard is { Resting: false } hard && hard.Id == report.Order) LoseHardStop(hard, 0, report.Why);
        else if (IsRedundantStop(report.Order)) Do(new StartTimer(PositionTimer.StopAnswer, CancelAgain));
        else Ignore("an order that is not awaited");
    }

    private bool IsRedundantStop(ClientOrderId stop) => Held is { } held ? held.RedundantStops.Contains(stop) : _state is Flat flat && flat.RedundantStops.Contains(stop);

    private void StopNotSent(Holding held, StopIntent intent, ClientOrderId stop, string why)
    {
        if (GaveUpUnsentEntry(stop, 0, why, mayRest: false)) return;
        GiveUp(intent, stop, 0, why);
        if (held.LiveStop is not null)
        {
            if (intent.Cause is StopCause.Trailing or StopCause.BreakEven) _seen = _seen with { MovePausedUtc = context.NowUtc };
            Do(new CancelTimer(PositionTimer.StopAnswer)); // the next one's answer is not to be looked for at this one's time
            ResizeAgain();
            return;
        }

        Do(new StartTimer(PositionTimer.StopAnswer, TryAgainAfter));
    }

    /// <summary>Doubt is a state: nothing is sent for the order but questions.</summary>
    public void OnNothing(OutcomeUnknown report)
    {
        if (IsEntry(report.Order) && _state is Opening { Entry.Verified: false })
        {
            DoubtEntry(report.Why);
        }
        else if (_state is Opening { Entry: var entry, Holding: var opening } && entry.Id == report.Order)
        {
            Do(new Inquire(entry.Id, Since(opening))); // something is open; whether it is this order's is not known
        }
        else if (IsEntryWhileClosing(report.Order))
        {
            Do(new Inquire(report.Order, Since(Held!)));
        }
        else if (_state is Closing { Attempt: { InDoubt: false, Working: true } attempt } && attempt.Id == report.Order)
        {
            Emit(new OutcomeLost(report.Order, report.Why));
            Do(new Inquire(report.Order, context.NowUtc));
        }
        else if (Held is { } held && (held.IntendedStop?.Has(report.Order) == true || held.Hard?.Id == report.Order) || IsRedundantStop(report.Order))
        {
            LookForStops();
        }
        else
        {
            Ignore("an outcome that is not awaited");
        }
    }

    public void OnAbsence(ProvenAbsent report)
    {
        if (_state is Opening { Entry: var entry } && entry.Id == report.Order)
        {
            FailEntry(0, $"proven absent: {report.Evidence}", EntryEnd.ProvenAbsent);
        }
        else if (IsEntryWhileClosing(report.Order))
        {
            EndEntryWhileClosing(Held!, "", OrderStatus.Rejected);
        }
        else if (IsClose(report.Order))
        {
            _seen = _seen with { CloseMayArriveUntilUtc = context.NowUtc + LatestClose };
            AttemptFailed(report.Order, 0, $"not found: {report.Evidence}");
        }
        else
        {
            Ignore("absence of an order that is not in doubt");
        }
    }

    private bool IsEntry(ClientOrderId order) => _state is Opening { Entry: var entry } && entry.Id == order;

    private bool IsEntryWhileClosing(ClientOrderId order) => Held is { LeavesQuantity: > 0 } held && held.EntryOrder == order;

    private bool IsClose(ClientOrderId order) => _state is Closing { Attempt: var attempt } && attempt.Id == order;

    /// <summary>The position exists against what was just heard: look before anything else.</summary>
    private void Ask(string why)
    {
        Alert(AlertKind.PositionInDoubt, why);
        Check(CheckCause.Doubt);
    }

    public void Wake(PositionTimer timer)
    {
        switch (timer)
        {
            case PositionTimer.VerifyEntry: EntryUnverified(); break;
            case PositionTimer.Protect: DeadlinePassed(); break;
            case PositionTimer.StopAnswer: StopAnswerOverdue(); break;
            case PositionTimer.CloseAgain: CloseAgain(); break;
            case PositionTimer.CloseSlow: CloseIsSlow(); break;
            case PositionTimer.CheckAgain: CheckAgain(); break;
            case PositionTimer.HardStop: TryHardStopAgain(); break;
            case PositionTimer.RestoreStop: RestoreStop(); break;
            case PositionTimer.StopStuck: StopStuck(); break;
            case PositionTimer.StopDue: StopIsDue(); break;
            case PositionTimer.FillsMissing: FillsMissing(); break;
            case PositionTimer.Aged: GrowOld(); break;
            case PositionTimer.Settle: Settle(); break;
            default: throw new UnreachableException($"{timer}");
        }

        Ignore("the timer's cause is gone");
    }
}
