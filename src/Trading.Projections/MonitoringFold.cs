using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Waves;

namespace Trading.Projections;

/// <summary>
/// The journal as operators read it: one event in, changes of rows out. A function of the journal alone, so tables that
/// were deleted come back with the same content and the same ids.
/// </summary>
public static class MonitoringFold
{
    /// <param name="book">What the fold remembers of a position's stream; null at its beginning and for other streams.</param>
    /// <param name="venues">Exchange of each configured account. One that is not there any more shows its own name.</param>
    /// <exception cref="ProjectionException">The event does not fit what came before it in its stream.</exception>
    public static Folded Fold(PositionBook? book, JournalEntry entry, IReadOnlyDictionary<AccountId, Exchange> venues) =>
        entry.Happened switch
        {
            PositionEvent happened => PositionFold.Fold(book ?? PositionBook.Of(entry.Stream, venues), entry, happened),
            WaveEvent happened => new Folded(WaveFold.Fold(entry, happened, venues), Book: null),
            AccountEvent happened => new Folded([AccountFold.Fold(entry, happened, venues)], Book: null),
            _ => throw new ProjectionException($"no fold knows {entry.Happened.GetType().Name} at position {entry.Position}"),
        };
}

/// <param name="Book">To be remembered for the stream's next event; null where the stream has none.</param>
public sealed record Folded(IReadOnlyList<RowChange> Changes, PositionBook? Book);

/// <summary>The journal says something that cannot follow what it said before: the projection stops there and shows it.</summary>
public sealed class ProjectionException(string message) : Exception(message);
