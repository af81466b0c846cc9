using Trading.Node.Signals;
using Trading.Projections;

namespace Trading.Node.Projections;

/// <summary>Where the projected rows are kept. One writer: the follower.</summary>
public interface IMonitoringDatabase : IDisposable
{
    /// <summary>Journal position of the last event whose rows are here; 0 at the beginning.</summary>
    Task<long> Position();

    /// <summary>What the fold remembers of those streams; a stream without a memory is not in the answer.</summary>
    Task<IReadOnlyDictionary<string, PositionBook>> Books(IReadOnlyCollection<string> streams);

    /// <summary>Rows, memory and position in one transaction: all of it or nothing.</summary>
    Task Write(IReadOnlyList<RowChange> changes, IReadOnlyDictionary<string, PositionBook> books, long position);

    /// <summary>Drops all that was projected; the next position is the first. What no journal holds stays.</summary>
    Task Forget();

    /// <summary>Keeps what an intake could not read, which no journal holds; the oldest beyond 10,000 are dropped.</summary>
    Task Keep(IReadOnlyList<RejectedSignal> letters);
}
