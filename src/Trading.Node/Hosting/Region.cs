using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Trading.Node.Hosting;

/// <summary>The address of all entities of one kind: a message to a key starts the entity if it is not living.</summary>
public sealed class Region<TKey>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, byte> _living = new();
    private readonly Func<TKey, string> _nameOf;
    private readonly NodeSetup _setup;
    private readonly IActorRef _region;

    /// <param name="nameOf">An entity's name, unique in the node, from which its key can be read.</param>
    /// <param name="make">A new actor for a key; called again after a failure or a passivation.</param>
    internal Region(NodeActorSystem system, string name, Func<TKey, string> nameOf, Func<string, TKey> keyOf, Func<TKey, ActorBase> make)
    {
        (_nameOf, _setup) = (nameOf, system.Setup);
        _region = system.Spawn(
            name,
            () => new LocalRegion(name, id => make(keyOf(id)), (id, lives) => Note(keyOf(id), lives), NodeActorSystem.EntityMailbox),
            NodeActorSystem.RegionMailbox);
    }

    /// <summary>The keys whose actors are living, or were addressed just now, in the ordinal order of their names.</summary>
    public IReadOnlyList<TKey> Keys => [.. _living.Keys.OrderBy(_nameOf, StringComparer.Ordinal)];

    public int Count => _living.Count;

    public bool IsLiving(TKey key) => _living.ContainsKey(key);

    public void Tell(TKey key, object message, IActorRef? sender = null)
    {
        _living.TryAdd(key, 0);
        _region.Tell(new ShardingEnvelope(_nameOf(key), message), sender ?? ActorRefs.NoSender);
    }

    /// <inheritdoc cref="Questions.AskWithin{TReply}"/>
    public Task<TReply> AskWithin<TReply>(TKey key, ICommandMessage message, TimeSpan deadline)
    {
        _living.TryAdd(key, 0);
        var name = _nameOf(key);
        return _region.AskWithin<TReply>(new ShardingEnvelope(name, message), name, deadline, _setup);
    }

    private void Note(TKey key, bool lives)
    {
        if (lives) _living.TryAdd(key, 0);
        else _living.TryRemove(key, out _);
    }
}
