using System.Threading.Channels;

namespace Trading.Journal;

/// <summary>
/// Group commit: appends wait in a bounded queue for the one writer, which takes what is there into one batch; the more
/// wait, the fewer flushes each costs. The queue full, or closed: answered at once with Unknown "not taken", and nothing
/// was or will be written.
/// </summary>
internal sealed class AppendQueue : IAsyncDisposable
{
    /// <summary>More than the actors of a large node: each has one append under way.</summary>
    public const int WaitingMax = 65_536;

    /// <summary>Bounds the time one batch takes, and with it the wait of those behind it.</summary>
    private const int BatchMax = 512;

    private readonly Func<IReadOnlyList<AppendRequest>, AppendResult[]> _write;
    private readonly WriterThread? _ownThread;
    private readonly Channel<Pending> _queue;
    private readonly Queue<Pending> _heldBack = new();
    private readonly Task _writing;
    private volatile bool _closed;

    /// <param name="write">Answers a batch, in its order; runs on the writer's scheduler and must not throw for I/O.</param>
    /// <param name="scheduler">Where the writer runs; null: on a thread of its own.</param>
    public AppendQueue(Func<IReadOnlyList<AppendRequest>, AppendResult[]> write, TaskScheduler? scheduler)
    {
        _write = write;
        _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(WaitingMax) { SingleReader = true });
        if (scheduler is null) scheduler = _ownThread = new WriterThread("journal writer");
        _writing = Task.Factory.StartNew(WriteAll, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler).Unwrap();
    }

    public bool IsClosed => _closed;

    /// <exception cref="ArgumentException">The append has no events.</exception>
    public Task<AppendResult> Add(AppendRequest request)
    {
        if (request.Events.Count == 0) throw new ArgumentException($"append to {request.Stream} has no events", nameof(request));
        var pending = new Pending(request, new TaskCompletionSource<AppendResult>());
        if (_queue.Writer.TryWrite(pending)) return pending.Answer.Task;
        var why = _closed ? "the journal is closed" : $"{WaitingMax} appends are waiting";
        return Task.FromResult<AppendResult>(new AppendResult.Unknown($"not taken: {why}"));
    }

    /// <summary>Writes what waits, then ends the writer.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closed) return;
        _closed = true;
        _queue.Writer.TryComplete();
        await _writing;
        _ownThread?.Dispose();
    }

    private async Task WriteAll()
    {
        var batch = new List<Pending>(BatchMax);
        var streams = new HashSet<string>(StringComparer.Ordinal);
        while (_heldBack.Count > 0 || await _queue.Reader.WaitToReadAsync())
        {
            Take(batch, streams);
            var answers = Write(batch.ConvertAll(pending => pending.Request));
            for (var i = 0; i < answers.Length; i++) batch[i].Answer.SetResult(answers[i]);
            batch.Clear();
            streams.Clear();
        }
    }

    /// <summary>
    /// Whatever went wrong, the batch is unknown and the next one goes on: a writer that ended would leave every actor
    /// waiting for ever.
    /// </summary>
    private AppendResult[] Write(IReadOnlyList<AppendRequest> batch)
    {
        try
        {
            return _write(batch);
        }
        catch (Exception e)
        {
            AppendResult unknown = new AppendResult.Unknown($"the writer failed: {e.GetType().Name}: {e.Message}");
            return [.. batch.Select(_ => unknown)];
        }
    }

    /// <summary>At most one append per stream: the second of a stream has to see what the first has written.</summary>
    private void Take(List<Pending> batch, HashSet<string> streams)
    {
        for (var held = _heldBack.Count; held > 0; held--) Put(_heldBack.Dequeue());
        while (batch.Count < BatchMax && _heldBack.Count < BatchMax && _queue.Reader.TryRead(out var pending)) Put(pending);

        void Put(Pending pending)
        {
            if (batch.Count < BatchMax && streams.Add(pending.Request.Stream)) batch.Add(pending);
            else _heldBack.Enqueue(pending);
        }
    }

    /// <summary>
    /// The answer is completed on the writer's scheduler without forcing continuations to the thread pool: an await on
    /// another scheduler resumes there, also under WhenAny and WaitAsync (a forced one would leave a simulation).
    /// </summary>
    private sealed record Pending(AppendRequest Request, TaskCompletionSource<AppendResult> Answer);
}
