using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>Somebody else works on the account: his orders are never touched, ours are put right.</summary>
public sealed class ByHandScenarios
{
    private static PositionScenario Open(Func<PositionPolicy, PositionPolicy>? policy = null) =>
        new PositionScenario("binance/ETHUSDT", PositionScenario.Rules("ETHUSDT", 0.01m, 0.001m), policy: policy)
            .Quietly("10:00:00.000", Want(Side.Long, 1m, 3000m))
            .Quietly("10:00:00.100", on => on.Amount(1m, 3000m, "10:00:00.090"))
            .Quietly("10:00:00.101", on => on.Fill("e1", "t1", Side.Long, 1m, 3000m, "10:00:00.090"))
            .Quietly("10:00:00.150", on => on.Stop("s1", StopStatus.Live, "10:00:00.140"));

    private static StopReported Moved(PositionScenario on, decimal trigger) =>
        new(on.Id("s1"), "4000001", StopStatus.Live, 1m, trigger, on.Utc("10:01:00"), Source.Stream);

    private static Checked FoundInstead(PositionScenario on, params StopView[] stops) => new(new CheckEvidence(
        on.Utc("10:01:00"), new PositionRead(new PositionRow(1m, 3000m, on.Utc("10:00:00.090"))), null, stops, null, [], CheckCause.Snapshot));

    private static StopView ByHand(decimal trigger) =>
        new(new ClientOrderId("web_stop"), "9", Side.Long, 1m, trigger, false, OrderOrigin.Foreign);

    [Fact]
    public void A_tightened_stop_is_respected() => Open()
        .At("10:01:00.000", on => Moved(on, 2970m))
        .At("10:01:10.000", new TimerFired(PositionTimer.RestoreStop))
        .Reads("""
            10:01:00.000 <- StopReported s1 4000001 Live 1 2970 Stream
                         :: StopChangedExternally s1 1 2970
                         -> AlertOperator StopChangedExternally binance/ETHUSDT: stop s1 was moved by hand from 2940.00 to 2970
            10:01:10.000 <- TimerFired RestoreStop
                         .. ignored: the timer's cause is gone
            """);

    [Fact]
    public void A_loosened_stop_is_set_back_after_ten_seconds() => Open()
        .At("10:01:00.000", on => Moved(on, 2800m))
        .At("10:01:10.000", new TimerFired(PositionTimer.RestoreStop))
        .At("10:01:10.050", on => on.Stop("s2", StopStatus.Live, "10:01:10.040"))
        .Reads("""
            10:01:00.000 <- StopReported s1 4000001 Live 1 2800 Stream
                         :: StopChangedExternally s1 1 2800
                         -> AlertOperator StopChangedExternally binance/ETHUSDT: stop s1 was moved by hand from 2940.00 to 2800
                         -> StartTimer RestoreStop 10s
            10:01:10.000 <- TimerFired RestoreStop
                         :: StopIntended s2 1 2940 s1 Restore
                         -> SendStop s2 Long 1 2940 140
                         -> StartTimer StopAnswer 7s
            10:01:10.050 <- StopReported s2 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s2 4000001 1 2940 OrderAnswer
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelStop s1
            """);

    [Fact]
    public void A_loosened_stop_stays_where_the_policy_says_respect() => Open(p => p with { OnManualStop = ManualStopPolicy.Respect })
        .At("10:01:00.000", on => Moved(on, 2800m))
        .Reads("""
            10:01:00.000 <- StopReported s1 4000001 Live 1 2800 Stream
                         :: StopChangedExternally s1 1 2800
                         -> AlertOperator StopChangedExternally binance/ETHUSDT: stop s1 was moved by hand from 2940.00 to 2800
            """);

    [Fact]
    public void A_stop_removed_with_nothing_in_its_place_is_restored_at_once() => Open()
        .At("10:01:00.100", on => FoundInstead(on))
        .Reads("""
            10:01:00.100 <- Checked CheckEvidence PositionRead PositionRow 1 3000 0 0 [] [] Snapshot
                         :: StopEnded s1 Canceled not among the open stops
                         :: StopIntended s2 1 2940 Restore
                         -> CancelTimer CheckAgain
                         -> StartTimer Protect 3s
                         -> SendStop s2 Long 1 2940 yes 0
                         -> StartTimer StopAnswer 0.6s
            """);

