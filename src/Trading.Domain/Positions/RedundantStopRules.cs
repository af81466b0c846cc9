using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>
/// Stops of ours beside the one that protects: they go once that one is seen to stand, and while nothing is held.
/// </summary>
internal sealed partial class PositionTurn
{
    private void OnRedundantStop(Holding held, StopReported report)
    {
        if (report.Status is StopStatus.Live) ClearStray(held, report.Stop);
        else if (report.Status is StopStatus.Triggering or StopStatus.Triggered or StopStatus.Finished && !IsContained(held, report.AtUtc)) Trigger(report.Status);
        else Emit(new StopCleared(report.Stop));
    }

    /// <summary>
    /// A stop of ours that is not the current one rests: its request came late, after its cancel had found nothing (a node
    /// killed while it was on its way), or it is of a journal that this one does not hold.
    /// </summary>
    private void OnStrayStop(Holding held, ClientOrderId stop)
    {
        if (held.FormerStops.Contains(stop)) ClearStray(held, stop);
        else if (held.Quantity > 0 && !_seen.StandsFor(held)) Do(new StartTimer(PositionTimer.CheckAgain, CheckPauses[0])); // it may be all there is
        else Do(new CancelStop(stop));
    }

    /// <summary>Once another stop covers everything; until then it is all there may be; that stop's confirmation, or a list that shows it, clears it.</summary>
    private void ClearStray(Holding held, ClientOrderId stop)
    {
        if (_seen.StandsFor(held)) Do(new CancelStop(stop));
        else Ignore("a surplus stop; it stays until another one is confirmed");
    }

    private void OnStopWhileFlat(StopReported report)
    {
        var surplus = _state is Flat flat && flat.RedundantStops.Contains(report.Stop);
        if (report.Status is StopStatus.Live && surplus && MayBeAdopted) Ignore("it stays under what is to be adopted");
        else if (report.Status is StopStatus.Live && IsOurs(report.Stop)) Do(new CancelStop(report.Stop));
        else if (surplus && report.Status is not StopStatus.Live) Emit(new StopCleared(report.Stop));
        else Ignore("no position to protect");
    }

    public void OnCancel(CancelAnswered report)
    {
        if (IsClose(report.Stop))
        {
            OnCancelOfClose(report);
            return;
        }

        var surplus = _state is Flat flat ? flat.RedundantStops.Contains(report.Stop) : Held!.RedundantStops.Contains(report.Stop);
        if (!surplus)
        {
            Ignore("the stop was cleared before");
            return;
        }

        Emit(new StopCleared(report.Stop));
        if (!report.WasOpen && Held is { Quantity: > 0 }) Check(CheckCause.Doubt);
    }

    private void CancelRedundantStops(Holding held)
    {
        if (_seen.StandsFor(held)) foreach (var surplus in held.RedundantStops) Do(new CancelStop(surplus));
    }

    /// <summary>
    /// What is more than needed goes, but never before the list itself shows the stop that is needed: what we believe may
    /// have ended while we were not looking, and one that the journal does not know (sent ahead of it by a node that was
    /// killed) may be all there is.
    /// </summary>
    private void ClearRedundantStops(IReadOnlyList<StopView> listed)
    {
        if (Held is not { } held) return;
        var stands = held.Quantity == 0 || _seen.StopProgress is null && _seen.IsTold(held) && Stands(held, listed);
        var surplus = listed.Where(stop => stop.Origin is OrderOrigin.Ours && !IsNeeded(held, stop.Id)).ToList();
        foreach (var stop in surplus.Where(stop => stands || stop.Protects != held.Side)) Do(new CancelStop(stop.Id));
        _seen = _seen with { StrayRests = !stands && surplus.Exists(stop => stop.Protects == held.Side && !Knows(held, stop.Id)) };
    }

    private bool IsNeeded(Holding held, ClientOrderId stop) =>
        held.Protection.Stops.Contains(stop) || held.Hard?.Id == stop || IsClose(stop);

    /// <summary>The list shows what covers everything: the stop, and the second layer for what no stop can express.</summary>
    private bool Stands(Holding held, IReadOnlyList<StopView> listed)
    {
        var live = listed.Where(stop => held.LiveStop?.Has(stop.Id) == true).ToList();
        return Covers(live, held.Quantity)
            || HasDust(held) && Covers(live, Coverable(held.Quantity)) && listed.Any(stop => stop.Id == held.Hard?.Id);
    }

    private static bool Covers(IEnumerable<StopView> stops, decimal quantity)
    {
        var left = quantity;
        foreach (var stop in stops) left -= stop.ClosesPosition ? quantity : stop.Quantity;
        return left <= 0;
    }

    /// <summary>While flat nothing of ours may rest: it could close, or open, what comes next.</summary>
    private void Sweep()
    {
        if (_state is not Flat flat) return;
        foreach (var stop in flat.RedundantStops) Do(new CancelStop(stop));
    }

    private void SweepListed(IReadOnlyList<StopView> listed)
    {
        if (_state is not Flat flat) return;
        foreach (var gone in flat.RedundantStops.Where(stop => listed.All(view => view.Id != stop))) Emit(new StopCleared(gone));
        foreach (var stop in listed.Where(stop => stop.Origin is OrderOrigin.Ours && !IsToBeAdopted(stop.Protects))) Do(new CancelStop(stop.Id));
    }
}
