namespace Trading.Runtime;

/// <summary>Where an actor comes from: how it is made again, and who answers to its name once it is gone.</summary>
internal abstract class ActorOrigin<TMessage> where TMessage : notnull
{
    public abstract Actor<TMessage> Make();

    /// <summary>The cell that has taken this one's place; null: nobody, the actor is stopped for good.</summary>
    public virtual ActorCell<TMessage>? Successor(ActorCell<TMessage> ended) => null;

    public virtual void Ended(ActorCell<TMessage> ended) { }
}

internal sealed class SpawnedOnce<TMessage>(Func<Actor<TMessage>> make) : ActorOrigin<TMessage> where TMessage : notnull
{
    public override Actor<TMessage> Make() => make();
}
