using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>
/// Whatever is open is covered by a stop that the exchange confirmed, or a deadline is running that ends in a close.
/// </summary>
internal sealed partial class PositionTurn
{
    private const int FirstStopTries = 3;
    private static readonly TimeSpan LoosenedFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SendAgain = TimeSpan.FromMilliseconds(200);

    /// <summary>A move may wait its turn for 3 s and its answer for another 3 s; the old stop protects meanwhile.</summary>
    private static readonly TimeSpan MoveAnsweredWithin = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan CancelAgain = TimeSpan.FromSeconds(1);

    /// <summary>Brings protection up to the held quantity. Idempotent: called after everything that may have changed it.</summary>
    private void EnsureProtected()
    {
        if (Held is not { Quantity: > 0 } held || IsUnguarded(held)) return;
        RunDeadline(held);
        switch (held.Protection)
        {
            case Protection.Unprotected when _state is not Closing && _seen.AwaitsMark is null:
                if (FirstTrigger(held) is { } trigger) PlaceStop(held, trigger, held.LastTrigger is null ? StopCause.Initial : StopCause.Restore);
                break;
            case Protection.Protected { Stop: { Foreign: false } stop } when _state is not Closing && NeedsResize(held, stop) && !FiresInParts(stop):
                PlaceStop(held, stop.Trigger, StopCause.Resize);
                break;
            case Protection.Protected { Stop.Foreign: true } when _state is not Closing && _seen.AwaitsMark is null && !IsCovered(held):
                if (FirstTrigger(held) is { } own) PlaceStop(held, own, StopCause.Restore); // somebody else's is not ours to resize
                break;
        }

        EnsureHardStop();
    }

    private static bool IsUnguarded(Holding held) => held.Policy is AdoptPolicy.Ignore or AdoptPolicy.Alert;

    /// <summary>A stop that is a property of the position is for all of it, whatever its size becomes.</summary>
    private bool IsCovered(Holding held) => held.Covered >= held.Quantity || context.Policy.AttachesStop && held.LiveStop is not null;

    /// <summary>What its first orders have sold is not to be resized: the others are selling the rest.</summary>
    private bool FiresInParts(LiveStop stop) => stop.Parts.Count > 1 && _seen.StopProgress is not null;

    /// <summary>
    /// While the entry still fills it only grows: one that rested before the entry was sent is for all of it, and a smaller
    /// one in its place would be too small by the time its cancel arrives.
    /// </summary>
    private bool NeedsResize(Holding held, LiveStop stop) =>
        stop.Quantity < Coverable(held.Quantity) || stop.Quantity > held.Quantity && _state is not Opening && _seen.IsTold(held);

    private void RunDeadline(Holding held)
    {
        var covered = IsCovered(held);
        var starts = !covered && !_seen.DeadlineRunning && !held.ProtectionMissed && _state is not Closing;
        var ends = covered && _seen is { DeadlineRunning: true, StopProgress: null }; // what fires covers nothing that is left of it
        if (ends) Do(new CancelTimer(PositionTimer.Protect));
        if (starts) Do(new StartTimer(PositionTimer.Protect, context.Policy.ProtectWithin));
        _seen = _seen with { DeadlineRunning = !ends && (_seen.DeadlineRunning || starts) };
    }

    /// <summary>Where a first stop goes; null while nobody has said the entry price and there is still time to wait.</summary>
    private decimal? FirstTrigger(Holding held)
    {
        var from = held.StopBase > 0 ? held.StopBase : _seen.PriceOverdue ? held.ReferencePrice : 0;
        if (held.LastTrigger is null && from <= 0)
        {
            Do(new StartTimer(PositionTimer.FillsMissing, PriceGrace));
            return null;
        }

        var trigger = held.LastTrigger ?? StopFrom(held, from);
        return held.Managed || !IsCrossed(held.Side, trigger) ? trigger : StopFrom(held, _seen.Mark);
    }

    /// <summary>Of what we may not close: a stop where the mark has been already cannot rest, so it counts from the mark.</summary>
    private bool IsCrossed(Side side, decimal trigger) => _seen.Mark > 0 && (trigger - _seen.Mark) * side.Sign() >= 0;

