using Akka.Actor;

namespace Trading.Node.Hosting;

/// <summary>The node is stopping: the actor takes what waits before this message, and ends.</summary>
public sealed class Farewell
{
    public static readonly Farewell Message = new();

    private Farewell()
    {
    }

    /// <summary>One that is backing off takes no message: it ends at once.</summary>
    internal static void SayTo(IActorRef actor, ActorSystem system)
    {
        if (NodeSetup.Of(system).Roster.Find(actor) is { IsBackingOff: true }) system.Stop(actor);
        else actor.Tell(Message);
    }
}
