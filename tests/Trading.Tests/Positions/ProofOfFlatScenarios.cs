using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;
using static Trading.Tests.Positions.SimulationStory;

namespace Trading.Tests.Positions;

/// <summary>What proves that nothing is held, and what does not.</summary>
public sealed class ProofOfFlatScenarios
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
        .Then(on => Assert.False(Assert.IsType<PositionState.Closing>(on.State).Attempt.Working));

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
    public void A_close_that_filled_for_all_we_knew_of_ends_what_a_hand_had_added_unheard() => Protected()
        .Quietly("10:00:03.000", new StreamRestarted(2))
        .Quietly("10:00:04.000", new ClosePosition(CloseReason.Manual, "operator"))
        .Quietly("10:00:04.100", on => on.Order("x1", OrderStatus.Filled, 130m, 2.25m, "10:00:04.090"))
        .Then(on => Assert.IsType<PositionState.Closing>(on.State))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CancelStop))
        .Quietly("10:00:04.350", new TimerFired(PositionTimer.CheckAgain))
        .Quietly("10:00:04.400", on => new Checked(Evidence(on, new PositionRow(65m, 2.3m, on.Utc("10:00:04.090"))) with { StartedUtc = on.Utc("10:00:04.350") }))
        .Then(on => Assert.False(Assert.IsType<PositionState.Closing>(on.State).Attempt.Working))
        .Quietly("10:00:04.600", new TimerFired(PositionTimer.CloseAgain))
        .Then(on => Assert.Equal(65m, Assert.IsType<PositionEffect.SendClose>(on.Last.Effects[0]).Quantity));

    [Fact]
    public void A_fill_that_leaves_nothing_by_our_books_alone_is_checked() => Protected()
        .Quietly("10:00:05.100", on => on.Fill("s1", "t3", Side.Short, 130m, 2.25m, "10:00:05.090"))
        .Then(on => Assert.Equal(0m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity))
        .Quietly("10:00:05.350", new TimerFired(PositionTimer.CheckAgain))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition));

    [Fact]
    public void After_a_restart_what_our_books_alone_say_is_nothing_is_checked() => Protected()
        .Quietly("10:00:05.100", on => on.Fill("s1", "t3", Side.Short, 130m, 2.25m, "10:00:05.090"))
        .Restart()
        .Quietly("10:00:09.000", new Recovered())
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition));

    [Fact]
    public void A_zero_that_lags_behind_an_order_answer_proves_nothing() => Wanted()
        .Quietly("10:00:00.100", on => on.Order("e1", OrderStatus.Filled, 130m, 2.3m, "10:00:00.090"))
        .Quietly("10:00:01.000", on => new Checked(Evidence(on, new PositionRow(0m, 0m, on.Utc("09:59:00.000"))) with
        {
            StartedUtc = on.Utc("10:00:00.500"), SecondRow = new PositionRead(new PositionRow(0m, 0m, on.Utc("09:59:00.000"))),
        }))
        .Then(on => Assert.IsType<PositionState.Open>(on.State));

    [Fact]
    public void An_amount_between_two_fills_of_our_entry_is_not_its_end() => Wanted()
        .Quietly("10:00:00.100", on => on.Order("e1", OrderStatus.Filled, 130m, 2.3m, "10:00:00.090"))
        .Quietly("10:00:00.200", on => on.Amount(-20m, 2.3m, "10:00:00.090"))
        .Quietly("10:00:00.201", on => on.Fill("e1", "t1", Side.Long, 65m, 2.3m, "10:00:00.090"))
        .Then(on => Assert.IsType<PositionState.Open>(on.State))
        .Quietly("10:00:00.202", on => on.Amount(45m, 2.3m, "10:00:00.090"))
        .Quietly("10:00:00.203", on => on.Fill("e1", "t2", Side.Long, 65m, 2.3m, "10:00:00.090"))
        .Then(on => Assert.Equal(130m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity)) // the greater is covered
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }))
        .Quietly("10:00:06.950", on => new Checked(Evidence(on, new PositionRow(45m, 2.3m, on.Utc("10:00:00.090")))))
        .Then(on => Assert.Equal(45m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    [Fact]
    public void The_last_fill_of_a_position_before_is_not_the_end_of_one_whose_own_fills_were_never_told() => Protected()
        .Quietly("10:00:05.000", on => on.Fill("s1", "t2", Side.Short, 130m, 2.25m, "10:00:05.000"))
        .Quietly("10:00:05.001", on => on.Amount(0m, 0m, "10:00:05.000"))
        .Quietly("10:00:05.050", on => new CancelAnswered(on.Id("s1"), WasOpen: false))
        .Quietly("10:00:10.000", Want(Side.Long, 130m, 2.3m))
        .Quietly("10:00:10.100", on => on.Order("e2", OrderStatus.Filled, 130m, 2.3m, "10:00:10.090"))
        .Quietly("10:00:20.000", on => on.Amount(0m, 0m, "10:00:20.000"))
        .Quietly("10:00:20.500", new StreamRestarted(2))
        .Quietly("10:00:21.000", on => LaggingRow(on, "10:00:20.900", "10:00:10.090"))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }));

    [Theory]
    [InlineData(-66)]
    [InlineData(0)]
    public void An_amount_of_the_moment_of_our_entrys_fill_that_holds_nothing_on_our_side_may_be_of_before_it(int amount) => Wanted()
        .Quietly("10:00:00.250", on => on.Amount(amount, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.255", on => on.Fill("e1", "t1", Side.Long, 130m, 2.3m, "10:00:00.240"))
        .Then(on => Assert.Equal(130m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop))
        .Quietly("10:00:00.260", on => on.Amount(amount, 2.3m, "10:00:00.240"))
        .Then(on => Assert.Equal(130m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity))
        .Quietly("10:00:00.270", on => on.Amount(64m, 2.3m, "10:00:00.240"))
        .Then(on => Assert.Equal(64m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity))
        .Quietly("10:00:00.280", on => on.Amount(0m, 0m, "10:00:00.241"))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State));

    /// <summary>The end of the position before, told late, while the entry's fills are known by its end alone.</summary>
    [Theory]
    [InlineData("09:59:59.900")]
    [InlineData("10:00:00.230")]
    public void A_zero_of_before_the_end_of_an_entry_that_filled_in_part_is_no_closure(string at) => Wanted()
        .Quietly("10:00:00.250", on => on.Order("e1", OrderStatus.Expired, 43m, 2.289m, "10:00:00.240", Source.Query))
        .Quietly("10:00:00.300", on => on.Stop("s1", StopStatus.Live, "10:00:00.290"))
        .Quietly("10:00:00.400", on => on.Amount(0m, 0m, at))
        .Then(on => Assert.Equal(43m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }))
        .Quietly("10:00:00.500", on => on.Amount(0m, 0m, "10:00:00.450"))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State));

    [Fact]
    public void Nor_after_a_start_that_has_forgotten_when_the_entry_ended() => Wanted()
        .Quietly("10:00:00.250", on => on.Order("e1", OrderStatus.Expired, 43m, 2.289m, "10:00:00.240", Source.Query))
        .Quietly("10:00:00.300", on => on.Stop("s1", StopStatus.Live, "10:00:00.290"))
        .Restart()
        .Quietly("10:00:02.000", new Recovered())
        .Quietly("10:00:02.400", on => on.Amount(0m, 0m, "09:59:59.900"))
        .Then(on => Assert.IsType<PositionState.Open>(on.State));

    /// <summary>The entry filled further after a close of what it had filled first, and the word of that fill is late.</summary>
    [Fact]
    public void A_zero_of_before_our_last_fill_ends_nothing_when_the_close_is_told_again() => Wanted()
        .Quietly("10:00:00.250", on => on.Amount(65m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.251", on => on.Fill("e1", "t1", Side.Long, 65m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.300", new ClosePosition(CloseReason.Manual, "operator"))
        .Quietly("10:00:00.400", on => on.Amount(0m, 0m, "10:00:00.390"))
        .Quietly("10:00:00.401", on => on.Fill("x1", "t2", Side.Short, 65m, 2.3m, "10:00:00.390"))
        .Quietly("10:00:00.402", on => on.Order("x1", OrderStatus.Filled, 65m, 2.3m, "10:00:00.390", Source.Stream))
        .Quietly("10:00:00.450", on => on.Fill("e1", "t3", Side.Long, 40m, 2.3m, "10:00:00.440"))
        .Quietly("10:00:00.500", on => on.Order("e1", OrderStatus.Expired, 105m, 2.3m, "10:00:00.490", Source.Stream))
        .Quietly("10:00:00.900", on => on.Order("x1", OrderStatus.Filled, 65m, 2.3m, "10:00:00.390", Source.Query))
        .Then(on => Assert.Equal(40m, Assert.IsType<PositionState.Closing>(on.State).Holding.Quantity))
        .Then(on => Assert.False(Assert.IsType<PositionState.Closing>(on.State).Attempt.Working));

    /// <summary>The row that contains both trades overtook them: nothing else will be told of this position.</summary>
    [Theory]
    [InlineData("binance/ETHUSDT")]
    [InlineData("bybit/ETHUSDT")]
    public void A_zero_that_came_before_the_fill_that_it_contains_is_remembered_when_all_trades_come_to_it(string key)
    {
        var on = new PositionScenario(key, PositionScenario.Rules("ETHUSDT", 0.01m, 0.001m))
            .Quietly("10:00:00.000", Want(Side.Long, 1m, 3000m))
            .Quietly("10:00:00.060", scenario => scenario.Amount(0m, 0m, "10:00:00.050"))
            .Quietly("10:00:00.300", scenario => scenario.Order("e1", OrderStatus.Filled, 1m, 3000m, "10:00:00.020", Source.Stream))
            .Quietly("10:00:00.310", scenario => scenario.Fill("e1", "t1", Side.Long, 1m, 3000m, "10:00:00.020"))
            .Quietly("10:00:00.320", scenario => scenario.ForeignFill("t2", Side.Short, 1m, 3000m, "10:00:00.050"));
        Assert.True(
            on.State is PositionState.Flat || on.Effects.Exists(static effect => effect is PositionEffect.CheckPosition),
            string.Join("\n", on.Events) + string.Join("\n", on.Effects) + on.State);
    }
}
