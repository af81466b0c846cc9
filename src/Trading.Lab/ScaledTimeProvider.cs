namespace Trading.Lab;

/// <summary>
/// Real time run faster or slower, for scenarios over real sockets: wall clock, timestamps and timers agree with each
/// other, also when the speed changes under way. Timers round up to whole milliseconds of the inner clock, so none fires
/// early.
/// </summary>
public sealed class ScaledTimeProvider : TimeProvider
{
    private readonly TimeProvider _inner;
    private readonly DateTimeOffset _startUtc;
    private readonly Lock _gate = new();
    private readonly HashSet<ScaledTimer> _armed = [];
    private volatile Pace _pace;

    /// <param name="inner">The clock that is scaled.</param>
    /// <param name="speed">Scaled seconds per inner second, above 0.</param>
    /// <param name="startUtc">What the scaled wall clock shows now.</param>
    public ScaledTimeProvider(TimeProvider inner, double speed, DateTimeOffset startUtc)
    {
        (_inner, _startUtc) = (inner, startUtc.ToUniversalTime());
        _pace = new Pace(inner.GetTimestamp(), 0, Checked(speed));
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Scaled seconds per inner second, above 0. Timers that run go on at the new speed.</summary>
    public double Speed
    {
        get => _pace.Speed;
        set
        {
            lock (_gate)
            {
                var now = _inner.GetTimestamp();
                _pace = new Pace(now, _pace.At(_inner, now), Checked(value));
                foreach (var timer in _armed) timer.Arm();
            }
        }
    }

    public override long GetTimestamp() => _pace.At(_inner, _inner.GetTimestamp());

    public override DateTimeOffset GetUtcNow() => _startUtc.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ScaledTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private static double Checked(double speed) => speed > 0 && double.IsFinite(speed)
        ? speed
        : throw new ArgumentOutOfRangeException(nameof(speed), speed, "must be above 0 and finite");

    private TimeSpan Inner(TimeSpan scaled)
    {
        if (scaled == Timeout.InfiniteTimeSpan || scaled <= TimeSpan.Zero) return scaled;
        return TimeSpan.FromMilliseconds(Math.Ceiling(scaled.TotalMilliseconds / _pace.Speed));
    }

    /// <summary>From one change of speed to the next.</summary>
    private sealed record Pace(long InnerFrom, long ScaledFrom, double Speed)
    {
        public long At(TimeProvider inner, long now) => ScaledFrom + (long)(inner.GetElapsedTime(InnerFrom, now).Ticks * Speed);
    }

    private sealed class ScaledTimer : ITimer
    {
        private readonly ScaledTimeProvider _time;
        private readonly TimerCallback _callback;
        private readonly ITimer _inner;
        private long _dueAt;
        private TimeSpan _period;

        public ScaledTimer(ScaledTimeProvider time, TimerCallback callback, object? state)
        {
            (_time, _callback) = (time, callback);
            _inner = time._inner.CreateTimer(Fire, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_time._gate)
            {
                _period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    _time._armed.Remove(this);
                    return _inner.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                }

                _dueAt = _time.GetTimestamp() + dueTime.Ticks;
                _time._armed.Add(this);
                return _inner.Change(_time.Inner(dueTime), _time.Inner(_period));
            }
        }

        /// <summary>What is left of the wait, at the speed of now. Under the lock.</summary>
        public void Arm()
        {
            var left = TimeSpan.FromTicks(Math.Max(0, _dueAt - _time.GetTimestamp()));
            _inner.Change(_time.Inner(left), _time.Inner(_period));
        }

        public void Dispose()
        {
            Forget();
            _inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Forget();
            return _inner.DisposeAsync();
        }

        private void Fire(object? state)
        {
            lock (_time._gate)
            {
                var isDue = _time.GetTimestamp() >= _dueAt; // else it was set anew meanwhile
                if (isDue && _period == Timeout.InfiniteTimeSpan) _time._armed.Remove(this);
                else if (isDue) _dueAt += _period.Ticks;
            }

            _callback(state);
        }

        private void Forget()
        {
            lock (_time._gate) _time._armed.Remove(this);
        }
    }
}
