using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Domain.Positions;

/// <summary>
/// Two layers, by policy: under the moving stop one that closes whatever is open, at the hard loss, placed once and
/// never moved. It costs a second conditional order per position, and covers it while the first is being replaced.
/// </summary>
internal sealed partial class PositionTurn
{
    private const int HardStopTries = 3;
    private static readonly TimeSpan HardStopAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>After the moving stop: that one protects first, and the exchange wants an open position for this one.</summary>
    private void EnsureHardStop()
    {
        if (context.Policy.HardLoss is not { } loss || _state is not PositionState.Open { Holding: { Managed: true, Hard: null } held }) return;
        if (held.LiveStop is null || held.EntryPrice <= 0 || _seen.HardStopTries >= HardStopTries) return;
        var trigger = context.Rules.RoundStop(held.EntryPrice * (1 - held.Side.Sign() * loss), held.Side);
        var stop = NextOrderId(OrderPurpose.Stop);
        Happen(new HardStopIntended(stop, trigger));
        Do(new SendStop(stop, held.Side, Quantity: 0, trigger, First: false, Improvement: 0));
    }

    private void HearHardStop(HardStop hard, StopReported report)
    {
        switch (report.Status)
        {
            case StopStatus.Live when hard.Resting: Ignore("the hard stop rests as known"); break;
            case StopStatus.Live: Happen(new HardStopConfirmed(hard.Id, report.ExchangeId)); break;
            case StopStatus.Triggering or StopStatus.Triggered or StopStatus.Finished: Trigger(report.Status); break;
            default: LoseHardStop(hard, 0, $"{report.Status} {report.Code}".TrimEnd()); break;
        }
    }

    /// <summary>The moving stop protects meanwhile: three tries, then an alert.</summary>
    private void LoseHardStop(HardStop hard, int code, string why, bool mayRest = false)
    {
        Happen(new HardStopEnded(hard.Id, code, why, mayRest));
        _seen = _seen with { HardStopTries = _seen.HardStopTries + 1 };
        if (_seen.HardStopTries < HardStopTries) Do(new StartTimer(PositionTimer.HardStop, HardStopAgain));
        else Alert(AlertKind.StopRefused, $"the hard stop does not rest: {why}");
        EnsureDeadline();
    }

    private void FindHardStop(IReadOnlyList<StopView> listed)
    {
        if (Held?.Hard is not { } hard || _seen.StopProgress is not null) return;
        if (listed.FirstOrDefault(stop => stop.Id == hard.Id) is not { } found) LoseHardStop(hard, 0, "not among the open stops", mayRest: true);
        else if (!hard.Resting) Happen(new HardStopConfirmed(hard.Id, found.ExchangeId));
    }

    /// <summary>What the hard stop covered needs its deadline again.</summary>
    private void EnsureDeadline()
    {
        if (Held is { Quantity: > 0 } held && !IsUnguarded(held)) RunDeadline(held);
    }
}
