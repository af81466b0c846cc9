namespace Trading.Lab;

/// <summary>
/// Real time run faster or slower, for scenarios over real sockets: wall clock, timestamps and timers agree with each
/// other. Timers round up to whole milliseconds of the inner clock, so none fires early.
/// </summary>
/// <param name="inner">The clock that is scaled.</param>
/// <param name="speed">Scaled seconds per inner second, above 0.</param>
/// <param name="startUtc">What the scaled wall clock shows now.</param>
public sealed class ScaledTimeProvider(TimeProvider inner, double speed, DateTimeOffset startUtc) : TimeProvider
{
    private readonly long _startTimestamp = inner.GetTimestamp();
    private readonly double _speed = speed > 0 && double.IsFinite(speed)
        ? speed
        : throw new ArgumentOutOfRangeException(nameof(speed), speed, "must be above 0 and finite");

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (long)(inner.GetElapsedTime(_startTimestamp).Ticks * _speed);

    public override DateTimeOffset GetUtcNow() => startUtc.ToUniversalTime().AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(this, inner.CreateTimer(callback, state, Inner(dueTime), Inner(period)));

    private TimeSpan Inner(TimeSpan scaled)
    {
        if (scaled == Timeout.InfiniteTimeSpan || scaled == TimeSpan.Zero) return scaled;
        return TimeSpan.FromMilliseconds(Math.Ceiling(scaled.TotalMilliseconds / _speed));
    }

    private sealed class ScaledTimer(ScaledTimeProvider time, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.Inner(dueTime), time.Inner(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
