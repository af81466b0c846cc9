using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;
using static Trading.Tests.Positions.SimulationStory;

namespace Trading.Tests.Positions;

/// <summary>Entries and closes whose answers, ends or fills are late, lost or somebody else's.</summary>
public sealed class UntoldOrderScenarios
{
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

    /// <summary>Seed 2538: a frame of the position before was repeated while an entry waited for the journal, and taken for its fill.</summary>
    [Fact]
    public void An_amount_of_the_position_before_that_is_told_again_is_no_fill_of_the_entry_that_follows() => Protected()
        .Quietly("10:00:05.000", on => on.Fill("s1", "t2", Side.Short, 130m, 2.25m, "10:00:04.990"))
        .Quietly("10:00:05.001", on => on.Amount(0m, 0m, "10:00:04.990"))
        .Quietly("10:00:05.020", on => new CancelAnswered(on.Id("s1"), WasOpen: false))
        .Quietly("10:00:20.000", Want(Side.Long, 130m, 2.3m))
        .Quietly("10:00:21.000", on => on.Amount(65m, 2.3m, "10:00:04.990"))
        .Then(on => Assert.IsType<PositionState.Opening>(on.State))
        .Then(on => Assert.Empty(on.Last.Effects));

    [Fact]
    public void Somebody_elses_trade_while_the_entry_is_on_its_way_closes_nothing() => Wanted()
        .Quietly("10:00:00.050", on => on.ForeignFill("t1", Side.Short, 40m, 2.3m, "10:00:00.040"))
        .Then(on => Assert.IsType<PositionState.Opening>(on.State));

    [Fact]
    public void A_close_that_was_not_found_may_still_come_so_nothing_is_opened_that_it_could_reduce() => Protected()
        .Quietly("10:00:04.000", new ClosePosition(CloseReason.Manual, "operator"))
        .Quietly("10:00:07.000", on => new OutcomeUnknown(on.Id("x1"), "no answer"))
        .Quietly("10:00:07.300", on => new ProvenAbsent(on.Id("x1"), "1 read"))
        .Quietly("10:00:07.500", new TimerFired(PositionTimer.CloseAgain))
        .Quietly("10:00:07.600", on => on.Amount(0m, 0m, "10:00:07.590"))
        .Quietly("10:00:07.601", on => on.Fill("x2", "t2", Side.Short, 130m, 2.25m, "10:00:07.590"))
        .Quietly("10:00:07.700", on => new CancelAnswered(on.Id("s1"), WasOpen: true))
        .Quietly("10:00:13.200", Want(Side.Long, 130m, 2.3m))
        .Then(on => Assert.Equal("key_in_doubt", on.Last.Note))
        .Quietly("10:00:13.400", Want(Side.Long, 130m, 2.3m))
        .Then(on => Assert.IsType<PositionState.Opening>(on.State));

    [Fact]
    public void After_a_restart_a_close_without_a_fill_may_still_come() => Protected()
        .Quietly("10:00:04.000", new ClosePosition(CloseReason.Manual, "operator"))
        .Quietly("10:00:04.100", on => on.Amount(0m, 0m, "10:00:04.090"))
        .Quietly("10:00:04.200", on => new CancelAnswered(on.Id("s1"), WasOpen: true))
        .Restart()
        .Quietly("10:00:05.000", new Recovered())
        .Quietly("10:00:05.100", on => new SnapshotShare(new PositionRow(0m, 0m, on.Utc("10:00:04.090")), [], on.Utc("10:00:05.050")))
        .Quietly("10:00:10.900", Want(Side.Long, 130m, 2.3m))
        .Then(on => Assert.Equal("key_in_doubt", on.Last.Note))
        .Quietly("10:00:11.100", Want(Side.Long, 130m, 2.3m))
        .Then(on => Assert.IsType<PositionState.Opening>(on.State));

