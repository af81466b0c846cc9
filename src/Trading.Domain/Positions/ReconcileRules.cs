using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>
/// A snapshot corrects nothing by itself: newer state wins, and what it contradicts starts a targeted check. In steady
/// state it changes nothing.
/// </summary>
internal sealed partial class PositionTurn
{
    public void Reconcile(SnapshotShare share)
    {
        var newer = _seen.StreamAtUtc > share.StartedUtc;
        if (share.Row is { } stated) SeeRow(stated, share.StartedUtc);
        if (share.Row is { } row && !newer && share.StartedUtc >= _seen.KnownAtUtc && !IsOfThePast(row, share.StartedUtc))
            _seen = _seen with { KnownAmount = row.Amount, KnownAtUtc = share.StartedUtc };

        switch (_state)
        {
            case Flat: ReconcileFlat(share, newer); break;
            case Opening: ReconcileOpening(share, newer); break;
            default: ReconcileHeld(Held!, share, newer); break;
        }

        Ignore("as known");
    }

    private void ReconcileFlat(SnapshotShare share, bool newer)
    {
        SweepListed(share.Stops);
        var leftAlone = _seen.OutsideAlerted && !Adopts;
        if (share.Row is { Amount: not 0 } && !newer && !leftAlone) Check(CheckCause.Snapshot);
    }

    private void ReconcileOpening(SnapshotShare share, bool newer)
    {
        if (Held is not { } held || share.Row is not { } row || newer || _state is Opening { Entry.AwaitsStop: true }) return;
        if (OnSide(held.Side, row.Amount) > 0 && row.UpdatedUtc >= held.OpenedUtc && row.UpdatedUtc > held.BeforeUtc + SameMoment)
            Verify(VerifiedBy.PositionQuery, OnSide(held.Side, row.Amount), row.EntryPrice);
        if (_state is Opening { Entry: { Verified: true } entry } && OnSide(held.Side, row.Amount) != Held!.Quantity)
            Do(new QueryOrder(entry.Id));
        EnsureProtected();
    }

    private void ReconcileHeld(Holding held, SnapshotShare share, bool newer)
    {
        FindIntended(share.Stops, Source.Snapshot);

        if (held.LiveStop is { } known && !newer)
            foreach (var listed in share.Stops.Where(stop => known.Has(stop.Id)))
                NoticeStop(known, listed.Id, listed.Quantity, listed.Trigger);

        var contradicted = share.Row is not { } row
            || OnSide(held.Side, row.Amount) != held.Quantity || held.Quantity == 0
            || RestingIds(held).Any(id => share.Stops.All(stop => stop.Id != id));
        if (contradicted && !newer && share.StartedUtc > held.LastFillUtc && _state is not Closing) Check(CheckCause.Snapshot);
        else if (!contradicted && held.InDoubt) Emit(new DoubtEnded("snapshot"));

        ClearRedundantStops(share.Stops);
        EnsureProtected();
    }

    /// <summary>Every stop of ours that is known to rest, of both layers.</summary>
    private static IEnumerable<ClientOrderId> RestingIds(Holding held) =>
        (held.LiveStop?.Ids ?? []).Concat(held.Hard is { Resting: true, Id: var hard } ? [hard] : []);
}
