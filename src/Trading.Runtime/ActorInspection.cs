namespace Trading.Runtime;

public enum ActorState
{
    Starting,
    Running,
    BackingOff,
    Stopping,
    Stopped,
}

/// <summary>
/// One line of the inspection view. Depths are messages waiting now; the greatest depth counts both lanes. BusyFor is
/// the age of the message (or start) the actor is on, null at rest: one that grows is an actor that hears nothing.
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
/// <remarks>
/// During: Started, Receive, Ticked, IsIdle, Stopped, Cancelled, or Undelivered (accepted, then left over at the
/// actor's stop). Message: the message or price window that is gone, null where none is. InARow: failures since the
/// actor last ran well. RestartIn: null where the failure starts no back-off.
/// </remarks>
public sealed record ActorFailure(
    string Actor, string During, Exception Exception, object? Message, int InARow, TimeSpan? RestartIn);
