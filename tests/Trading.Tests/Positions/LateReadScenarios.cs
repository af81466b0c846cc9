using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>
/// A read of a position that has just closed is answered late, or lags: what it names is gone. On Bybit the time of a
/// position counts the setting of its stop too, and runs some milliseconds before the clock of the executions.
/// </summary>
public sealed class LateReadScenarios
{
    /// <summary>1 long from 3000; its stop has just been moved to 3044.7, which the position's own time says was at 10:02:00.044.</summary>
    private static PositionScenario Moved(bool attaches) =>
        new PositionScenario("bybit/ETHUSDT", PositionScenario.Rules("ETHUSDT", 0.01m, 0.001m), policy: policy => policy with { AttachesStop = attaches })
            .Quietly("10:00:00.000", Want(Side.Long, 1m, 3001m))
            .Quietly("10:00:00.100", on => on.Amount(1m, 3000m, "10:00:00.090"))
            .Quietly("10:00:00.101", on => on.Fill("e1", "t1", Side.Long, 1m, 3000m, "10:00:00.090"))
            .Quietly("10:00:00.150", on => on.Stop("s1", StopStatus.Live, "10:00:00.140"))
            .Quietly("10:02:00.000", Mark(3060m))
            .Quietly("10:02:00.045", on => on.Stop("s2", StopStatus.Live, "10:02:00.044"))
            .Quietly("10:02:00.046", on => new CancelAnswered(on.Id("s1"), WasOpen: true));

    /// <summary>Two milliseconds later it is liquidated, by the clock of the executions before that move.</summary>
    private static PositionScenario Liquidated(bool attaches = true) => LiquidatedWithoutItsFill(attaches)
        .Quietly("10:02:00.052", on => on.ForeignFill("t2", Side.Short, 1m, 3059m, "10:02:00.042", OrderOrigin.Liquidation))
        .Quietly("10:02:00.053", on => new CancelAnswered(on.Id("s2"), WasOpen: true));

