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
    /// <summary>A timer may fire a moment early: a read begun then would be too early again, and the next one as long after it.</summary>
    private static readonly TimeSpan TimerGrain = TimeSpan.FromMilliseconds(50);

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
        if (OnSide(held.Side, row.Amount) > 0 && row.UpdatedUtc >= held.OpenedUtc)
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
        else if (!contradicted && held.InDoubt) Happen(new DoubtEnded("snapshot"));

        ClearSurplus(share.Stops);
        EnsureProtected();
    }

    /// <summary>Every stop of ours that is known to rest, of both layers.</summary>
    private static IEnumerable<ClientOrderId> RestingIds(Holding held) =>
        (held.LiveStop?.Ids ?? []).Concat(held.Hard is { Resting: true, Id: var hard } ? [hard] : []);

    /// <summary>A position that this journal did not open is adopted once, after the exchange has said so twice.</summary>
    private void JudgeOutside(CheckEvidence evidence)
    {
        if (evidence.Row?.Row is not { } row || _seen.StreamAtUtc > evidence.StartedUtc || IsOfThePast(row, evidence.StartedUtc))
        {
            LookOutsideAgain();
            return;
        }

        _seen = _seen with { KnownAmount = row.Amount, KnownAtUtc = evidence.StartedUtc, ChecksWithoutProof = 0 };
        if (row.Amount == 0) Sweep();
        else if (MayBeOfBefore(row, evidence.StartedUtc)) Do(new StartTimer(PositionTimer.CheckAgain, UntilReadsHaveCaughtUp() + TimerGrain));
        else AdoptAsTold(row, evidence.Stops ?? []);
    }

    /// <summary>
    /// A hand's order may fill in parts within one moment, and the row may be of between them: the greater is covered, and
    /// the exchange is asked.
    /// </summary>
    private void AdoptAsTold(PositionRow row, IReadOnlyList<StopView> stops)
    {
        var told = IsLessThanToldThen(row) ? _seen.StreamAmount!.Value : row.Amount;
        Adopt(row with { Amount = told }, stops);
        if (told != row.Amount && Held is not null) AskWhatIsHeld();
    }

    /// <summary>The row changed last in the moment of the stream's last word, which says more on the same side.</summary>
    private bool IsLessThanToldThen(PositionRow row) =>
        _seen.StreamAmount is { } told && row.UpdatedUtc == _seen.StreamAtUtc && told * row.Amount > 0 && Math.Abs(row.Amount) < Math.Abs(told);

    /// <summary>
    /// A read may lag: a row that changed last before our last fill, before the stream said something else or before a newer
    /// row is no position, and a zero that changed last before somebody said that something is open is not its end.
    /// </summary>
    private bool IsOfThePast(PositionRow row, DateTime startedUtc) => row.Amount == 0
        ? (row.UpdatedUtc ?? startedUtc - PositionRow.LagsAtMost) < SaidOpenUtc
        : row.UpdatedUtc < _seen.RowAtUtc || _state is Flat flat && row.UpdatedUtc < flat.LastFillUtc
            || _seen.StreamAmount == 0 && row.UpdatedUtc <= _seen.StreamAtUtc
            || _seen.StreamAmount is { } told && told != row.Amount && row.UpdatedUtc < _seen.StreamAtUtc && !HaveReadsCaughtUp(startedUtc);

    /// <summary>A read begun then shows what the stream told last, or what came after it.</summary>
    private bool HaveReadsCaughtUp(DateTime startedUtc) => HaveReadsCaughtUp(startedUtc, _seen.StreamAtUtc);

    private static bool HaveReadsCaughtUp(DateTime startedUtc, DateTime sinceUtc) => startedUtc >= sinceUtc + PositionRow.LagsAtMost;

    /// <summary>The exchange's time of the last word that something is open; null: none, or a later one took it back.</summary>
    private DateTime? SaidOpenUtc => _seen switch
    {
        { StreamAmount: not (null or 0), StreamAtUtc: var streamed } => streamed,
        { RowAmount: not (null or 0), RowAtUtc: var read } => read,
        _ => null,
    };

    /// <summary>Something was said to be open, and the look at it was not answered or is overtaken.</summary>
    private void LookOutsideAgain()
    {
        if (!_seen.IsKnownOpen) return;
        var tries = _seen.ChecksWithoutProof;
        _seen = _seen with { ChecksWithoutProof = tries + 1 };
        CheckAfterPause(tries);
    }

    /// <summary>
    /// A row no newer than the end of the position that just closed may be a late read of it, or a position opened in the
    /// same millisecond: it is asked for again after the longest read lag, and then believed.
    /// </summary>
    private bool MayBeOfBefore(PositionRow row, DateTime startedUtc)
    {
        if (_state is not Flat flat || row.UpdatedUtc > flat.EndedUtc) return false;
        if (_seen.ClosedAtUtc == default) _seen = _seen with { ClosedAtUtc = context.NowUtc };
        return startedUtc < _seen.ClosedAtUtc + PositionRow.LagsAtMost;
    }

    /// <summary>Since the position of before closed, however often somebody has asked meanwhile.</summary>
    private TimeSpan UntilReadsHaveCaughtUp()
    {
        var left = _seen.ClosedAtUtc + PositionRow.LagsAtMost - context.NowUtc;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Once only: a position that is held here, by whatever way, is not taken over again.</summary>
    public void TakeOver(AdoptPosition want)
    {
        if (_state is not Flat) Deny("already_held");
        else if (want.Row.Amount == 0) Deny("is_flat");
        else TakeOver(want.Row, want.Stops, want.Policy);
    }

    private bool Adopts => context.Policy.Adopt is not (AdoptPolicy.Ignore or AdoptPolicy.Alert);

    /// <summary>
    /// Somebody else's position of that side is known to be open. A stop of ours that was meant for an entry that came to
    /// nothing protects it until it has its own.
    /// </summary>
    private bool IsToBeAdopted(Side side) => MayBeAdopted && OnSide(side, _seen.KnownAmount!.Value) > 0;

    private bool MayBeAdopted => Adopts && _seen.IsKnownOpen;

    private void Adopt(PositionRow row, IReadOnlyList<StopView> stops)
    {
        if (Adopts)
        {
            TakeOver(row, stops, context.Policy.Adopt);
            return;
        }

        if (context.Policy.Adopt is AdoptPolicy.Alert && !_seen.OutsideAlerted)
            Alert(AlertKind.OutsidePosition, $"outside position {row.Amount} at {row.EntryPrice}; policy says alert only");
        _seen = _seen with { OutsideAlerted = true };
    }

    private void TakeOver(PositionRow row, IReadOnlyList<StopView> stops, AdoptPolicy policy)
    {
        var side = row.Amount > 0 ? Side.Long : Side.Short;
        var plan = context.Policy.AdoptPlan;
        var sign = side.Sign();
        var stopAtEntry = row.EntryPrice * (1 - sign * plan.StopLoss);
        var crossed = row.MarkPrice > 0 && (row.MarkPrice - stopAtEntry) * sign <= 0;
        Happen(new PositionAdopted(
            side, Math.Abs(row.Amount), row.EntryPrice, crossed ? row.MarkPrice : row.EntryPrice, policy, plan,
            context.NowUtc, row.UpdatedUtc));
        _seen = new Sightings
        {
            StreamAmount = _seen.StreamAmount, StreamAtUtc = _seen.StreamAtUtc, KnownAmount = _seen.KnownAmount,
            KnownAtUtc = _seen.KnownAtUtc, RowAmount = _seen.RowAmount, RowAtUtc = _seen.RowAtUtc, Mark = _seen.Mark,
        };
        Do(new WatchPrice());
        Opened();
        CountForeignStop(stops);
        EnsureProtected();
    }

    /// <summary>The operator's own stop counts when it covers everything and is no looser than ours would be.</summary>
    private void CountForeignStop(IReadOnlyList<StopView> stops)
    {
        if (Held is not { } held || FirstTrigger(held) is not { } ours) return;
        var foreign = stops.FirstOrDefault(stop => stop.Origin is OrderOrigin.Foreign && stop.Protects == held.Side
            && stop.Covers(held.Quantity) && (stop.Trigger - ours) * held.Side.Sign() >= 0);
        if (foreign is null) return;
        Happen(new StopConfirmed(foreign.Id, foreign.ExchangeId, held.Quantity, foreign.Trigger, Source.Snapshot));
        CancelSurplus(Held);
    }

    /// <summary>What the ended session told is not current any more; of what is held it stays true for its own time, as a row's word does.</summary>
    public void ForgetStream()
    {
        if (Held is not null && _seen.StreamAmount is { } told) SeeRow(told, _seen.StreamAtUtc);
        _seen = _seen with { StreamAmount = null };
        Ignore("a new session of the user stream");
    }

    /// <summary>After a start or takeover the work goes on from the journal; deadlines start anew.</summary>
    public void Recover()
    {
        switch (_state)
        {
            case Flat flat:
                AwaitLateCloses(flat.Last);
                Sweep();
                break;
            case Opening: RecoverOpening(); break;
            case PositionState.Open { Holding: var held }: RecoverOpen(held); break;
            case Closing s: RecoverClosing(s); break;
        }
    }

    /// <summary>Whether a close of which no fill was counted was refused or is still on its way, the journal does not say.</summary>
    private void AwaitLateCloses(Holding? held)
    {
        if (held is not null && held.CloseOrders.Exists(order => !held.Reduced.ContainsKey(order)))
            _seen = _seen with { CloseMayArriveUntilUtc = context.NowUtc + LatestClose };
    }

    private void RecoverOpening()
    {
        if (GaveUpUnsentEntry(null, 0, "this node started before it was confirmed", mayRest: true)) return;
        Do(new WatchPrice());
        Do(new StartTimer(PositionTimer.VerifyEntry, context.Policy.VerifyAlert));
        DoubtEntry("this node started while the entry was under way");
        RecoverProtection();
    }

    private void RecoverOpen(Holding held)
    {
        Do(new WatchPrice());
        Do(new StartTimer(PositionTimer.Aged, AgeLeft(held)));
        if (held.Quantity == 0) Check(CheckCause.Doubt);
        RecoverProtection();
    }

    private void RecoverClosing(Closing s)
    {
        Do(new WatchPrice());
        Do(new StartTimer(PositionTimer.CloseSlow, SlowAfter));
        AwaitLateCloses(s.Holding);
        if (s.Holding.Quantity == 0) Check(CheckCause.Doubt);
        if (s.Holding.EntryLeft > 0) Do(new Inquire(s.Holding.EntryOrder, Since(s.Holding)));
        if (!s.Attempt.Standing)
        {
            Do(new StartTimer(PositionTimer.CloseAgain, SendAgain));
            return;
        }

        if (!s.Attempt.InDoubt) Happen(new OutcomeLost(s.Attempt.Id, "this node started while the close was under way"));
        Do(new Inquire(s.Attempt.Id, Since(s.Holding)));
    }

    private void RecoverProtection()
    {
        if (Held is { } held && (held.IntendedStop is not null || held.Hard is { Resting: false })) LookForStops();
        if (Held is { LiveStop: { } live } loosened) AwaitRestoring(loosened, live.Trigger);
        EnsureProtected();
    }
}
