using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>Two layers: a stop that closes everything rests under the one that moves.</summary>
public sealed class HardStopScenarios
{
    private static PositionScenario Open() =>
        new PositionScenario("binance/ETHUSDT", PositionScenario.Rules("ETHUSDT", 0.01m, 0.001m), policy: p => p with { HardLoss = 0.05m })
            .Quietly("10:00:00.000", Want(Side.Long, 1m, 3000m))
            .Quietly("10:00:00.100", on => on.Amount(1m, 3000m, "10:00:00.090"))
            .Quietly("10:00:00.101", on => on.Fill("e1", "t1", Side.Long, 1m, 3000m, "10:00:00.090"));

    private static PositionScenario TwoLayers() => Open()
        .Quietly("10:00:00.150", on => on.Stop("s1", StopStatus.Live, "10:00:00.140"))
        .Quietly("10:00:00.200", on => on.Stop("s2", StopStatus.Live, "10:00:00.190"));

    [Fact]
    public void It_is_placed_once_after_the_moving_stop_rests() => Open()
        .At("10:00:00.150", on => on.Stop("s1", StopStatus.Live, "10:00:00.140"))
        .At("10:00:00.200", on => on.Stop("s2", StopStatus.Live, "10:00:00.190"))
        .Reads("""
            10:00:00.150 <- StopReported s1 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s1 4000001 1 2940 OrderAnswer
                         :: HardStopIntended s2 2850
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelTimer Protect
                         -> SendStop s2 Long 0 2850 0
            10:00:00.200 <- StopReported s2 4000001 Live 0 0 OrderAnswer
                         :: HardStopConfirmed s2 4000001
            """);

