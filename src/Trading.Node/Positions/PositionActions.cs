using System.Diagnostics;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Node.Metrics;
using static Trading.Domain.Positions.PositionAction;
using static Trading.Domain.Positions.PositionEffect;

namespace Trading.Node.Positions;

/// <summary>What a position wants done: journal, timers and prices of its runtime, news for its account, work of the order desk.</summary>
public sealed partial class PositionActor
{
    private async ValueTask Carry(IReadOnlyList<PositionAction> actions, CancellationToken stop)
    {
        while (actions.Count > 0)
        {
            IReadOnlyList<PositionAction> next = [];
            foreach (var action in actions)
                switch (action)
                {
                    case ReadJournal read: next = await Read(read, stop); break;
                    case Write { HasPatience: true } write: next = await Append(write); break;
                    case Write write: Await(Written(write)); break;
                    default: Do(action); break;
                }

            actions = next;
        }
    }

    private async Task<IReadOnlyList<PositionAction>> Read(ReadJournal read, CancellationToken stop)
    {
        try
        {
            var events = await _stream.ReadAfter(read.AfterVersion, stop);
            return _process.Recovered(Now(), events, _around.Sightings.ShareOf(_key));
        }
        catch (UnreadableEventException unreadable)
        {
            _around.Board.LeaveAlone(_key, unreadable.Message);
            _around.Alerts.Raise("UnreadableEvent", _key.ToString(), $"this position is left alone: {unreadable.Message}");
            Context.Stop(unreadable.Message);
            return [];
        }
    }

    private async Task<IReadOnlyList<PositionAction>> Append(Write write)
    {
        var append = Written(write);
        if (!await JournalPatience.IsAnswered(append, _around.Time))
        {
            Await(append);
            return _process.PatienceEnded(Now());
        }

        var answer = await append;
        return _process.Appended(Now(), answer);
    }

    private Task<JournalAnswer> Written(Write write) => _stream.Append(write.ExpectedVersion, write.CommandId, write.Events);

    private void Await(Task<JournalAnswer> append) => Context.Pipe(async _ => new PositionMessage.Appended(await append), Failed);

    private void Do(PositionAction action)
    {
        switch (action)
        {
            case Perform perform:
                Do(perform.Effect, perform.After);
                if (perform.Ahead) _around.ProtectedAhead(_key, perform.Effect);
                break;
            case Answer answer:
                if (_asking.Remove(answer.Caller, out var reply)) reply(new PositionAnswer(answer.Verdict, answer.Note, answer.State));
                break;
            case Announce announce: _around.Happened(announce.Happened); break;
            case Show show: _around.Board.Show(_key, show.Version, show.State); break;
            case AppendTook took: _around.Meters.JournalAppend.Record(took.Time.TotalSeconds); break;
            case PositionAction.JournalIsSilent: JournalIsSilent(JournalPatience.Exhausted); break;
            case Overflowed lost: _around.Session.Distrust($"{_key} could not keep {lost.Report.GetType().Name} while its journal was away"); break;
            case Leave leave: Context.Stop(leave.Why); break;
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
                Context.StartTimer(
                    Name(timer.Timer), timer.Due, new PositionMessage.Told(new PositionInput.TimerFired(timer.Timer)));
                break;
            case CancelTimer timer: Context.CancelTimer(Name(timer.Timer)); break;
            case CancelAllTimers:
                foreach (var name in TimerNames) Context.CancelTimer(name);
                break;
            case WatchPrice:
                Context.ForgetPrices(); // the extremes of the position before are not this one's
                _around.Prices.Watch(_key, Context.Self);
                break;
            case DropPrice: _around.Prices.Drop(_key); break;
            case TellAccount tell: _around.TellAccount(_key, tell.News, after); break;
            case AlertOperator alert:
                if (alert.Kind is AlertKind.StrayFill) _around.Meters.DuplicatePositions.Add(1);
                _around.Alerts.Raise(alert.Kind.ToString(), _key.ToString(), alert.Text);
                break;
            case SendStop or SendClose or CancelStop: SeeThrough(effect); break;
            default: Context.Pipe(stop => Work(effect, stop), Failed); break;
        }
    }

    /// <summary>It is sent and answered whatever becomes of this actor: the event that wants it is durable.</summary>
    private void SeeThrough(PositionEffect order)
    {
        _around.Orders.Begin();
        Context.Pipe(
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
        new PositionMessage.Answered(await _desk.Perform(effect, stop));

    /// <summary>
    /// The desk answers in words of its own; an exception there is a fault of this program. The actor is made anew and
    /// asks the exchange about everything that was under way.
    /// </summary>
    private PositionMessage Failed(Exception fault) =>
        throw new InvalidOperationException($"{_key}: a piece of work of the order desk failed", fault);

    private static string Name(PositionTimer timer) => TimerNames[(int)timer];

    private static readonly string[] TimerNames = Enum.GetNames<PositionTimer>();
}
