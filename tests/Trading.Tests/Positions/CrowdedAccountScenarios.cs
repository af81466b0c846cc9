using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>An account as full as the exchange allows: what cannot leave now is asked for later, and never at every tick.</summary>
public sealed class CrowdedAccountScenarios
{
    private static PositionScenario Protected() => new PositionScenario("binance/TAGUSDT")
        .Quietly("10:00:00.000", Want(Side.Long, 100m, 2m))
        .Quietly("10:00:00.100", on => on.Fill("e1", "t1", Side.Long, 100m, 2m, "10:00:00.090"))
        .Quietly("10:00:00.150", on => on.Amount(100m, 2m, "10:00:00.090"))
        .Quietly("10:00:00.200", on => on.Stop("s1", StopStatus.Live, "10:00:00.190"));

    private static PositionScenario Moving() => Protected().Quietly("10:00:10.000", Mark(2.04m));

    [Fact]
    public void A_replacement_without_room_leaves_the_old_stop_and_waits_without_counting_as_a_try() => Moving()
        .At("10:00:10.100", on => new Rejected(on.Id("s2"), -4045, "Reach max stop order limit.", RejectKind.NoRoom))
        .At("10:00:11.000", Mark(2.04m))
        .At("10:00:12.100", Mark(2.04m))
        .Reads("""
            10:00:10.100 <- Rejected s2 -4045 Reach max stop order limit. NoRoom
                         :: StopMoveRefused s2 0 Reach max stop order limit.
                         -> CancelTimer StopAnswer
            10:00:11.000 <- MarkMoved 2.04 2.04 2.04
            10:00:12.100 <- MarkMoved 2.04 2.04 2.04
                         :: PositionLookup WebsocketCache 0 yes 0 100
                         :: StopIntended s3 100 2.0298 s1 Trailing
                         -> SendStop s3 Long 100 2.0298 6.98
                         -> StartTimer StopAnswer 7s
            """);

    [Fact]
    public void A_move_that_finds_no_budget_is_tried_again_however_often() => Moving()
        .Quietly("10:00:10.100", on => new NotSent(on.Id("s2"), "no budget"))
        .Quietly("10:00:12.200", Mark(2.04m))
        .Quietly("10:00:12.300", on => new NotSent(on.Id("s3"), "no budget"))
        .Quietly("10:00:14.400", Mark(2.04m))
        .Quietly("10:00:14.500", on => new NotSent(on.Id("s4"), "no budget"))
        .Quietly("10:00:16.600", Mark(2.04m))
        .Quietly("10:00:16.700", on => on.Stop("s5", StopStatus.Live, "10:00:16.690"))
        .Then(on => Assert.Equal(2.0298m, on.State.Held!.LiveStop!.Trigger));

    [Fact]
    public void A_clock_that_is_set_back_does_not_lengthen_the_pause() => Moving()
        .Quietly("10:00:10.100", on => new NotSent(on.Id("s2"), "no budget"))
        .Quietly("09:58:40.000", Mark(2.04m))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop));

    [Fact]
    public void A_first_stop_without_room_is_tried_like_any_refused_one() => new PositionScenario("binance/TAGUSDT")
        .Quietly("10:00:00.000", Want(Side.Long, 100m, 2m))
        .Quietly("10:00:00.100", on => on.Fill("e1", "t1", Side.Long, 100m, 2m, "10:00:00.090"))
        .Quietly("10:00:00.200", on => new Rejected(on.Id("s1"), -4045, "Reach max stop order limit.", RejectKind.NoRoom))
        .Then(on => Assert.Equal(2, on.Effects.OfType<PositionEffect.SendStop>().Count()));

    [Fact]
    public void The_read_after_a_move_that_was_dropped_says_nothing_and_starts_nothing() => Moving()
        .Quietly("10:00:10.100", on => on.Stop("s2", StopStatus.Live, "10:00:10.090"))
        .At("10:00:13.200", on => new Checked(
            new CheckEvidence(on.Utc("10:00:10.200"), null, null, null, null, null, CheckCause.AfterStopMove)))
        .Reads("""
            10:00:13.200 <- Checked CheckEvidence AfterStopMove
                         .. ignored: the read after a stop move was dropped
            """);

    /// <summary>The stop fired and did not fill; the question about it found that read under way, which was dropped (seed 181050).</summary>
    [Fact]
    public void What_is_asked_while_that_read_is_under_way_is_asked_after_it() => Moving()
        .Quietly("10:00:10.100", on => on.Stop("s2", StopStatus.Live, "10:00:10.090"))
        .Quietly("10:00:10.200", on => on.Stop("s2", StopStatus.Triggering, "10:00:10.190", Source.Stream))
        .Quietly("10:00:13.200", new TimerFired(PositionTimer.StopStuck))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CheckPosition))
        .At("10:00:13.300", on => new Checked(
            new CheckEvidence(on.Utc("10:00:10.110"), null, null, null, null, null, CheckCause.AfterStopMove)))
        .Reads("""
            10:00:13.300 <- Checked CheckEvidence AfterStopMove
                         -> CheckPosition s2 Doubt
            """);

    [Fact]
    public void A_cancel_that_finds_no_budget_is_sent_again() => Moving()
        .Quietly("10:00:10.100", on => on.Stop("s2", StopStatus.Live, "10:00:10.090"))
        .At("10:00:10.200", on => new NotSent(on.Id("s1"), "no budget"))
        .At("10:00:11.200", new TimerFired(PositionTimer.StopAnswer))
        .Reads("""
            10:00:10.200 <- NotSent s1 no budget
                         -> StartTimer StopAnswer 1s
            10:00:11.200 <- TimerFired StopAnswer
                         -> CancelStop s1
            """);
}