    private static PositionScenario LiquidatedWithoutItsFill(bool attaches = true) => Moved(attaches)
        .Quietly("10:02:00.050", on => new OutsideOrder("99", OrderOrigin.Liquidation, on.Utc("10:02:00.042")))
        .Quietly("10:02:00.051", on => on.Amount(0m, 0m, "10:02:00.042"))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State));

    private static Checked Old(PositionScenario on, string startedUtc, CheckCause cause = CheckCause.AfterStopMove, string? changedUtc = "10:02:00.044") => new(
        new CheckEvidence(
            on.Utc(startedUtc), new PositionRead(new PositionRow(1m, 3000m, changedUtc is null ? null : on.Utc(changedUtc), 3060m)), null, null, null, null, cause));

    private static void NothingIsTakenOver(PositionScenario on)
    {
        Assert.IsType<PositionState.Flat>(on.State);
        Assert.DoesNotContain(on.Events, happened => happened is PositionEvent.PositionAdopted);
    }

    [Fact]
    public void The_read_after_a_stop_move_that_is_answered_after_the_liquidation_is_no_news() => Liquidated()
        .At("10:02:00.060", on => Old(on, "10:02:00.045"))
        .At("10:02:05.110", new TimerFired(PositionTimer.CheckAgain))
        .At("10:02:05.700", on => new Checked(new CheckEvidence(
            on.Utc("10:02:05.110"), new PositionRead(new PositionRow(0m, 0m, on.Utc("10:02:00.046"))), null, [], null, [], CheckCause.Doubt)))
        .Reads("""
            10:02:00.060 <- Checked CheckEvidence PositionRead PositionRow 1 3000 3060 0 AfterStopMove
                         -> StartTimer CheckAgain 5.041s
            10:02:05.110 <- TimerFired CheckAgain
                         -> CheckPosition Doubt
            10:02:05.700 <- Checked CheckEvidence PositionRead PositionRow 0 0 0 0 [] [] Doubt
            """);

    public static TheoryData<CheckCause, bool> Paths()
    {
        var paths = new TheoryData<CheckCause, bool>();
        foreach (var cause in Enum.GetValues<CheckCause>())
            foreach (var attaches in new[] { true, false })
                paths.Add(cause, attaches);
        return paths;
    }

    /// <summary>Whatever time its row states, and where it states none.</summary>
    [Theory]
    [MemberData(nameof(Paths))]
    public void A_read_that_began_before_flat_was_proven_is_no_news_whatever_asked_for_it_on_either_exchange(CheckCause cause, bool attaches)
    {
        foreach (var changed in new[] { "10:00:00.090", "10:02:00.042", "10:02:00.044", "10:02:00.200", null })
            NothingIsTakenOver(Liquidated(attaches).Quietly("10:02:00.060", on => Old(on, "10:02:00.050", cause, changed)));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_lagging_read_that_began_after_it_is_no_news_until_reads_have_caught_up(CheckCause cause, bool attaches) => Liquidated(attaches)
        .Quietly("10:02:02.000", on => Old(on, "10:02:01.900", cause))
        .Then(NothingIsTakenOver)
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }))
        .Quietly("10:02:05.200", on => Old(on, "10:02:05.120", cause)) // it is open, whatever the two clocks say
        .Then(on => Assert.Equal(1m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    [Fact]
    public void Nor_where_the_fill_that_ended_it_was_never_told() => LiquidatedWithoutItsFill()
        .Quietly("10:02:00.060", on => Old(on, "10:02:00.045"))
        .Then(NothingIsTakenOver)
        .Quietly("10:02:02.000", on => Old(on, "10:02:01.900"))
        .Then(NothingIsTakenOver);

    [Fact]
    public void A_share_of_a_snapshot_that_was_begun_before_does_not_say_that_anything_is_open() => Liquidated()
        .Quietly("10:02:00.070", on => new SnapshotShare(new PositionRow(1m, 3000m, on.Utc("10:02:00.044")), [], on.Utc("10:02:00.041")))
        .Then(on => Assert.Equal(0m, on.Seen.KnownAmount))
        .Quietly("10:02:00.090", on => Old(on, "10:02:00.071", CheckCause.Snapshot))
        .Then(NothingIsTakenOver);

    [Fact]
    public void After_a_restart_a_lagging_row_of_before_the_end_is_no_news() => Liquidated()
        .Restart()
        .Quietly("10:02:01.000", new Recovered())
        .Quietly("10:02:01.100", on => new SnapshotShare(new PositionRow(1m, 3000m, on.Utc("10:02:00.044")), [], on.Utc("10:02:01.050")))
        .Quietly("10:02:01.200", on => Old(on, "10:02:01.110", CheckCause.Snapshot))
        .Then(NothingIsTakenOver);

    /// <summary>A row, not the stream, has proven flat, and our clock is behind: the end is as the row says, not as we do.</summary>
    [Fact]
    public void A_row_of_before_the_zero_that_proved_flat_is_no_news_where_our_clock_is_behind() => Moved(attaches: false)
        .Quietly("10:02:01.000", new StreamRestarted(2))
        .Quietly("10:02:02.000", on => new Checked(new CheckEvidence(
            on.Utc("10:02:01.400"), new PositionRead(new PositionRow(0m, 0m, on.Utc("10:02:11.000"))),
            new PositionRead(new PositionRow(0m, 0m, on.Utc("10:02:11.000"))), [], null, null, CheckCause.Doubt)))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State))
        .Quietly("10:02:02.300", on => Old(on, "10:02:02.200", CheckCause.Doubt, changedUtc: "10:02:08.000"))
        .Then(NothingIsTakenOver);

    [Theory]
    [InlineData(AdoptPolicy.Manage)]
    [InlineData(AdoptPolicy.ProtectOnly)]
    public void What_the_operator_wants_taken_over_may_have_just_closed(AdoptPolicy policy) => Liquidated()
        .Quietly("10:02:00.300", on => new AdoptPosition(new PositionRow(1m, 3000m, on.Utc("10:02:00.044"), 3060m), [], policy, on.Utc("10:02:00.045")))
        .Then(on => Assert.Equal((Verdict.Denied, "key_in_doubt"), (on.Last.Verdict, on.Last.Note)))
        .Quietly("10:02:01.000", on => new AdoptPosition(new PositionRow(1m, 3000m, on.Utc("10:02:00.044"), 3060m), [], policy, on.Utc("10:02:00.900")))
        .Then(NothingIsTakenOver)
        .Quietly("10:02:06.000", on => new AdoptPosition(new PositionRow(1m, 3000m, on.Utc("10:02:05.700"), 3060m), [], policy, on.Utc("10:02:05.900")))
        .Then(on => Assert.IsType<PositionState.Open>(on.State));

    [Fact]
    public void What_a_hand_opened_right_after_is_taken_over_at_once_where_the_stream_says_the_same() => Liquidated()
        .Quietly("10:02:00.080", on => on.Amount(2m, 3050m, "10:02:00.072"))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition))
        .Quietly("10:02:00.100", on => new Checked(new CheckEvidence(
            on.Utc("10:02:00.081"), new PositionRead(new PositionRow(2m, 3050m, on.Utc("10:02:00.076"), 3060m)), null, [], null, [], CheckCause.Doubt)))
        .Then(on => Assert.Equal(2m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    [Fact]
    public void A_late_share_does_not_verify_the_next_entry_where_our_clock_is_behind() => Liquidated()
        .Quietly("10:01:50.000", Want(Side.Long, 1m, 3060m))
        .Quietly("10:01:50.100", on => new SnapshotShare(new PositionRow(1m, 3000m, on.Utc("10:02:00.044")), [], on.Utc("10:02:00.100")))
        .Then(on => Assert.False(Assert.IsType<PositionState.Opening>(on.State).Entry.Verified));
}
