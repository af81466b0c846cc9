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
    public static Decision Decide(PositionContext context, PositionState state, Observations seen, PositionInput input)
    {
        var turn = new PositionTurn(context, state, seen);
        switch (PositionStops.Named(state, input))
        {
            case OpenPosition want: turn.Open(want); break;
            case ClosePosition want: turn.Close(want); break;
            case AdoptPosition want: turn.TakeOver(want); break;

            case OrderReported report: turn.OnOrder(report); break;
            case Traded report: turn.OnTrade(report.Trade, report.Source); break;
            case OutsideOrder report: turn.OnOutsideOrder(report); break;
            case Rejected report: turn.OnRejection(report); break;
            case OutcomeUnknown report: turn.OnNothing(report); break;
            case NotSent report: turn.OnNotSent(report); break;
            case ProvenAbsent report: turn.OnAbsence(report); break;

            case StopReported report: turn.OnStop(report); break;
            case StopsRead report: turn.OnStops(report); break;
            case CancelAnswered report: turn.OnCancel(report); break;
            case MarkRead report: turn.OnMark(report); break;

            case PositionStreamed report: turn.OnPosition(report); break;
            case CashMoved report: turn.BookCash(report.Cash); break;
            case AssetQuoted report: turn.OnPrice(report); break;
            case SnapshotShare report: turn.Reconcile(report); break;
            case QuantityLookedUp report: turn.OnQuantity(report); break;
            case Checked report: turn.OnCheck(report.Evidence); break;

            case MarkMoved report: turn.Tick(report); break;

            case Recovered: turn.Recover(); break;
            case StreamRestarted: turn.ForgetStream(); break;
            case RulesChanged: turn.Ignore("the new rules serve from the next order on"); break;
            case RulesRead report: turn.OnRules(report); break;
            case TimerFired fired: turn.Wake(fired.Timer); break;
            default: throw new UnreachableException($"{input}");
        }

        turn.AskForPrices();
        return turn.Decision;
    }
}
