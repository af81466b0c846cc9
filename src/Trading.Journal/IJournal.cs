using Trading.Domain;

namespace Trading.Journal;

/// <summary>One event to be written: a stable name, the version of its shape, and its JSON.</summary>
public sealed record NewEvent(string Type, int TypeVersion, ReadOnlyMemory<byte> Json);

/// <summary>One event as it stands in the journal.</summary>
/// <param name="Position">Place in the whole journal, increasing, with gaps allowed; kept by <c>journal copy</c>.</param>
/// <param name="Version">Place in its stream: 1, 2, 3 … without gap.</param>
public sealed record RecordedEvent(
    long Position, string Stream, long Version, long Epoch, string CommandId, string Type, int TypeVersion,
    ReadOnlyMemory<byte> Json, DateTime WrittenUtc);

/// <param name="ExpectedVersion">Version of the last event the writer knows; 0 for a stream that must not exist.</param>
/// <param name="CommandId">
/// Names the decision. The same id in the same stream is answered <see cref="AppendResult.AlreadyDone"/>, so an append of
/// unknown outcome may be tried again.
/// </param>
/// <param name="Epoch">The writer's lease; an append under an older epoch than the shard's is fenced.</param>
public sealed record AppendRequest(
    string Stream, long ExpectedVersion, string CommandId, long Epoch, IReadOnlyList<NewEvent> Events);

/// <summary>Done, refused or unknown, at the boundary to the database.</summary>
public abstract record AppendResult
{
    private AppendResult()
    {
    }

    /// <param name="Position">Journal position of the first event written.</param>
    public sealed record Appended(long Position) : AppendResult;

    /// <summary>Done before, by this command.</summary>
    public sealed record AlreadyDone(long Position) : AppendResult;

    /// <summary>Refused: somebody else wrote the stream. Read it again.</summary>
    public sealed record Conflict(long ActualVersion) : AppendResult;

    /// <summary>Refused: the shard has a newer owner. Stop.</summary>
    public sealed record Fenced(long CurrentEpoch) : AppendResult;

    /// <summary>The answer is lost: the events may or may not be there. Read the stream, look for the command id.</summary>
    public sealed record Unknown(string Why) : AppendResult;
}

/// <summary>
/// Append-only streams, one writer each. SQLite, PostgreSQL and the simulated journal behind one contract. Reads fail with
/// <see cref="IOException"/> while the database cannot be reached, and <see cref="JournalUnusableException"/> when it is damaged.
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>Made once at random with the journal.</summary>
    JournalId Id { get; }

    /// <summary>
    /// Durable when answered <see cref="AppendResult.Appended"/>. Never throws for I/O: that is Unknown. Answered in this
    /// order: fenced, already done, conflict. Callers keep their own deadline.
    /// </summary>
    Task<AppendResult> Append(AppendRequest request);

    /// <summary>Events of one stream with a version above <paramref name="afterVersion"/>, in order, at most <paramref name="max"/>.</summary>
    Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max);

    /// <summary>
    /// Events of all streams above <paramref name="afterPosition"/> in journal order. Only what can no longer be
    /// preceded by a later commit is returned, so that a follower that keeps its position skips nothing.
    /// </summary>
    Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max);

    /// <summary>Names of the streams that begin with <paramref name="prefix"/>, ordinal order.</summary>
    Task<IReadOnlyList<string>> Streams(string prefix);
}
