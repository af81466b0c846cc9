using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Trading.Domain;

namespace Trading.Journal.Sqlite;

/// <summary>
/// The embedded journal: one file, one process, one node. All streams are one shard; an append under an older epoch than
/// the newest the file has seen is fenced.
/// </summary>
/// <remarks>
/// A batch of appends is one transaction. An answer takes as long as the disk does, so callers keep their own deadline.
/// </remarks>
public sealed class SqliteJournal : IJournal
{
    private const int ReadersKept = 4;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly AppendQueue _queue;
    private readonly ConcurrentStack<SqliteReader> _readers = new();
    private readonly Lock _file = new();
    private SqliteWriter? _writer;

    private SqliteJournal(string path, JournalId id, TimeProvider time, TaskScheduler? scheduler)
    {
        _path = path;
        _time = time;
        Id = id;
        _writer = new SqliteWriter(path);
        _queue = new AppendQueue(Write, scheduler);
    }

    public JournalId Id { get; }

    /// <param name="newId">Asked once, when the file is made.</param>
    /// <param name="scheduler">
    /// Where the writer runs; null: on a thread of its own. A simulation gives its scheduler, and everything stays on one thread.
    /// </param>
    /// <exception cref="JournalUnusableException">Not a journal, damaged, or written by a newer build.</exception>
    public static SqliteJournal Open(string path, TimeProvider time, Func<JournalId> newId, TaskScheduler? scheduler = null) =>
        new(path, SqliteSchema.Prepare(path, newId), time, scheduler);

    public Task<AppendResult> Append(AppendRequest request) => _queue.Add(request);

    /// <summary>Makes this caller the owner: what is appended under an older epoch from here on is fenced.</summary>
    /// <returns>The epoch to append under.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task<long> TakeEpoch() => Try(() => OnWriter(writer => writer.RaiseEpoch()));

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) =>
        Try(() => Read(reader => reader.Stream(stream, afterVersion, max)));

    /// <summary>One writer commits in the order of positions, so whatever is visible is final.</summary>
    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max) =>
        Try(() => Read(reader => reader.All(afterPosition, max)));

    public Task<IReadOnlyList<string>> Streams(string prefix) => Try(() => Read(reader => reader.Names(prefix)));

    /// <summary>Writes what waits, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        while (_readers.TryPop(out var reader)) reader.Dispose();
        _writer?.Dispose();
    }

    /// <summary>A failed commit makes the whole batch unknown.</summary>
    private AppendResult[] Write(IReadOnlyList<AppendRequest> batch)
    {
        try
        {
            return OnWriter(writer => writer.Write(batch, _time.GetUtcNow().UtcDateTime));
        }
        catch (SqliteException e)
        {
            AppendResult lost = new AppendResult.Unknown($"commit failed: {e.Message}");
            return [.. batch.Select(_ => lost)];
        }
    }

    /// <summary>One at a time; what failed leaves the connection in an unknown state, so the next begins on a new one.</summary>
    private T OnWriter<T>(Func<SqliteWriter, T> write)
    {
        lock (_file)
        {
            var writer = _writer ?? new SqliteWriter(_path);
            _writer = null;
            try
            {
                var done = write(writer);
                _writer = writer;
                return done;
            }
            finally
            {
                if (_writer is null) writer.Dispose();
            }
        }
    }

    private T Read<T>(Func<SqliteReader, T> ask)
    {
        ObjectDisposedException.ThrowIf(_queue.IsClosed, this);
        if (!_readers.TryPop(out var reader)) reader = new SqliteReader(_path);
        try
        {
            return ask(reader);
        }
        finally
        {
            if (_readers.Count < ReadersKept && !_queue.IsClosed) _readers.Push(reader);
            else reader.Dispose();
        }
    }

    /// <summary>The disk's troubles in the words of the contract, in the task and not at the call.</summary>
    private Task<T> Try<T>(Func<T> ask)
    {
        try
        {
            return Task.FromResult(ask());
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB)
        {
            return Task.FromException<T>(SqliteSchema.Unusable(_path, e));
        }
        catch (SqliteException e)
        {
            return Task.FromException<T>(new IOException($"journal {_path}: {e.Message}", e));
        }
    }
}