    [Fact]
    public void Nothing_is_opened_behind_a_stop_of_the_position_before() => Protected()
        .Quietly("10:00:05.000", on => on.Amount(0m, 0m, "10:00:04.990"))
        .Quietly("10:00:05.010", Want(Side.Long, 130m, 2.3m))
        .Then(on => Assert.Equal("key_in_doubt", on.Last.Note))
        .Quietly("10:00:05.020", on => new CancelAnswered(on.Id("s1"), WasOpen: false))
        .Quietly("10:00:05.030", Want(Side.Long, 130m, 2.3m))
        .Then(on => Assert.IsType<PositionState.Opening>(on.State));

    [Fact]
    public void A_position_that_somebody_traded_through_while_its_entry_still_filled_waits_for_the_entrys_end() => Wanted()
        .Quietly("10:00:00.100", on => on.Amount(65m, 2.3m, "10:00:00.090"))
        .Quietly("10:00:00.101", on => on.Fill("e1", "t1", Side.Long, 65m, 2.3m, "10:00:00.090"))
        .Quietly("10:00:00.200", on => on.Amount(-30m, 2.3m, "10:00:00.190"))
        .Then(on => Assert.IsType<PositionState.Opening>(on.State))
        .Quietly("10:00:00.300", on => on.Amount(35m, 2.3m, "10:00:00.290"))
        .Quietly("10:00:00.301", on => on.Fill("e1", "t3", Side.Long, 65m, 2.3m, "10:00:00.290"))
        .Then(on => Assert.Equal(35m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    [Fact]
    public void An_entry_that_was_found_working_and_is_in_doubt_is_asked_for_until_its_end() => Wanted()
        .Quietly("10:00:03.000", on => new OutcomeUnknown(on.Id("e1"), "no answer"))
        .Quietly("10:00:03.300", on => on.Order("e1", OrderStatus.New, 0m, null, "10:00:00.090", Source.Query))
        .Quietly("10:00:03.800", new TimerFired(PositionTimer.FillsMissing))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.QueryOrder));

