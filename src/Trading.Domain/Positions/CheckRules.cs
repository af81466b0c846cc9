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

    /// <summary>An answer and the event of the same execution may state times that differ a little.</summary>
    private static readonly TimeSpan SameMoment = TimeSpan.FromMilliseconds(50);

    public void HearPosition(PositionStreamed report)
    {
        if (report.AtUtc < _seen.StreamAtUtc)
        {
            Ignore("older than what the stream told before");
            return;
        }

        _seen = _seen with
        {
            StreamAmount = report.Amount, StreamAtUtc = report.AtUtc, KnownAmount = report.Amount, KnownAtUtc = report.AtUtc,
        };
        if (!report.ByOrder) Ignore("not caused by an order");
        else if (Held is not { } held) HearOutsidePosition(report.Amount);
        else if (report.AtUtc < held.LastFillUtc || report.AtUtc < _seen.FilledAtUtc) Ignore("older than our last fill");
        else HearHeldAmount(held, report);
    }

    private void HearOutsidePosition(decimal amount)
    {
        if (amount == 0) Ignore("flat as known");
        else Check(CheckCause.Doubt);
    }

    private void HearHeldAmount(Holding held, PositionStreamed report)
    {
        var quantity = OnSide(held.Side, report.Amount);
        if (quantity == 0 && _state is Opening { Entry.Verified: false }) return;
        if (quantity == 0)
        {
            CloseProven(ClosedBy.WebsocketClosure, $"stream amount {report.Amount}");
            return;
        }

        Verify(VerifiedBy.Websocket, quantity, report.EntryPrice);
        if (quantity != Held!.Quantity) Happen(new QuantityChanged(quantity, report.EntryPrice, "stream"));
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
            _seen = _seen with { StopProgress = StopStatus.Finished };
            CloseProven(HowHeard(report.Source), $"stop {report.Order} filled {report.Executed}");
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
        return AmountSince(order.AtUtc) is not null || order.Executed - held.Reduced.GetValueOrDefault(order.Order) >= held.Quantity;
    }

    /// <summary>Signed amount as stated by the exchange for that moment or a later one; null: nobody has said it.</summary>
    private decimal? AmountSince(DateTime at) =>
        _seen.StreamAmount is { } streamed && _seen.StreamAtUtc >= at ? streamed
        : _seen.RowAmount is { } row && _seen.RowAtUtc >= at ? row
        : null;

    private void SeeRow(PositionRow row)
    {
        if (row.UpdatedUtc is { } at && at >= _seen.RowAtUtc) _seen = _seen with { RowAmount = row.Amount, RowAtUtc = at };
    }

    private void Check(CheckCause cause)
    {
        if (_seen.Checking) return;
        _seen = _seen with { Checking = true };
        Do(new CheckPosition(Held?.LiveStop?.Id, Held?.OpenedUtc ?? context.NowUtc, cause));
    }

    /// <summary>What started the check whose evidence is being judged.</summary>
    private CheckCause? _checkedFor;

    public void HearCheck(CheckEvidence evidence)
    {
        _checkedFor = evidence.Cause;
        _seen = _seen with { Checking = false };
        if (evidence.Row?.Row is { } row) SeeRow(row);
        foreach (var trade in evidence.Trades ?? []) HearTrade(trade, Source.Query);
        if (Held is { } since && evidence.StartedUtc < since.OpenedUtc)
            Do(new StartTimer(PositionTimer.CheckAgain, CheckPauses[0])); // of what was before this position, or our clock was set back
        else if (Held is { } held) Judge(held, evidence);
        else JudgeOutside(evidence);
    }

    private void Judge(Holding held, CheckEvidence evidence)
    {
        var by = evidence.Cause is CheckCause.Snapshot ? ClosedBy.SyncCleanup : ClosedBy.TargetedCheck;
        if (_state is Opening) return;
        if (held.Quantity == 0 && held.Sold > 0) CloseProven(by, "the fills sum to zero");
        else if (evidence.StopOrder is { Status: OrderStatus.Filled } stop && LeavesNothing(held, stop)) StopHasFilled(by, stop);
        else if (IsZeroTwice(held, evidence)) CloseProven(by, "an explicit zero row, read twice");
        else if (evidence.Row?.Row is { } row && OnSide(held.Side, row.Amount) > 0) FindOpen(row, evidence);
        else if (evidence.Cause is CheckCause.AfterStopMove && evidence.Row is null) Ignore("the read after a stop move was dropped");
        else if (evidence.Cause is CheckCause.AfterStopMove) Check(CheckCause.Doubt);
        else StayInDoubt(evidence);
    }

    private void StopHasFilled(ClosedBy by, OrderReported stop)
    {
        _seen = _seen with { StopProgress = StopStatus.Finished };
        CloseProven(by, $"stop {stop.Order} filled {stop.Executed}");
    }

    private static bool IsZeroTwice(Holding held, CheckEvidence evidence) =>
        evidence.Row is { IsExplicitZero: true } first && evidence.SecondRow is { IsExplicitZero: true } second
        && first.Row!.UpdatedUtc >= held.LastFillUtc && second.Row!.UpdatedUtc >= held.LastFillUtc;

    private void FindOpen(PositionRow row, CheckEvidence evidence)
    {
        if (Held is { InDoubt: true }) Happen(new DoubtEnded($"position row {row.Amount}"));
        _seen = _seen with { ChecksWithoutProof = 0 };
        Do(new CancelTimer(PositionTimer.CheckAgain));
        if (row.MarkPrice > 0) _seen = _seen with { Mark = row.MarkPrice };
        TakeQuantity(row, evidence.StartedUtc);
        if (Held is { Managed: false }) _seen = _seen with { StopProgress = null };
        TakeStops(evidence);

        if (_state is Closing { Attempt.Standing: false }) Do(new StartTimer(PositionTimer.CloseAgain, SendAgain));
        else if (_seen.StopProgress is not null && Held is { Managed: true } held) StartClose(StopReason(held), "the stop triggered and did not fill");
        else EnsureProtected();
    }

    private void TakeQuantity(PositionRow row, DateTime startedUtc)
    {
        if (Held is not { } held || _seen.StreamAtUtc > startedUtc || row.UpdatedUtc < held.LastFillUtc) return;
        _seen = _seen with { KnownAmount = row.Amount, KnownAtUtc = startedUtc };
        var quantity = OnSide(held.Side, row.Amount);
        if (quantity != held.Quantity && quantity > 0) Happen(new QuantityChanged(quantity, row.EntryPrice, "position query"));
    }

    /// <summary>
    /// Our stop is not among the open ones though the position is open: it is gone, whoever took it. A list that was read
    /// before the stop was confirmed says nothing.
    /// </summary>
    private void TakeStops(CheckEvidence evidence)
    {
        if (evidence.Stops is not { } stops || Held is not { } held) return;
        if (held.LiveStop is { } live && _seen.StopProgress is null)
        {
            if (stops.FirstOrDefault(stop => stop.Id == live.Id) is { } listed) NoticeStop(live, listed.Quantity, listed.Trigger);
            else if (evidence.StartedUtc > _seen.StopConfirmedUtc) Replaced(held, live, stops);
        }

        FindHardStop(stops);
        ClearSurplus(stops);
    }

    /// <summary>
    /// A position's own stop has one place. One of ours that was given up before its request came through has taken it; a
    /// next one that is under way will take it in turn.
    /// </summary>
    private void Replaced(Holding held, LiveStop live, IReadOnlyList<StopView> stops)
    {
        if (stops.FirstOrDefault(stop => MayHaveLanded(held, stop.Id)) is not { } landed)
        {
            ReplacedByHand(held, live, stops);
        }
        else if (IntentOf(held) is null)
        {
            Happen(new StopConfirmed(landed.Id, landed.ExchangeId, landed.Quantity, landed.Trigger, Source.Query));
            _seen = _seen with { StopConfirmedUtc = context.NowUtc };
        }
    }

    private bool MayHaveLanded(Holding held, ClientOrderId stop) => context.Policy.AttachesStop && held.MayLand.Exists(late => late.Id == stop);

    /// <summary>Our stop is gone. What somebody put in its place counts; a looser one for 10 s only.</summary>
    private void ReplacedByHand(Holding held, LiveStop live, IReadOnlyList<StopView> stops)
    {
        Happen(new StopEnded(live.Id, StopStatus.Canceled, "not among the open stops"));
        var foreign = stops.FirstOrDefault(stop =>
            stop.Origin is OrderOrigin.Foreign && stop.Protects == held.Side && stop.Covers(held.Quantity));
        if (foreign is null) return;
        Happen(new StopConfirmed(foreign.Id, foreign.ExchangeId, held.Quantity, foreign.Trigger, Source.Query));
        Alert(AlertKind.StopChangedExternally, $"stop {live.Id} at {live.Trigger} was replaced by hand with {foreign.Id} at {foreign.Trigger}");
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
            Happen(new PositionDoubted(evidence.Row is null ? "the position query was not answered" : "the position query names no position"));
        if (tries == CheckPauses.Length)
            Alert(AlertKind.PositionInDoubt, "neither open nor flat could be proven; asking on");
        Do(new StartTimer(PositionTimer.CheckAgain, slow ? CheckSlowly : CheckPauses[tries]));
        TakeStops(evidence);
        EnsureProtected();
    }

    private bool IsVouchedFor(Holding held, CheckEvidence evidence) =>
        _seen.StreamAmount is { } amount && OnSide(held.Side, amount) == held.Quantity
        && held.LiveStop is { } live && evidence.Stops?.Any(stop => stop.Id == live.Id) == true;

    private void CheckAgain()
    {
        if (Held is { Quantity: > 0 } || Held is null && _seen.KnownAmount is not (null or 0)) Check(CheckCause.Doubt);
    }
}
