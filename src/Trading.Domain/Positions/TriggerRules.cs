using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>A stop that fires, or should: its fill must follow, and its silence is asked about.</summary>
internal sealed partial class PositionTurn
{
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FillAfterFinished = TimeSpan.FromMilliseconds(500);

    private void Fire(ClientOrderId stop, StopStatus status)
    {
        if (_state is Opening { Holding.Quantity: 0 }) Emit(new StopEnded(stop, status, "it fired before anything was open"));
        else Trigger(status);
    }

    /// <summary>The stop works: its fill must follow. When it does not, the position is naked and nothing says so.</summary>
    private void Trigger(StopStatus status)
    {
        if (_seen.StopProgress == status) Ignore($"the stop is {status} already");
        else AwaitFill(status);
        ObserveTrigger(status);
    }

    private void AwaitFill(StopStatus status) =>
        Do(new StartTimer(PositionTimer.StopStuck, status is StopStatus.Finished ? FillAfterFinished : StuckAfter));

    /// <summary>A check that is under way then may have read the position of before: that it is open says nothing of the fill.</summary>
    private void ObserveTrigger(StopStatus status) => _seen = _seen with
    {
        StopProgress = status, CheckIsOlder = _seen.CheckIsOlder || _seen is { StopProgress: null, Checking: true },
    };

    private void StopStuck()
    {
        if (Held is { Quantity: > 0 } && _seen.StopProgress is not null) Check(CheckCause.Doubt);
    }

    private void OnStopOrder(OrderReported report)
    {
        if (report.Status is OrderStatus.Filled && Held is { Quantity: > 0 } held && LeavesNothing(held, report))
        {
            ObserveTrigger(StopStatus.Finished);
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

    private void StopHasFilled(ClosedBy by, OrderReported stop)
    {
        _seen = _seen with { StopProgress = StopStatus.Finished };
        CloseProven(by, $"stop {stop.Order} filled {stop.Executed}");
    }

    /// <summary>
    /// The exchange fires our stop by the same price that we watch. Once that has passed it and nobody tells, either the
    /// stop is gone or we are deaf: the exchange is asked then, and not at the next sync.
    /// </summary>
    /// <param name="worst">Least favourable mark since the last tick: a price that came and went has fired it too. One of
    /// before a stop was moved by hand may be among them; that costs one question.</param>
    private void ExpectStopToFire(Holding held, decimal worst)
    {
        if (_seen.StopIsDue || held.LiveStop is not { Foreign: false } stop || (stop.Trigger - worst) * held.Side.Sign() < 0) return;
        _seen = _seen with { StopIsDue = true };
        Do(new StartTimer(PositionTimer.StopDue, StuckAfter));
    }

    private void StopIsDue()
    {
        _seen = _seen with { StopIsDue = false };
        if (_state is PositionState.Open && _seen.StopProgress is null) Check(CheckCause.Doubt);
    }
}
