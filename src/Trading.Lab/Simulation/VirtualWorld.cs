namespace Trading.Lab.Simulation;

/// <summary>
/// A world of simulated processes on one thread under virtual time: the seed decides which ready task runs next and
/// which of two timers due together fires first, so a run is repeated by repeating its seed.
/// </summary>
/// <remarks>
/// All of it belongs to the thread that made it. Work that arrives from another thread has left the simulation: it is
/// counted in <see cref="Leaks"/> and dropped, because an exception thrown there would be swallowed by the awaiting
/// machinery. A run counts only if Leaks is 0 at its end.
/// </remarks>
public sealed class VirtualWorld
{
    private const long StepsPerInstantMax = 1_000_000;
    private readonly Thread _owner = Thread.CurrentThread;
    private readonly ReadyTasks _ready;
    private readonly PriorityQueue<(VirtualTimer Timer, int Armed), Due> _timers = new();
    private readonly SeededRandom _order;
    private readonly bool _shuffle;
    private readonly List<VirtualNode> _nodes = [];
    private readonly List<(string Node, Exception Exception)> _failures = [];
    private ulong _armings;
    private long _leaks;
    private string? _firstLeak;

    /// <param name="seed">All chance of the run.</param>
    /// <param name="shuffle">False: tasks run in the order they became ready, timers in the order they were armed.</param>
    /// <param name="startUtc">Where the virtual clock begins; 2026-01-01 where not given.</param>
    public VirtualWorld(ulong seed, bool shuffle = true, DateTimeOffset? startUtc = null)
    {
        Seed = seed;
        _shuffle = shuffle;
        _order = new(seed);
        _ready = new(shuffle ? _order : null);
        Random = new(seed ^ 0x5DEECE66DUL); // its own stream: a fault more does not reorder the tasks before it
        NowUtcTicks = (startUtc ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).UtcTicks;
        Environment = Node("world");
    }

    public ulong Seed { get; }

    /// <summary>Chance for faults and data; the order of tasks draws from another stream of the same seed.</summary>
    public SeededRandom Random { get; }

    /// <summary>What goes on whatever happens to the processes: packets on their way, scripted faults.</summary>
    public VirtualNode Environment { get; }

    public DateTimeOffset NowUtc => new(NowUtcTicks, TimeSpan.Zero);

    /// <summary>Tasks run so far.</summary>
    public long Steps { get; private set; }

    /// <summary>A fingerprint of the run: every step with its time and process, and every traced text, in order.</summary>
    public ulong TraceHash { get; private set; } = 14695981039346656037UL;

    /// <summary>Tasks and timers that came from a foreign thread.</summary>
    public long Leaks => Interlocked.Read(ref _leaks);

    /// <summary>Where the first leak came from, as a stack.</summary>
    public string? FirstLeak => Volatile.Read(ref _firstLeak);

    /// <summary>Work started on a process that ended in an exception. A run counts only if this is as expected.</summary>
    public IReadOnlyList<(string Node, Exception Exception)> Failures => _failures;

    internal long NowUtcTicks { get; private set; }

    /// <summary>A new process. The name may be that of a killed one: the next life of the same machine.</summary>
    public VirtualNode Node(string name)
    {
        var node = new VirtualNode(this, name, _nodes.Count);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Does something to the world once, after a virtual time, outside every process.</summary>
    public void After(TimeSpan due, Action act) => Environment.Time.CreateTimer(
        static act => ((Action)act!)(), act, due, Timeout.InfiniteTimeSpan);

    /// <summary>Adds what a run observed to its fingerprint.</summary>
    public void Trace(string text)
    {
        foreach (var character in text) Mix(character);
        Mix((ulong)NowUtcTicks);
    }

    /// <summary>Lets the given virtual time pass; zero runs what is ready now.</summary>
    public void Run(TimeSpan time) => RunUntil(static () => false, time);

    /// <summary>Runs until the condition holds after some step.</summary>
    /// <returns>False: the limit of virtual time passed first.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        if (!IsOnOwnThread()) throw new InvalidOperationException("a world is run by the thread that made it");
        var outside = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null); // a test framework's would draw the awaits out of here
        try
        {
            return RunUntil(condition, NowUtcTicks + limit.Ticks);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }
    }

    internal void Failed(VirtualNode node, Exception exception) => _failures.Add((node.Name, exception));

    internal void Ready(VirtualNode node, Task task)
    {
        if (IsOnOwnThread()) _ready.Add(node, task);
    }

    internal void Arm(VirtualTimer timer, int armed, TimeSpan due)
    {
        if (!IsOnOwnThread()) return;
        _armings++;
        _timers.Enqueue((timer, armed), new Due(NowUtcTicks + Math.Max(0, due.Ticks), _shuffle ? _order.NextBits() : _armings));
    }

    private bool RunUntil(Func<bool> condition, long endTicks)
    {
        if (condition()) return true;
        while (true)
        {
            if (RunReady(condition)) return true;
            if (!_timers.TryPeek(out var next, out var at) || at.Ticks > endTicks) break;
            _timers.Dequeue();
            if (!next.Timer.IsArmed(next.Armed)) continue;
            NowUtcTicks = Math.Max(NowUtcTicks, at.Ticks);
            next.Timer.Fire();
        }

        NowUtcTicks = endTicks;
        return condition();
    }

    private bool RunReady(Func<bool> condition)
    {
        var last = Steps + StepsPerInstantMax;
        while (_ready.TryTake(out var node, out var task))
        {
            if (!node.Run(task)) continue;
            Steps++;
            Mix((ulong)NowUtcTicks);
            Mix((ulong)node.Number);
            if (condition()) return true;
            if (Steps > last)
                throw new InvalidOperationException($"time stands still at {NowUtc:O}: tasks keep making tasks (seed {Seed})");
        }

        return false;
    }

    private bool IsOnOwnThread()
    {
        if (Thread.CurrentThread == _owner) return true;
        if (Interlocked.Increment(ref _leaks) == 1) Volatile.Write(ref _firstLeak, System.Environment.StackTrace);
        return false;
    }

    private void Mix(ulong value) => TraceHash = (TraceHash ^ value) * 1099511628211UL;

    private readonly record struct Due(long Ticks, ulong Tie) : IComparable<Due>
    {
        public int CompareTo(Due other) => Ticks == other.Ticks ? Tie.CompareTo(other.Tie) : Ticks.CompareTo(other.Ticks);
    }
}
