using Akka.Actor;

namespace Trading.Node.Hosting;

/// <summary>Tells the actors at the top that the node stops, and waits for their end.</summary>
/// <param name="tell">Told once how it ended: all have, or the deadline has passed.</param>
internal sealed class FarewellActor(IReadOnlyList<IActorRef> all, TimeSpan deadline, Action<Action<TaskCompletionSource>> tell)
    : NodeActor("farewell")
{
    private readonly HashSet<IActorRef> _living = [];

    protected override void Started()
    {
        foreach (var actor in all)
        {
            _living.Add(actor);
            Context.Watch(actor);
            Farewell.SayTo(actor, Context.System);
        }

        StartTimer("deadline", deadline, DeadlinePassed.Message);
        if (_living.Count == 0) End(static ended => ended.TrySetResult());
    }

    protected override void Handle(object message)
    {
        switch (message)
        {
            case Terminated terminated:
                _living.Remove(terminated.ActorRef);
                if (_living.Count == 0) End(static ended => ended.TrySetResult());
                break;
            case DeadlinePassed:
                var late = Setup.Roster.Inspect().Where(static one => one.State is not ActorState.Stopped && one.Name != "farewell").ToList();
                var names = string.Join(", ", late.Take(10).Select(static one => one.Name));
                foreach (var actor in _living) Context.System.Stop(actor);
                End(ended => ended.TrySetException(new TimeoutException($"{late.Count} actors were still busy at the deadline of the stop: {names}")));
                break;
            default: Unhandled(message); break;
        }
    }

    private void End(Action<TaskCompletionSource> how)
    {
        tell(how);
        Stop("all was said");
    }

    private sealed class DeadlinePassed
    {
        public static readonly DeadlinePassed Message = new();
    }
}
