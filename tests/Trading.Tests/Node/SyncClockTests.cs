using Trading.Domain.Positions;
using Trading.Node.Reconcile;

namespace Trading.Tests.Node;

/// <summary>When an account is read again.</summary>
public sealed class SyncClockTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(120);
    private readonly ManualTime _time = new();
    private readonly SyncClock _clock;

    public SyncClockTests() => _clock = new SyncClock(Every, _time);

    [Fact]
    public void What_happened_in_a_gap_is_looked_for_again_once_reads_have_caught_up()
    {
        _clock.Gap();
        Assert.Equal(PositionRow.LagsAtMost, Read());
        _time.Advance(PositionRow.LagsAtMost);
        Assert.Equal(Every, Read());
    }

    /// <summary>
    /// A position in doubt wished for a snapshot right after the first one, and a hand's position, which that did not name, was
    /// found a sync later (seed 6598).
    /// </summary>
    [Fact]
    public void A_reading_that_somebody_wished_for_in_between_does_not_take_the_place_of_the_one_that_has_caught_up()
    {
        _clock.Gap();
        Read();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(3), Read());
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(Every, Read());
    }

    [Fact]
    public void A_timer_that_fires_a_moment_early_costs_one_more_reading_and_no_loop()
    {
        _clock.Gap();
        _time.Advance(PositionRow.LagsAtMost - TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.FromMilliseconds(50), Read());
        _time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(Every, Read());
    }

    /// <summary>What may have been missed is asked as what is in doubt; the rest from what the budget leaves.</summary>
    [Fact]
    public void What_follows_a_gap_a_failure_or_a_suspicion_is_not_routine()
    {
        Assert.True(IsRoutine());
        _clock.Gap();
        Assert.False(IsRoutine());
        _time.Advance(PositionRow.LagsAtMost);
        Assert.False(IsRoutine());
        Assert.True(IsRoutine());
        Read(succeeded: false);
        Assert.False(IsRoutine());
        _clock.SetSuspect(true);
        Assert.False(IsRoutine());
    }

    private bool IsRoutine()
    {
        Assert.True(_clock.Begin());
        var routine = _clock.IsRoutine;
        _clock.End(succeeded: true);
        return routine;
    }

    [Fact]
    public void A_reading_that_had_begun_before_the_gap_is_not_the_first_after_it()
    {
        Assert.True(_clock.Begin());
        _clock.Gap();
        Assert.False(_clock.Begin());
        Assert.Equal(PositionRow.LagsAtMost, _clock.End(succeeded: true));
        Assert.True(_clock.TakeWanted());
        Assert.Equal(PositionRow.LagsAtMost, Read());
        _time.Advance(PositionRow.LagsAtMost);
        Assert.Equal(Every, Read());
    }

    [Fact]
    public void A_gap_whose_reading_failed_is_still_to_be_read_twice()
    {
        _clock.Gap();
        Assert.Equal(TimeSpan.FromSeconds(1), Read(succeeded: false));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(4), Read());
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(1), Read(succeeded: false));
        Assert.Equal(Every, Read());
    }

    [Fact]
    public void A_reading_that_fails_again_and_again_is_never_more_than_five_seconds_away() =>
        Assert.Equal([1, 2, 5, 5, 5], Enumerable.Range(0, 5).Select(_ => Read(succeeded: false).TotalSeconds));

    [Fact]
    public void Two_readings_in_a_row_prove_a_suspect_stream_live()
    {
        _clock.SetSuspect(true);
        Read();
        Assert.False(_clock.ProvesLive(clean: true));
        Read(succeeded: false);
        Read();
        Assert.False(_clock.ProvesLive(clean: true));
        Read();
        Assert.True(_clock.ProvesLive(clean: true));
    }

    [Fact]
    public void Who_reads_more_often_than_reads_may_lag_is_not_slowed_down()
    {
        var often = new SyncClock(TimeSpan.FromSeconds(2), _time);
        often.Gap();
        often.Begin();
        Assert.Equal(TimeSpan.FromSeconds(2), often.End(succeeded: true));
    }

    private TimeSpan Read(bool succeeded = true)
    {
        Assert.True(_clock.Begin());
        return _clock.End(succeeded);
    }
}