    /// <summary>Our clock was ahead when it was sent: the list that should tell was begun before, by the clock as it is now.</summary>
    [Fact]
    public void A_list_that_is_too_old_to_tell_of_it_is_asked_for_again() => Open()
        .Quietly("10:00:03.150", on => on.Stop("s1", StopStatus.Live, "10:00:00.140"))
        .Quietly("10:00:03.160", on => new OutcomeUnknown(on.Id("s2"), "no answer"))
        .Quietly("10:00:01.200", on => new StopsRead([], on.Utc("10:00:01.100")))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.HardStop }))
        .Quietly("10:00:03.700", new TimerFired(PositionTimer.HardStop))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.ReadStops))
        .Quietly("10:00:03.800", on => new StopsRead([], on.Utc("10:00:03.710")))
        .Then(on => Assert.Contains(on.Last.Events, happened => happened is PositionEvent.HardStopEnded { MayRest: true }));

    [Fact]
    public void It_stays_where_it_is_while_the_other_moves() => TwoLayers()
        .At("10:10:00.000", Mark(3060m))
        .At("10:10:00.050", on => on.Stop("s3", StopStatus.Live, "10:10:00.040"))
        .Reads("""
            10:10:00.000 <- MarkMoved 3060 3060 3060
                         :: PositionLookup WebsocketCache 0 yes 0 1
                         :: StopIntended s3 1 3044.7 s1 Trailing
                         -> SendStop s3 Long 1 3044.7 104.7
                         -> StartTimer StopAnswer 7s
            10:10:00.050 <- StopReported s3 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s3 4000001 1 3044.7 OrderAnswer
                         :: TrailingActivated 3060 3044.7
                         -> CheckPosition s3 AfterStopMove
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelStop s1
            """);

    [Fact]
    public void It_covers_the_position_when_the_moving_stop_is_taken_away() => TwoLayers()
        .At("10:10:00.000", on => on.Stop("s1", StopStatus.Canceled, "10:09:59.990", Source.Stream))
        .Reads("""
            10:10:00.000 <- StopReported s1 4000001 Canceled 0 0 Stream
                         :: StopEnded s1 Canceled
                         :: StopIntended s3 1 2940 Restore
                         -> AlertOperator StopChangedExternally binance/ETHUSDT: stop s1 at 2940.00 was taken away; it is restored
                         -> CheckPosition Doubt
                         -> SendStop s3 Long 1 2940 yes 0
                         -> StartTimer StopAnswer 0.6s
            """);

    [Fact]
    public void Refused_three_times_is_an_alert_the_moving_stop_protects() => Open()
        .Quietly("10:00:00.150", on => on.Stop("s1", StopStatus.Live, "10:00:00.140"))
        .Quietly("10:00:00.200", on => new Rejected(on.Id("s2"), -4509, "TIF GTE needs a position"))
        .At("10:00:00.700", new TimerFired(PositionTimer.HardStop))
        .Quietly("10:00:00.750", on => new Rejected(on.Id("s3"), -4509, "TIF GTE needs a position"))
        .Quietly("10:00:01.250", new TimerFired(PositionTimer.HardStop))
        .At("10:00:01.300", on => new Rejected(on.Id("s4"), -4509, "TIF GTE needs a position"))
        .Reads("""
            10:00:00.700 <- TimerFired HardStop
                         :: HardStopIntended s3 2850
                         -> SendStop s3 Long 0 2850 0
            10:00:01.300 <- Rejected s4 -4509 TIF GTE needs a position Other
                         :: HardStopEnded s4 -4509 TIF GTE needs a position
                         -> AlertOperator StopRefused binance/ETHUSDT: the hard stop does not rest: TIF GTE needs a position
                         -> StartTimer HardStop 15s
            """);

    [Fact]
    public void It_is_tried_again_every_15_s_without_another_alert_until_it_rests() => Open()
        .Quietly("10:00:00.150", on => on.Stop("s1", StopStatus.Live, "10:00:00.140"))
        .Quietly("10:00:00.200", on => new Rejected(on.Id("s2"), -4130, "one exists"))
        .Quietly("10:00:00.700", new TimerFired(PositionTimer.HardStop))
        .Quietly("10:00:00.750", on => new Rejected(on.Id("s3"), -4130, "one exists"))
        .Quietly("10:00:01.250", new TimerFired(PositionTimer.HardStop))
        .Quietly("10:00:01.300", on => new Rejected(on.Id("s4"), -4130, "one exists"))
        .Quietly("10:00:02.000", on => on.Amount(1m, 3000m, "10:00:01.990"))
        .Then(on => Assert.Empty(on.Last.Effects))
        .At("10:00:16.300", new TimerFired(PositionTimer.HardStop))
        .At("10:00:16.350", on => new Rejected(on.Id("s5"), -4130, "one exists"))
        .Reads("""
            10:00:16.300 <- TimerFired HardStop
                         :: HardStopIntended s5 2850
                         -> SendStop s5 Long 0 2850 0
            10:00:16.350 <- Rejected s5 -4130 one exists Other
                         :: HardStopEnded s5 -4130 one exists
                         -> StartTimer HardStop 15s
            """);

    /// <summary>In steady state a sync changes nothing; both layers were cancelled and placed again by each, until the simulation drew them.</summary>
    [Fact]
    public void A_snapshot_that_lists_both_layers_changes_nothing() => TwoLayers()
        .Quietly("10:02:00.000", on => new SnapshotShare(
            new PositionRow(1m, 3000m, on.Utc("10:00:00.090")), [Listed(on, "s1", 1m, 2940m), Listed(on, "s2", 0m, 2850m)], on.Utc("10:01:59.900")))
        .Then(on => Assert.Empty(on.Last.Events))
        .Then(on => Assert.Empty(on.Last.Effects));

    [Fact]
    public void A_list_that_was_begun_before_it_was_known_to_rest_does_not_take_it_away() => TwoLayers()
        .Quietly("10:00:00.250", on => new SnapshotShare(
            new PositionRow(1m, 3000m, on.Utc("10:00:00.090")), [Listed(on, "s1", 1m, 2940m)], on.Utc("10:00:00.160")))
        .Then(on => Assert.Empty(on.Last.Events))
        .Quietly("10:00:00.900", on => LookedAt(on, "10:00:00.160"))
        .Then(on => Assert.Empty(on.Last.Events))
        .Quietly("10:00:01.100", on => LookedAt(on, "10:00:01.000"))
        .Then(on => Assert.Single(on.Last.Events.OfType<PositionEvent.HardStopEnded>()));

    /// <summary>It may be older than the layer, as what an actor that starts again is told first is: only the look itself is believed.</summary>
    [Fact]
    public void A_snapshot_that_does_not_list_it_has_the_exchange_asked() => TwoLayers()
        .Restart()
        .Quietly("10:00:00.800", new Recovered())
        .Quietly("10:00:00.801", on => new SnapshotShare(
            new PositionRow(1m, 3000m, on.Utc("10:00:00.090")), [Listed(on, "s1", 1m, 2940m)], on.Utc("10:00:00.160")))
        .Then(on => Assert.Empty(on.Last.Events))
        .Then(on => Assert.Single(on.Last.Effects.OfType<PositionEffect.CheckPosition>()));

    private static Checked LookedAt(PositionScenario on, string startedUtc) => new(new CheckEvidence(
        on.Utc(startedUtc), new PositionRead(new PositionRow(1m, 3000m, on.Utc("10:00:00.090"))), null, [Listed(on, "s1", 1m, 2940m)], null, null,
        CheckCause.Snapshot));

    /// <summary>Once it rests, what is told of its order is told of a cancel.</summary>
    [Fact]
    public void A_cancel_of_it_that_is_refused_or_does_not_leave_is_not_its_end() => TwoLayers()
        .Quietly("10:00:01.000", on => new Rejected(on.Id("s2"), -1001, "internal error"))
        .Quietly("10:00:01.100", on => new NotSent(on.Id("s2"), "no budget"))
        .Then(on => Assert.True(on.State.Held!.Hard!.Resting));

    private static StopView Listed(PositionScenario on, string stop, decimal quantity, decimal trigger) => new(
        on.Id(stop), "4000001", Side.Long, quantity, trigger, ClosesPosition: quantity == 0, OrderOrigin.Ours);

    [Fact]
    public void A_closure_cancels_both_layers() => TwoLayers()
        .At("10:10:00.000", on => on.Amount(0m, 0m, "10:09:59.990"))
        .Reads("""
            10:10:00.000 <- PositionStreamed 0 0 yes
                         :: PositionClosed External WebsocketClosure stream amount 0
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount Closed
                         -> CancelStop s1
                         -> CancelStop s2
                         -> StartTimer Settle 1s
            """);
}
