using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>The stop rests before the entry is sent: from the first fill on there is not a moment without it.</summary>
public sealed class StopFirstScenarios
{
    private static PositionScenario Tag() => new("binance/TAGUSDT", policy: policy => policy with { StopFirst = true });

    private static PositionScenario Wanted() => Tag().Quietly("10:00:00.000", Want(Side.Long, 100m, 2m));

    private static PositionScenario Sent() => Wanted().Quietly("10:00:00.050", on => on.Stop("s1", StopStatus.Live, "10:00:00.040"));

    private static int Entries(PositionScenario on) => on.Effects.OfType<PositionEffect.SendEntry>().Count();

    [Fact]
    public void The_entry_leaves_when_its_stop_rests_and_its_fill_is_covered_at_once() => Tag()
        .At("10:00:00.000", Want(Side.Long, 100m, 2m))
        .At("10:00:00.050", on => on.Stop("s1", StopStatus.Live, "10:00:00.040"))
        .At("10:00:00.100", on => on.Fill("e1", "t1", Side.Long, 100m, 2.001m, "10:00:00.090"))
        .Then(on => Assert.Equal(100m, on.State.Held!.Covered))
        .Reads("""
            10:00:00.000 <- OpenPosition 4776923 2025-10-17T16:00:00Z Long 100 2 stop 2% activation 1.5% callback 0.5%
                         :: EntryIntended e1 4776923 2025-10-17T16:00:00Z Long 100 2 stop 2% activation 1.5% callback 0.5% yes
                         :: StopIntended s1 100 1.96 Initial
                         -> SendStop s1 Long 100 1.96 yes 0 yes
                         -> StartTimer StopAnswer 0.6s
                         -> WatchPrice
            10:00:00.050 <- StopReported s1 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s1 4000001 100 1.96 OrderAnswer
                         -> CancelTimer StopAnswer
                         -> SendEntry e1 Long 100
                         -> StartTimer VerifyEntry 10s
            10:00:00.100 <- Traded t1 buy 100 @ 2.001 of e1 Stream
                         :: EntryVerified e1 Websocket 100 2.001 100
                         :: OrderFilled t1 buy 100 @ 2.001 of e1 100
                         :: EntryCompleted e1 8389765543 Filled 100 2.001
                         -> CancelTimer VerifyEntry
                         -> TellAccount Opened
                         -> StartTimer Aged 10799.9s
            """);

