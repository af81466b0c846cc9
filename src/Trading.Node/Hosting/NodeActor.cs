using Akka.Actor;
using Trading.Domain;

namespace Trading.Node.Hosting;

/// <summary>
/// Owns one thing and takes one message at a time. Nothing is awaited in it: work beside it comes back as a message. An actor
/// that throws is made anew after a back-off (<see cref="DelayedRestart"/>), with the messages that wait; only the one that
/// failed is gone, and its sender is told.
/// </summary>
/// <remarks>Timers and work beside it end with the life that began them.</remarks>
public abstract class NodeActor : UntypedActor, IWithTimers
{
    private readonly ActorRecord _record;
    private readonly WorkBeside _beside;

    protected NodeActor(string name)
    {
        Name = name;
        Setup = NodeSetup.Of(Context.System);
        Mailbox = (Context as ActorCell)?.Mailbox?.MessageQueue as Lanes;
        _record = Setup.Roster.Enter(Self, name, Mailbox, Setup.Time);
        _beside = new WorkBeside(Self, name, Setup);
    }

    public ITimerScheduler Timers { get; set; } = null!; // set by Akka before the start

    protected string Name { get; }
    protected NodeSetup Setup { get; }
    protected Lanes? Mailbox { get; }

    /// <summary>Whoever waits for an answer to the message; null where nobody does.</summary>
    protected IActorRef? Asker => Sender is { } sender && !sender.IsNobody() && !sender.Equals(Self) ? sender : null;

    protected bool HasWorkBeside => _beside.IsAny;

    /// <summary>The first thing of a life. An exception means back-off and another start.</summary>
    protected abstract void Started();

    protected abstract void Handle(object message);

    /// <summary>After the last message of the last life.</summary>
    protected virtual void Ended()
    {
    }

    protected override void PreStart() => Started();

    protected override void PreRestart(Exception reason, object message) => _beside.End();

    protected override void PostRestart(Exception reason) => Started();

    protected override void PostStop()
    {
        _beside.End();
        _record.Stopped();
        Ended();
    }

    protected override SupervisorStrategy SupervisorStrategy() => new DelayedRestart();

    protected sealed override void OnReceive(object message)
    {
        _record.Begin(message);
        try
        {
            switch (message)
            {
                case BesideEnded ended: Take(ended); break;
                case Farewell: Leave(); break;
                default: Handle(message); break;
            }
        }
        catch (Exception e)
        {
            if (message is ICommandMessage && Asker is { } asker) asker.Tell(new Status.Failure(e));
            throw;
        }

        _record.End();
    }

    /// <summary>A message that nobody handles is a fault of this program: it is told, and the actor goes on.</summary>
    protected override void Unhandled(object message)
    {
        var fault = new InvalidOperationException($"{Name} does not handle {message.GetType().Name}");
        _record.Note("Unhandled", fault);
        Setup.Tell(_record, new ActorFailure(Name, "Unhandled", fault, message, 0, null));
        base.Unhandled(message);
    }

    protected virtual void Leave() => Stop("the system is stopping");

    /// <summary>Ends the actor after the current message. What still waits is not received: askers are told, the rest is reported.</summary>
    protected void Stop(string why)
    {
        _record.Stop(why);
        Context.Stop(Self);
    }

    /// <summary>
    /// While its journal is read or written commands wait in the mailbox. At a farewell what is not written yet is waited for,
    /// until the deadline of the stop: it would be lost with the actor.
    /// </summary>
    protected void HoldFor(ProcessPhase phase) =>
        Mailbox?.Hold(
            commands: phase is ProcessPhase.Recovering or ProcessPhase.Writing,
            farewell: phase is ProcessPhase.Writing or ProcessPhase.Ahead);

    /// <summary>
    /// Sends <paramref name="message"/> to the actor itself once. The same name replaces: what was armed before never arrives.
    /// </summary>
    protected internal void StartTimer(string name, TimeSpan due, object message) =>
        Timers.StartSingleTimer(name, message, due < TimeSpan.Zero ? TimeSpan.Zero : due);

    /// <summary>From here on the timer's message does not arrive, even if it is already waiting.</summary>
    protected internal void CancelTimer(string name) => Timers.Cancel(name);

    /// <summary>
    /// Runs <paramref name="work"/> beside the actor, on the node's scheduler. Its result, or what <paramref name="onFailure"/>
    /// makes of its exception in the actor's turn, is handled like a message. Dropped if the actor was restarted or stopped
    /// meanwhile.
    /// </summary>
    /// <param name="work">Told when this life of the actor has ended.</param>
    protected internal void Beside<T>(Func<CancellationToken, Task<T>> work, Func<Exception, object> onFailure)
        where T : notnull => _beside.Start(work, onFailure);

    private void Take(BesideEnded ended)
    {
        if (_beside.Take(ended) is { } outcome) Handle(outcome);
    }
}
