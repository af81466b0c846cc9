namespace Trading.Runtime;

/// <summary>
/// Makes actors, knows them by name, and stops them together. All they do runs on the injected scheduler.
/// </summary>
public sealed class ActorSystem(ActorSystemOptions options) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ActorCell> _cells = new(StringComparer.Ordinal);
    private readonly List<ITimer> _sweeps = [];
    private readonly TaskCompletionSource _allEnded = new(); // completed in a task of our own scheduler only
    private string? _stopping;
    private int _living;

    public ActorSystemOptions Options { get; } = options.Checked();

    /// <summary>Starts an actor that lives until it stops itself or the system stops.</summary>
    /// <exception cref="InvalidOperationException">An actor of this name is living.</exception>
    public ActorRef<TMessage> Spawn<TMessage>(string name, Func<Actor<TMessage>> make, LaneBounds? bounds = null)
        where TMessage : notnull => Add(name, new SpawnedOnce<TMessage>(make), bounds).Ref;

    /// <summary>Every actor that is living, and the spawned ones that have stopped, in the order of their names.</summary>
    public IReadOnlyList<ActorInspection> Inspect() => [.. Cells().Select(cell => cell.Inspect())];

    /// <summary>
    /// No new messages from now on; each actor takes what is waiting and is then <see cref="Actor{T}.Stopped"/>. Pipes
    /// under way are cancelled with their actor; one that is backing off ends at once and its messages are reported
    /// as undelivered.
    /// </summary>
    /// <exception cref="TimeoutException">At the deadline the actors it names were busy; their tokens are cancelled.</exception>
    public async Task StopAll(TimeSpan deadline)
    {
        foreach (var cell in Close("the system is stopping")) cell.Drain("the system is stopping");
        using var timer = Options.Time.CreateTimer(
            _ => Post(DeadlinePassed), null, deadline, Timeout.InfiniteTimeSpan);
        await _allEnded.Task;
    }

    /// <summary>Ends what <see cref="StopAll"/> has not ended: as after a crash, what is waiting is not received.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var cell in Close("the system is disposed")) cell.Abandon("the system is disposed");
        return ValueTask.CompletedTask;
    }

    internal bool IsStopping
    {
        get { lock (_gate) return _stopping is not null; }
    }

    internal ActorCell<TMessage> Add<TMessage>(string name, ActorOrigin<TMessage> origin, LaneBounds? bounds)
        where TMessage : notnull
    {
        (bounds ?? Options.Bounds).Check();
        var cell = new ActorCell<TMessage>(this, name, bounds ?? Options.Bounds, origin);
        lock (_gate)
        {
            if (_stopping is not null) return cell.Stillborn(_stopping);
            if (_cells.TryGetValue(name, out var other) && !other.IsStopped)
                throw new InvalidOperationException($"an actor named {name} is living: names are unique");
            _cells[name] = cell;
            _living++;
        }

        cell.Start();
        return cell;
    }

    /// <summary>A member of a group is forgotten at its end; a spawned actor stays in view, stopped.</summary>
    internal void Forget(ActorCell cell)
    {
        lock (_gate)
        {
            if (_cells.TryGetValue(cell.Name, out var known) && ReferenceEquals(known, cell)) _cells.Remove(cell.Name);
        }
    }

    internal void Ended(ActorCell cell)
    {
        lock (_gate)
        {
            _living--;
            if (_stopping is null || _living > 0) return;
        }

        Post(() => _allEnded.TrySetResult());
    }

    /// <summary>Calls <paramref name="look"/> twice per idle time until the system stops.</summary>
    internal void Sweep(Action look)
    {
        if (Options.IdleTime == Timeout.InfiniteTimeSpan) return;
        var every = Options.IdleTime / 2;
        lock (_gate)
        {
            if (_stopping is null)
                _sweeps.Add(Options.Time.CreateTimer(static look => ((Action)look!)(), look, every, every));
        }
    }

    /// <summary>
    /// Runs work that handles its own failures. It does not inherit the caller's ambient values: a turn serves the
    /// messages of many senders.
    /// </summary>
    internal void Dispatch(Func<object?, Task> work, object state)
    {
        var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        try
        {
            _ = Task.Factory.StartNew(
                work, state, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Options.Scheduler);
        }
        finally
        {
            flow.Dispose();
        }
    }

    internal void Post(Action work) => _ = Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Options.Scheduler);

    private List<ActorCell> Close(string why)
    {
        lock (_gate)
        {
            _stopping ??= why;
            foreach (var sweep in _sweeps) sweep.Dispose();
            _sweeps.Clear();
            if (_living == 0) Post(() => _allEnded.TrySetResult());
        }

        return Cells();
    }

    private void DeadlinePassed()
    {
        var late = Cells().Where(cell => !cell.IsStopped).ToList();
        foreach (var cell in late) cell.Abandon("the deadline of the stop has passed");
        if (late.Count == 0) return; // the last one ended just now
        var names = string.Join(", ", late.Take(10).Select(cell => cell.Name));
        _allEnded.TrySetException(new TimeoutException(
            $"{late.Count} actors were still busy at the deadline of the stop: {names}"));
    }

    private List<ActorCell> Cells()
    {
        lock (_gate) return [.. _cells.Values.OrderBy(cell => cell.Name, StringComparer.Ordinal)];
    }
}
