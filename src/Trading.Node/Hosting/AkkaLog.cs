using Akka.Actor;
using Akka.Event;

namespace Trading.Node.Hosting;

/// <summary>
/// What Akka itself has to say: its warnings and errors become lines of the node's log, and a command to an actor that has ended
/// is answered. It is no actor: a start never waits for it.
/// </summary>
internal sealed class AkkaLog(ActorSystem system, Action<string> log) : MinimalActorRef
{
    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / "node-log";
    public override IActorRefProvider Provider => ((ExtendedActorSystem)system).Provider;

    public void Listen()
    {
        system.EventStream.Subscribe(this, typeof(Warning));
        system.EventStream.Subscribe(this, typeof(Error));
        system.EventStream.Subscribe(this, typeof(DeadLetter));
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        switch (message)
        {
            case LogEvent said: Write(said); break;
            case DeadLetter late when Lanes.ContentOf(late.Message) is ICommandMessage: Refuse(late); break;
        }
    }

    private void Write(LogEvent said) =>
        log($"akka {said.LogLevel()}: {said.LogSource}: {said.Message} {said.Cause?.Message}".TrimEnd());

    /// <summary>Whoever asks an actor that has ended is told at once, and does not wait for the deadline.</summary>
    private void Refuse(DeadLetter late) =>
        late.Sender.Tell(new Status.Failure(NodeSetup.Of(system).WhyEnded(late.Recipient)), ActorRefs.NoSender);
}