    /// <summary>A smaller one in its place would be too small once the rest has filled, and its cancel is on its way by then.</summary>
    [Fact]
    public void While_the_entry_fills_the_stop_for_all_of_it_stays_and_it_is_resized_when_the_entry_has_ended() => Sent()
        .Quietly("10:00:00.100", on => on.Amount(40m, 2.001m, "10:00:00.090"))
        .Quietly("10:00:00.101", on => on.Fill("e1", "t1", Side.Long, 40m, 2.001m, "10:00:00.090"))
        .Then(on => Assert.DoesNotContain(on.Effects, effect => effect is PositionEffect.SendStop { Quantity: 40m }))
        .Quietly("10:00:00.150", on => on.Order("e1", OrderStatus.Expired, 40m, 2.001m, "10:00:00.140", Source.Stream))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop { Quantity: 40m }));

    [Fact]
    public void A_stop_that_is_refused_ends_the_entry_before_it_was_sent() => Wanted()
        .At("10:00:00.050", on => new Rejected(on.Id("s1"), -4045, "Reach max stop order limit.", RejectKind.NoRoom))
        .Then(on => Assert.Equal(0, Entries(on)))
        .Reads("""
            10:00:00.050 <- Rejected s1 -4045 Reach max stop order limit. NoRoom
                         :: StopRefused s1 -4045 Reach max stop order limit.
                         :: EntryFailed e1 -4045 not sent, for its stop does not rest: Reach max stop order limit. NotSent
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount EntryFailed
            """);

    [Fact]
    public void A_stop_that_fires_first_ends_the_entry_before_it_was_sent() => Wanted()
        .Quietly("10:00:00.050", on => on.Stop("s1", StopStatus.Triggering, "10:00:00.040", Source.Stream))
        .Then(on => Assert.Equal(0, Entries(on)))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State));

    [Fact]
    public void A_stop_that_nobody_confirms_is_read_back_and_then_given_up_with_its_entry() => Wanted()
        .Quietly("10:00:00.600", new TimerFired(PositionTimer.StopAnswer))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.ReadStops))
        .Quietly("10:00:00.700", on => new StopsRead([], on.Utc("10:00:00.610")))
        .Then(on => Assert.Equal(0, Entries(on)))
        .Then(on => Assert.Equal(on.Id("s1"), Assert.Single(Assert.IsType<PositionState.Flat>(on.State).RedundantStops)));

    [Fact]
    public void It_waits_for_the_journal_like_its_entry() => Wanted()
        .Then(on => Assert.True(on.Last.Effects.OfType<PositionEffect.SendStop>().Single().BeforeEntry))
        .Quietly("10:00:00.050", on => on.Stop("s1", StopStatus.Live, "10:00:00.040"))
        .Quietly("10:00:00.100", on => on.Fill("e1", "t1", Side.Long, 100m, 2.001m, "10:00:00.090"))
        .Quietly("10:00:01.000", on => on.Stop("s1", StopStatus.Canceled, "10:00:00.990", Source.Stream))
        .Then(on => Assert.False(on.Last.Effects.OfType<PositionEffect.SendStop>().Single().BeforeEntry));

    /// <summary>Sent from the same place of a journal that lost it: the id is taken by a stop of the other side.</summary>
    [Fact]
    public void A_stop_of_the_other_side_under_its_id_is_not_it() => Wanted()
        .Quietly("10:00:00.050", on => new OutcomeUnknown(on.Id("s1"), "ClientOrderId is duplicated."))
        .Quietly("10:00:00.080", on => new StopsRead(
            [new StopView(on.Id("s1"), "4000001", Side.Short, 100m, 2.04m, false, OrderOrigin.Ours)], on.Utc("10:00:00.060")))
        .Then(on => Assert.Equal(0, Entries(on)))
        .Then(on => Assert.Equal(on.Id("s1"), Assert.Single(Assert.IsType<PositionState.Flat>(on.State).RedundantStops)));

    [Fact]
    public void A_stop_that_fired_while_the_entry_fills_is_looked_at_again_until_the_entry_has_ended() => Sent()
        .Quietly("10:00:00.100", on => on.Amount(40m, 2.001m, "10:00:00.090"))
        .Quietly("10:00:00.200", on => on.Order("s1", OrderStatus.Expired, 0m, null, "10:00:00.190", Source.Stream))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition))
        .Quietly("10:00:00.300", on => new Checked(new CheckEvidence(
            on.Utc("10:00:00.210"), new PositionRead(new PositionRow(40m, 2.001m, on.Utc("10:00:00.090"))), null, [], null, null, CheckCause.Doubt)))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.StopStuck }));

    /// <summary>The price passed it before the entry came, and the stream was silent (seed 114033).</summary>
    [Fact]
    public void The_stop_of_a_late_entry_is_looked_for_because_it_may_have_fired_at_nothing() => Sent()
        .Quietly("10:00:00.100", on => new OutcomeUnknown(on.Id("e1"), "no answer"))
        .Quietly("10:00:02.300", on => on.Order("e1", OrderStatus.Filled, 100m, 2.001m, "10:00:02.000", Source.Query))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition))
        .Quietly("10:00:02.400", on => new Checked(new CheckEvidence(
            on.Utc("10:00:02.310"), new PositionRead(new PositionRow(100m, 2.001m, on.Utc("10:00:02.000"))), null, [], null, [], CheckCause.Doubt)))
        .Then(on => Assert.Equal(100m, on.Last.Effects.OfType<PositionEffect.SendStop>().Single().Quantity));

    [Fact]
    public void An_entry_that_fails_takes_its_stop_with_it() => Sent()
        .At("10:00:00.100", on => new Rejected(on.Id("e1"), -2019, "Margin is insufficient."))
        .Reads("""
            10:00:00.100 <- Rejected e1 -2019 Margin is insufficient. Other
                         :: EntryFailed e1 -2019 Margin is insufficient. Rejected
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount EntryFailed
                         -> CancelStop s1
            """);

    [Fact]
    public void A_stop_that_fires_between_entry_and_fill_is_no_protection_of_the_fill() => Sent()
        .Quietly("10:00:00.080", on => on.Stop("s1", StopStatus.Finished, "10:00:00.070", Source.Stream))
        .Quietly("10:00:00.100", on => on.Fill("e1", "t1", Side.Long, 100m, 2m, "10:00:00.090"))
        .Then(on => Assert.Equal(0m, on.State.Held!.Covered))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop { First: true }))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.Protect }));

    [Fact]
    public void What_somebody_opens_meanwhile_is_not_added_to() => Wanted()
        .Quietly("10:00:00.020", on => on.Amount(50m, 2m, "10:00:00.010"))
        .Quietly("10:00:00.050", on => on.Stop("s1", StopStatus.Live, "10:00:00.040"))
        .Then(on => Assert.Equal(0, Entries(on)))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition));

    [Fact]
    public void After_a_restart_an_entry_that_waited_for_its_stop_is_not_sent() => Wanted()
        .Restart()
        .Quietly("10:00:02.000", new Recovered())
        .Then(on => Assert.Equal(0, Entries(on)))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CancelStop));
}
