using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
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

    private void Check(CheckCause cause)
    {
        if (_seen.Checking)
        {
            if (cause is not CheckCause.AfterStopMove) _seen = _seen with { CheckWanted = cause };
            return;
        }

        _seen = _seen with { Checking = true };
        Do(new CheckPosition(Held?.LiveStop?.Id, Held is { } held ? Since(held) : context.NowUtc, cause));
    }

    /// <summary>From when on trades are asked for: our clock may have been ahead of the exchange's when the position opened.</summary>
    private static DateTime Since(Holding held) => held.OpenedUtc - ClocksApart;

    /// <summary>What started the check whose evidence is being judged.</summary>
    private CheckCause? _checkedFor;

    public void OnCheck(CheckEvidence evidence)
    {
        _checkedFor = evidence.Cause;
        var (isOlder, wanted) = (_seen.CheckIsOlder, _seen.CheckWanted);
        _seen = _seen with { Checking = false, CheckIsOlder = false, CheckWanted = null };
        if (evidence.Row?.Row is { } row) SeeRow(row, evidence.StartedUtc);
        var entry = Held?.EntryOrder;
        foreach (var trade in (evidence.Trades ?? []).OrderByDescending(trade => trade.Order == entry)) OnTrade(trade, Source.Query);
        if (Held is { } since && evidence.StartedUtc < since.OpenedUtc)
            Do(new StartTimer(PositionTimer.CheckAgain, CheckPauses[0])); // of what was before this position, or our clock was set back
        else if (Held is { } held) Judge(held, evidence, isOlder);
        else JudgeOutside(evidence);
        if (evidence.Cause is CheckCause.AfterStopMove && wanted is { } cause && _state is PositionState.Open) Check(cause);
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

    /// <summary>Somebody traded through our position: what is open on the other side is not ours, and is looked at as such.</summary>
    private void FindTurned(ClosedBy by, PositionRow row, DateTime startedUtc)
    {
        CloseProven(by, $"position row {row.Amount}");
        _seen = _seen with { KnownAmount = row.Amount, KnownAtUtc = startedUtc };
        Check(CheckCause.Doubt);
    }

    private void FindOpen(PositionRow row, CheckEvidence evidence, bool isOlder)
    {
        if (Held is { InDoubt: true }) Emit(new DoubtEnded($"position row {row.Amount}"));
        var tries = _seen.ChecksWithoutProof;
        _seen = _seen with { ChecksWithoutProof = 0 };
        Do(new CancelTimer(PositionTimer.CheckAgain));
        if (row.MarkPrice > 0) _seen = _seen with { Mark = row.MarkPrice };
        TakeQuantity(row, evidence.StartedUtc);
        if (Held is { Managed: false }) _seen = _seen with { StopProgress = null };
        TakeStops(evidence);
        if (evidence is { Stops: null, Cause: not CheckCause.AfterStopMove }) LookAgainForStops(tries);

        if (_state is Closing { Attempt: { Working: true } attempt } && _seen.CloseFilled == attempt.Id)
            Emit(new CloseAttemptFailed(attempt.Id, 0, $"filled {attempt.Sent}; more is held"));
        if (_state is Closing { Attempt.Working: false }) Do(new StartTimer(PositionTimer.CloseAgain, SendAgain));
        else if (_seen.StopProgress is { } firing && isOlder) AwaitFill(firing);
        else if (_seen.StopProgress is not null && Held is { Managed: true } held) StartClose(StopReason(held), "the stop triggered and did not fill");
        else EnsureProtected();
    }

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
        if (quantity != held.Quantity && quantity > 0) Emit(new QuantityChanged(quantity, row.EntryPrice, "position query", row.UpdatedUtc));
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
            Emit(new PositionDoubted(WhyInDoubt(evidence)));
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

    private void CheckAfterPause(int tries) =>
        Do(new StartTimer(PositionTimer.CheckAgain, CheckPauses[Math.Min(tries, CheckPauses.Length - 1)]));

    private void CheckAgain()
    {
        if (Held is { Quantity: > 0 } || _state is PositionState.Open or Closing || Held is null && _seen.IsKnownOpen)
            Check(CheckCause.Doubt);
    }
}
