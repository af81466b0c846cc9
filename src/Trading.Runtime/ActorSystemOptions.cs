namespace Trading.Runtime;

public sealed record ActorSystemOptions
{
    public required TimeProvider Time { get; init; }

    /// <summary>Everything actors do runs here: the thread pool in production, one thread under virtual time in a simulation.</summary>
    public required TaskScheduler Scheduler { get; init; }

    /// <summary>
    /// Told of every failure and every message that was accepted and could not be delivered, in the actor's own turn.
    /// </summary>
    public required Action<ActorFailure> OnFailure { get; init; }

    public LaneBounds Bounds { get; init; } = new(Reports: 1024, Commands: 64);

    /// <summary>Pipes one actor may have under way; one more is answered by its <c>onFailure</c> at once.</summary>
    public int PipesBound { get; init; } = 256;

    public TimeSpan RestartFirst { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The back-off doubles up to this, and starts anew once an actor has run this long without a failure.</summary>
    public TimeSpan RestartMost { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>An idle member of a group is passivated after this long without a message; infinite: never.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Messages an actor takes before others get the scheduler; 1 gives a simulation every interleaving.</summary>
    public int MessagesPerTurn { get; init; } = 32;

    internal ActorSystemOptions Checked()
    {
        Bounds.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(PipesBound, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MessagesPerTurn, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RestartFirst, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(RestartMost, RestartFirst);
        if (IdleTime <= TimeSpan.Zero && IdleTime != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(IdleTime), IdleTime, "must be positive or infinite");
        return this;
    }
}

/// <summary>How many messages may wait: in the lane of reports, and in the lane of commands.</summary>
public readonly record struct LaneBounds(int Reports, int Commands)
{
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Reports, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Commands, 1);
    }
}
