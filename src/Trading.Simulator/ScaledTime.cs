namespace Trading.Simulator;

/// <summary>A clock that starts at a chosen time and runs faster or slower than the real one.</summary>
/// <param name="real">Measures what really passes.</param>
/// <param name="startUtc">What it shows at first.</param>
/// <param name="speed">Its seconds per real second, above 0.</param>
public sealed class ScaledTime(TimeProvider real, DateTime startUtc, double speed) : TimeProvider
{
    private readonly long startedAt = real.GetTimestamp();

    public override DateTimeOffset GetUtcNow() =>
        new DateTimeOffset(startUtc, TimeSpan.Zero) + (real.GetElapsedTime(startedAt) * speed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Scaled(real.CreateTimer(callback, state, Real(dueTime), Real(period)), this);

    private TimeSpan Real(TimeSpan scaled) => scaled <= TimeSpan.Zero ? scaled : scaled / speed;

    private sealed class Scaled(ITimer timer, ScaledTime owner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(owner.Real(dueTime), owner.Real(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
