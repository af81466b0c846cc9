using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;
using static Trading.Tests.Positions.SimulationStory;

namespace Trading.Tests.Positions;

/// <summary>What is held, where words of several moments, or several words of one, disagree.</summary>
public sealed class DisagreeingAmountScenarios
{
    [Fact]
    public void An_amount_of_the_stream_that_is_older_than_a_fill_does_not_undo_it() => Protected()
        .Quietly("10:00:01.000", on => on.Amount(130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:02.000", on => on.ForeignFill("t2", Side.Long, 65m, 2.3m, "10:00:02.000"))
        .Quietly("10:00:02.100", on => on.Stop("s2", StopStatus.Live, "10:00:02.090"))
        .Quietly("10:00:09.000", Mark(2.4m))
        .Then(on => Assert.IsType<PositionEffect.LookUpQuantity>(Assert.Single(on.Last.Effects)))
        .Quietly("10:00:09.100", on => new QuantityLookedUp(130m, 1, 40, on.Utc("10:00:00.240")))
        .Then(on => Assert.Equal(195m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    [Fact]
    public void A_trade_that_the_looked_up_row_already_contained_does_not_reduce_it_again() => Protected()
        .Quietly("10:00:09.000", Mark(2.4m))
        .Quietly("10:00:09.100", on => new QuantityLookedUp(65m, 1, 40, on.Utc("10:00:08.000")))
        .Quietly("10:00:09.200", on => on.ForeignFill("t2", Side.Short, 65m, 2.3m, "10:00:08.000"))
        .Then(on => Assert.Equal(65m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    [Fact]
    public void The_amount_of_the_first_of_two_fills_of_one_moment_is_no_word_about_both() => Wanted()
        .Quietly("10:00:00.250", on => on.Fill("e1", "t2", Side.Long, 70m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.260", on => on.Order("e1", OrderStatus.Filled, 130m, 2.3m, "10:00:00.240", Source.Stream))
        .Quietly("10:00:00.300", on => on.Amount(60m, 2.3m, "10:00:00.240"))
        .Then(on => Assert.Equal(130m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }))
        .Quietly("10:00:00.900", on => on.Fill("e1", "t1", Side.Long, 60m, 2.3m, "10:00:00.240"))
        .Then(on => Assert.Equal(130m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    [Fact]
    public void The_second_of_two_fills_of_one_moment_counts_beside_the_amount_of_the_first() => Wanted()
        .Quietly("10:00:00.250", on => on.Amount(60m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.260", on => on.Fill("e1", "t2", Side.Long, 70m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.270", on => on.Order("e1", OrderStatus.Filled, 130m, 2.3m, "10:00:00.240", Source.Stream))
        .Quietly("10:00:00.900", on => on.Fill("e1", "t1", Side.Long, 60m, 2.3m, "10:00:00.240"))
        .Then(on => Assert.Equal(130m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    [Fact]
    public void The_amount_of_an_earlier_fill_that_is_told_late_does_not_undo_the_later_one() => Wanted()
        .Quietly("10:00:00.250", on => on.Amount(60m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.260", on => on.Fill("e1", "t2", Side.Long, 70m, 2.3m, "10:00:00.250"))
        .Quietly("10:00:00.270", on => on.Order("e1", OrderStatus.Filled, 130m, 2.3m, "10:00:00.250", Source.Query))
        .Quietly("10:00:00.900", on => on.Fill("e1", "t1", Side.Long, 60m, 2.3m, "10:00:00.240"))
        .Then(on => Assert.Equal(130m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    [Fact]
    public void An_amount_of_after_the_entrys_last_fill_is_what_is_left_of_it() => Wanted()
        .Quietly("10:00:00.250", on => on.Fill("e1", "t1", Side.Long, 130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.300", on => on.Amount(60m, 2.3m, "10:00:00.241"))
        .Then(on => Assert.Equal(60m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    [Fact]
    public void Trades_that_the_amount_of_an_ended_session_contained_are_not_counted_off_it_again() => Wanted()
        .Quietly("10:00:00.250", on => on.Order("e1", OrderStatus.Filled, 130m, 2.3m, "10:00:00.240", Source.Query))
        .Quietly("10:00:01.000", on => on.Amount(65m, 2.3m, "10:00:00.990"))
        .Quietly("10:00:02.000", on => on.Amount(97m, 2.3m, "10:00:01.990"))
        .Quietly("10:00:03.000", new StreamRestarted(2))
        .Quietly("10:00:04.000", on => on.Fill("e1", "t1", Side.Long, 130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:04.001", on => on.ForeignFill("t2", Side.Short, 65m, 2.3m, "10:00:00.990"))
        .Then(on => Assert.Equal(97m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    /// <summary>The stream's word of it, heard in the life before, contained the trade.</summary>
    [Fact]
    public void A_trade_that_is_told_after_a_start_is_not_counted_off_what_was_stated_with_it() => Protected()
        .Quietly("10:00:01.000", on => on.Amount(65m, 2.3m, "10:00:00.990"))
        .Quietly("10:00:01.050", on => new NotSent(on.Id("s2"), "no budget"))
        .Restart()
        .Quietly("10:00:05.000", new Recovered())
        .Quietly("10:00:05.200", on => on.ForeignFill("t2", Side.Short, 65m, 2.3m, "10:00:00.990"))
        .Then(on => Assert.Equal(65m, on.State.Held!.Quantity));

    /// <summary>A hand sold short in the millisecond before our fill, and that word came last. Its trade is only in the list.</summary>
    [Fact]
    public void The_last_heard_word_of_a_moment_is_not_its_last_where_a_row_says_otherwise() => Wanted()
        .Quietly("10:00:00.250", on => on.Amount(33m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.251", on => on.Fill("e1", "t2", Side.Long, 130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.300", on => on.Stop("s1", StopStatus.Live, "10:00:00.290"))
        .Quietly("10:00:05.000", on => on.Amount(-97m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:05.250", new TimerFired(PositionTimer.CheckAgain))
        .Quietly("10:00:05.400", on => new Checked(Evidence(on, new PositionRow(33m, 2.3m, on.Utc("10:00:00.240"))) with
        {
            StartedUtc = on.Utc("10:00:05.260"), Stops = [], Trades = [on.ForeignFill("t1", Side.Short, 97m, 2.3m, "10:00:00.240").Trade],
        }))
        .Then(on => Assert.Equal(33m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    /// <summary>Both fills of one moment are counted, and a read that lags shows the first.</summary>
    [Fact]
    public void A_row_of_between_two_fills_of_our_entry_does_not_halve_what_is_held() => Wanted()
        .Quietly("10:00:00.250", on => on.Fill("e1", "t1", Side.Long, 65m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.251", on => on.Fill("e1", "t2", Side.Long, 65m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.300", on => on.Stop("s1", StopStatus.Live, "10:00:00.290"))
        .Quietly("10:00:00.600", on => HalfOf(on, "10:00:00.510"))
        .Then(on => Assert.Equal(130m, on.State.Held!.Quantity))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }))
        .Quietly("10:00:06.000", on => HalfOf(on, "10:00:05.900"))
        .Then(on => Assert.Equal(65m, on.State.Held!.Quantity));

    private static Checked HalfOf(PositionScenario on, string startedUtc) => new(
        Evidence(on, new PositionRow(65m, 2.3m, on.Utc("10:00:00.240"))) with { StartedUtc = on.Utc(startedUtc), Stops = [], Cause = CheckCause.Doubt });
}
