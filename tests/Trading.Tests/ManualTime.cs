namespace Trading.Tests;

/// <summary>A clock that moves only when a test moves it; timers fire in order of time, on the moving thread.</summary>
public sealed class ManualTime(DateTimeOffset? startUtc = null) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(ManualTimer Timer, int Armed), (long DueTicks, long Order)> _timers = new();
    private long _nowUtcTicks = (startUtc ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).UtcTicks;
    private long _order;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_gate) return _nowUtcTicks;
    }

    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    /// <summary>Lets time pass; each timer due on the way sees the time it was due.</summary>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        var end = GetTimestamp() + time.Ticks;
        while (TakeDue(end) is { } timer) timer.Fire();
        lock (_gate) _nowUtcTicks = Math.Max(_nowUtcTicks, end);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private ManualTimer? TakeDue(long endTicks)
    {
        lock (_gate)
        {
            while (_timers.TryPeek(out var next, out var at) && at.DueTicks <= endTicks)
            {
                _timers.Dequeue();
                if (next.Timer.Armed != next.Armed) continue;
                _nowUtcTicks = Math.Max(_nowUtcTicks, at.DueTicks);
                if (next.Timer.Period > TimeSpan.Zero) Arm(next.Timer, next.Timer.Period);
                return next.Timer;
            }
        }

        return null;
    }

    private void Arm(ManualTimer timer, TimeSpan due) =>
        _timers.Enqueue((timer, timer.Armed), (_nowUtcTicks + Math.Max(0, due.Ticks), _order++));

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public int Armed { get; private set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                Armed++;
                Period = period;
                if (dueTime != Timeout.InfiniteTimeSpan) time.Arm(this, dueTime);
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._gate) Armed++;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