    [Fact]
    public void What_grows_beyond_a_stop_of_the_operators_gets_one_of_ours_for_all_of_it() => Open()
        .Quietly("10:01:00.100", on => FoundInstead(on, ByHand(2980m)))
        .At("10:02:00.000", on => on.Amount(1.5m, 3000m, "10:01:59.990"))
        .Reads("""
            10:02:00.000 <- PositionStreamed 1.5 3000 yes
                         :: QuantityChanged 1.5 3000 stream
                         :: StopIntended s2 1.5 2980 Restore
                         -> StartTimer Protect 3s
                         -> SendStop s2 Long 1.5 2980 yes 0
                         -> StartTimer StopAnswer 0.6s
            """);

    [Fact]
    public void A_restart_does_not_forget_that_a_loosened_stop_is_to_be_set_back() => Open()
        .Quietly("10:01:00.000", on => Moved(on, 2800m))
        .Restart()
        .Quietly("10:01:05.000", new Recovered())
        .Then(on => Assert.Contains(new PositionEffect.StartTimer(PositionTimer.RestoreStop, TimeSpan.FromSeconds(10)), on.Last.Effects))
        .Quietly("10:01:15.000", new TimerFired(PositionTimer.RestoreStop))
        .Then(on => Assert.Equal(2940m, Assert.Single(on.Last.Effects.OfType<PositionEffect.SendStop>()).Trigger));

    [Fact]
    public void A_stop_replaced_by_a_tighter_one_of_the_operators_counts() => Open()
        .At("10:01:00.100", on => FoundInstead(on, ByHand(2980m)))
        .Reads("""
            10:01:00.100 <- Checked CheckEvidence PositionRead PositionRow 1 3000 0 0 [StopView web_stop 9 Long 1 2980 Foreign] [] Snapshot
                         :: StopEnded s1 Canceled not among the open stops
                         :: StopConfirmed web_stop 9 1 2980 Query
                         -> CancelTimer CheckAgain
                         -> AlertOperator StopChangedExternally binance/ETHUSDT: stop s1 at 2940.00 was replaced by hand with web_stop at 2980
            """);

    [Fact]
    public void A_stop_replaced_by_a_looser_one_counts_for_ten_seconds_and_ours_is_set_beside_it() => Open()
        .At("10:01:00.100", on => FoundInstead(on, ByHand(2700m)))
        .At("10:01:10.100", new TimerFired(PositionTimer.RestoreStop))
        .At("10:01:10.150", on => on.Stop("s2", StopStatus.Live, "10:01:10.140"))
        .Reads("""
            10:01:00.100 <- Checked CheckEvidence PositionRead PositionRow 1 3000 0 0 [StopView web_stop 9 Long 1 2700 Foreign] [] Snapshot
                         :: StopEnded s1 Canceled not among the open stops
                         :: StopConfirmed web_stop 9 1 2700 Query
                         -> CancelTimer CheckAgain
                         -> AlertOperator StopChangedExternally binance/ETHUSDT: stop s1 at 2940.00 was replaced by hand with web_stop at 2700
                         -> StartTimer RestoreStop 10s
            10:01:10.100 <- TimerFired RestoreStop
                         :: StopIntended s2 1 2940 Restore
                         -> SendStop s2 Long 1 2940 240
                         -> StartTimer StopAnswer 7s
            10:01:10.150 <- StopReported s2 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s2 4000001 1 2940 OrderAnswer
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
            """);

    [Fact]
    public void An_increase_by_hand_is_taken_over_and_the_stop_resized_at_once() => Open()
        .At("10:01:00.000", on => on.Amount(1.5m, 3010m, "10:00:59.990"))
        .At("10:01:00.001", on => on.ForeignFill("t9", Side.Long, 0.5m, 3030m, "10:00:59.990"))
        .At("10:01:00.050", on => on.Stop("s2", StopStatus.Live, "10:01:00.040"))
        .Reads("""
            10:01:00.000 <- PositionStreamed 1.5 3010 yes
                         :: QuantityChanged 1.5 3010 stream
                         :: StopIntended s2 1.5 2940 s1 Resize
                         -> StartTimer Protect 3s
                         -> SendStop s2 Long 1.5 2940 yes 0
                         -> StartTimer StopAnswer 0.6s
            10:01:00.001 <- Traded t9 buy 0.5 @ 3030 of web_1 Stream
                         :: OrderFilled t9 buy 0.5 @ 3030 of web_1 1.5
            10:01:00.050 <- StopReported s2 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s2 4000001 1.5 2940 OrderAnswer
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelStop s1
                         -> CancelTimer Protect
            """);
}
