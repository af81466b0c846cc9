using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Domain.Positions;

/// <summary>
/// Two layers, by policy: under the moving stop one that closes whatever is open, at the hard loss, placed once and
/// never moved. It also covers, at the stop's own trigger, what no order quantity can express. It costs a second
/// conditional order per position, and covers it while the first is being replaced.
/// </summary>
internal sealed partial class PositionTurn
{
    private const int HardStopTriesBeforeAlert = 3;
    private static readonly TimeSpan HardStopAgain = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan HardStopLater = TimeSpan.FromSeconds(15);

    /// <summary>After the moving stop: that one protects first, and the exchange wants an open position for this one.</summary>
    private void EnsureHardStop()
    {
        if (_state is not PositionState.Open { Holding: { Hard: null } held } || _seen.HardStopWaits) return;
        if (held.LiveStop is null && Coverable(held.Quantity) > 0 || HardTrigger(held) is not { } trigger) return;
        var stop = NextOrderId(OrderPurpose.Stop);
        Emit(new HardStopIntended(stop, trigger));
        _seen = _seen with { HardStopKnownUtc = context.NowUtc };
        Do(new SendStop(stop, held.Side, Quantity: 0, trigger, First: false, Improvement: 0));
    }

    /// <summary>At the hard loss by policy; else where the stop is, for what no stop can express. Null: there is to be none.</summary>
    private decimal? HardTrigger(Holding held)
    {
        if (context.Policy.HardLoss is { } loss && held is { Managed: true, EntryPrice: > 0 })
            return context.Rules.RoundStop(held.EntryPrice * (1 - held.Side.Sign() * loss), held.Side);
        return HasDust(held) && held.Covered < held.Quantity && FirstTrigger(held) is { } trigger
            ? context.Rules.RoundStop(trigger, held.Side)
            : null;
    }

    private void ConfirmHardStop(HardStop hard, string exchangeId)
    {
        Emit(new HardStopConfirmed(hard.Id, exchangeId));
        _seen = _seen with { HardStopKnownUtc = context.NowUtc };
        EnsureDeadline();
        if (Held is { } held && HasDust(held)) foreach (var surplus in held.RedundantStops) Do(new CancelStop(surplus));
    }

    private void OnHardStop(HardStop hard, StopReported report)
    {
        switch (report.Status)
        {
            case StopStatus.Live when hard.Resting: Ignore("the hard stop rests as known"); break;
            case StopStatus.Live: ConfirmHardStop(hard, report.ExchangeId); break;
            case StopStatus.Triggering or StopStatus.Triggered or StopStatus.Finished: Trigger(report.Status); break;
            default: LoseHardStop(hard, 0, $"{report.Status} {report.Code}".TrimEnd()); break;
        }
    }

    /// <summary>It closes the position, so the exchange takes none where it has no position.</summary>
    private void HardStopRejected(HardStop hard, Rejected report)
    {
        LoseHardStop(hard, report.Code, report.Message);
        if (report.Kind is RejectKind.NoPosition) Check(CheckCause.Doubt);
    }

    /// <summary>
    /// The moving stop protects meanwhile: three quick tries, then an alert, and every 15 s from then on. What is in its way
    /// (-4130) may be an older one whose cancel is on its way, or one that somebody takes away in time.
    /// </summary>
    private void LoseHardStop(HardStop hard, int code, string why, bool mayRest = false)
    {
        Emit(new HardStopEnded(hard.Id, code, why, mayRest));
        _seen = _seen with { HardStopTries = _seen.HardStopTries + 1, HardStopWaits = true };
        if (_seen.HardStopTries == HardStopTriesBeforeAlert) Alert(AlertKind.StopRefused, $"the hard stop does not rest: {why}");
        Do(new StartTimer(PositionTimer.HardStop, _seen.HardStopTries < HardStopTriesBeforeAlert ? HardStopAgain : HardStopLater));
        EnsureDeadline();
    }

    private void TryHardStopAgain()
    {
        _seen = _seen with { HardStopWaits = false };
        if (Held?.Hard is { Resting: false }) LookForStops();
        EnsureProtected();
    }

    /// <summary>A list that was begun before this process sent it, or learned that it rests, says nothing of it by leaving it out.</summary>
    private void FindHardStop(IReadOnlyList<StopView> listed, DateTime readStartedUtc)
    {
        if (Held?.Hard is not { } hard || _seen.StopProgress is not null) return;
        if (listed.FirstOrDefault(stop => stop.Id == hard.Id) is { } found)
        {
            if (!hard.Resting) ConfirmHardStop(hard, found.ExchangeId);
        }
        else if (readStartedUtc > _seen.HardStopKnownUtc)
        {
            LoseHardStop(hard, 0, "not among the open stops", mayRest: true);
        }
    }

    /// <summary>What the hard stop covered needs its deadline again.</summary>
    private void EnsureDeadline()
    {
        if (Held is { Quantity: > 0 } held && !IsUnguarded(held)) RunDeadline(held);
    }
}
