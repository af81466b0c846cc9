using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>
/// Doubt is a state that only the exchange ends: flat is proven by fills, by a stream zero that is not older than our
/// last fill, or by an explicit zero row read twice. A missing row proves nothing.
/// </summary>
internal sealed partial class PositionTurn
{
    private static readonly TimeSpan[] CheckPauses =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)];
    private static readonly TimeSpan CheckSlowly = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ClocksApart = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WordOfThePosition = TimeSpan.FromMilliseconds(250);

    /// <summary>An answer and the event of the same execution may state times that differ a little.</summary>
    private static readonly TimeSpan SameMoment = TimeSpan.FromMilliseconds(50);

    public void HearPosition(PositionStreamed report)
    {
        if (report.AtUtc < _seen.StreamAtUtc)
        {
            Ignore("older than what the stream told before");
            return;
        }

        var wasOpen = _seen.IsKnownOpen;
        _seen = _seen with
        {
            StreamAmount = report.Amount, StreamAtUtc = report.AtUtc, KnownAmount = report.Amount, KnownAtUtc = report.AtUtc,
        };
        if (!report.ByOrder) Ignore("not caused by an order");
        else if (_state is Opening { Entry.AwaitsStop: true }) Ignore("our entry is not sent yet");
        else if (Held is not { } held) HearOutsidePosition(report.Amount, wasOpen);
        else if (report.AtUtc < held.LastFillUtc || report.AtUtc < _seen.FilledAtUtc) Ignore("older than our last fill");
        else HearHeldAmount(held, report);
    }

    private void HearOutsidePosition(decimal amount, bool wasOpen)
    {
        _seen = _seen with { ChecksWithoutProof = 0 };
        if (amount != 0)
        {
            Check(CheckCause.Doubt);
            return;
        }

        if (wasOpen) Sweep(); // what stood under it until it was adopted
        Ignore("flat as known");
    }

    private void HearHeldAmount(Holding held, PositionStreamed report)
    {
        var quantity = OnSide(held.Side, report.Amount);
        if (quantity == 0 && _state is Opening { Entry.Verified: false }) return;
        if (quantity == 0 && (IsBetweenFills(held, report.AtUtc) || MayPrecedeOurFill(held, report.AtUtc)))
        {
            AwaitProofOfFlat();
            return;
        }

        if (quantity == 0)
        {
            CloseProven(ClosedBy.WebsocketClosure, $"stream amount {report.Amount}");
            return;
        }

        Verify(VerifiedBy.Websocket, quantity, report.EntryPrice);
        if (quantity < Held!.Quantity && MayBeOfAnEarlierFill(Held, quantity, report.AtUtc))
        {
            Ignore("perhaps of an earlier fill of the same moment");
            AskWhatIsHeld();
            return;
        }

        var grows = quantity > Held!.Quantity;
        if (quantity != Held.Quantity) Happen(new QuantityChanged(quantity, report.EntryPrice, "stream", report.AtUtc));
        if (grows) CloseOn();
        EnsureProtected();
    }

    public void HearOutsideOrder(OutsideOrder report)
    {
        if (Held is not null) _seen = _seen with { OutsideOrigin = report.Origin };
        Ignore("an order that is not ours");
    }

    private void HearStopOrder(OrderReported report)
    {
        if (report.Status is OrderStatus.Filled && Held is { Quantity: > 0 } held && LeavesNothing(held, report))
        {
            SeeFiring(StopStatus.Finished);
            SeeFill(report);
            if (IsToldFlatSince(held, report.AtUtc)) CloseProven(HowHeard(report.Source), $"stop {report.Order} filled {report.Executed}");
            else AwaitProofOfFlat();
        }
        else if (report.Status is OrderStatus.Canceled or OrderStatus.Expired or OrderStatus.Rejected)
        {
            _seen = _seen with { StopProgress = StopStatus.Finished };
            Check(CheckCause.Doubt);
        }
        else
        {
            Ignore("the stop's order works");
        }
    }

    /// <summary>
    /// The order's end leaves nothing of what is held: neither by an amount the exchange stated since, nor by the part of
    /// it that no counted fill has told. Its whole quantity says nothing once some of it is counted.
    /// </summary>
    private bool LeavesNothing(Holding held, OrderReported order)
    {
        if (AmountSince(order.AtUtc - SameMoment) is { } about && OnSide(held.Side, about) > 0) return false;
        var newest = PositionMachine.Later(held.LastFillUtc, order.AtUtc); // our entry may have filled further since
        return AmountSince(newest) is not null || order.Executed - held.Reduced.GetValueOrDefault(order.Order) >= held.Quantity;
    }

    /// <summary>Signed amount as stated by the exchange for that moment or a later one; null: nobody has said it.</summary>
    private decimal? AmountSince(DateTime at) =>
        _seen.StreamAmount is { } streamed && _seen.StreamAtUtc >= at ? streamed
        : _seen.RowAmount is { } row && _seen.RowAtUtc >= at ? row
        : null;

    /// <summary>What is held on our side, by an amount of that moment or a later one that contains all fills until then.</summary>
    private decimal? HeldSince(Holding held, DateTime at)
    {
        if (AmountSince(at) is not { } amount) return null;
        var quantity = OnSide(held.Side, amount);
        if (AmountSince(at.AddTicks(1)) is not null || !MayBeOfAnEarlierFill(held, quantity, at)) return quantity;
        AskWhatIsHeld();
        return null;
    }

    private void AskWhatIsHeld() => Do(new StartTimer(PositionTimer.CheckAgain, WordOfThePosition));

    /// <summary>
    /// Fills of one moment have an amount each, all of that time and heard in any order. One that is less than what the
    /// entry is known to have filled may be of before the last of them, or somebody else has sold: the stop covers the
    /// greater quantity, and the exchange is asked.
    /// </summary>
    private bool MayBeOfAnEarlierFill(Holding held, decimal quantity, DateTime at) =>
        quantity > 0 && held.Sold == 0 && quantity < Math.Max(held.Bought, held.Executed)
        && (at <= held.LastFillUtc && held.FillsOfLastMoment > 1 || IsBetweenFills(held, at));

    /// <summary>The stream has said, of that moment or a later one and of no time before our last fill, that nothing is held on our side.</summary>
    private bool IsToldFlatSince(Holding held, DateTime at) =>
        _seen.StreamAmount is { } streamed && _seen.StreamAtUtc >= at && _seen.StreamAtUtc >= held.LastFillUtc && OnSide(held.Side, streamed) == 0
        && !IsBetweenFills(held, _seen.StreamAtUtc) && !MayPrecedeOurFill(held, _seen.StreamAtUtc);

    /// <summary>
    /// Of the moment of the last fill that added, with nothing sold since: flat, or what somebody else held on the other
    /// side, may be of before that fill. While no fill of the entry is counted, the end of the position before may be told
    /// late: it is not newer than that position's last fill, nor than our intent.
    /// </summary>
    private static bool MayPrecedeOurFill(Holding held, DateTime at) =>
        held is { Sold: 0, Bought: > 0 } && at <= held.LastFillUtc
        || held is { Bought: 0, EntryOrder.Value: not null } && (at <= held.BeforeUtc || at <= held.OpenedUtc);

    /// <summary>The entry is known to have filled further at that moment, or until then, than its counted fills say.</summary>
    private bool IsBetweenFills(Holding held, DateTime at) =>
        held.Bought < held.Executed && (at <= _seen.FilledAtUtc || at <= _seen.EndedAtUtc);

    /// <summary>
    /// An order's end is known before the position's own word, which comes within moments where the stream is alive;
    /// where it does not come, the exchange is asked. An entry that still works may open it again: its end is waited for.
    /// </summary>
    private void AwaitProofOfFlat()
    {
        if (_state is Opening || Held is { EntryLeft: > 0 }) AskForTheEnd();
        else AskWhatIsHeld();
    }

    /// <summary>
    /// Words of one moment come in any order, the last heard may be of before: a row of that moment says which was last,
    /// once reads show it.
    /// </summary>
    private void SeeRow(PositionRow row, DateTime startedUtc)
    {
        SeeRow(row.Amount, row.UpdatedUtc);
        if (_seen.StreamAmount is not null && row.UpdatedUtc == _seen.StreamAtUtc && HaveReadsCaughtUp(startedUtc))
            _seen = _seen with { StreamAmount = row.Amount };
    }

    private void SeeRow(decimal amount, DateTime? updatedUtc)
    {
        if (updatedUtc is { } at && at >= _seen.RowAtUtc) _seen = _seen with { RowAmount = amount, RowAtUtc = at };
    }

    private void Check(CheckCause cause)
    {
        if (_seen.Checking) return;
        _seen = _seen with { Checking = true };
        Do(new CheckPosition(Held?.LiveStop?.Id, Held is { } held ? Since(held) : context.NowUtc, cause));
    }

    /// <summary>From when on trades are asked for: our clock may have been ahead of the exchange's when the position opened.</summary>
    private static DateTime Since(Holding held) => held.OpenedUtc - ClocksApart;

    /// <summary>What started the check whose evidence is being judged.</summary>
    private CheckCause? _checkedFor;

    public void HearCheck(CheckEvidence evidence)
    {
        _checkedFor = evidence.Cause;
        var isOlder = _seen.CheckIsOlder;
        _seen = _seen with { Checking = false, CheckIsOlder = false };
        if (evidence.Row?.Row is { } row) SeeRow(row, evidence.StartedUtc);
        var entry = Held?.EntryOrder;
        foreach (var trade in (evidence.Trades ?? []).OrderByDescending(trade => trade.Order == entry)) HearTrade(trade, Source.Query);
        if (Held is { } since && evidence.StartedUtc < since.OpenedUtc)
            Do(new StartTimer(PositionTimer.CheckAgain, CheckPauses[0])); // of what was before this position, or our clock was set back
        else if (Held is { } held) Judge(held, evidence, isOlder);
        else JudgeOutside(evidence);
    }

    /// <param name="isOlder">It began before our stop was known to fire.</param>
    private void Judge(Holding held, CheckEvidence evidence, bool isOlder)
    {
        var by = evidence.Cause is CheckCause.Snapshot ? ClosedBy.SyncCleanup : ClosedBy.TargetedCheck;
        if (_state is Opening)
        {
            if (_seen.StopProgress is not null) Do(new StartTimer(PositionTimer.StopStuck, StuckAfter)); // judged when the entry has ended
            return;
        }

        if (held is { Quantity: 0, LedgerComplete: true } && evidence.Trades is not null) CloseProven(by, "the fills sum to zero");
        else if (evidence is { StopOrder: { Status: OrderStatus.Filled } stop, Trades: not null } && LeavesNothing(held, stop)) StopHasFilled(by, stop);
        else if (IsZeroTwice(held, evidence)) CloseProven(by, "an explicit zero row, read twice");
        else if (evidence.Row?.Row is { } other && IsOnOtherSide(held, other)) FindTurned(by, other, evidence.StartedUtc);
        else if (evidence.Row?.Row is { } row && OnSide(held.Side, row.Amount) > 0 && IsSinceTheLastFill(held, row)) FindOpen(row, evidence, isOlder);
        else if (evidence.Cause is CheckCause.AfterStopMove && evidence.Row is null) Ignore("the read after a stop move was dropped");
        else if (evidence.Cause is CheckCause.AfterStopMove) Check(CheckCause.Doubt);
        else StayInDoubt(evidence);
    }

    private void StopHasFilled(ClosedBy by, OrderReported stop)
    {
        _seen = _seen with { StopProgress = StopStatus.Finished };
        CloseProven(by, $"stop {stop.Order} filled {stop.Executed}");
    }

    /// <summary>A read may lag: a zero of before our last fill, or of before a row that was seen since, proves nothing.</summary>
    private bool IsZeroTwice(Holding held, CheckEvidence evidence) =>
        evidence.Row is { IsExplicitZero: true } first && evidence.SecondRow is { IsExplicitZero: true } second
        && IsNewest(held, first.Row!) && IsNewest(held, second.Row!);

    private bool IsNewest(Holding held, PositionRow row) =>
        row.UpdatedUtc is { } at && at >= held.LastFillUtc && at >= _seen.RowAtUtc && IsSinceTheLastFill(held, row)
        && (held.Bought > 0 || _seen.FilledAtUtc > default(DateTime) || IsOfNoFill(held) && IsAfterTheLastWord(at));

    /// <summary>
    /// Our entry has ended and filled nothing: what the stream told was somebody else's. A zero of after that word is no
    /// zero of before a fill of ours.
    /// </summary>
    private bool IsOfNoFill(Holding held) =>
        _state is not Opening && held is { EntryOrder.Value: not null, EntryLeft: 0, Executed: 0, Bought: 0 };

    private bool IsAfterTheLastWord(DateTime at) =>
        at > _seen.StreamAtUtc || at == _seen.StreamAtUtc && _seen.StreamAmount is null or 0m;

    private bool IsOnOtherSide(Holding held, PositionRow row) =>
        row.Amount != 0 && OnSide(held.Side, row.Amount) == 0 && IsNewest(held, row);

    /// <summary>Somebody traded through our position: what is open on the other side is not ours, and is looked at as such.</summary>
    private void FindTurned(ClosedBy by, PositionRow row, DateTime startedUtc)
    {
        CloseProven(by, $"position row {row.Amount}");
        _seen = _seen with { KnownAmount = row.Amount, KnownAtUtc = startedUtc };
        Check(CheckCause.Doubt);
    }

    /// <summary>A row that states no time is taken for one of now.</summary>
    private bool IsSinceTheLastFill(Holding held, PositionRow row) =>
        row.UpdatedUtc is not { } at || at + SameMoment >= held.LastFillUtc && at + SameMoment >= _seen.FilledAtUtc;

    private void FindOpen(PositionRow row, CheckEvidence evidence, bool isOlder)
    {
        if (Held is { InDoubt: true }) Happen(new DoubtEnded($"position row {row.Amount}"));
        var tries = _seen.ChecksWithoutProof;
        _seen = _seen with { ChecksWithoutProof = 0 };
        Do(new CancelTimer(PositionTimer.CheckAgain));
        if (row.MarkPrice > 0) _seen = _seen with { Mark = row.MarkPrice };
        TakeQuantity(row, evidence.StartedUtc);
        if (Held is { Managed: false }) _seen = _seen with { StopProgress = null };
        TakeStops(evidence);
        if (evidence is { Stops: null, Cause: not CheckCause.AfterStopMove }) LookAgainForStops(tries);

        if (_state is Closing { Attempt: { Standing: true } attempt } && _seen.CloseFilled == attempt.Id)
            Happen(new CloseAttemptFailed(attempt.Id, 0, $"filled {attempt.Sent}; more is held"));
        if (_state is Closing { Attempt.Standing: false }) Do(new StartTimer(PositionTimer.CloseAgain, SendAgain));
        else if (_seen.StopProgress is { } firing && isOlder) AwaitFill(firing);
        else if (_seen.StopProgress is not null && Held is { Managed: true } held) StartClose(StopReason(held), "the stop triggered and did not fill");
        else EnsureProtected();
    }

    /// <summary>It is open, and behind what nobody has told: the next list may be a sync away.</summary>
    private void LookAgainForStops(int tries)
    {
        if (Held is not { } held || IsUnguarded(held)) return;
        _seen = _seen with { ChecksWithoutProof = Math.Min(tries + 1, CheckPauses.Length - 1) };
        CheckAfterPause(tries);
    }

    private void CheckAfterPause(int tries) =>
        Do(new StartTimer(PositionTimer.CheckAgain, CheckPauses[Math.Min(tries, CheckPauses.Length - 1)]));

    private void TakeQuantity(PositionRow row, DateTime startedUtc)
    {
        if (Held is not { } held || _seen.StreamAtUtc > startedUtc || row.UpdatedUtc < held.LastFillUtc) return;
        var quantity = OnSide(held.Side, row.Amount);
        var isBetween = row.UpdatedUtc is { } at && MayBeOfAnEarlierFill(held, quantity, at)
            && !HaveReadsCaughtUp(startedUtc, PositionMachine.Later(held.LastFillUtc, _seen.FilledAtUtc));
        if (isBetween || IsLessThanToldThen(row) && !HaveReadsCaughtUp(startedUtc))
        {
            Do(new StartTimer(PositionTimer.CheckAgain, CheckPauses[0]));
            return;
        }

        _seen = _seen with { KnownAmount = row.Amount, KnownAtUtc = startedUtc };
        if (quantity != held.Quantity && quantity > 0) Happen(new QuantityChanged(quantity, row.EntryPrice, "position query", row.UpdatedUtc));
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
        ClearSurplus(stops);
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
            Happen(new StopConfirmed(landed.Id, landed.ExchangeId, landed.Quantity, landed.Trigger, Source.Query));
            _seen = _seen with { StopConfirmedUtc = context.NowUtc };
        }
    }

    private bool MayHaveLanded(Holding held, ClientOrderId stop) => context.Policy.AttachesStop && held.MayLand.Exists(late => late.Id == stop);

    /// <summary>Our stop is gone. What somebody put in its place counts; a looser one for 10 s only.</summary>
    private void ReplacedByHand(Holding held, LiveStop live, ClientOrderId gone, IReadOnlyList<StopView> stops)
    {
        Happen(new StopEnded(gone, StopStatus.Canceled, "not among the open stops"));
        var foreign = stops.FirstOrDefault(stop =>
            stop.Origin is OrderOrigin.Foreign && stop.Protects == held.Side && stop.Covers(held.Quantity));
        if (foreign is null) return;
        Happen(new StopConfirmed(foreign.Id, foreign.ExchangeId, held.Quantity, foreign.Trigger, Source.Query));
        Alert(AlertKind.StopChangedExternally, $"stop {gone} at {live.Trigger} was replaced by hand with {foreign.Id} at {foreign.Trigger}");
        AwaitRestoring(held, foreign.Trigger);
    }

    /// <summary>
    /// No proof either way. While the stream of this session holds the position and its stop is listed, a missing row is
    /// only an empty answer (incident 2025-11-10): it is asked again and nothing changes.
    /// </summary>
    private void StayInDoubt(CheckEvidence evidence)
    {
        var tries = _seen.ChecksWithoutProof;
        _seen = _seen with { ChecksWithoutProof = tries + 1 };
        var slow = tries >= CheckPauses.Length;
        if (Held is { InDoubt: false } held && (slow || !IsVouchedFor(held, evidence)))
            Happen(new PositionDoubted(WhyInDoubt(evidence)));
        if (tries == CheckPauses.Length)
            Alert(AlertKind.PositionInDoubt, "neither open nor flat could be proven; asking on");
        Do(new StartTimer(PositionTimer.CheckAgain, !slow ? CheckPauses[tries] : IsBare ? CheckPauses[^1] : CheckSlowly));
        TakeStops(evidence);
        EnsureProtected();
    }

    /// <summary>In doubt, and behind no stop that is known to rest: not a case for patience.</summary>
    private bool IsBare => Held is { } held && (held.Covered < held.Quantity || _seen.StopProgress is not null);

    private static string WhyInDoubt(CheckEvidence evidence) => evidence.Row switch
    {
        null => "the position query was not answered",
        { Row: null } => "the position query names no position",
        _ => "the position query proves neither open nor flat",
    };

    private bool IsVouchedFor(Holding held, CheckEvidence evidence) =>
        _seen.StreamAmount is { } amount && OnSide(held.Side, amount) == held.Quantity
        && held.LiveStop is { } live && evidence.Stops is { } stops && live.Ids.All(id => stops.Any(stop => stop.Id == id));

    private void CheckAgain()
    {
        if (Held is { Quantity: > 0 } || _state is PositionState.Open or Closing || Held is null && _seen.IsKnownOpen)
            Check(CheckCause.Doubt);
    }
}
