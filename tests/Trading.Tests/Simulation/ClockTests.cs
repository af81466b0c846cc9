using Trading.Lab;
using Xunit;

namespace Trading.Tests.Simulation;

public sealed class ClockTests
{
    private static readonly DateTimeOffset Start = new(2025, 10, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Scaled_time_scales_wall_clock_timestamps_and_timers_alike()
    {
        var inner = new ManualTime();
        var scaled = new ScaledTimeProvider(inner, speed: 60, Start);
        var from = scaled.GetTimestamp();
        var fired = new List<DateTimeOffset>();
        using var timer = scaled.CreateTimer(
            _ => fired.Add(scaled.GetUtcNow()), null, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(1));

        inner.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(Start.AddMinutes(4), scaled.GetUtcNow());
        Assert.Equal(TimeSpan.FromMinutes(4), scaled.GetElapsedTime(from));
        Assert.Equal([Start.AddMinutes(2), Start.AddMinutes(3), Start.AddMinutes(4)], fired);
    }

    [Fact]
    public void A_scaled_timer_never_fires_early()
    {
        var inner = new ManualTime();
        var scaled = new ScaledTimeProvider(inner, speed: 100, Start);
        DateTimeOffset? fired = null;
        using var timer = scaled.CreateTimer(
            _ => fired = scaled.GetUtcNow(), null, TimeSpan.FromMilliseconds(150), Timeout.InfiniteTimeSpan);
        inner.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Start.AddMilliseconds(200), fired);
    }

    [Fact]
    public void A_change_of_speed_keeps_the_time_and_carries_running_timers_along()
    {
        var inner = new ManualTime();
        var scaled = new ScaledTimeProvider(inner, speed: 1, Start);
        var fired = new List<DateTimeOffset>();
        using var once = scaled.CreateTimer(
            _ => fired.Add(scaled.GetUtcNow()), null, TimeSpan.FromSeconds(30), Timeout.InfiniteTimeSpan);
        using var beat = scaled.CreateTimer(
            _ => fired.Add(scaled.GetUtcNow()), null, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(25));

        inner.Advance(TimeSpan.FromSeconds(10));
        scaled.Speed = 20;
        Assert.Equal(Start.AddSeconds(10), scaled.GetUtcNow());
        inner.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(Start.AddSeconds(50), scaled.GetUtcNow());
        Assert.Equal([Start.AddSeconds(25), Start.AddSeconds(30), Start.AddSeconds(50)], fired);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_speed_that_is_none_is_refused(double speed) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScaledTimeProvider(new ManualTime(), speed, Start));

    [Fact]
    public void Manual_time_fires_in_order_and_shows_each_timer_the_time_it_was_due()
    {
        var time = new ManualTime(Start);
        var seen = new List<string>();
        using var late = time.CreateTimer(_ => See("late"), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var beat = time.CreateTimer(_ => See("beat"), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        using var gone = time.CreateTimer(_ => See("gone"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        gone.Dispose();

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["beat 2", "late 3", "beat 4"], seen);

        void See(string what) => seen.Add($"{what} {(time.GetUtcNow() - Start).TotalSeconds}");
    }
}
