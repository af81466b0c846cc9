using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Lab.Simulation.Mutations;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;
using static Trading.Tests.Positions.SimulationStory;

namespace Trading.Tests.Positions;

/// <summary>Stops that are lost, late, fire unheard, or are the only ones there are.</summary>
public sealed class UnheardStopScenarios
{
    [Fact]
    public void A_list_of_stops_read_before_ours_was_confirmed_does_not_say_that_it_is_gone() => Protected()
        .Quietly("10:00:01.500", on => new Checked(Evidence(on, new PositionRow(130m, 2.3m, on.Utc("10:00:00.240"))) with
        {
            StartedUtc = on.Utc("10:00:00.200"), Stops = [],
        }))
        .Then(on => Assert.IsType<Protection.Protected>(((PositionState.Open)on.State).Holding.Protection));

    [Fact]
    public void A_stop_that_may_be_the_only_one_is_not_cancelled_before_the_list_shows_the_other() => Protected()
        .Quietly("10:00:01.000", on => on.ForeignFill("t2", Side.Long, 65m, 2.3m, "10:00:01.000"))
        .Quietly("10:00:01.100", on => on.Stop("s2", StopStatus.Live, "10:00:01.090"))
        .Quietly("10:00:02.000", on => new SnapshotShare(
            new PositionRow(195m, 2.3m, on.Utc("10:00:01.000")),
            [new StopView(on.Id("s1"), "9", Side.Long, 130m, 2.2m, ClosesPosition: false, OrderOrigin.Ours)], on.Utc("10:00:01.900")))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CancelStop));

    [Fact]
    public void A_mark_that_nobody_answers_is_the_watched_one_before_the_deadline_has_passed() => Wanted()
        .Quietly("10:00:00.250", on => on.Fill("e1", "t1", Side.Long, 130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.300", on => new Rejected(on.Id("s1"), -2021, "would trigger", RejectKind.WouldTrigger))
        .Quietly("10:00:00.890", Mark(2.29m))
        .Quietly("10:00:00.900", new TimerFired(PositionTimer.StopAnswer))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop));

    [Fact]
    public void A_stop_of_what_we_may_not_close_counts_from_the_mark_where_the_mark_has_been_beyond_it() => NothingHeld()
        .Quietly("10:00:00.000", on => new Checked(Evidence(on, new PositionRow(130m, 2.3m, on.Utc("09:59:59.000"), 2.31m))))
        .Quietly("10:00:00.300", on => on.Stop("s1", StopStatus.Live, "10:00:00.290"))
        .Quietly("10:00:05.000", Mark(2.2m))
        .Quietly("10:00:05.100", on => on.Stop("s1", StopStatus.Canceled, "10:00:05.090", Source.Stream))
        .Then(on => Assert.Equal(2.156m, on.Last.Effects.OfType<PositionEffect.SendStop>().Single().Trigger));

    [Fact]
    public void A_stop_of_an_earlier_life_is_not_taken_away_while_it_is_the_only_one() => Wanted()
        .Quietly("10:00:00.250", on => on.Fill("e1", "t1", Side.Long, 130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.260", on => new StopReported(
            OrderIds.For(PositionScenario.Journal, "position/binance/HNTUSDT", 99, OrderPurpose.Stop), "9", StopStatus.Live, 130m, 2.2m, on.Utc("10:00:00.255"), Source.Stream))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CancelStop))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }));

    [Fact]
    public void A_stop_that_the_journal_never_heard_of_is_not_taken_away_by_a_list_that_shows_no_other() => Wanted()
        .Quietly("10:00:00.250", on => on.Fill("e1", "t1", Side.Long, 130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:03.250", new TimerFired(PositionTimer.Protect))
        .Quietly("10:00:04.000", on => new SnapshotShare(new PositionRow(130m, 2.3m, on.Utc("10:00:00.240")), [Stray], on.Utc("10:00:03.900")))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CancelStop))
        .Quietly("10:00:04.100", on => on.Amount(0m, 0m, "10:00:04.090"))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.ReadStops))
        .Quietly("10:00:04.200", on => new StopsRead([Stray], on.Utc("10:00:04.150")))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CancelStop));

    /// <summary>Sent ahead of an append that never arrived, by a node that was killed.</summary>
    private static readonly StopView Stray = new(
        OrderIds.For(PositionScenario.Journal, "position/binance/HNTUSDT", 99, OrderPurpose.Stop), "9", Side.Long, 130m, 2.2m,
        ClosesPosition: false, OrderOrigin.Ours);

    [Fact]
    public void The_exchange_is_asked_where_the_mark_has_passed_our_stop_and_nobody_tells_that_it_fires() => Protected()
        .Quietly("10:00:01.000", Mark(2.26m))
        .Then(on => Assert.DoesNotContain(on.Effects, IsStopDue))
        .Quietly("10:00:02.000", Mark(2.25m))
        .Then(on => Assert.Single(on.Last.Effects, IsStopDue))
        .Quietly("10:00:03.000", Mark(2.24m))
        .Then(on => Assert.Single(on.Effects, IsStopDue))
        .Quietly("10:00:05.000", new TimerFired(PositionTimer.StopDue))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition));

    [Fact]
    public void Also_where_the_mark_that_passed_it_has_come_back_before_we_looked() => Protected()
        .Quietly("10:00:02.000", Mark(2.27m, low: 2.25m))
        .Then(on => Assert.Single(on.Last.Effects, IsStopDue));

    [Fact]
    public void And_a_shorts_by_the_highest() => NothingHeld()
        .Quietly("10:00:00.000", Want(Side.Short, 130m, 2.3m))
        .Quietly("10:00:00.250", on => on.Fill("e1", "t1", Side.Short, 130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.300", on => on.Stop("s1", StopStatus.Live, "10:00:00.290"))
        .Quietly("10:00:02.000", Mark(2.31m, low: 2.25m, high: 2.34m))
        .Then(on => Assert.DoesNotContain(on.Effects, IsStopDue))
        .Quietly("10:00:03.000", Mark(2.31m, high: 2.346m))
        .Then(on => Assert.Single(on.Last.Effects, IsStopDue));

    [Fact]
    public void A_stop_that_is_known_to_fire_is_not_asked_for_by_the_price() => Protected()
        .Quietly("10:00:02.000", Mark(2.25m))
        .Quietly("10:00:02.100", on => on.Stop("s1", StopStatus.Triggering, "10:00:02.050", Source.Stream))
        .Quietly("10:00:05.000", new TimerFired(PositionTimer.StopDue))
        .Then(on => Assert.Empty(on.Last.Effects));

    [Fact]
    public void A_stop_that_fires_before_anybody_heard_that_it_rests_leaves_the_one_it_replaces() => FiredUnheard(Protected())
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CancelStop));

    [Fact]
    public void Which_is_gone_where_a_stop_that_fires_stands_for_it() => FiredUnheard(Protected().Under(MutatedRules.TriggeredStopCovers))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CancelStop));

    private static PositionScenario FiredUnheard(PositionScenario held) => held
        .Quietly("10:00:01.000", on => on.Amount(130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:02.000", Mark(2.34m))
        .Quietly("10:00:02.100", on => on.Stop("s2", StopStatus.Triggering, "10:00:02.090", Source.Stream))
        .Then(on => Assert.Contains(on.Last.Events, happened => happened is PositionEvent.StopConfirmed));

    [Fact]
    public void A_start_makes_no_stop_smaller_by_what_the_journal_says_alone() => StartedBehindTooLargeAStop(Protected())
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.SendStop))
        .Quietly("10:00:05.300", on => on.Amount(65m, 2.3m, "10:00:05.290"))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop { Quantity: 65m }));

    [Fact]
    public void Which_it_does_where_the_journals_word_is_enough() => StartedBehindTooLargeAStop(Protected().Under(MutatedRules.JournalsWordIsEnough))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop { Quantity: 65m }));

    private static PositionScenario StartedBehindTooLargeAStop(PositionScenario held) => held
        .Quietly("10:00:01.000", on => on.Amount(65m, 2.3m, "10:00:00.990"))
        .Quietly("10:00:01.050", on => new NotSent(on.Id("s2"), "no budget"))
        .Restart()
        .Quietly("10:00:05.000", new Recovered());

    [Fact]
    public void A_next_stop_that_is_given_up_stays_while_the_one_before_it_fires() => Protected()
        .Quietly("10:00:01.000", on => on.Amount(130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:02.000", Mark(2.34m))
        .Quietly("10:00:02.050", on => on.Stop("s1", StopStatus.Triggering, "10:00:02.040", Source.Stream))
        .Quietly("10:00:09.000", on => new StopsRead([], on.Utc("10:00:08.900")))
        .Then(on => Assert.Contains(on.Last.Events, happened => happened is PositionEvent.StopMoveRefused))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CancelStop));

    [Fact]
    public void After_a_start_a_trade_alone_makes_no_stop_smaller() => Protected()
        .Restart()
        .Quietly("10:00:05.000", new Recovered())
        .Quietly("10:00:05.200", on => on.ForeignFill("t2", Side.Short, 65m, 2.3m, "10:00:03.000"))
        .Then(on => Assert.Equal(65m, on.State.Held!.Quantity))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.SendStop or PositionEffect.CancelStop))
        .Quietly("10:00:05.300", on => on.Amount(65m, 2.3m, "10:00:03.000"))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop { Quantity: 65m }));

    /// <summary>It read the position of before: the fill may be on its way, and is waited for as after the firing itself.</summary>
    [Fact]
    public void A_look_that_began_before_the_stop_fired_closes_nothing() => Protected()
        .Quietly("10:00:01.000", on => new SnapshotShare(new PositionRow(130m, 2.3m, on.Utc("10:00:00.240")), [], on.Utc("10:00:00.900")))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition))
        .Quietly("10:00:01.100", on => on.Stop("s1", StopStatus.Triggering, "10:00:01.090", Source.Stream))
        .Quietly("10:00:01.150", on => StillOpen(on, "10:00:01.010"))
        .Then(on => Assert.IsType<PositionState.Open>(on.State))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.StopStuck }))
        .Quietly("10:00:01.650", new TimerFired(PositionTimer.StopStuck))
        .Quietly("10:00:01.700", on => StillOpen(on, "10:00:01.660"))
        .Then(on => Assert.IsType<PositionState.Closing>(on.State));

    private static Checked StillOpen(PositionScenario on, string startedUtc) => new(
        Evidence(on, new PositionRow(130m, 2.3m, on.Utc("10:00:00.240"))) with { StartedUtc = on.Utc(startedUtc), Cause = CheckCause.Doubt });

    /// <summary>What a snapshot missed is looked for until somebody has answered: the next snapshot may be a sync away.</summary>
    [Fact]
    public void A_look_whose_list_of_stops_is_not_answered_is_no_look() => Protected()
        .Quietly("10:00:01.000", on => new SnapshotShare(new PositionRow(130m, 2.3m, on.Utc("10:00:00.240")), [], on.Utc("10:00:00.900")))
        .Quietly("10:00:04.150", on => StillOpen(on, "10:00:01.010"))
        .Then(on => Assert.Equal(TimeSpan.FromSeconds(1), AskedAgainIn(on)))
        .Quietly("10:00:05.150", new TimerFired(PositionTimer.CheckAgain))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition))
        .Quietly("10:00:08.150", on => StillOpen(on, "10:00:05.160"))
        .Then(on => Assert.Equal(TimeSpan.FromSeconds(2), AskedAgainIn(on)))
        .Quietly("10:00:10.150", new TimerFired(PositionTimer.CheckAgain))
        .Quietly("10:00:13.150", on => StillOpen(on, "10:00:10.160"))
        .Then(on => Assert.Equal(TimeSpan.FromSeconds(5), AskedAgainIn(on)))
        .Quietly("10:00:18.150", new TimerFired(PositionTimer.CheckAgain))
        .Quietly("10:00:21.150", on => StillOpen(on, "10:00:18.160"))
        .Then(on => Assert.Equal(TimeSpan.FromSeconds(5), AskedAgainIn(on)))
        .Quietly("10:00:26.150", new TimerFired(PositionTimer.CheckAgain))
        .Quietly("10:00:26.200", on => new Checked(StillOpen(on, "10:00:26.160").Evidence with { Stops = [] }))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop { Quantity: 130m }));

    private static TimeSpan AskedAgainIn(PositionScenario on) =>
        on.Last.Effects.OfType<PositionEffect.StartTimer>().Single(timer => timer.Timer is PositionTimer.CheckAgain).Due;

    /// <summary>A look under way does not shorten what a firing stop is given.</summary>
    [Fact]
    public void A_look_that_began_before_the_stop_triggers_leaves_it_its_time() => Protected()
        .Quietly("10:00:01.000", on => new SnapshotShare(new PositionRow(130m, 2.3m, on.Utc("10:00:00.240")), [], on.Utc("10:00:00.900")))
        .Quietly("10:00:01.100", on => on.Stop("s1", StopStatus.Triggering, "10:00:01.090", Source.Stream))
        .Quietly("10:00:01.150", on => StillOpen(on, "10:00:01.010"))
        .Then(on => Assert.Equal(TimeSpan.FromSeconds(3), on.Last.Effects.OfType<PositionEffect.StartTimer>().Single(timer => timer.Timer is PositionTimer.StopStuck).Due));

    /// <summary>A hand added, the stop for all of it hangs, and the one that was there fires for its part.</summary>
    [Fact]
    public void A_stop_that_has_fired_covers_nothing_of_what_is_left() => Protected()
        .Quietly("10:00:01.000", on => on.Amount(195m, 2.3m, "10:00:00.990"))
        .Then(on => Assert.Contains(on.Last.Effects, IsDeadline))
        .Quietly("10:00:03.000", on => on.Stop("s1", StopStatus.Triggered, "10:00:02.990", Source.Stream))
        .Quietly("10:00:03.010", on => on.Amount(65m, 2.3m, "10:00:02.990"))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CancelTimer { Timer: PositionTimer.Protect }))
        .Quietly("10:00:04.000", new TimerFired(PositionTimer.Protect))
        .Then(on => Assert.Equal(65m, Assert.Single(on.Last.Events.OfType<PositionEvent.ProtectionMissed>()).Quantity))
        .Then(on => Assert.IsType<PositionState.Closing>(on.State));

    private static bool IsDeadline(PositionEffect effect) => effect is PositionEffect.StartTimer { Timer: PositionTimer.Protect };

    private static bool IsStopDue(PositionEffect effect) => effect is PositionEffect.StartTimer { Timer: PositionTimer.StopDue };
}
