namespace Trading.Runtime;

/// <summary>
/// Actors that exist by being addressed: <see cref="Get"/> starts the one of a key. Idle ones are passivated after the
/// system's idle time; a message told meanwhile, also through an old address, starts the next incarnation.
/// </summary>
public sealed class ActorGroup<TKey, TMessage>
    where TKey : notnull
    where TMessage : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, ActorCell<TMessage>> _members = [];
    private readonly ActorSystem _system;
    private readonly Func<TKey, string> _nameOf;
    private readonly Func<TKey, Actor<TMessage>> _make;
    private readonly LaneBounds? _bounds;

    /// <summary>A group without members: they come by being addressed.</summary>
    /// <param name="system">Where the members live.</param>
    /// <param name="nameOf">A member's name, unique in the system.</param>
    /// <param name="make">A new actor for a key; called again after a failure or a passivation.</param>
    /// <param name="bounds">The members' lanes; the system's where not given.</param>
    public ActorGroup(
        ActorSystem system, Func<TKey, string> nameOf, Func<TKey, Actor<TMessage>> make, LaneBounds? bounds = null)
    {
        (_system, _nameOf, _make, _bounds) = (system, nameOf, make, bounds);
        system.Sweep(CheckIdle);
    }

    /// <summary>The keys whose actors are living, in the ordinal order of their names.</summary>
    public IReadOnlyList<TKey> Keys
    {
        get
        {
            lock (_gate)
                return [.. _members.OrderBy(member => member.Value.Name, StringComparer.Ordinal).Select(m => m.Key)];
        }
    }

    public int Count
    {
        get { lock (_gate) return _members.Count; }
    }

    public ActorRef<TMessage> Get(TKey key) => Member(key, ended: null).Ref;

    /// <summary>Only an actor that is living already.</summary>
    public bool TryGet(TKey key, out ActorRef<TMessage>? actor)
    {
        lock (_gate) actor = _members.TryGetValue(key, out var member) ? member.Ref : null;
        return actor is not null;
    }

    private ActorCell<TMessage> Member(TKey key, ActorCell<TMessage>? ended)
    {
        lock (_gate)
        {
            if (_members.TryGetValue(key, out var member) && !ReferenceEquals(member, ended)) return member;
            member = _system.Add(_nameOf(key), new Origin(this, key), _bounds);
            if (!member.IsStopped) _members[key] = member;
            return member;
        }
    }

    private void Remove(TKey key, ActorCell<TMessage> ended)
    {
        lock (_gate)
        {
            if (_members.TryGetValue(key, out var member) && ReferenceEquals(member, ended)) _members.Remove(key);
        }
    }

    private void CheckIdle()
    {
        ActorCell<TMessage>[] members;
        lock (_gate) members = [.. _members.Values];
        foreach (var member in members) member.CheckIdle();
    }

    private sealed class Origin(ActorGroup<TKey, TMessage> group, TKey key) : ActorOrigin<TMessage>
    {
        public override Actor<TMessage> Make() => group._make(key);

        public override ActorCell<TMessage>? Successor(ActorCell<TMessage> ended)
        {
            var next = group.Member(key, ended);
            return next.IsStopped && group._system.IsStopping ? null : next;
        }

        public override void Ended(ActorCell<TMessage> ended)
        {
            group.Remove(key, ended);
            group._system.Forget(ended);
        }
    }
}
