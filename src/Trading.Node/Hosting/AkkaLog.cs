using Akka.Actor;
using Akka.Event;

namespace Trading.Node.Hosting;

/// <summary>Akka's own warnings and errors, as lines of the node's log. It is no actor: a start never waits for it.</summary>
internal sealed class AkkaLog(ActorSystem system, Action<string> log) : MinimalActorRef
{
    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / "node-log";
    public override IActorRefProvider Provider => ((ExtendedActorSystem)system).Provider;

    public void Listen()
    {
        system.EventStream.Subscribe(this, typeof(Warning));
        system.EventStream.Subscribe(this, typeof(Error));
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is LogEvent said) log($"akka {said.LogLevel()}: {said.LogSource}: {said.Message} {said.Cause?.Message}".TrimEnd());
    }
}
