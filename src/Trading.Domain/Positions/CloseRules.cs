using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>A close ends only in proven flat. Each attempt has its own id; the stop stays until then.</summary>
internal sealed partial class PositionTurn
{
    private const int AttemptsBeforeAlert = 3;
    private static readonly TimeSpan SendAgain = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CheckAnsweredWithin = TimeSpan.FromSeconds(1);

    public void Close(ClosePosition want)
    {
        if (want.OfSide is { } side && WhyNotOurs(side) is { } reason)
        {
            Deny(reason);
            return;
        }

        switch (_state)
        {
            case Flat: Ignore("already flat"); break;
            case Closing: Ignore("already closing"); break;
            case Opening { Holding.Quantity: 0 }: Deny("key_in_doubt"); break;
            default: StartClose(want.Reason, want.By); break;
        }
    }

    private string? WhyNotOurs(Side side) => Held switch
    {
        null => "not_held",
        { Managed: false } => "outside_position",
        var held => held.Side == side ? null : "not_held",
    };

    private void StartClose(CloseReason reason, string by)
    {
        if (_state is Closing || Held is not { Quantity: > 0 } held) return;
        IntendClose(held, reason, 1, by);
        Do(new StartTimer(PositionTimer.CloseSlow, SlowAfter));
        Do(new CancelTimer(PositionTimer.Protect));
        if (Held is { LeavesQuantity: > 0 }) AskForTheEnd();
        _seen = _seen with { DeadlineRunning = false };
    }

    private void IntendClose(Holding held, CloseReason reason, int number, string by)
    {
        var order = NextOrderId(OrderPurpose.Close);
        var quantity = context.Rules.Orderable(Math.Min(held.Quantity, context.Rules.MaxMarketQuantity));
        if (RestingClose is { } before) Do(new CancelStop(before.Id)); // usually gone; one closePosition stop may rest
        Emit(new CloseIntended(order, quantity, reason, number, by));
        if (RestingClose is null) Do(new SendClose(order, held.Side, quantity));
        else SendRestingClose(held, order);
    }

    private void OnCloseOrder(OrderReported report)
    {
        if (_state is not Closing { Holding: var held, Attempt: var attempt }) return;
        switch (report.Status)
        {
            case OrderStatus.Filled when LeavesNothing(held, report):
                OnCloseFilled(report);
                break;
            case OrderStatus.Filled when attempt.Working:
                CloseWasNotAll(attempt);
                break;
            case OrderStatus.New or OrderStatus.PartiallyFilled:
                if (report.Source is not Source.Stream) AskForTheEnd();
                Ignore("the close works");
                break;
            case OrderStatus.Filled:
                Ignore("an attempt that has ended");
                break;
            default:
                AttemptFailed(report.Order, 0, $"ended {report.Status} with {report.Executed} filled {report.Code}".TrimEnd());
                break;
        }
    }

    /// <summary>It filled for all it was sent for, by its own word or by its trades, and something is still held.</summary>
    private void CloseWasNotAll(CloseAttempt attempt)
    {
        Emit(new CloseAttemptFailed(attempt.Id, 0, $"filled {attempt.Sent}; more is held"));
        Do(new StartTimer(PositionTimer.CloseAgain, SendAgain));
    }

    /// <summary>
    /// It closed all that we know of. What a hand added, and a stream that was away did not tell, is still there: flat is
    /// said by the position itself, by the sum of its trades, or by nobody yet. The stop stays until then.
    /// </summary>
    private void OnCloseFilled(OrderReported report)
    {
        if (Held is { } held && IsToldFlatSince(held, report.AtUtc))
        {
            CloseProven(HowHeard(report.Source), $"close {report.Order} filled {report.Executed}");
            return;
        }

        if (_seen.CloseFilled == report.Order)
        {
            Ignore("known; whether that was all is being asked");
            return;
        }

        _seen = _seen with { CloseFilled = report.Order };
        SeeFill(report);
        AwaitProofOfFlat();
    }

    /// <param name="again">Until the next attempt; null: longer after each.</param>
    private void AttemptFailed(ClientOrderId order, int code, string why, TimeSpan? again = null)
    {
        if (_state is not Closing { Attempt: { Working: true } attempt } || attempt.Id != order)
        {
            Ignore("an attempt that has ended");
            return;
        }

        if (RestingClose is not null) Do(new ReadMark()); // the next one is set by it
        Emit(new CloseAttemptFailed(order, code, why));
        Do(new StartTimer(PositionTimer.CloseAgain, again ?? BackOff(attempt.Number)));
        if (attempt.Number >= AttemptsBeforeAlert) AlertSlowClose($"{attempt.Number} attempts: {why}");
    }

    /// <summary>0.2, 0.4, 0.8 … 5 s.</summary>
    private static TimeSpan BackOff(int attempt) => BackOff(attempt, LongestBackOff);

    private static TimeSpan BackOff(int attempt, TimeSpan longest)
    {
        var wait = SendAgain * Math.Pow(2, Math.Clamp(attempt - 1, 0, 20));
        return wait < longest ? wait : longest;
    }

    private void CloseNotSent(ClientOrderId order, string why)
    {
        if (_state is not Closing { Attempt: { Working: true } attempt } || attempt.Id != order) return;
        Emit(new CloseAttemptFailed(order, 0, $"not sent: {why}"));
        Do(new StartTimer(PositionTimer.CloseAgain, TimeSpan.FromSeconds(1)));
        AlertSlowClose($"the close cannot be sent: {why}");
    }