    [Fact]
    public void An_entry_that_ended_without_a_fill_frees_the_key_though_somebody_elses_quantity_verified_it() => Wanted()
        .Quietly("10:00:01.000", on => on.Amount(66m, 2.3m, "10:00:00.900"))
        .Quietly("10:00:02.000", on => on.Order("e1", OrderStatus.Expired, 0m, null, "10:00:00.090", Source.Query))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition));

    [Fact]
    public void A_close_does_not_wait_for_the_rest_of_the_entry_and_flat_does() => Wanted()
        .Quietly("10:00:00.100", on => on.Amount(65m, 2.3m, "10:00:00.090"))
        .Quietly("10:00:00.101", on => on.Fill("e1", "t1", Side.Long, 65m, 2.3m, "10:00:00.090"))
        .Quietly("10:00:03.101", new TimerFired(PositionTimer.Protect))
        .Quietly("10:00:03.200", on => on.Amount(0m, 0m, "10:00:03.190"))
        .Quietly("10:00:03.201", on => on.Fill("x1", "t2", Side.Short, 65m, 2.3m, "10:00:03.190"))
        .Then(on => Assert.IsType<PositionState.Closing>(on.State))
        .Quietly("10:00:03.300", on => on.Amount(65m, 2.3m, "10:00:03.290"))
        .Quietly("10:00:03.301", on => on.Fill("e1", "t3", Side.Long, 65m, 2.3m, "10:00:03.290"))
        .Then(on => Assert.Equal((65m, 0m), (((PositionState.Closing)on.State).Holding.Quantity, ((PositionState.Closing)on.State).Holding.LeavesQuantity)))
        .Quietly("10:00:03.310", on => on.Order("x1", OrderStatus.Filled, 65m, 2.3m, "10:00:03.190"))
        .Quietly("10:00:03.600", new TimerFired(PositionTimer.CloseAgain))
        .Then(on => Assert.Equal(65m, Assert.IsType<PositionEffect.SendClose>(on.Last.Effects[0]).Quantity));

    [Fact]
    public void After_a_restart_the_end_of_an_entry_that_is_being_closed_is_inquired_and_its_absence_frees_the_close() => Wanted()
        .Quietly("10:00:00.100", on => on.Amount(65m, 2.3m, "10:00:00.090"))
        .Quietly("10:00:03.101", new TimerFired(PositionTimer.Protect))
        .Restart()
        .Quietly("10:00:05.000", new Recovered())
        .Then(on => Assert.Equal(2, on.Last.Effects.OfType<PositionEffect.Inquire>().Count()))
        .Quietly("10:00:05.200", on => on.Amount(0m, 0m, "10:00:05.190"))
        .Then(on => Assert.IsType<PositionState.Closing>(on.State))
        .Quietly("10:00:15.000", on => new ProvenAbsent(on.Id("e1"), "three reads"))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State));

    [Fact]
    public void An_entry_that_was_never_sent_frees_the_close_of_what_was_taken_for_it() => Wanted()
        .Quietly("10:00:00.100", on => on.Amount(65m, 2.3m, "10:00:00.090"))
        .Quietly("10:00:03.101", new TimerFired(PositionTimer.Protect))
        .Quietly("10:00:03.200", on => on.Amount(0m, 0m, "10:00:03.190"))
        .Quietly("10:00:04.000", on => new NotSent(on.Id("e1"), "its append took 4 s"))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State));

    [Fact]
    public void A_refused_close_of_what_no_stop_covers_does_not_wait_for_a_check_that_nobody_answers() => Wanted()
        .Quietly("10:00:00.250", on => on.Fill("e1", "t1", Side.Long, 130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:03.250", new TimerFired(PositionTimer.Protect))
        .At("10:00:03.260", on => new Rejected(on.Id("x1"), -2022, "ReduceOnly Order is rejected.", RejectKind.NothingToReduce))
        .At("10:00:04.260", new TimerFired(PositionTimer.CloseAgain))
        .Reads("""
            10:00:03.260 <- Rejected x1 -2022 ReduceOnly Order is rejected. NothingToReduce
                         :: CloseAttemptFailed x1 -2022 ReduceOnly Order is rejected.
                         -> CheckPosition Doubt
                         -> StartTimer CloseAgain 1s
            10:00:04.260 <- TimerFired CloseAgain
                         :: CloseIntended x2 130 ProtectionDeadline 2 what is left
                         -> SendClose x2 Long 130
            """);

    [Fact]
    public void Trades_that_say_the_close_filled_and_something_is_left_are_enough_for_the_next_close() => Protected()
        .Quietly("10:00:04.000", new ClosePosition(CloseReason.Manual, "operator"))
        .Quietly("10:00:05.000", on => on.ForeignFill("t2", Side.Long, 65m, 2.3m, "10:00:04.500"))
        .Quietly("10:00:05.001", on => on.Fill("x1", "t3", Side.Short, 130m, 2.25m, "10:00:04.900"))
        .Then(on => Assert.Equal(65m, Assert.IsType<PositionState.Closing>(on.State).Holding.Quantity))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CloseAgain }))
        .Quietly("10:00:05.201", new TimerFired(PositionTimer.CloseAgain))
        .Then(on => Assert.Equal(65m, Assert.Single(on.Last.Effects.OfType<PositionEffect.SendClose>()).Quantity));

    [Fact]
    public void An_entry_that_failed_does_not_forget_when_the_position_before_had_ended() => Protected()
        .Quietly("10:00:03.000", on => on.Amount(195m, 2.3m, "10:00:03.000"))
        .Quietly("10:00:05.000", on => on.Amount(0m, 0m, "10:00:05.000"))
        .Quietly("10:00:05.050", on => new CancelAnswered(on.Id("s1"), WasOpen: false))
        .Quietly("10:00:05.060", on => new CancelAnswered(on.Id("s2"), WasOpen: false))
        .Quietly("10:00:05.100", Want(Side.Long, 130m, 2.3m))
        .Quietly("10:00:05.200", on => new Rejected(on.Id("e2"), -2019, "Margin is insufficient."))
        .Quietly("10:00:05.500", new StreamRestarted(2))
        .Quietly("10:00:06.000", on => LaggingRow(on, "10:00:05.900", "10:00:03.000"))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State));
}
