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

    /// <summary>It did not fit: whoever sent it is told, a report of nobody is told of.</summary>
    internal void RefuseFull(string actor, object content, IActorRef sender)
    {
        if (content is ICommandMessage) sender.Tell(new Status.Failure(new MailboxFullException(actor, "commands")), ActorRefs.NoSender);
        else if (!sender.IsNobody()) sender.Tell(new ReportRefused(actor, content), ActorRefs.NoSender);
        else Refused(new ReportRefused(actor, content));
    }

    /// <summary>Its actor has ended before it took the message.</summary>
    internal void Undelivered(IActorRef actor, Envelope left)
    {
        var content = Lanes.ContentOf(left.Message);
        var why = WhyEnded(actor);
        if (content is ICommandMessage && !left.Sender.IsNobody())
        {
            left.Sender.Tell(new Status.Failure(why), ActorRefs.NoSender);
            return;
        }

        var record = Roster.Find(actor);
        record?.Note("Undelivered", why);
        if (!Lanes.IsItsOwn(content))
            Tell(record, new ActorFailure(Roster.NameOf(actor), "Undelivered", why, content, 0, null));
    }

    internal ActorStoppedException WhyEnded(IActorRef actor) =>
        new(Roster.NameOf(actor), Roster.Find(actor)?.StoppedBecause ?? "it has ended");
}
