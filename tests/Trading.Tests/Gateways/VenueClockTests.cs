using Trading.Gateways;

namespace Trading.Tests.Gateways;

public sealed class VenueClockTests
{
    private static readonly Func<Task<bool>> MayAsk = () => Task.FromResult(true);
    private readonly VirtualNode _node = new();

    [Fact]
    public void The_offset_is_the_median_of_five_probes_less_half_their_round_trips()
    {
        var clock = new VenueClock(_node.Time);
        var ways = new Queue<(int There, int Back)>([(10, 10), (400, 10), (10, 10), (10, 300), (20, 20)]);
        Assert.True(_node.Run(() => clock.Sync(MayAsk, Probe, since: 0)));
        Assert.Equal(TimeSpan.FromSeconds(90), clock.Offset);

        async Task<DateTime?> Probe()
        {
            var (there, back) = ways.Dequeue();
            await Task.Delay(TimeSpan.FromMilliseconds(there), _node.Time);
            var server = _node.UtcNow.AddSeconds(90);
            await Task.Delay(TimeSpan.FromMilliseconds(back), _node.Time);
            return server;
        }
    }

    [Fact]
    public void What_the_probes_wait_before_they_leave_is_no_part_of_their_round_trips()
    {
        var clock = new VenueClock(_node.Time);
        Assert.True(_node.Run(() => clock.Sync(Later, () => Task.FromResult<DateTime?>(_node.UtcNow.AddSeconds(90)), since: 0)));
        Assert.Equal(TimeSpan.FromSeconds(90), clock.Offset);

        async Task<bool> Later()
        {
            await Task.Delay(TimeSpan.FromMilliseconds(800), _node.Time);
            return true;
        }
    }

    [Fact]
    public void A_clock_is_in_doubt_from_a_refused_timestamp_until_it_has_been_measured_since()
    {
        var clock = new VenueClock(_node.Time);
        _node.Pass(TimeSpan.FromMilliseconds(10));
        clock.Doubt(_node.Time.GetTimestamp());
        clock.Doubt(sentAt: 0);
        Assert.Equal(_node.Time.GetTimestamp(), clock.DoubtedSince);
        _node.Pass(TimeSpan.FromMilliseconds(10));
        Assert.False(_node.Run(() => clock.Sync(() => Task.FromResult(false), () => throw new InvalidOperationException(), clock.DoubtedSince!.Value)));
        Assert.NotNull(clock.DoubtedSince);
        Assert.True(_node.Run(() => clock.Sync(MayAsk, () => Task.FromResult<DateTime?>(_node.UtcNow), clock.DoubtedSince!.Value)));
        Assert.Null(clock.DoubtedSince);
    }

    [Fact]
    public void Too_few_answers_leave_the_old_offset()
    {
        var clock = new VenueClock(_node.Time);
        var asked = 0;
        Assert.False(_node.Run(() => clock.Sync(
            MayAsk, () => Task.FromResult<DateTime?>(++asked > 3 ? _node.UtcNow.AddSeconds(5) : null), since: 0)));
        Assert.Equal((5, TimeSpan.Zero), (asked, clock.Offset));
    }

    [Fact]
    public void A_measurement_that_was_under_way_when_the_clock_moved_does_not_serve()
    {
        var clock = new VenueClock(_node.Time);
        var ahead = TimeSpan.Zero;
        var first = _node.Start(() => clock.Sync(MayAsk, Probe, since: 0));
        _node.Pass(TimeSpan.FromMilliseconds(30));
        ahead = TimeSpan.FromSeconds(90);
        var since = _node.Time.GetTimestamp();
        Assert.True(_node.Run(() => clock.Sync(MayAsk, Probe, since)));
        Assert.True(first.IsCompletedSuccessfully);
        Assert.InRange(clock.Offset.TotalSeconds, 89.9, 90.1);

        async Task<DateTime?> Probe()
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), _node.Time);
            return _node.UtcNow.AddMilliseconds(-5) + ahead;
        }
    }

    [Fact]
    public void A_measurement_made_since_serves_as_it_is()
    {
        var clock = new VenueClock(_node.Time);
        var asked = 0;
        var since = _node.Time.GetTimestamp();
        _node.Pass(TimeSpan.FromMilliseconds(10));
        Assert.True(_node.Run(() => clock.Sync(MayAsk, Probe, since)));
        Assert.True(_node.Run(() => clock.Sync(MayAsk, Probe, since)));
        Assert.Equal(5, asked);

        Task<DateTime?> Probe()
        {
            asked++;
            return Task.FromResult<DateTime?>(_node.UtcNow);
        }
    }
}
