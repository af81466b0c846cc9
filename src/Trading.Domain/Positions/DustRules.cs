using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>
/// What no order quantity can express: below the step or the minimum, after filters changed or a stranger traded. Only an
/// order without a quantity takes it. Bybit has one at market (qty 0, reduceOnly, closeOnTrigger) and a stop of the
/// position's own. On Binance closePosition is for conditional orders only, so the stop is the second layer's, and the
/// close one that triggers beside the mark.
/// </summary>
internal sealed partial class PositionTurn
{
    private static readonly TimeSpan TriggersWithin = TimeSpan.FromSeconds(5);

    /// <summary>What the orders of a stop can cover of it; the position's own stop has no quantity.</summary>
    private decimal Coverable(decimal quantity) => context.Policy.AttachesStop ? quantity : context.Rules.Orderable(quantity);

    private bool HasDust(Holding held) => Coverable(held.Quantity) < held.Quantity;

    /// <summary>The close attempt that rests as a conditional order until the price comes to it; null: it is another kind.</summary>
    private CloseAttempt? RestingClose =>
        _state is Closing { Attempt: { Sent: 0 } attempt } && !context.Policy.AttachesStop ? attempt : null;

    /// <summary>Two ticks behind the mark, so that it rests, and triggers at the next breath of the price.</summary>
    private void SendRestingClose(Holding held, ClientOrderId order)
    {
        if (held.Hard is { } hard) Do(new CancelStop(hard.Id)); // it has the only place for a closePosition stop (-4130)
        var mark = _seen.Mark > 0 ? _seen.Mark : held.EntryPrice;
        var trigger = context.Rules.RoundStop(mark - held.Side.Sign() * TicksFromMark * context.Rules.TickSize, held.Side);
        Do(new SendStop(order, held.Side, Quantity: 0, trigger, First: true, Improvement: 0));
        Do(new StartTimer(PositionTimer.CloseAgain, TriggersWithin));
    }

    /// <summary>Once it triggers its regular order, of the same id, tells the rest.</summary>
    private void OnRestingClose(StopReported report)
    {
        if (report.Status is StopStatus.Canceled or StopStatus.Expired or StopStatus.Rejected)
            AttemptFailed(report.Stop, 0, $"{report.Status} before it triggered {report.Code}".TrimEnd());
        else Ignore("the close waits for its price");
    }

    private void OnCancelOfClose(CancelAnswered report)
    {
        if (report.WasOpen) AttemptFailed(report.Stop, 0, "the price did not come to it");
        else Check(CheckCause.Doubt);
    }
}
