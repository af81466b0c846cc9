using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>What the user stream tells of the position, and of orders that are not ours.</summary>
internal sealed partial class PositionTurn
{
    public void OnPosition(PositionStreamed report)
    {
        if (report.AtUtc < _seen.StreamAtUtc)
        {
            Ignore("older than what the stream told before");
            return;
        }

        if (_state is Opening { Entry.Verified: false, Holding.BeforeUtc: var beforeUtc } && report.AtUtc <= beforeUtc)
        {
            Ignore("of the position before");
            return;
        }

        var wasOpen = _seen.IsKnownOpen;
        _seen = _seen with
        {
            StreamAmount = report.Amount, StreamAtUtc = report.AtUtc, KnownAmount = report.Amount, KnownAtUtc = report.AtUtc,
        };
        if (!report.ByOrder) Ignore("not caused by an order");
        else if (_state is Opening { Entry.AwaitsStop: true }) Ignore("our entry is not sent yet");
        else if (Held is not { } held) OnOutsidePosition(report.Amount, wasOpen);
        else if (report.AtUtc < held.LastFillUtc || report.AtUtc < _seen.FilledAtUtc) Ignore("older than our last fill");
        else OnHeldAmount(held, report);
    }

    private void OnOutsidePosition(decimal amount, bool wasOpen)
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

    private void OnHeldAmount(Holding held, PositionStreamed report)
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

        _seen = _seen with { StopWaits = false };
        Verify(VerifiedBy.Websocket, quantity, report.EntryPrice);
        if (quantity < Held!.Quantity && MayBeOfAnEarlierFill(Held, quantity, report.AtUtc))
        {
            Ignore("perhaps of an earlier fill of the same moment");
            AskWhatIsHeld();
            return;
        }

        var grows = quantity > Held!.Quantity;
        if (quantity != Held.Quantity) Emit(new QuantityChanged(quantity, report.EntryPrice, "stream", report.AtUtc));
        if (grows) CloseOn();
        EnsureProtected();
    }

    public void OnOutsideOrder(OutsideOrder report)
    {
        if (Held is not null) _seen = _seen with { OutsideOrigin = report.Origin };
        Ignore("an order that is not ours");
    }

    /// <summary>
    /// An order's end is known before the position's own word, which comes within moments where the stream is alive;
    /// where it does not come, the exchange is asked. An entry that still works may open it again: its end is waited for.
    /// </summary>
    private void AwaitProofOfFlat()
    {
        if (_state is Opening || Held is { LeavesQuantity: > 0 }) AskForTheEnd();
        else AskWhatIsHeld();
    }

    /// <summary>What the ended session told is not current any more; of what is held it stays true for its own time, as a row's word does.</summary>
    public void ForgetStream()
    {
        if (Held is not null && _seen.StreamAmount is { } told) SeeRow(told, _seen.StreamAtUtc);
        _seen = _seen with { StreamAmount = null };
        Ignore("a new session of the user stream");
    }
}
