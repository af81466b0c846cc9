using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Trading.Domain;

namespace Trading.Journal.Sqlite;

/// <summary>
/// The embedded journal: one file, one process, one node. All streams are one shard; an append under an older epoch than
/// the newest the file has seen is fenced.
/// </summary>
/// <remarks>
/// Appends wait in a bounded queue for the one writer, which takes what is there into one transaction: the more wait, the
/// fewer flushes each costs. An answer takes as long as the disk does, so callers keep their own deadline. The queue full,
/// or the journal closed: answered at once with Unknown "not taken", and nothing was or will be written.
/// </remarks>
public sealed class SqliteJournal : IJournal
{
    /// <summary>More than the actors of a large node: each has one append under way.</summary>
    public const int AppendsWaitingMax = 65_536;

    /// <summary>Bounds the time one transaction takes, and with it the wait of those behind it.</summary>
    private const int AppendsPerTransactionMax = 512;
    private const int ReadersKept = 4;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly WriterThread? _ownThread;
    private readonly Channel<PendingAppend> _queue;
    private readonly ConcurrentStack<SqliteReader> _readers = new();
    private readonly Task _writing;
    private readonly Lock _file = new();
    private SqliteWriter? _writer;
    private volatile bool _closed;

    private SqliteJournal(string path, JournalId id, TimeProvider time, TaskScheduler? scheduler)
    {
        _path = path;
        _time = time;
        Id = id;
        _writer = new SqliteWriter(path);
        _queue = Channel.CreateBounded<PendingAppend>(new BoundedChannelOptions(AppendsWaitingMax) { SingleReader = true });
        if (scheduler is null) scheduler = _ownThread = new WriterThread("journal writer");
        _writing = Task.Factory.StartNew(WriteAll, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler).Unwrap();
    }

    public JournalId Id { get; }

    /// <param name="newId">Asked once, when the file is made.</param>
    /// <param name="scheduler">
    /// Where the writer runs; null: on a thread of its own. A simulation gives its scheduler, and everything stays on one thread.
    /// </param>
    /// <exception cref="JournalUnusableException">Not a journal, damaged, or written by a newer build.</exception>
    public static SqliteJournal Open(string path, TimeProvider time, Func<JournalId> newId, TaskScheduler? scheduler = null) =>
        new(path, SqliteSchema.Prepare(path, newId), time, scheduler);

    public Task<AppendResult> Append(AppendRequest request)
    {
        if (request.Events.Count == 0) throw new ArgumentException($"append to {request.Stream} has no events", nameof(request));
        var pending = PendingAppend.Of(request);
        if (_queue.Writer.TryWrite(pending)) return pending.Answer.Task;
        var why = _closed ? "the journal is closed" : $"{AppendsWaitingMax} appends are waiting";
        return Task.FromResult<AppendResult>(new AppendResult.Unknown($"not taken: {why}"));
    }

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
        if (_closed) return;
        _closed = true;
        _queue.Writer.TryComplete();
        await _writing;
        while (_readers.TryPop(out var reader)) reader.Dispose();
        _writer?.Dispose();
        _ownThread?.Dispose();
    }

    private async Task WriteAll()
    {
        var batch = new List<PendingAppend>(AppendsPerTransactionMax);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < AppendsPerTransactionMax && _queue.Reader.TryRead(out var pending)) batch.Add(pending);
            var answers = Write(batch);
            for (var i = 0; i < answers.Length; i++) batch[i].Answer.SetResult(answers[i]);
            batch.Clear();
        }
    }

    /// <summary>A failed commit makes the whole batch unknown.</summary>
    private AppendResult[] Write(List<PendingAppend> batch)
    {
        try
        {
            var requests = batch.ConvertAll(pending => pending.Request);
            return OnWriter(writer => writer.Write(requests, _time.GetUtcNow().UtcDateTime));
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
        ObjectDisposedException.ThrowIf(_closed, this);
        if (!_readers.TryPop(out var reader)) reader = new SqliteReader(_path);
        try
        {
            return ask(reader);
        }
        finally
        {
            if (_readers.Count < ReadersKept && !_closed) _readers.Push(reader);
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

    /// <summary>
    /// The answer is completed on the writer's scheduler without forcing continuations to the thread pool: an await on
    /// another scheduler resumes there, also under WhenAny and WaitAsync (a forced one would leave a simulation).
    /// </summary>
    private sealed record PendingAppend(AppendRequest Request, TaskCompletionSource<AppendResult> Answer)
    {
        public static PendingAppend Of(AppendRequest request) => new(request, new TaskCompletionSource<AppendResult>());
    }
}
