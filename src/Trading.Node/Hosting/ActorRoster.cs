using System.Collections.Concurrent;
using Akka.Actor;

namespace Trading.Node.Hosting;

/// <summary>What is to be seen of the actors of one node from outside: each under its name, over all its incarnations.</summary>
public sealed class ActorRoster
{
    private readonly ConcurrentDictionary<ActorPath, ActorRecord> _records = new();

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<ActorInspection> Inspect() =>
        [.. _records.Values.Select(static record => record.Inspect()).OrderBy(static line => line.Name, StringComparer.Ordinal)];

    /// <summary>The record of an actor, made at its first start and kept over its restarts.</summary>
    internal ActorRecord Enter(IActorRef actor, string name, Lanes? mailbox, TimeProvider time)
    {
        var record = _records.GetOrAdd(actor.Path, static (_, made) => new ActorRecord(made.name, made.time), (name, time));
        record.Start(mailbox);
        return record;
    }

    internal ActorRecord? Find(IActorRef actor) => _records.GetValueOrDefault(actor.Path);

    internal string NameOf(IActorRef actor) => Find(actor)?.Name ?? actor.Path.Name;

    /// <summary>A member of a region that has ended: a message makes it anew.</summary>
    internal void Forget(IActorRef actor) => _records.TryRemove(actor.Path, out _);
}
