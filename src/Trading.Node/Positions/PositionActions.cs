using System.Diagnostics;
using Akka.Actor;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node.Journal;
using Trading.Node.Metrics;
using static Trading.Domain.Positions.PositionAction;
using static Trading.Domain.Positions.PositionEffect;

namespace Trading.Node.Positions;

/// <summary>What a position wants done: journal, timers and prices of its runtime, news for its account, work of the order executor.</summary>
public sealed partial class PositionActor
{
    private void Carry(IReadOnlyList<PositionAction> actions)
    {
        foreach (var action in actions) Do(action);
    }

    private void LeaveAlone(string why)
    {
        _around.Board.LeaveAlone(_key, why);
        _around.Alerts.Raise("UnreadableEvent", _key.ToString(), $"this position is left alone: {why}");
        Stop(why);
    }

    private void Do(PositionAction action)
    {
        switch (action)
        {
            case ReadJournal read: _journal.Read(read.AfterVersion); break;
            case Write write: _journal.Append(write.ExpectedVersion, write.CommandId, write.Events, write.HasPatience); break;
            case Perform perform:
                Do(perform.Effect, perform.After);
                if (perform.Ahead) _around.ProtectedAhead(_key, perform.Effect);
                break;
            case Answer answer:
                _askers.Answer(answer.Caller, new PositionAnswer(answer.Verdict, answer.Note, answer.State));
                break;
            case Announce announce: _around.Happened(announce.Happened); break;
            case Show show: _around.Board.Show(_key, show.Version, show.State); break;
            case AppendTook took: _around.Meters.JournalAppend.Record(took.Time.TotalSeconds); break;
            case PositionAction.JournalIsSilent: JournalIsSilent(JournalTimeouts.Exhausted); break;
            case Overflowed lost: _around.Session.Distrust($"{_key} could not keep {lost.Report.GetType().Name} while its journal was away"); break;
            case PositionAction.Leave leave: Stop(leave.Why); break;
            default: throw new UnreachableException($"{action}");
        }
    }

    private void JournalIsSilent(string why) => _around.Alerts.Raise(
        "JournalSilent", _key.Account.Value,
        $"the journal does not answer ({why}): it is asked again; meanwhile no stop is moved and nothing is opened");

    private void Do(PositionEffect effect, PositionState after)
    {
        switch (effect)
        {
            case StartTimer timer:
                StartTimer(
                    NameOf(timer.Timer), timer.Due, new PositionMessage.Told(new PositionInput.TimerFired(timer.Timer)));
                break;
            case CancelTimer timer: CancelTimer(NameOf(timer.Timer)); break;
            case CancelAllTimers:
                foreach (var name in TimerNames) CancelTimer(name);
                break;
            case WatchPrice:
                _prices.Forget(); // the extremes of the position before are not this one's
                _around.Prices.Watch(_key, _prices);
                break;
            case DropPrice: _around.Prices.Drop(_key); break;
            case TellAccount tell: _around.TellAccount(_key, tell.News, after); break;
            case AlertOperator alert:
                if (alert.Kind is AlertKind.StrayFill) _around.Meters.DuplicatePositions.Add(1);
                _around.Alerts.Raise(alert.Kind.ToString(), _key.ToString(), alert.Text);
                break;
            case SendStop or SendClose or CancelStop: SeeThrough(effect); break;
            default: Beside(stop => Work(effect, stop), Failed); break;
        }
    }

    /// <summary>It is sent and answered whatever becomes of this actor: the event that wants it is durable.</summary>
    private void SeeThrough(PositionEffect order)
    {
        _around.Orders.Begin();
        Beside(
            async _ =>
            {
                try
                {
                    return await Work(order, _around.Orders.Abandoned);
                }
                finally
                {
                    _around.Orders.End();
                }
            },
            Failed);
    }

    private async Task<PositionMessage> Work(PositionEffect effect, CancellationToken stop) =>
        new PositionMessage.Answered(await _executor.Perform(effect, stop));

    /// <summary>
    /// The order executor answers in words of its own; an exception there is a fault of this program. The actor is made anew and
    /// asks the exchange about everything that was under way.
    /// </summary>
    private PositionMessage Failed(Exception fault) =>
        fault is OperationCanceledException && _around.Orders.Abandoned.IsCancellationRequested
            ? new PositionMessage.Answered([]) // the node ends, and gives up what it had begun: that is no fault
            : throw new InvalidOperationException($"{_key}: a piece of work of the order executor failed", fault);

    private static string NameOf(PositionTimer timer) => TimerNames[(int)timer];

    private static readonly string[] TimerNames = Enum.GetNames<PositionTimer>();
}