    private decimal StopFrom(Holding held, decimal price) =>
        context.Rules.RoundStop(price * (1 - held.Side.Sign() * held.Plan.StopLoss), held.Side);

    private void PlaceStop(Holding held, decimal trigger, StopCause cause)
    {
        var quantity = Coverable(QuantityFor(held));
        if (quantity == 0) return; // the second layer is all there can be
        var old = held.LiveStop;
        var first = old is null || !IsCovered(held) || cause is StopCause.Resize && quantity > old.Quantity;
        var step = old is null ? 0 : Math.Abs(trigger - old.Trigger);
        SendParts(held.Side, quantity, trigger, old is { Foreign: false } ? old.Id : null, cause, first, step);
        Do(new StartTimer(PositionTimer.StopAnswer, first ? context.Policy.StopAnswerWithin : MoveAnsweredWithin));
    }

    /// <summary>
    /// One order, or as many as the market's maximum asks for. The position's own stop is one whatever its size: the
    /// venue splits a reduce-only order itself (protocols/bybit-v5-linear §7.1, §12).
    /// </summary>
    /// <param name="step">From the old trigger to the new one, in quote.</param>
    private void SendParts(Side side, decimal quantity, decimal trigger, ClientOrderId? replaces, StopCause cause, bool first, decimal step)
    {
        ClientOrderId? whole = null;
        foreach (var part in context.Policy.AttachesStop ? [quantity] : context.Rules.Split(quantity))
        {
            var stop = NextOrderId(OrderPurpose.Stop);
            Happen(new StopIntended(stop, part, trigger, replaces, cause, whole));
            Do(new SendStop(stop, side, part, trigger, first, step * part) { BeforeEntry = _state is Opening { Entry.AwaitsStop: true } });
            whole ??= stop;
        }
    }

    /// <summary>
    /// While the entry fills, the intended quantity where the venue trims what is too much, else what is filled.
    /// </summary>
    private decimal QuantityFor(Holding held) => context.Policy.TrimsOversizeStop && _state is Opening { Entry: var entry }
        ? Math.Max(entry.Quantity, held.Quantity)
        : held.Quantity;

    public void HearStop(StopReported report)
    {
        if (Held is not { } held) HearStopWhileFlat(report);
        else if (IsClose(report.Stop)) HearRestingClose(report);
        else if (held.IntendedStop is { } intent && intent.Has(report.Stop)) HearIntendedStop(held, intent, report);
        else if (held.LiveStop is { } live && live.Has(report.Stop)) HearLiveStop(live, report);
        else if (held.Hard is { } hard && hard.Id == report.Stop) HearHardStop(hard, report);
        else if (MayHaveLanded(held, report.Stop) && report.Status is StopStatus.Live) Check(CheckCause.Doubt);
        else if (held.Surplus.Contains(report.Stop)) HearSurplusStop(held, report);
        else if (IsOurs(report.Stop) && report.Status is StopStatus.Live) HearStrayStop(held, report.Stop);
        else if (held.LiveStop is not null && PositionStops.ContradictsLive(report)) Check(CheckCause.Doubt);
        else if (PositionStops.Fires(report)) Trigger(report.Status);
        else Ignore("a stop that is not this position's");
    }

    private void HearIntendedStop(Holding held, StopIntent intent, StopReported report)
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

        Happen(new StopConfirmed(
            report.Stop, report.ExchangeId, report.Quantity > 0 ? report.Quantity : part.Quantity,
            report.Trigger > 0 ? report.Trigger : intent.Trigger, report.Source));
        if (Held.IntendedStop is not null) return; // until its other orders rest too
        _seen = _seen with { StopConfirmedUtc = context.NowUtc };
        if (entry is not null)
        {
            Do(new CancelTimer(PositionTimer.StopAnswer));
            SendTheEntry(new SendEntry(entry.Id, Held!.Side, entry.Quantity));
            return;
        }

        if (intent.Cause is StopCause.Trailing or StopCause.BreakEven)
        {
            _seen = _seen with { MoveTries = 0, DroppedTrigger = null };
            if (wasWaiting && intent.Cause is StopCause.Trailing) Happen(new TrailingActivated(_seen.BestPrice, intent.Trigger));
            ReadAfterMove();
        }

