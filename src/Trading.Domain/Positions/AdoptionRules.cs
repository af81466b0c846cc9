using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>What this journal did not open: adopted once, or left alone, by policy.</summary>
internal sealed partial class PositionTurn
{
    /// <summary>A timer may fire a moment early: a read begun then would be too early again, and the next one as long after it.</summary>
    private static readonly TimeSpan TimerGrain = TimeSpan.FromMilliseconds(50);

    /// <summary>A position that this journal did not open is adopted once, after the exchange has said so twice.</summary>
    private void JudgeOutside(CheckEvidence evidence)
    {
        if (evidence.Row?.Row is not { } row || IsOvertaken(row, evidence.StartedUtc) || IsOfThePast(row, evidence.StartedUtc))
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

    /// <summary>Something was said to be open, and the look at it was not answered or is overtaken.</summary>
    private void LookOutsideAgain()
    {
        if (!_seen.IsKnownOpen) return;
        var tries = _seen.ChecksWithoutProof;
        _seen = _seen with { ChecksWithoutProof = tries + 1 };
        CheckAfterPause(tries);
    }

    /// <summary>
    /// A read that began before flat was proven is no news, however late it is answered; nor is a row no newer than the end
    /// of the position that just closed: it may be a late read of that, or a position opened in the same moment. It is asked
    /// for again after the longest read lag, and then believed.
    /// </summary>
    private bool MayBeOfBefore(PositionRow row, DateTime startedUtc)
    {
        if (_state is not Flat flat || startedUtc >= _seen.ClosedAtUtc && IsNewerThanTheEnd(flat, row)) return false;
        if (_seen.ClosedAtUtc == default) _seen = _seen with { ClosedAtUtc = context.NowUtc };
        return startedUtc < _seen.ClosedAtUtc + PositionRow.LagsAtMost;
    }

    /// <summary>
    /// Of the same moment is also what changed last a little later: an exchange may keep positions and executions by two
    /// clocks, and count the setting of a stop as a change (Bybit). What the stream says as well is no late read.
    /// </summary>
    private bool IsNewerThanTheEnd(Flat flat, PositionRow row) =>
        row.UpdatedUtc > flat.EndedUtc + SameMoment || row.UpdatedUtc > flat.EndedUtc && row.Amount == _seen.StreamAmount;

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
        else if (IsOfThePast(want.Row, want.ReadStartedUtc) || MayBeOfBefore(want.Row, want.ReadStartedUtc)) Deny("key_in_doubt");
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
        Emit(new PositionAdopted(
            side, Math.Abs(row.Amount), row.EntryPrice, crossed ? row.MarkPrice : row.EntryPrice, policy, plan,
            context.NowUtc, row.UpdatedUtc, Assets.IsForeign(context.Rules.Quote) ? context.Rules.Quote : ""));
        _seen = new Observations
        {
            StreamAmount = _seen.StreamAmount, StreamAtUtc = _seen.StreamAtUtc, KnownAmount = _seen.KnownAmount,
            KnownAtUtc = _seen.KnownAtUtc, RowAmount = _seen.RowAmount, RowAtUtc = _seen.RowAtUtc, Mark = _seen.Mark,
        };
        Do(new WatchPrice());
        Opened();
        CountForeignStop(stops);
        EnsureProtected();
    }
}
