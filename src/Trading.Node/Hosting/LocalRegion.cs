using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Trading.Node.Hosting;

/// <summary>
/// The parent of all entities of one kind on a node that runs alone, with the protocol of Akka's shard regions: an entity is
/// started by the first message to its id, and one that asks to be passivated is ended while its messages are kept; what was
/// kept starts the next.
/// </summary>
internal sealed class LocalRegion(string name, Func<string, ActorBase> make, Action<string, bool> living, string mailbox) : NodeActor(name)
{
    /// <summary>Messages kept for one entity that is on its way out.</summary>
    private const int KeptMost = 1024;

    private readonly Dictionary<string, Queue<(object Message, IActorRef Sender)>> _leaving = new(StringComparer.Ordinal);
    private readonly Dictionary<IActorRef, string> _ids = [];
    private bool _isStopping;

    /// <summary>Its entities come by being addressed; those of a life before this one are still there.</summary>
    protected override void Started()
    {
        foreach (var entity in Context.GetChildren()) _ids.Add(entity, Uri.UnescapeDataString(entity.Path.Name));
    }

    protected override void Handle(object message)
    {
        switch (message)
        {
            case ShardingEnvelope envelope: Deliver(envelope.EntityId, envelope.Message, Sender); break;
            case Passivate passivate when _ids.TryGetValue(Sender, out var id):
                // Asked twice it is told once: what is kept may only be forwarded behind the message it was told.
                if (_leaving.TryAdd(id, new())) Sender.Tell(passivate.StopMessage);
                break;
            case Passivate: break; // it has ended meanwhile
            case StillNeeded when _ids.TryGetValue(Sender, out var id): Release(id); break;
            case StillNeeded: break;
            case Terminated terminated: Forget(terminated.ActorRef); break;
            default: Unhandled(message); break;
        }
    }

    protected override void Leave()
    {
        _isStopping = true;
        foreach (var entity in _ids.Keys) SayFarewell(entity);
        if (_ids.Count == 0) base.Leave();
    }

    /// <summary>One that is backing off takes no message: it ends at once.</summary>
    private void SayFarewell(IActorRef entity)
    {
        if (Setup.Roster.Find(entity) is { IsBackingOff: true }) Context.Stop(entity);
        else entity.Tell(Farewell.Message);
    }

    private void Deliver(string id, object message, IActorRef sender)
    {
        if (_isStopping) Refuse(id, message, sender);
        else if (!_leaving.TryGetValue(id, out var kept)) Entity(id).Tell(message, sender);
        else if (kept.Count < KeptMost) kept.Enqueue((message, sender));
        else sender.Tell(message is ICommandMessage ? new Status.Failure(new MailboxFullException(id, "commands")) : new ReportRefused(id, message));
    }

    private static void Refuse(string id, object message, IActorRef sender)
    {
        if (message is ICommandMessage) sender.Tell(new Status.Failure(new ActorStoppedException(id, "the system is stopping")));
    }

    private IActorRef Entity(string id)
    {
        var escaped = Uri.EscapeDataString(id);
        if (Context.Child(escaped) is { } there && !there.IsNobody()) return there;
        var entity = Context.ActorOf(NodeActorSystem.PropsOf(() => make(id), mailbox), escaped);
        Context.Watch(entity);
        _ids.Add(entity, id);
        living(id, true);
        return entity;
    }

    private void Release(string id)
    {
        if (!_leaving.Remove(id, out var kept)) return;
        foreach (var (message, sender) in kept) Deliver(id, message, sender);
    }

    private void Forget(IActorRef entity)
    {
        if (!_ids.Remove(entity, out var id)) return;
        Setup.Roster.Forget(entity);
        living(id, false);
        Release(id);
        if (_isStopping && _ids.Count == 0) base.Leave();
    }
}
