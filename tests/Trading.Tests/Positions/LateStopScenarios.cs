using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>
/// A node was killed while a stop of it was on its way. The next one does not find it, sets its own, cancels the first in
/// vain, and then the first arrives.
/// </summary>
public sealed class LateStopScenarios
{
    private static PositionScenario Restarted() => new PositionScenario("binance/ADAUSDT")
        .Quietly("10:00:00.000", Want(Side.Long, 130m, 2.3m))
        .Quietly("10:00:00.100", on => on.Fill("e1", "t1", Side.Long, 130m, 2.3m, "10:00:00.090"))
        .Restart()
        .Quietly("10:00:02.000", new Recovered());

    private static PositionScenario KilledWhileItsStopWasOnItsWay() => Restarted()
        .Quietly("10:00:02.010", on => new SnapshotShare(new PositionRow(130m, 2.3m, on.Utc("10:00:00.090")), [], on.Utc("10:00:02.005")));

    private static PositionScenario AnotherStands() => KilledWhileItsStopWasOnItsWay()
        .Quietly("10:00:02.050", on => new StopsRead([], on.Utc("10:00:02.010")))
        .Quietly("10:00:02.100", on => on.Stop("s2", StopStatus.Live, "10:00:02.090"));

    [Fact]
    public void A_stop_that_comes_after_its_cancel_found_nothing_is_cancelled_again() => KilledWhileItsStopWasOnItsWay()
        .At("10:00:02.050", on => new StopsRead([], on.Utc("10:00:02.010")))
        .At("10:00:02.100", on => on.Stop("s2", StopStatus.Live, "10:00:02.090"))
        .At("10:00:02.150", on => new CancelAnswered(on.Id("s1"), WasOpen: false))
        .At("10:00:04.000", on => on.Stop("s1", StopStatus.Live, "10:00:03.990", Source.Stream))
        .At("10:00:04.050", on => new CancelAnswered(on.Id("s1"), WasOpen: true))
        .Reads("""
            10:00:02.050 <- StopsRead []
                         :: StopRefused s1 0 not found in the read-back yes
                         :: StopIntended s2 130 2.254 Initial
                         -> CancelTimer StopAnswer
                         -> SendStop s2 Long 130 2.254 yes 0
                         -> StartTimer StopAnswer 0.6s
            10:00:02.100 <- StopReported s2 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s2 4000001 130 2.254 OrderAnswer
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelStop s1
                         -> CancelTimer Protect
            10:00:02.150 <- CancelAnswered s1
                         :: StopCleared s1
                         -> CheckPosition s2 Doubt
            10:00:04.000 <- StopReported s1 4000001 Live 0 0 Stream
                         -> CancelStop s1
            10:00:04.050 <- CancelAnswered s1 yes
                         .. ignored: the stop was cleared before
            """);

    [Fact]
    public void A_replacement_that_was_not_found_and_comes_late_is_cancelled_beside_the_stop_that_stands() => AnotherStands()
        .Quietly("10:00:10.000", Mark(2.34m))
        .Quietly("10:00:10.001", new QuantityLookedUp(130m, 1, 5))
        .Quietly("10:00:10.600", on => new OutcomeUnknown(on.Id("s3"), "no answer"))
        .Quietly("10:00:10.650", on => new StopsRead(
            [new StopView(on.Id("s2"), "4000001", Side.Long, 130m, 2.254m, false, OrderOrigin.Ours)], on.Utc("10:00:10.610")))
        .At("10:00:12.000", on => on.Stop("s3", StopStatus.Live, "10:00:11.990", Source.Stream))
        .Reads("""
            10:00:12.000 <- StopReported s3 4000001 Live 0 0 Stream
                         -> CancelStop s3
            """);

    /// <summary>What a hand added while the node was away is covered by what rests: the journal's word takes nothing away.</summary>
    [Fact]
    public void Until_somebody_has_told_what_is_held_nothing_of_what_rests_is_taken_away() => Restarted()
        .Quietly("10:00:02.050", on => new StopsRead([], on.Utc("10:00:02.010")))
        .Quietly("10:00:02.100", on => on.Stop("s2", StopStatus.Live, "10:00:02.090"))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CancelStop))
        .Quietly("10:00:02.200", on => new SnapshotShare(
            new PositionRow(130m, 2.3m, on.Utc("10:00:00.090")), [Listed(on, "s1"), Listed(on, "s2")], on.Utc("10:00:02.150")))
        .Then(on => Assert.Equal(on.Id("s1"), Assert.Single(on.Last.Effects.OfType<PositionEffect.CancelStop>()).Stop));

    [Fact]
    public void A_word_of_more_than_the_journal_knows_takes_nothing_away_before_it_counts() => Restarted()
        .Quietly("10:00:02.050", on => new StopsRead([], on.Utc("10:00:02.010")))
        .Quietly("10:00:02.100", on => on.Stop("s2", StopStatus.Live, "10:00:02.090"))
        .Quietly("10:00:02.200", on => new SnapshotShare(
            new PositionRow(180m, 2.3m, on.Utc("10:00:01.000")), [Listed(on, "s1"), Listed(on, "s2")], on.Utc("10:00:02.150")))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CancelStop))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition));

    private static StopView Listed(PositionScenario on, string stop) =>
        new(on.Id(stop), "4000001", Side.Long, 130m, 2.254m, ClosesPosition: false, OrderOrigin.Ours);

    [Fact]
    public void While_nothing_else_covers_the_position_the_late_stop_stays() => KilledWhileItsStopWasOnItsWay()
        .Quietly("10:00:02.050", on => new StopsRead([], on.Utc("10:00:02.010")))
        .At("10:00:02.080", on => on.Stop("s1", StopStatus.Live, "10:00:02.070", Source.Stream))
        .Reads("""
            10:00:02.080 <- StopReported s1 4000001 Live 0 0 Stream
                         .. ignored: a surplus stop; it stays until another one is confirmed
            """);
}
