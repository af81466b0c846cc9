using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Trading.Node.Hosting;

/// <summary>An entity's region asks it to end, if it still rests.</summary>
internal sealed class Rest
{
    public static readonly Rest Message = new();

    private Rest()
    {
    }
}

/// <summary>Something has come to the entity meanwhile, and it goes on: its region forwards what it has kept.</summary>
internal sealed class StillNeeded
{
    public static readonly StillNeeded Message = new();

    private StillNeeded()
    {
    }
}

/// <summary>
/// A member of a <see cref="LocalRegion"/>: it exists by being addressed, and asks to be passivated after the node's idle time,
/// when nothing would be lost by it but memory. One with a timer or with work beside it stays.
/// </summary>
public abstract class EntityActor(string name) : NodeActor(name)
{
    private const string IdleTimer = "idle";
    private long _restedAt;

    /// <summary>True when nothing would be lost but memory if the actor were stopped now.</summary>
    protected abstract bool HasNothingToLose { get; }

    /// <summary>The only timer that runs is the one that looks at this.</summary>
    private bool MayEnd => HasNothingToLose && !HasWorkBeside && Timers.ActiveTimers.Count == 1
        && Setup.Time.GetElapsedTime(_restedAt) >= Setup.IdleTime;

    protected sealed override void Started()
    {
        Began();
        WatchIdle();
        Touch();
    }

    /// <inheritdoc cref="NodeActor.Started"/>
    protected abstract void Began();

    protected sealed override void Handle(object message)
    {
        switch (message)
        {
            case IdleDue:
                WatchIdle();
                if (MayEnd) Context.Parent.Tell(new Passivate(Rest.Message));
                break;
            case Rest when MayEnd: Stop("it was idle"); break;
            case Rest: Context.Parent.Tell(StillNeeded.Message); break;
            default:
                Take(message);
                Touch();
                break;
        }
    }

    protected abstract void Take(object message);

    private void Touch() => _restedAt = Setup.Time.GetTimestamp();

    private void WatchIdle()
    {
        if (Setup.IdleTime != Timeout.InfiniteTimeSpan) StartTimer(IdleTimer, Setup.IdleTime / 2, IdleDue.Message);
    }

    private sealed class IdleDue
    {
        public static readonly IdleDue Message = new();
    }
}
