namespace Trading.Domain.Positions;

/// <summary>What surrounds a position at the moment it is told something.</summary>
/// <param name="Elapsed">On a clock that nobody sets: only differences of it mean anything.</param>
/// <param name="OwnsLease">False: this process may have been replaced, and sends nothing ahead of the journal.</param>
/// <param name="IsStopping">The node is on its way to a stop: an entry that has not left stays unsent.</param>
/// <param name="Mark">Latest price, for a decision that no price has led to; null: none is known, or none may count.</param>
public sealed record PositionMoment(
    DateTime NowUtc, TimeSpan Elapsed, SymbolRules Rules, PositionPolicy Policy, bool OwnsLease, bool IsStopping, decimal? Mark = null);

/// <summary>Chooses; <see cref="PositionMachine.Decide"/> where nothing is rehearsed.</summary>
public delegate Decision Decide(PositionContext context, PositionState state, Observations seen, PositionInput input);

/// <summary>One journaled event of a position, with what it did and what caused it.</summary>
public readonly record struct PositionHappened(
    PositionKey Key, long Version, PositionEvent Event, PositionState Before, PositionState After, PositionInput Cause);
