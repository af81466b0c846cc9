using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Domain.Positions;

/// <summary>
/// Lists of the open stops, by a read-back, a check or a snapshot. One that was begun before a stop was known to rest says
/// nothing of it by leaving it out.
/// </summary>
internal sealed partial class PositionTurn
{
    private void LookForStops()
    {
        if (_seen.ReadingStops)
        {
            Ignore("the stops are being read");
            return;
        }

        _seen = _seen with { ReadingStops = true };
        Do(new ReadStops());
    }

    /// <summary>Read-back of the symbol's conditional orders, after an answer that did not come.</summary>
    public void OnStops(StopsRead report)
    {
        _seen = _seen with { ReadingStops = false };
        if (Held is not { } held)
        {
            SweepListed(report.Stops);
            return;
        }

        if (held.IntendedStop is { } intent)
        {
            FindIntended(report.Stops, Source.Query);
            if (Held?.IntendedStop is { } still && still.Id == intent.Id)
                RefuseStop(Held, still, still.Parts.First(part => !part.Rests).Id, 0, "not found in the read-back", mayRest: true);
        }

        FindHardStop(report.Stops, report.ReadStartedUtc);
        if (Held?.Hard is { Resting: false }) Do(new StartTimer(PositionTimer.HardStop, HardStopAgain)); // the list was too old to tell, by our clock
        ClearRedundantStops(report.Stops);
    }

    /// <summary>
    /// Those of its orders that the list shows. One of the other side is not it: an id stands for a place in the journal, and
    /// what was sent from a place that the journal lost afterwards bears the same one.
    /// </summary>
    private void FindIntended(IReadOnlyList<StopView> listed, Source source)
    {
        if (Held is not { IntendedStop: { } intent, Side: var side }) return;
        foreach (var part in intent.Parts)
            if (listed.FirstOrDefault(stop => stop.Id == part.Id && stop.Protects == side) is { } found && Held?.IntendedStop?.Id == intent.Id)
                ConfirmStop(intent, new StopReported(part.Id, found.ExchangeId, StopStatus.Live, found.Quantity, found.Trigger, context.NowUtc, source));
    }

    /// <summary>
    /// Our stop is not among the open ones though the position is open: it is gone, whoever took it. A list that was read
    /// before the stop was confirmed says nothing.
    /// </summary>
    private void TakeStops(CheckEvidence evidence)
    {
        if (evidence.Stops is not { } stops || Held is null) return;
        FindIntended(stops, Source.Query);
        if (Held.LiveStop is { } known && _seen.StopProgress is null)
            foreach (var part in known.Ids)
            {
                if (Held.LiveStop is not { } live || !live.Has(part)) continue;
                if (stops.FirstOrDefault(stop => stop.Id == part) is { } listed) NoticeStop(live, part, listed.Quantity, listed.Trigger);
                else if (evidence.StartedUtc > _seen.StopConfirmedUtc) Replaced(Held, live, part, stops);
            }

        FindHardStop(stops, evidence.StartedUtc);
        ClearRedundantStops(stops);
    }

    /// <summary>
    /// A position's own stop has one place. One of ours that was given up before its request came through has taken it; a
    /// next one that is under way will take it in turn.
    /// </summary>
    private void Replaced(Holding held, LiveStop live, ClientOrderId gone, IReadOnlyList<StopView> stops)
    {
        if (stops.FirstOrDefault(stop => MayHaveLanded(held, stop.Id)) is not { } landed)
        {
            ReplacedByHand(held, live, gone, stops);
        }
        else if (held.IntendedStop is null)
        {
            Emit(new StopConfirmed(landed.Id, landed.ExchangeId, landed.Quantity, landed.Trigger, Source.Query));
            _seen = _seen with { StopConfirmedUtc = context.NowUtc };
            if ((live.Trigger - landed.Trigger) * held.Side.Sign() > 0 && _state is PositionState.Open && !live.Foreign)
                PlaceStop(Held!, live.Trigger, StopCause.Restore);
        }
    }

    private bool MayHaveLanded(Holding held, ClientOrderId stop) => context.Policy.AttachesStop && held.UnconfirmedStops.Exists(late => late.Id == stop);

    /// <summary>It is open, and behind what nobody has told: the next list may be a sync away.</summary>
    private void LookAgainForStops(int tries)
    {
        if (Held is not { } held || IsUnguarded(held)) return;
        _seen = _seen with { ChecksWithoutProof = Math.Min(tries + 1, CheckPauses.Length - 1) };
        CheckAfterPause(tries);
    }
}
