namespace Trading.Node.Hosting;

public enum ActorState
{
    Running,
    BackingOff,
    Stopped,
}

/// <summary>
/// One line of the inspection view. Depths are messages waiting now; the greatest depth counts both lanes. BusyFor is the age
/// of the message the actor is on, null at rest: one that grows is an actor that hears nothing.
/// </summary>
public sealed record ActorInspection(
    string Name,
    ActorState State,
    int ReportsWaiting,
    int CommandsWaiting,
    int GreatestDepth,
    long Processed,
    int Restarts,
    string? LastFailure,
    DateTimeOffset? LastFailureUtc,
    string? StoppedBecause,
    TimeSpan? BusyFor);

/// <summary>What went wrong in an actor, and what becomes of it.</summary>
/// <param name="During">Started, Receive, Unhandled, or Undelivered (accepted, then left over at the actor's stop).</param>
/// <param name="Message">The message that is gone; null where none is.</param>
/// <param name="InARow">Failures since the actor last ran well.</param>
/// <param name="RestartIn">Null where the failure starts no back-off.</param>
public sealed record ActorFailure(
    string Actor, string During, Exception Exception, object? Message, int InARow, TimeSpan? RestartIn);
