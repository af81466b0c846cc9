using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>What the exchange tells of one of our stops.</summary>
internal sealed partial class PositionTurn
{
    public void OnStop(StopReported report)
    {
        if (Held is not { } held) OnStopWhileFlat(report);
        else if (IsClose(report.Stop)) OnRestingClose(report);
        else if (held.IntendedStop is { } intent && intent.Has(report.Stop)) OnIntendedStop(held, intent, report);
        else if (held.LiveStop is { } live && live.Has(report.Stop)) OnLiveStop(live, report);
        else if (held.Hard is { } hard && hard.Id == report.Stop) OnHardStop(hard, report);
        else if (MayHaveLanded(held, report.Stop) && !PositionStops.IsTriggered(report.Status)) OnLandedStop(held, report);
        else if (held.RedundantStops.Contains(report.Stop)) OnRedundantStop(held, report);
        else if (IsOurs(report.Stop) && report.Status is StopStatus.Live) OnStrayStop(held, report.Stop);
        else if (held.LiveStop is { } known && PositionStops.ContradictsLive(report)) OnAnotherPositionStop(known, report);
        else if (PositionStops.Fires(report)) Trigger(report.Status);
        else Ignore("a stop that is not this position's");
    }

    /// <summary>One that was given up has taken the place of the one that is known; where it ends, nothing is left there.</summary>
    private void OnLandedStop(Holding held, StopReported report)
    {
        if (report.Status is not StopStatus.Live && held.RedundantStops.Contains(report.Stop)) Emit(new StopCleared(report.Stop));
        if (report.Status is not StopStatus.Live && Held?.LiveStop is { } live) OnAnotherPositionStop(live, report);
        else Check(CheckCause.Doubt);
    }

    /// <summary>
    /// The position has one stop, and states another or none. None, or one that has ended, is the end of the one that is known
    /// where that changed after it was known to rest; all else may be older news, and the exchange is asked.
    /// </summary>
    private void OnAnotherPositionStop(LiveStop live, StopReported report)
    {
        var isItsEnd = report.Status is not StopStatus.Live && report.AtUtc > _seen.StopStatedUtc && _seen.StopProgress is null;
        if (isItsEnd && PositionStops.IsWhole(live, context.Policy.AttachesStop)) LoseStop(live, live.Id, report.Status, report.Code);
        else Check(CheckCause.Doubt);
    }

    private void OnIntendedStop(Holding held, StopIntent intent, StopReported report)
    {
        if (report.Status is not StopStatus.Live && GaveUpUnsentEntry(report.Stop, 0, $"{report.Status} {report.Code}".TrimEnd(), mayRest: false)) return;
        switch (report.Status)
        {
            case StopStatus.Live:
                ConfirmStop(intent, report);
                Ignore("this order of the stop rests as known");
                break;
            case StopStatus.Canceled or StopStatus.Expired or StopStatus.Rejected:
                RefuseStop(held, intent, report.Stop, 0, $"{report.Status} {report.Code}".TrimEnd(), mayRest: false);
                break;
            default:
                ConfirmStop(intent, report);
                Fire(report.Stop, report.Status);
                break;
        }
    }

    /// <summary>
    /// Quantity and trigger are what the exchange says rests; zero where it does not say. The older ones go, but not for one
    /// that fires already: until it has filled they may be what is left.
    /// </summary>
    private void ConfirmStop(StopIntent intent, StopReported report)
    {
        if (Held?.IntendedStop?.Part(report.Stop) is not { Rests: false } part) return;
        var wasWaiting = Held is { Trailing: Trailing.Waiting };
        var entry = _state is Opening { Entry: { AwaitsStop: true } waiting } ? waiting : null;
        if (entry is not null && _seen.KnownAmount is not 0)
        {
            GaveUpUnsentEntry(null, 0, "something else is open on the key meanwhile", mayRest: true);
            Check(CheckCause.Doubt);
            return;
        }

        Emit(new StopConfirmed(
            report.Stop, report.ExchangeId, report.Quantity > 0 ? report.Quantity : part.Quantity,
            report.Trigger > 0 ? report.Trigger : intent.Trigger, report.Source));
        if (Held.IntendedStop is not null) return; // until its other orders rest too
        _seen = _seen with { StopConfirmedUtc = context.NowUtc, StopStatedUtc = report.AtUtc, StopsInVain = 0, StopTriedByNewRules = false, StopWaits = false };
        if (entry is not null)
        {
            Do(new CancelTimer(PositionTimer.StopAnswer));
            SendTheEntry(new SendEntry(entry.Id, Held!.Side, Enterable(entry.Quantity)));
            return;
        }

        if (intent.Cause is StopCause.Trailing or StopCause.BreakEven)
        {
            _seen = _seen with { MoveTries = 0, DroppedTrigger = null };
            if (wasWaiting && intent.Cause is StopCause.Trailing) Emit(new TrailingActivated(_seen.BestPrice, intent.Trigger));
            ReadAfterMove();
        }

        Do(new CancelTimer(PositionTimer.StopAnswer));
        Do(new TellAccount(AccountNews.StopConfirmed));
        if (report.Status is StopStatus.Live) CancelRedundantStops(Held!);
        if (_seen.StrayRests) Do(new ReadStops());
        EnsureProtected();
    }

    private void OnLiveStop(LiveStop live, StopReported report)
    {
        switch (report.Status)
        {
            case StopStatus.Live:
                _seen = _seen with { StopStatedUtc = PositionMachine.Later(report.AtUtc, _seen.StopStatedUtc) };
                NoticeStop(live, report.Stop, report.Quantity, report.Trigger);
                Ignore("the stop rests as known");
                break;
            case StopStatus.Triggering or StopStatus.Triggered or StopStatus.Finished:
                Fire(report.Stop, report.Status);
                break;
            default:
                LoseStop(live, report.Stop, report.Status, report.Code);
                break;
        }
    }

    private void LoseStop(LiveStop live, ClientOrderId stop, StopStatus status, string why)
    {
        Emit(new StopEnded(stop, status, why));
        _seen = _seen with { StopWaits = false };
        if (status is StopStatus.Canceled)
            Alert(AlertKind.StopChangedExternally, $"stop {stop} at {live.Trigger} was taken away; it is restored");
        Check(CheckCause.Doubt);
        EnsureProtected();
    }
}
