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
        .Quietly("10:00:05.000", on => on.Amount(0m, 0m, "10:00:05.000"))
        .Quietly("10:00:05.001", on => on.Fill("s1", "t2", Side.Short, 130m, 2.25m, "10:00:05.000"))
        .Quietly("10:00:05.050", on => new CancelAnswered(on.Id("s1"), WasOpen: false))
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

    [Fact]
    public void A_close_that_filled_for_all_we_knew_of_ends_what_a_hand_had_added_unheard() => Protected()
        .Quietly("10:00:03.000", new StreamRestarted(2))
        .Quietly("10:00:04.000", new ClosePosition(CloseReason.Manual, "operator"))
        .Quietly("10:00:04.100", on => on.Order("x1", OrderStatus.Filled, 130m, 2.25m, "10:00:04.090"))
        .Then(on => Assert.IsType<PositionState.Closing>(on.State))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CancelStop))
        .Quietly("10:00:04.350", new TimerFired(PositionTimer.CheckAgain))
        .Quietly("10:00:04.400", on => new Checked(Evidence(on, new PositionRow(65m, 2.3m, on.Utc("10:00:04.090"))) with { StartedUtc = on.Utc("10:00:04.350") }))
        .Then(on => Assert.False(Assert.IsType<PositionState.Closing>(on.State).Attempt.Standing))
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
    public void Trades_that_ended_the_position_before_are_not_counted_again_where_our_clock_was_behind() => Protected()
        .Quietly("10:00:08.000", on => on.Amount(0m, 0m, "10:00:08.000"))
        .Quietly("10:00:08.001", on => on.ForeignFill("t2", Side.Short, 130m, 2.3m, "10:00:08.000"))
        .Quietly("10:00:08.050", on => new CancelAnswered(on.Id("s1"), WasOpen: true))
        .Quietly("10:00:05.000", Want(Side.Long, 130m, 2.3m))
        .Quietly("10:00:05.100", on => on.Fill("e2", "t4", Side.Long, 130m, 2.3m, "10:00:09.000"))
        .Quietly("10:00:05.200", on => on.ForeignFill("t2", Side.Short, 130m, 2.3m, "10:00:08.000"))
        .Then(on => Assert.Equal("trade t2 is of an earlier position", on.Last.Note));

    [Fact]
    public void What_a_hand_traded_before_our_entry_filled_is_not_ours_even_where_our_clock_was_behind() => Wanted()
        .Quietly("10:00:00.100", on => on.Order("e1", OrderStatus.Filled, 130m, 2.3m, "10:00:03.000"))
        .Quietly("10:00:00.200", on => on.ForeignFill("t2", Side.Short, 130m, 2.3m, "10:00:02.000"))
        .Then(on => Assert.Equal("trade t2 waits for the first fill of our entry", on.Last.Note))
        .Quietly("10:00:00.300", on => on.Fill("e1", "t3", Side.Long, 130m, 2.3m, "10:00:03.000"))
        .Quietly("10:00:00.400", on => on.ForeignFill("t2", Side.Short, 130m, 2.3m, "10:00:02.000"))
        .Then(on => Assert.Equal(130m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

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
    public void A_zero_that_lags_behind_an_order_answer_proves_nothing() => Wanted()
        .Quietly("10:00:00.100", on => on.Order("e1", OrderStatus.Filled, 130m, 2.3m, "10:00:00.090"))
        .Quietly("10:00:01.000", on => new Checked(Evidence(on, new PositionRow(0m, 0m, on.Utc("09:59:00.000"))) with
        {
            StartedUtc = on.Utc("10:00:00.500"), SecondRow = new PositionRead(new PositionRow(0m, 0m, on.Utc("09:59:00.000"))),
        }))
        .Then(on => Assert.IsType<PositionState.Open>(on.State));

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
    public void A_position_that_somebody_traded_through_is_closed_by_the_row_of_the_other_side_and_nothing_is_opened_there() => Protected()
        .Quietly("10:00:05.000", on => new Checked(Evidence(on, new PositionRow(-65m, 2.3m, on.Utc("10:00:04.000"))) with { StartedUtc = on.Utc("10:00:04.900") }))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State))
        .Then(on => Assert.Equal(-65m, on.Seen.KnownAmount));

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
        .Then(on => Assert.Equal((65m, 0m), (((PositionState.Closing)on.State).Holding.Quantity, ((PositionState.Closing)on.State).Holding.EntryLeft)))
        .Quietly("10:00:03.310", on => on.Order("x1", OrderStatus.Filled, 65m, 2.3m, "10:00:03.190"))
        .Quietly("10:00:03.600", new TimerFired(PositionTimer.CloseAgain))
        .Then(on => Assert.Equal(65m, Assert.IsType<PositionEffect.SendClose>(on.Last.Effects[0]).Quantity));

    [Fact]
    public void A_mark_that_nobody_answers_is_the_watched_one_before_the_deadline_has_passed() => Wanted()
        .Quietly("10:00:00.250", on => on.Fill("e1", "t1", Side.Long, 130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.300", on => new Rejected(on.Id("s1"), -2021, "would trigger", RejectKind.WouldTrigger))
        .Quietly("10:00:00.890", Mark(2.29m))
        .Quietly("10:00:00.900", new TimerFired(PositionTimer.StopAnswer))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop));

    [Fact]
    public void A_stop_of_what_we_may_not_close_counts_from_the_mark_where_the_mark_has_been_beyond_it() => new PositionScenario("binance/HNTUSDT", PositionScenario.Rules("HNTUSDT", 0.001m, 1m))
        .Quietly("10:00:00.000", on => new Checked(Evidence(on, new PositionRow(130m, 2.3m, on.Utc("09:59:59.000"), 2.31m))))
        .Quietly("10:00:00.300", on => on.Stop("s1", StopStatus.Live, "10:00:00.290"))
        .Quietly("10:00:05.000", Mark(2.2m))
        .Quietly("10:00:05.100", on => on.Stop("s1", StopStatus.Canceled, "10:00:05.090", Source.Stream))
        .Then(on => Assert.Equal(2.156m, on.Last.Effects.OfType<PositionEffect.SendStop>().Single().Trigger));

    [Fact]
    public void What_a_hand_opened_beside_an_entry_that_came_to_nothing_is_looked_at_at_once() => Wanted()
        .Quietly("10:00:01.000", on => on.Amount(-66m, 2.3m, "10:00:00.900"))
        .Quietly("10:00:10.000", on => new ProvenAbsent(on.Id("e1"), "three reads"))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition));

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
    public void An_amount_of_before_the_row_that_was_adopted_does_not_close_it() => Adopted()
        .Quietly("10:00:02.000", on => on.Amount(0m, 0m, "09:58:00.000"))
        .Then(on => Assert.IsType<PositionState.Open>(on.State));

    [Fact]
    public void What_a_hand_added_after_the_row_that_was_adopted_is_part_of_it_though_it_was_before_the_adoption() => Adopted()
        .Quietly("10:00:01.000", on => on.ForeignFill("t2", Side.Long, 65m, 2.3m, "09:59:30.000"))
        .Then(on => Assert.Equal(195m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

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
    public void An_entry_that_was_never_sent_frees_the_close_of_what_was_taken_for_it() => Wanted()
        .Quietly("10:00:00.100", on => on.Amount(65m, 2.3m, "10:00:00.090"))
        .Quietly("10:00:03.101", new TimerFired(PositionTimer.Protect))
        .Quietly("10:00:03.200", on => on.Amount(0m, 0m, "10:00:03.190"))
        .Quietly("10:00:04.000", on => new NotSent(on.Id("e1"), "its append took 4 s"))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State));

    /// <summary>130 long that a hand had opened a minute ago, behind stop s1.</summary>
    private static PositionScenario Adopted() => new PositionScenario("binance/HNTUSDT", PositionScenario.Rules("HNTUSDT", 0.001m, 1m))
        .Quietly("10:00:00.000", on => new Checked(Evidence(on, new PositionRow(130m, 2.3m, on.Utc("09:59:00.000"), 2.31m))))
        .Quietly("10:00:00.300", on => on.Stop("s1", StopStatus.Live, "10:00:00.290"));

    [Fact]
    public void A_trade_that_the_looked_up_row_already_contained_does_not_reduce_it_again() => Protected()
        .Quietly("10:00:09.000", Mark(2.4m))
        .Quietly("10:00:09.100", on => new QuantityLookedUp(65m, 1, 40, on.Utc("10:00:08.000")))
        .Quietly("10:00:09.200", on => on.ForeignFill("t2", Side.Short, 65m, 2.3m, "10:00:08.000"))
        .Then(on => Assert.Equal(65m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    [Fact]
    public void A_stop_of_an_earlier_life_is_not_taken_away_while_it_is_the_only_one() => Wanted()
        .Quietly("10:00:00.250", on => on.Fill("e1", "t1", Side.Long, 130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.260", on => new StopReported(
            OrderIds.For(PositionScenario.Journal, "position/binance/HNTUSDT", 99, OrderPurpose.Stop), "9", StopStatus.Live, 130m, 2.2m, on.Utc("10:00:00.255"), Source.Stream))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CancelStop))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }));

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
    public void Trades_that_say_the_close_filled_and_something_is_left_are_enough_for_the_next_close() => Protected()
        .Quietly("10:00:04.000", new ClosePosition(CloseReason.Manual, "operator"))
        .Quietly("10:00:05.000", on => on.ForeignFill("t2", Side.Long, 65m, 2.3m, "10:00:04.500"))
        .Quietly("10:00:05.001", on => on.Fill("x1", "t3", Side.Short, 130m, 2.25m, "10:00:04.900"))
        .Then(on => Assert.Equal(65m, Assert.IsType<PositionState.Closing>(on.State).Holding.Quantity))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CloseAgain }))
        .Quietly("10:00:05.201", new TimerFired(PositionTimer.CloseAgain))
        .Then(on => Assert.Equal(65m, Assert.Single(on.Last.Effects.OfType<PositionEffect.SendClose>()).Quantity));

    [Fact]
    public void A_late_row_of_a_position_whose_fills_were_never_told_is_not_adopted_when_a_new_stream_has_forgotten_its_end() => Wanted()
        .Quietly("10:00:00.250", on => on.Amount(130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.300", on => on.Order("e1", OrderStatus.Filled, 130m, 2.3m, "10:00:00.240", Source.Query))
        .Quietly("10:00:05.000", on => on.Amount(0m, 0m, "10:00:05.000"))
        .Quietly("10:00:05.500", new StreamRestarted(2))
        .Quietly("10:00:07.000", on => new Checked(Evidence(on, new PositionRow(130m, 2.3m, on.Utc("10:00:00.240")))))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State));

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

    [Fact]
    public void A_row_between_the_entrys_fills_and_a_closing_fill_that_was_never_told_may_be_of_before() => Protected()
        .Quietly("10:00:03.000", on => on.Amount(195m, 2.3m, "10:00:03.000"))
        .Quietly("10:00:05.000", on => on.Amount(0m, 0m, "10:00:05.000"))
        .Quietly("10:00:05.500", new StreamRestarted(2))
        .Quietly("10:00:06.000", on => LaggingRow(on, "10:00:05.900", "10:00:03.000"))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State))
        .Quietly("10:00:10.100", on => LaggingRow(on, "10:00:10.060", "10:00:03.000"))
        .Then(on => Assert.IsType<PositionState.Open>(on.State));

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

    [Fact]
    public void What_a_hand_opened_and_closed_while_our_entry_was_in_doubt_is_flat_once_the_entry_has_ended_with_nothing() => Wanted()
        .Quietly("10:00:00.200", on => new OutcomeUnknown(on.Id("e1"), "no answer"))
        .Quietly("10:00:00.300", on => on.Amount(65m, 2.3m, "10:00:00.290"))
        .Quietly("10:00:03.300", new TimerFired(PositionTimer.Protect))
        .Quietly("10:00:03.400", on => new Rejected(on.Id("x1"), -2022, "ReduceOnly Order is rejected.", RejectKind.NothingToReduce))
        .Quietly("10:00:04.000", on => Zeros(on, "10:00:00.280"))
        .Then(on => Assert.IsType<PositionState.Closing>(on.State))
        .Quietly("10:00:04.100", on => Zeros(on, "10:00:02.000"))
        .Then(on => Assert.IsType<PositionState.Closing>(on.State))
        .Quietly("10:00:08.000", on => new ProvenAbsent(on.Id("e1"), "3 reads"))
        .Quietly("10:00:09.000", on => Zeros(on, "10:00:00.280"))
        .Then(on => Assert.IsType<PositionState.Closing>(on.State))
        .Quietly("10:00:09.100", on => Zeros(on, "10:00:02.000"))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State));

    private static Checked Zeros(PositionScenario on, string changedUtc)
    {
        var row = new PositionRead(new PositionRow(0m, 0m, on.Utc(changedUtc)));
        return new Checked(new CheckEvidence(on.Utc("10:00:03.500"), row, row, [], null, [], CheckCause.Doubt));
    }

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

    private static Checked LaggingRow(PositionScenario on, string startedUtc, string changedUtc) =>
        new(Evidence(on, new PositionRow(130m, 2.3m, on.Utc(changedUtc))) with { StartedUtc = on.Utc(startedUtc) });

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
    public void A_late_zero_row_does_not_undo_what_the_stream_said_a_hand_opened() => new PositionScenario("binance/HNTUSDT")
        .Quietly("10:00:06.000", on => on.Amount(130m, 2.3m, "10:00:05.990"))
        .Quietly("10:00:07.000", on => new SnapshotShare(new PositionRow(0m, 0m, on.Utc("09:59:00.000")), [], on.Utc("10:00:06.900")))
        .Quietly("10:00:07.100", on => new Checked(Evidence(on, new PositionRow(0m, 0m, on.Utc("09:59:00.000")))))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }))
        .Quietly("10:00:08.100", new TimerFired(PositionTimer.CheckAgain))
        .Quietly("10:00:08.200", on => new Checked(Evidence(on, new PositionRow(130m, 2.3m, on.Utc("10:00:05.990")))))
        .Then(on => Assert.IsType<PositionState.Open>(on.State));

    [Fact]
    public void A_late_zero_row_does_not_undo_a_row_that_a_hand_opened() => new PositionScenario("binance/HNTUSDT")
        .Quietly("10:00:06.000", on => new SnapshotShare(new PositionRow(130m, 2.3m, on.Utc("10:00:05.990")), [], on.Utc("10:00:05.995")))
        .Quietly("10:00:07.100", on => new Checked(Evidence(on, new PositionRow(0m, 0m, UpdatedUtc: null))))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }));

    [Fact]
    public void Nothing_is_opened_where_a_late_zero_row_came_after_what_a_hand_opened() => new PositionScenario("binance/HNTUSDT", PositionScenario.Rules("HNTUSDT", 0.001m, 1m))
        .Quietly("10:00:06.000", on => on.Amount(130m, 2.3m, "10:00:05.990"))
        .Quietly("10:00:06.900", on => new Checked(Evidence(on, new PositionRow(0m, 0m, on.Utc("09:59:00.000")))))
        .Quietly("10:00:07.000", on => new SnapshotShare(new PositionRow(0m, 0m, on.Utc("09:59:00.000")), [], on.Utc("10:00:06.950")))
        .Quietly("10:00:07.100", Want(Side.Long, 130m, 2.3m))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State));

    [Fact]
    public void A_zero_row_of_after_what_a_hand_opened_is_its_end() => new PositionScenario("binance/HNTUSDT")
        .Quietly("10:00:06.000", on => on.Amount(130m, 2.3m, "10:00:05.990"))
        .Quietly("10:00:07.100", on => new Checked(Evidence(on, new PositionRow(0m, 0m, on.Utc("10:00:06.500")))))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.StartTimer));

    [Fact]
    public void Trades_that_the_amount_of_an_ended_session_contained_are_not_counted_off_it_again() => Wanted()
        .Quietly("10:00:00.250", on => on.Order("e1", OrderStatus.Filled, 130m, 2.3m, "10:00:00.240", Source.Query))
        .Quietly("10:00:01.000", on => on.Amount(65m, 2.3m, "10:00:00.990"))
        .Quietly("10:00:02.000", on => on.Amount(97m, 2.3m, "10:00:01.990"))
        .Quietly("10:00:03.000", new StreamRestarted(2))
        .Quietly("10:00:04.000", on => on.Fill("e1", "t1", Side.Long, 130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:04.001", on => on.ForeignFill("t2", Side.Short, 65m, 2.3m, "10:00:00.990"))
        .Then(on => Assert.Equal(97m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    [Fact]
    public void What_a_hand_holds_on_the_other_side_since_the_moment_of_our_fill_is_no_row_of_the_past_for_ever() => Wanted()
        .Quietly("10:00:00.050", on => on.ForeignFill("t0", Side.Short, 190m, 2.3m, "10:00:00.040"))
        .Quietly("10:00:00.245", on => on.Amount(-60m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.250", on => on.Fill("e1", "t1", Side.Long, 130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:01.000", on => Turned(on, "10:00:00.900"))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State))
        .Quietly("10:00:01.500", on => Turned(on, "10:00:01.400"))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State))
        .Quietly("10:00:07.000", on => Turned(on, "10:00:06.900"))
        .Then(on => Assert.Equal((Side.Short, 60m), (Assert.IsType<PositionState.Open>(on.State).Holding is var held ? held.Side : default, held.Quantity)));

    private static Checked Turned(PositionScenario on, string startedUtc) => new(
        Evidence(on, new PositionRow(-60m, 2.3m, on.Utc("10:00:00.240"))) with { StartedUtc = on.Utc(startedUtc), Cause = CheckCause.Doubt });

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
    public void A_stop_that_is_known_to_fire_is_not_asked_for_by_the_price() => Protected()
        .Quietly("10:00:02.000", Mark(2.25m))
        .Quietly("10:00:02.100", on => on.Stop("s1", StopStatus.Triggering, "10:00:02.050", Source.Stream))
        .Quietly("10:00:05.000", new TimerFired(PositionTimer.StopDue))
        .Then(on => Assert.Empty(on.Last.Effects));

    [Fact]
    public void A_stop_that_fires_before_anybody_heard_that_it_rests_leaves_the_one_it_replaces() => Protected()
        .Quietly("10:00:01.000", on => on.Amount(130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:02.000", Mark(2.34m))
        .Quietly("10:00:02.100", on => on.Stop("s2", StopStatus.Triggering, "10:00:02.090", Source.Stream))
        .Then(on => Assert.Contains(on.Last.Events, happened => happened is PositionEvent.StopConfirmed))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CancelStop));

    [Fact]
    public void A_start_makes_no_stop_smaller_by_what_the_journal_says_alone() => Protected()
        .Quietly("10:00:01.000", on => on.Amount(65m, 2.3m, "10:00:00.990"))
        .Quietly("10:00:01.050", on => new NotSent(on.Id("s2"), "no budget"))
        .Restart()
        .Quietly("10:00:05.000", new Recovered())
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.SendStop))
        .Quietly("10:00:05.300", on => on.Amount(65m, 2.3m, "10:00:05.290"))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop { Quantity: 65m }));

    /// <summary>A hand's order filled in two parts of one moment; the look at it read between them, by a clock that was ahead.</summary>
    private static PositionScenario TakenOverBetweenTwoFills() => new PositionScenario("binance/HNTUSDT", PositionScenario.Rules("HNTUSDT", 0.001m, 1m))
        .Quietly("10:00:00.100", on => on.Amount(33m, 2.249m, "10:00:00.090"))
        .Quietly("10:00:00.101", on => on.Amount(66m, 2.249m, "10:00:00.090"))
        .Quietly("10:00:00.200", on => BetweenTheFills(on, "10:00:00.150"));

    private static Checked BetweenTheFills(PositionScenario on, string startedUtc) => new(
        Evidence(on, new PositionRow(33m, 2.249m, on.Utc("10:00:00.090"))) with { StartedUtc = on.Utc(startedUtc), Cause = CheckCause.Doubt });

    [Fact]
    public void A_row_of_between_two_fills_of_one_moment_is_taken_over_for_all_that_the_stream_says() => TakenOverBetweenTwoFills()
        .Then(on => Assert.Equal(66m, on.State.Held!.Quantity))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop { Quantity: 66m }))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }));

    [Fact]
    public void Less_than_the_stream_says_of_the_same_moment_counts_once_reads_have_caught_up() => TakenOverBetweenTwoFills()
        .Quietly("10:00:01.500", on => BetweenTheFills(on, "10:00:01.400"))
        .Then(on => Assert.Equal(66m, on.State.Held!.Quantity))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }))
        .Quietly("10:00:06.000", on => BetweenTheFills(on, "10:00:05.900"))
        .Then(on => Assert.Equal(33m, on.State.Held!.Quantity));

    [Fact]
    public void A_row_of_before_the_last_word_of_the_stream_is_not_taken_over() =>
        new PositionScenario("binance/HNTUSDT", PositionScenario.Rules("HNTUSDT", 0.001m, 1m))
            .Quietly("10:00:00.100", on => on.Amount(66m, 2.249m, "10:00:00.095"))
            .Quietly("10:00:00.200", on => BetweenTheFills(on, "10:00:00.150"))
            .Then(on => Assert.IsType<PositionState.Flat>(on.State))
            .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }))
            .Quietly("10:00:06.000", on => BetweenTheFills(on, "10:00:05.900")) // whatever the two clocks of the exchange say
            .Then(on => Assert.Equal(33m, on.State.Held!.Quantity));

    [Fact]
    public void A_next_stop_that_is_given_up_stays_while_the_one_before_it_fires() => Protected()
        .Quietly("10:00:01.000", on => on.Amount(130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:02.000", Mark(2.34m))
        .Quietly("10:00:02.050", on => on.Stop("s1", StopStatus.Triggering, "10:00:02.040", Source.Stream))
        .Quietly("10:00:09.000", on => new StopsRead([], on.Utc("10:00:08.900")))
        .Then(on => Assert.Contains(on.Last.Events, happened => happened is PositionEvent.StopMoveRefused))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CancelStop));

    /// <summary>The stream's word of it, heard in the life before, contained the trade.</summary>
    [Fact]
    public void A_trade_that_is_told_after_a_start_is_not_counted_off_what_was_stated_with_it() => Protected()
        .Quietly("10:00:01.000", on => on.Amount(65m, 2.3m, "10:00:00.990"))
        .Quietly("10:00:01.050", on => new NotSent(on.Id("s2"), "no budget"))
        .Restart()
        .Quietly("10:00:05.000", new Recovered())
        .Quietly("10:00:05.200", on => on.ForeignFill("t2", Side.Short, 65m, 2.3m, "10:00:00.990"))
        .Then(on => Assert.Equal(65m, on.State.Held!.Quantity));

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
        .Then(on => Assert.False(Assert.IsType<PositionState.Closing>(on.State).Attempt.Standing));

    /// <summary>A hand's position verified our entry, which never came: our stop is all that protects it until it has its own.</summary>
    private static PositionScenario TakenForOurs() => Wanted()
        .Quietly("10:00:00.250", on => on.Amount(65m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.300", on => on.Stop("s1", StopStatus.Live, "10:00:00.290"))
        .Quietly("10:00:03.000", on => new OutcomeUnknown(on.Id("e1"), "no answer"))
        .Quietly("10:00:16.000", on => new ProvenAbsent(on.Id("e1"), "3 reads without it"));

    [Fact]
    public void The_stop_of_an_entry_that_never_came_stays_under_what_a_hand_opened_until_that_has_its_own() => TakenForOurs()
        .Then(on => Assert.DoesNotContain(on.Last.Effects, IsCancel))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition))
        .Quietly("10:00:16.100", on => new SnapshotShare(OfAHand(on), [Ours(on)], on.Utc("10:00:16.050")))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, IsCancel))
        .Quietly("10:00:16.200", on => new Checked(Evidence(on, OfAHand(on)) with { StartedUtc = on.Utc("10:00:16.010"), Stops = [Ours(on)] }))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop { Quantity: 65m }))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, IsCancel))
        .Quietly("10:00:16.300", on => on.Stop("s2", StopStatus.Live, "10:00:16.290"))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CancelStop cancel && cancel.Stop == on.Id("s1")));

    /// <summary>The answer to its request, and a repeated event, come when the entry has failed already.</summary>
    [Fact]
    public void Nor_is_it_taken_away_when_it_is_told_again_meanwhile() => TakenForOurs()
        .Quietly("10:00:16.050", on => on.Stop("s1", StopStatus.Live, "10:00:00.290"))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, IsCancel))
        .Quietly("10:00:17.000", new TimerFired(PositionTimer.StopAnswer))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, IsCancel));

    [Fact]
    public void And_goes_at_once_where_the_hands_own_stop_counts() => TakenForOurs()
        .Quietly("10:00:16.200", on => new Checked(Evidence(on, OfAHand(on)) with
        {
            StartedUtc = on.Utc("10:00:16.010"),
            Stops = [Ours(on), new StopView(new ClientOrderId("web_9"), "9", Side.Long, 65m, 2.26m, ClosesPosition: false, OrderOrigin.Foreign)],
        }))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CancelStop cancel && cancel.Stop == on.Id("s1")));

    /// <summary>It is in the row that was taken over, and in the books of the position before.</summary>
    [Fact]
    public void What_a_stop_that_was_kept_had_sold_before_is_not_counted_for_what_was_taken_over() => Protected()
        .Quietly("10:00:05.000", on => on.Amount(0m, 0m, "10:00:05.000"))
        .Quietly("10:00:05.001", on => on.Fill("s1", "t2", Side.Short, 130m, 2.25m, "10:00:05.000"))
        .Quietly("10:00:05.100", on => on.Amount(65m, 2.25m, "10:00:05.090"))
        .Quietly("10:00:05.200", on => new Checked(Evidence(on, new PositionRow(65m, 2.25m, on.Utc("10:00:05.090"))) with { StartedUtc = on.Utc("10:00:05.110") }))
        .Then(on => Assert.Equal(65m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity))
        .Quietly("10:00:05.300", on => on.Fill("s1", "t2", Side.Short, 130m, 2.25m, "10:00:05.000"))
        .Then(on => Assert.Empty(on.Last.Events))
        .Quietly("10:00:05.400", on => on.Stop("s1", StopStatus.Finished, "10:00:05.000", Source.Stream))
        .Then(on => Assert.IsType<PositionEvent.StopCleared>(Assert.Single(on.Last.Events)))
        .Then(on => Assert.Null(on.Seen.StopProgress))
        .Quietly("10:00:06.000", on => on.Amount(0m, 0m, "10:00:05.990"))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State))
        .Quietly("10:00:07.000", on => on.Fill("s1", "t2", Side.Short, 130m, 2.25m, "10:00:05.000"))
        .Then(on => Assert.Empty(on.Last.Events));

    [Fact]
    public void And_goes_once_the_hand_has_closed_it() => TakenForOurs()
        .Quietly("10:00:16.100", on => on.Amount(0m, 0m, "10:00:16.090"))
        .Then(on => Assert.Contains(on.Last.Effects, IsCancel));

    private static PositionRow OfAHand(PositionScenario on) => new(65m, 2.3m, on.Utc("10:00:00.240"));

    private static StopView Ours(PositionScenario on) => new(on.Id("s1"), "4000001", Side.Long, 65m, 2.254m, ClosesPosition: false, OrderOrigin.Ours);

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

    private static bool IsCancel(PositionEffect effect) => effect is PositionEffect.CancelStop;

    private static bool IsStopDue(PositionEffect effect) => effect is PositionEffect.StartTimer { Timer: PositionTimer.StopDue };

    private static PositionScenario Wanted() => new PositionScenario("binance/HNTUSDT", PositionScenario.Rules("HNTUSDT", 0.001m, 1m))
        .Quietly("10:00:00.000", Want(Side.Long, 130m, 2.3m));

    /// <summary>130 long from 2.3 behind stop s1.</summary>
    private static PositionScenario Protected() => Wanted()
        .Quietly("10:00:00.250", on => on.Fill("e1", "t1", Side.Long, 130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.300", on => on.Stop("s1", StopStatus.Live, "10:00:00.290"));

    private static CheckEvidence Evidence(PositionScenario on, PositionRow row) =>
        new(on.Utc("10:00:06.900"), new PositionRead(row), null, null, null, null, CheckCause.Snapshot);
}
