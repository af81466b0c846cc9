using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;

namespace Trading.Domain.Positions;

/// <summary>
/// The operator's hand on our stop: a tighter one is respected, a looser one for 10 s or by policy, a missing one never; a
/// stop of the operator's own counts where it covers everything.
/// </summary>
internal sealed partial class PositionTurn
{
    private static readonly TimeSpan LoosenedFor = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Somebody moved our stop: tighter is respected; looser is restored after 10 s, or kept where the policy says so.
    /// </summary>
    private void NoticeStop(LiveStop live, ClientOrderId stop, decimal quantity, decimal trigger)
    {
        if (Held is not { } held || trigger <= 0 || trigger == live.Trigger || live.Part(stop) is not { } part) return;
        Emit(new StopChangedExternally(stop, quantity > 0 ? quantity : part.Quantity, trigger));
        Alert(AlertKind.StopChangedExternally, $"stop {stop} was moved by hand from {live.Trigger} to {trigger}");
        AwaitRestoring(held, trigger);
        EnsureProtected();
    }

    private void AwaitRestoring(Holding held, decimal trigger)
    {
        var looser = held.LastTrigger is { } last && (trigger - last) * held.Side.Sign() < 0;
        if (looser && context.Policy.OnManualStop is ManualStopPolicy.Restore)
            Do(new StartTimer(PositionTimer.RestoreStop, LoosenedFor));
    }

    private void RestoreStop()
    {
        if (_state is not PositionState.Open { Holding: { Protection: Protection.Protected { Stop: var stop }, LastTrigger: not null } held }) return;
        if (FirstTrigger(held) is { } own && (stop.Trigger - own) * held.Side.Sign() < 0) PlaceStop(held, own, StopCause.Restore);
    }

    /// <summary>Our stop is gone. What somebody put in its place counts; a looser one for 10 s only.</summary>
    private void ReplacedByHand(Holding held, LiveStop live, ClientOrderId gone, IReadOnlyList<StopView> stops)
    {
        Emit(new StopEnded(gone, StopStatus.Canceled, "not among the open stops"));
        _seen = _seen with { StopWaits = false };
        var foreign = stops.FirstOrDefault(stop =>
            stop.Origin is OrderOrigin.Foreign && stop.Protects == held.Side && stop.Covers(held.Quantity));
        if (foreign is null) return;
        Emit(new StopConfirmed(foreign.Id, foreign.ExchangeId, held.Quantity, foreign.Trigger, Source.Query));
        Alert(AlertKind.StopChangedExternally, $"stop {gone} at {live.Trigger} was replaced by hand with {foreign.Id} at {foreign.Trigger}");
        AwaitRestoring(held, foreign.Trigger);
    }

    /// <summary>The operator's own stop counts when it covers everything and is no looser than ours would be.</summary>
    private void CountForeignStop(IReadOnlyList<StopView> stops)
    {
        if (Held is not { } held || FirstTrigger(held) is not { } ours) return;
        var foreign = stops.FirstOrDefault(stop => stop.Origin is OrderOrigin.Foreign && stop.Protects == held.Side
            && stop.Covers(held.Quantity) && (stop.Trigger - ours) * held.Side.Sign() >= 0);
        if (foreign is null) return;
        Emit(new StopConfirmed(foreign.Id, foreign.ExchangeId, held.Quantity, foreign.Trigger, Source.Snapshot));
        CancelRedundantStops(Held);
    }
}
