namespace Trading.Lab.Simulation;

/// <summary>
/// One simulated process: its own scheduler, its own clock. Pausing holds its tasks as SIGSTOP would, killing drops
/// them as SIGKILL would; its timers share that fate.
/// </summary>
public sealed class VirtualNode : TaskScheduler
{
    private readonly VirtualWorld _world;
    private readonly List<Task> _held = [];

    internal VirtualNode(VirtualWorld world, string name, int number)
    {
        (_world, Name, Number) = (world, name, number);
        Time = new VirtualTime(this);
    }

    public string Name { get; }

    /// <summary>The process's clock: wall time with its skew, timestamps and timers without.</summary>
    public TimeProvider Time { get; }

    /// <summary>How far this machine's wall clock is ahead of the world's.</summary>
    public TimeSpan Skew { get; set; }

    public bool IsPaused { get; private set; }

    public bool IsDead { get; private set; }

    internal VirtualWorld World => _world;

    internal int Number { get; }

    /// <summary>Starts work of this process. If it fails, so does the task, and the world keeps the exception.</summary>
    public Task Start(Func<Task> work) => Task.Factory.StartNew(
        () => Watched(work), CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    public void Pause() => IsPaused = true;

    public void Resume()
    {
        IsPaused = false;
        foreach (var task in _held) _world.Ready(this, task);
        _held.Clear();
    }

    public void Kill()
    {
        IsDead = true;
        _held.Clear();
    }

    /// <summary>False: the process is paused or dead, and nothing was run.</summary>
    internal bool Run(Task task)
    {
        if (IsDead) return false;
        if (IsPaused)
        {
            _held.Add(task);
            return false;
        }

        return TryExecuteTask(task);
    }

    protected override void QueueTask(Task task) => _world.Ready(this, task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _held;

    private async Task Watched(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e)
        {
            _world.Failed(this, e);
            throw;
        }
    }

    private sealed class VirtualTime(VirtualNode node) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override long GetTimestamp() => node._world.NowUtcTicks;

        public override DateTimeOffset GetUtcNow() => node._world.NowUtc + node.Skew;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new VirtualTimer(node, callback, state, dueTime, period);
    }
}
