using Trading.Domain;

namespace Trading.Node.Journal;

/// <summary>The stream was read: all events after the version that was asked for.</summary>
public sealed record JournalRead<TEvent>(IReadOnlyList<TEvent> Events);

/// <summary>This build cannot read an event of the stream.</summary>
public sealed record JournalUnreadable(string Why);

/// <summary>The journal has answered the append that was under way.</summary>
public sealed record JournalAppended(JournalAnswer Answer);

/// <summary>The append that is under way has had its time (<see cref="JournalTimeouts.Limit"/>).</summary>
public sealed record JournalWaited;
