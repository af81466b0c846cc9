namespace Trading.Runtime;

/// <summary>The lane is full: the message was refused and nothing of it has happened.</summary>
public sealed class MailboxFullException(string actor, string lane)
    : Exception($"{actor}: too many {lane} are waiting; try again later");

/// <summary>The actor is stopped: the message was not received.</summary>
public sealed class ActorStoppedException(string actor, string why)
    : Exception($"{actor} is stopped: {why}");
