using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>What seeds of the whole node under misfortune ran into, each as the shortest story that shows it.</summary>
public sealed class FoundBySimulationScenarios
{
    [Fact]
    public void A_stop_that_filled_for_less_than_is_held_is_no_proof_of_flat() => Protected()
        .Quietly("10:00:05.000", on => on.ForeignFill("t2", Side.Long, 65m, 2.3m, "10:00:05.000"))
        .Quietly("10:00:05.100", on => on.Fill("s1", "t3", Side.Short, 130m, 2.25m, "10:00:05.090"))
        .Quietly("10:00:05.101", on => on.Order("s1", OrderStatus.Filled, 130m, 2.25m, "10:00:05.090", Source.Stream))
        .Then(on => Assert.Equal(65m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    [Fact]
    public void A_close_that_filled_for_less_than_is_held_is_no_proof_of_flat() => Protected()
        .Quietly("10:00:04.000", new ClosePosition(CloseReason.Manual, "operator"))
        .Quietly("10:00:05.000", on => on.ForeignFill("t2", Side.Long, 65m, 2.3m, "10:00:05.000"))
        .Quietly("10:00:05.100", on => on.Fill("x1", "t3", Side.Short, 130m, 2.25m, "10:00:05.090"))
        .Quietly("10:00:05.101", on => on.Order("x1", OrderStatus.Filled, 130m, 2.25m, "10:00:05.090", Source.Stream))
        .Then(on => Assert.False(Assert.IsType<PositionState.Closing>(on.State).Attempt.Standing));

    [Fact]
    public void An_entry_that_was_accepted_and_is_never_told_of_again_is_asked_for() => Wanted()
        .Quietly("10:00:00.100", on => on.Order("e1", OrderStatus.New, 0m, null, "10:00:00.090"))
        .Quietly("10:00:00.600", new TimerFired(PositionTimer.FillsMissing))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.QueryOrder))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.FillsMissing }));

    [Fact]
    public void A_close_that_was_accepted_and_is_never_told_of_again_is_asked_for() => Protected()
        .Quietly("10:00:04.000", new ClosePosition(CloseReason.Manual, "operator"))
        .Quietly("10:00:04.100", on => on.Order("x1", OrderStatus.New, 0m, null, "10:00:04.090"))
        .Quietly("10:00:04.600", new TimerFired(PositionTimer.FillsMissing))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.QueryOrder));

    [Fact]
    public void Somebody_elses_trade_while_the_entry_is_on_its_way_closes_nothing() => Wanted()
        .Quietly("10:00:00.050", on => on.ForeignFill("t1", Side.Short, 40m, 2.3m, "10:00:00.040"))
        .Then(on => Assert.IsType<PositionState.Opening>(on.State));

    [Fact]
    public void A_row_from_before_our_last_fill_is_not_adopted_after_an_entry_that_failed() => Protected()
        .Quietly("10:00:05.000", on => on.Fill("s1", "t2", Side.Short, 130m, 2.25m, "10:00:05.000"))
        .Quietly("10:00:06.000", Want(Side.Long, 130m, 2.3m))
        .Quietly("10:00:06.100", on => new Rejected(on.Id("e2"), -2019, "Margin is insufficient."))
        .Quietly("10:00:07.000", on => new Checked(Evidence(on, new PositionRow(130m, 2.3m, on.Utc("10:00:01.000")))))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State));

    [Fact]
    public void Evidence_of_before_the_position_proves_nothing_and_is_asked_for_again_after_a_pause() => Protected()
        .Quietly("10:00:03.000", on => new Checked(
            Evidence(on, new PositionRow(0, 0, on.Utc("10:00:02.000"))) with
            {
                StartedUtc = on.Utc("09:59:59.000"), SecondRow = new PositionRead(new PositionRow(0, 0, on.Utc("10:00:02.000"))),
            }))
        .Then(on => Assert.IsType<PositionState.Open>(on.State))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CheckPosition));

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

    private static PositionScenario Wanted() => new PositionScenario("binance/HNTUSDT", PositionScenario.Rules("HNTUSDT", 0.001m, 1m))
        .Quietly("10:00:00.000", Want(Side.Long, 130m, 2.3m));

    /// <summary>130 long from 2.3 behind stop s1.</summary>
    private static PositionScenario Protected() => Wanted()
        .Quietly("10:00:00.250", on => on.Fill("e1", "t1", Side.Long, 130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.300", on => on.Stop("s1", StopStatus.Live, "10:00:00.290"));

    private static CheckEvidence Evidence(PositionScenario on, PositionRow row) =>
        new(on.Utc("10:00:06.900"), new PositionRead(row), null, null, null, null, CheckCause.Snapshot);
}
