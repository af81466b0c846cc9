using System.Diagnostics;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Domain.Positions;

/// <summary>
/// The position state machine. Two functions, no clock, no chance, no I/O: <see cref="Decide"/> chooses,
/// <see cref="Evolve"/> remembers.
/// </summary>
/// <remarks>
/// Three rules carry the safety of the whole system: an order is journaled before it is sent; while an outcome is in
/// doubt nothing but questions is sent for it; and whatever quantity is open has a confirmed stop, or a deadline that
/// ends in a market close is running.
/// </remarks>
public static partial class PositionMachine
{
    public static Decision Decide(PositionContext context, PositionState state, Sightings seen, PositionInput input)
    {
        var turn = new PositionTurn(context, state, seen);
        switch (PositionStops.Named(state, input))
        {
            case OpenPosition want: turn.Open(want); break;
            case ClosePosition want: turn.Close(want); break;
            case AdoptPosition want: turn.TakeOver(want); break;

            case OrderReported report: turn.HearOrder(report); break;
            case Traded report: turn.HearTrade(report.Trade, report.Source); break;
            case OutsideOrder report: turn.HearOutsideOrder(report); break;
            case Rejected report: turn.HearRejection(report); break;
            case OutcomeUnknown report: turn.HearNothing(report); break;
            case NotSent report: turn.HearNotSent(report); break;
            case ProvenAbsent report: turn.HearAbsence(report); break;

            case StopReported report: turn.HearStop(report); break;
            case StopsRead report: turn.HearStops(report); break;
            case CancelAnswered report: turn.HearCancel(report); break;
            case MarkRead report: turn.HearMark(report); break;

            case PositionStreamed report: turn.HearPosition(report); break;
            case CashMoved report: turn.BookCash(report.Cash); break;
            case AssetQuoted report: turn.HearPrice(report); break;
            case SnapshotShare report: turn.Reconcile(report); break;
            case QuantityLookedUp report: turn.HearQuantity(report); break;
            case Checked report: turn.HearCheck(report.Evidence); break;

            case MarkMoved report: turn.Tick(report); break;

            case Recovered: turn.Recover(); break;
            case StreamRestarted: turn.ForgetStream(); break;
            case RulesChanged: turn.Ignore("the new rules serve from the next order on"); break;
            case RulesRead report: turn.HearRules(report); break;
            case TimerFired fired: turn.Wake(fired.Timer); break;
            default: throw new UnreachableException($"{input}");
        }

        turn.AskForPrices();
        return turn.Decision;
    }
}
