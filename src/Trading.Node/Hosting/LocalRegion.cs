using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Trading.Node.Hosting;

/// <summary>
/// The parent of all entities of one kind on a node that runs alone, with the protocol of Akka's shard regions: an entity is
/// started by the first message to its id, and one that asks to be passivated is ended while its messages are kept; what was
/// kept starts the next.
/// </summary>
/// <param name="note">Told of the id of an entity, and whether it lives.</param>
internal sealed class LocalRegion(string name, Func<string, ActorBase> make, Action<string, bool> note, string mailbox)
    : NodeActor(name)
{
    /// <summary>Messages kept for one entity that is on its way out.</summary>
    private const int KeptMost = 1024;

    private readonly Dictionary<string, Queue<(object Message, IActorRef Sender)>> _leaving = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IActorRef> _entities = new(StringComparer.Ordinal);
    private bool _isStopping;

    /// <summary>Its entities come by being addressed; those of a life before this one are still there.</summary>
    protected override void Started()
    {
        foreach (var entity in Context.GetChildren()) _entities.Add(IdOf(entity), entity);
    }

    protected override void Handle(object message)
    {
        switch (message)
        {
            case ShardingEnvelope envelope: Deliver(envelope.EntityId, envelope.Message, Sender); break;
            case Passivate passivate when IsLiving(Sender):
                // Asked twice it is told once: what is kept may only be forwarded behind the message it was told.
                if (_leaving.TryAdd(IdOf(Sender), new())) Sender.Tell(passivate.StopMessage);
                break;
            case Passivate: break; // it has ended meanwhile
            case StillNeeded when IsLiving(Sender): Release(IdOf(Sender)); break;
            case StillNeeded: break;
            case Terminated terminated: Forget(terminated.ActorRef); break;
            default: Unhandled(message); break;
        }
    }

    protected override void Leave()
    {
        _isStopping = true;
        foreach (var entity in _entities.Values) Farewell.SayTo(entity, Context.System);
        if (_entities.Count == 0) base.Leave();
    }

    private void Deliver(string id, object message, IActorRef sender)
    {
        if (_isStopping) Refuse(id, message, sender);
        else if (!_leaving.TryGetValue(id, out var kept)) Entity(id).Tell(message, sender);
        else if (kept.Count < KeptMost) kept.Enqueue((message, sender));
        else Setup.RefuseFull(id, message, sender);
    }

    private static void Refuse(string id, object message, IActorRef sender)
    {
        if (message is ICommandMessage) sender.Tell(new Status.Failure(new ActorStoppedException(id, "the system is stopping")));
    }

    private IActorRef Entity(string id)
    {
        if (_entities.TryGetValue(id, out var living)) return living;
        var entity = Context.ActorOf(NodeActorSystem.PropsOf(() => make(id), mailbox), Uri.EscapeDataString(id));
        Context.Watch(entity);
        _entities.Add(id, entity);
        note(id, true);
        return entity;
    }

    private static string IdOf(IActorRef entity) => Uri.UnescapeDataString(entity.Path.Name);

    private bool IsLiving(IActorRef entity) => _entities.TryGetValue(IdOf(entity), out var living) && living.Equals(entity);

    private void Release(string id)
    {
        if (!_leaving.Remove(id, out var kept)) return;
        foreach (var (message, sender) in kept) Deliver(id, message, sender);
    }

    private void Forget(IActorRef entity)
    {
        if (!IsLiving(entity)) return;
        var id = IdOf(entity);
        _entities.Remove(id);
        Setup.Roster.Forget(entity);
        note(id, false);
        Release(id);
        if (_isStopping && _entities.Count == 0) base.Leave();
    }
}
