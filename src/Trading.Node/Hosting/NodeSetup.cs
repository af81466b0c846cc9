using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Dispatch;

namespace Trading.Node.Hosting;

/// <summary>What the actors of one node share that no HOCON can carry: time, scheduler, and who is told of what went wrong.</summary>
public sealed class NodeSetup : Setup
{
    public required TimeProvider Time { get; init; }

    /// <summary>Work beside actors, and answers to those who asked, run here.</summary>
    public required TaskScheduler Scheduler { get; init; }

    /// <summary>Told of every failure and every message that was accepted and could not be delivered. Must not wait.</summary>
    public required Action<ActorFailure> Failed { get; init; }

    /// <summary>Told of a report that did not fit into a mailbox and that nobody sent who could be told. Must not wait.</summary>
    public required Action<ReportRefused> Refused { get; init; }

    /// <summary>One line of Akka's own log, warnings and errors only.</summary>
    public required Action<string> Log { get; init; }

    /// <summary>An idle member of a region is passivated after this long without a message; infinite: never.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(10);

    public ActorRoster Roster { get; } = new();

    public static NodeSetup Of(ActorSystem system) => system.Settings.Setup.Get<NodeSetup>().Value;

    /// <summary>
    /// Runs work that handles its own failures. It does not inherit the caller's ambient values: an actor serves the messages
    /// of many senders.
    /// </summary>
    internal void Run(Func<Task> work)
    {
        var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        try
        {
            _ = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Scheduler);
        }
        finally
        {
            flow.Dispose();
        }
    }

    internal void Post(Action work) =>
        _ = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Scheduler);

    /// <summary>A listener that throws must not cost an actor its life; the view shows it.</summary>
    internal void Tell(ActorRecord? record, ActorFailure failure)
    {
        try
        {
            Failed(failure);
        }
        catch (Exception e)
        {
            record?.Note($"{failure.During}: {failure.Exception.Message}; its listener threw", e);
        }
    }

    /// <summary>Its actor has ended before it took the message.</summary>
    internal void Undelivered(IActorRef actor, Envelope left)
    {
        var record = Roster.Find(actor);
        var why = new ActorStoppedException(record?.Name ?? actor.Path.Name, record?.StoppedBecause ?? "no reason given");
        if (left.Message is ICommandMessage && !left.Sender.IsNobody())
        {
            left.Sender.Tell(new Status.Failure(why), actor);
            return;
        }

        record?.Note("Undelivered", why);
        if (left.Message is not (IWrappedMessage or BesideEnded or Rest or IAutoReceivedMessage or Terminated))
            Tell(record, new ActorFailure(record?.Name ?? actor.Path.Name, "Undelivered", why, left.Message, 0, null));
    }
}