        Do(new CancelTimer(PositionTimer.StopAnswer));
        Do(new TellAccount(AccountNews.StopConfirmed));
        if (report.Status is StopStatus.Live) CancelSurplus(Held!);
        if (_seen.StrayRests) Do(new ReadStops());
        EnsureProtected();
    }

    private void HearLiveStop(LiveStop live, StopReported report)
    {
        switch (report.Status)
        {
            case StopStatus.Live:
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

    /// <summary>
    /// Somebody moved our stop: tighter is respected; looser is restored after 10 s, or kept where the policy says so.
    /// </summary>
    private void NoticeStop(LiveStop live, ClientOrderId stop, decimal quantity, decimal trigger)
    {
        if (Held is not { } held || trigger <= 0 || trigger == live.Trigger || live.Part(stop) is not { } part) return;
        Happen(new StopChangedExternally(stop, quantity > 0 ? quantity : part.Quantity, trigger));
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

    private void LoseStop(LiveStop live, ClientOrderId stop, StopStatus status, string why)
    {
        Happen(new StopEnded(stop, status, why));
        if (status is StopStatus.Canceled)
            Alert(AlertKind.StopChangedExternally, $"stop {stop} at {live.Trigger} was taken away; it is restored");
        Check(CheckCause.Doubt);
        EnsureProtected();
    }

    private void HearSurplusStop(Holding held, StopReported report)
    {
        if (report.Status is StopStatus.Live) ClearStray(held, report.Stop);
        else if (report.Status is StopStatus.Triggering or StopStatus.Triggered or StopStatus.Finished && !IsContained(held, report.AtUtc)) Trigger(report.Status);
        else Happen(new StopCleared(report.Stop));
    }

    /// <summary>
    /// A stop of ours that is not the current one rests: its request came late, after its cancel had found nothing (a node
    /// killed while it was on its way), or it is of a journal that this one does not hold.
    /// </summary>
    private void HearStrayStop(Holding held, ClientOrderId stop)
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

    private void HearStopWhileFlat(StopReported report)
    {
        var surplus = _state is Flat flat && flat.Surplus.Contains(report.Stop);
        if (report.Status is StopStatus.Live && surplus && MayBeAdopted) Ignore("it stays under what is to be adopted");
        else if (report.Status is StopStatus.Live && IsOurs(report.Stop)) Do(new CancelStop(report.Stop));
        else if (surplus && report.Status is not StopStatus.Live) Happen(new StopCleared(report.Stop));
        else Ignore("no position to protect");
    }

    /// <summary>A refused first stop is tried again within the deadline; a refused replacement leaves the old stop.</summary>
    private void StopRejected(Holding held, StopIntent intent, Rejected report)
    {
        if (GaveUpUnsentEntry(report.Order, report.Code, report.Message, mayRest: false)) return;
        if (report.Kind is RejectKind.NoPosition)
        {
            StopTooEarly(held, intent, report);
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
    /// A fill may be told before the exchange can hang a stop on it: again soon, and the deadline runs on. A position that
    /// had its stop and is not there is looked for.
    /// </summary>
    private void StopTooEarly(Holding held, StopIntent intent, Rejected report)
    {
        StopNotSent(held, intent, report.Order, report.Message);
        if (held.LiveStop is not null) Check(CheckCause.Doubt);
    }

    private void RefuseStop(Holding held, StopIntent intent, ClientOrderId stop, int code, string why, bool mayRest)
    {
        if (GaveUpUnsentEntry(stop, code, why, mayRest)) return;
        Do(new CancelTimer(PositionTimer.StopAnswer));
        GiveUp(intent, stop, code, why, mayRest);
        if (held.LiveStop is null)
        {
            PlaceAgain();
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
        if (Held?.LiveStop is null) Happen(new StopRefused(stop, code, why, mayRest));
        else Happen(new StopMoveRefused(stop, code, why, mayRest));
        if (Held is not { LiveStop: not null } held || !_seen.StandsFor(held)) return;
        foreach (var part in intent.Ids.Where(part => mayRest || part != stop)) Do(new CancelStop(part));
    }

    /// <summary>A trailing step may be dropped; a quantity that the old stop does not cover may not.</summary>
    private void ResizeAgain()
    {
        if (Held is { } held && held.Covered < held.Quantity) Do(new StartTimer(PositionTimer.StopAnswer, SendAgain));
    }

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
        Do(new StartTimer(PositionTimer.StopAnswer, TimeSpan.FromSeconds(1)));
    }

    /// <summary>After "would trigger": crossed means out; not crossed means the exchange was wrong once.</summary>
    public void HearMark(MarkRead report)
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
    public void HearStops(StopsRead report)
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
        ClearSurplus(report.Stops);
    }

    /// <summary>
    /// What is more than needed goes, but never before the list itself shows the stop that is needed: what we believe may
    /// have ended while we were not looking, and one that the journal does not know (sent ahead of it by a node that was
    /// killed) may be all there is.
    /// </summary>
    private void ClearSurplus(IReadOnlyList<StopView> listed)
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
            || HasRemainder(held) && Covers(live, Coverable(held.Quantity)) && listed.Any(stop => stop.Id == held.Hard?.Id);
    }

    private static bool Covers(IEnumerable<StopView> stops, decimal quantity)
    {
        var left = quantity;
        foreach (var stop in stops) left -= stop.ClosesPosition ? quantity : stop.Quantity;
        return left <= 0;
    }

    public void HearCancel(CancelAnswered report)
    {
        if (IsClose(report.Stop))
        {
            HearCancelOfClose(report);
            return;
        }

        var surplus = _state is Flat flat ? flat.Surplus.Contains(report.Stop) : Held!.Surplus.Contains(report.Stop);
        if (!surplus)
        {
            Ignore("the stop was cleared before");
            return;
        }

        Happen(new StopCleared(report.Stop));
        if (!report.WasOpen && Held is { Quantity: > 0 }) Check(CheckCause.Doubt);
    }

    private void StopAnswerOverdue()
    {
        if (Held is not { Quantity: > 0 } held)
        {
            if (_state is Opening { Entry.AwaitsStop: true }) LookForStops();
            if (!MayBeAdopted) Sweep();
            return;
        }

        if (_seen.AwaitsMark is not null)
        {
            HearMark(new MarkRead(null)); // the watched price has to do
            return;
        }

        if (held.IntendedStop is not null)
        {
            LookForStops();
            return;
        }

        EnsureProtected();
        CancelSurplus(held);
    }

    private void CancelSurplus(Holding held)
    {
        if (_seen.StandsFor(held)) foreach (var surplus in held.Surplus) Do(new CancelStop(surplus));
    }

    private void DeadlinePassed()
    {
        _seen = _seen with { DeadlineRunning = false };
        if (Held is not { Quantity: > 0 } held || _state is Closing || IsUnguarded(held)) return;
        if (IsCovered(held) && _seen.StopProgress is null) return;
        var bare = _seen.StopProgress is null ? held.Quantity - held.Covered : held.Quantity;
        var deadlineMs = (int)context.Policy.ProtectWithin.TotalMilliseconds;
        Happen(new ProtectionMissed(bare, deadlineMs));
        Do(new TellAccount(AccountNews.ProtectionMissed));
        Alert(AlertKind.Unprotected, $"no confirmed stop within {deadlineMs} ms for {bare}");
        if (held.Managed) StartClose(CloseReason.ProtectionDeadline, "no confirmed stop in time");
        else AlertAndTryAgain(held);
    }

    /// <summary>While flat nothing of ours may rest: it could close, or open, what comes next.</summary>
    private void Sweep()
    {
        if (_state is not Flat flat) return;
        foreach (var stop in flat.Surplus) Do(new CancelStop(stop));
    }

    private void SweepListed(IReadOnlyList<StopView> listed)
    {
        if (_state is not Flat flat) return;
        foreach (var gone in flat.Surplus.Where(stop => listed.All(view => view.Id != stop))) Happen(new StopCleared(gone));
        foreach (var stop in listed.Where(stop => stop.Origin is OrderOrigin.Ours && !IsToBeAdopted(stop.Protects))) Do(new CancelStop(stop.Id));
    }
}