    /// <summary>
    /// -2022 and its like: never a loop, the exchange is asked what is true. What no stop covers does not wait for an
    /// answer that may not come: one more reduce-only close does no harm where nothing is left.
    /// </summary>
    private void CloseRejected(Rejected report)
    {
        if (report.Kind is RejectKind.NothingToReduce or RejectKind.NoPosition)
        {
            if (_state is Closing { Attempt.Working: true })
                Emit(new CloseAttemptFailed(report.Order, report.Code, report.Message));
            Check(CheckCause.Doubt);
            if (IsBare && _state is Closing { Attempt: { Working: false, Number: var number } })
                Do(new StartTimer(PositionTimer.CloseAgain, BackOff(number) is var wait && wait > CheckAnsweredWithin ? wait : CheckAnsweredWithin));
        }
        else
        {
            var waits = _seen.ReadingRules && _state is Closing { Attempt.Number: 1 };
            AttemptFailed(report.Order, report.Code, report.Message, waits ? CheckAnsweredWithin : null); // sooner once they are read
        }
    }

    private void CloseAgain()
    {
        if (RestingClose is { Working: true } resting)
        {
            Do(new CancelStop(resting.Id)); // the price has not come to it: again where the price is then
            Do(new StartTimer(PositionTimer.CloseAgain, TriggersWithin));
            return;
        }

        if (_state is not Closing { Attempt: { Working: false } attempt, Holding: { Quantity: > 0 } held }) return;
        IntendClose(held, attempt.Reason, attempt.Number + 1, "what is left");
    }

    /// <summary>More is held than before, and the close that was sent has ended or has filled for less.</summary>
    private void CloseOn()
    {
        if (_state is Closing { Attempt.Working: false }) Do(new StartTimer(PositionTimer.CloseAgain, SendAgain));
        else if (_state is Closing { Attempt: var attempt } && _seen.CloseFilled == attempt.Id) AwaitProofOfFlat();
    }

    private void CloseIsSlow()
    {
        if (_state is not Closing) return;
        AlertSlowClose("not proven flat after 10 s");
        Check(CheckCause.Doubt);
        Do(new StartTimer(PositionTimer.CloseSlow, SlowAfter));
    }

    private void AlertSlowClose(string why)
    {
        if (_seen.CloseAlerted) return;
        _seen = _seen with { CloseAlerted = true };
        Alert(AlertKind.CloseSlow, why);
    }

    /// <summary>
    /// Flat is proven: everything that belonged to the position ends at once (incident 2025-10-26). What the stream has
    /// said to be open since is another position.
    /// </summary>
    private void CloseProven(ClosedBy by, string evidence)
    {
        if (Held is not { } held) return;
        if (_state is Opening || held.LeavesQuantity > 0)
        {
            AskForTheEnd(); // the entry may still fill: what it was closed by is not its end
            return;
        }

        var left = SaidOpenSince(held);
        Emit(new PositionClosed(Cause(held), by, evidence, context.NowUtc));
        Do(new CancelAllTimers());
        Do(new DropPrice());
        Do(new TellAccount(AccountNews.Closed));
        Sweep();
        if (_seen.StrayRests) Do(new ReadStops());
        if (!held.LedgerComplete) Do(new StartTimer(PositionTimer.Settle, TimeSpan.FromSeconds(1)));
        _seen = new Observations
        {
            StreamAmount = _seen.StreamAmount is null || left == 0 && MayBeTurned(held) ? null : left,
            StreamAtUtc = _seen.StreamAtUtc,
            RowAmount = _seen.RowAmount,
            RowAtUtc = _seen.RowAtUtc,
            KnownAmount = left,
            KnownAtUtc = context.NowUtc,
            ClosedAtUtc = context.NowUtc,
            CloseMayArriveUntilUtc = _seen.CloseMayArriveUntilUtc,
            Mark = _seen.Mark,
            AskedPrices = _seen.AskedPrices,
            StopProgress = _seen.StopProgress,
            OutsideOrigin = _seen.OutsideOrigin,
        };
        if (left != 0) Check(CheckCause.Doubt);
    }

    /// <summary>An amount of the moment of our last fill is of another position only where it is on the other side.</summary>
    private decimal SaidOpenSince(Holding held) => _seen.StreamAmount is { } streamed
        && (_seen.StreamAtUtc > held.LastFillUtc || IsToldFlatSince(held, held.LastFillUtc)) ? streamed : 0;

    /// <summary>
    /// What the stream said to be on the other side, of the moment of our last fill, may be of before that fill or after
    /// it: it is no word about now, and no zero either, which would make a row of that moment one of the past for ever.
    /// </summary>
    private bool MayBeTurned(Holding held) => _seen.StreamAmount is not (null or 0m) and var told && OnSide(held.Side, told.Value) == 0;

    /// <summary>Who caused it: our close, our stop, or whoever placed the order that was seen last.</summary>
    private CloseReason Cause(Holding held)
    {
        if (_state is Closing { Attempt: var attempt }) return attempt.Reason;
        if (_seen.StopProgress is not null) return StopReason(held);
        return _seen.OutsideOrigin switch
        {
            OrderOrigin.Liquidation => CloseReason.Liquidation,
            OrderOrigin.Adl => CloseReason.Adl,
            OrderOrigin.Settlement => CloseReason.Settlement,
            _ => CloseReason.External,
        };
    }
}
