using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;
using static Trading.Tests.Positions.SimulationStory;

namespace Trading.Tests.Positions;

/// <summary>What a hand opened, added to, turned or closed.</summary>
public sealed class OutsideHandScenarios
{
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
    public void A_position_that_somebody_traded_through_is_closed_by_the_row_of_the_other_side_and_nothing_is_opened_there() => Protected()
        .Quietly("10:00:05.000", on => new Checked(Evidence(on, new PositionRow(-65m, 2.3m, on.Utc("10:00:04.000"))) with { StartedUtc = on.Utc("10:00:04.900") }))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State))
        .Then(on => Assert.Equal(-65m, on.Seen.KnownAmount));

    [Fact]
    public void What_a_hand_opened_beside_an_entry_that_came_to_nothing_is_looked_at_at_once() => Wanted()
        .Quietly("10:00:01.000", on => on.Amount(-66m, 2.3m, "10:00:00.900"))
        .Quietly("10:00:10.000", on => new ProvenAbsent(on.Id("e1"), "three reads"))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition));

    [Fact]
    public void An_amount_of_before_the_row_that_was_adopted_does_not_close_it() => Adopted()
        .Quietly("10:00:02.000", on => on.Amount(0m, 0m, "09:58:00.000"))
        .Then(on => Assert.IsType<PositionState.Open>(on.State));

    [Fact]
    public void What_a_hand_added_after_the_row_that_was_adopted_is_part_of_it_though_it_was_before_the_adoption() => Adopted()
        .Quietly("10:00:01.000", on => on.ForeignFill("t2", Side.Long, 65m, 2.3m, "09:59:30.000"))
        .Then(on => Assert.Equal(195m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    /// <summary>130 long that a hand had opened a minute ago, behind stop s1.</summary>
    private static PositionScenario Adopted() => NothingHeld()
        .Quietly("10:00:00.000", on => new Checked(Evidence(on, new PositionRow(130m, 2.3m, on.Utc("09:59:00.000"), 2.31m))))
        .Quietly("10:00:00.300", on => on.Stop("s1", StopStatus.Live, "10:00:00.290"));

    [Fact]
    public void A_late_row_of_a_position_whose_fills_were_never_told_is_not_adopted_when_a_new_stream_has_forgotten_its_end() => Wanted()
        .Quietly("10:00:00.250", on => on.Amount(130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.300", on => on.Order("e1", OrderStatus.Filled, 130m, 2.3m, "10:00:00.240", Source.Query))
        .Quietly("10:00:05.000", on => on.Amount(0m, 0m, "10:00:05.000"))
        .Quietly("10:00:05.500", new StreamRestarted(2))
        .Quietly("10:00:07.000", on => new Checked(Evidence(on, new PositionRow(130m, 2.3m, on.Utc("10:00:00.240")))))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State));

    [Fact]
    public void A_row_between_the_entrys_fills_and_a_closing_fill_that_was_never_told_may_be_of_before() => Protected()
        .Quietly("10:00:03.000", on => on.Amount(195m, 2.3m, "10:00:03.000"))
        .Quietly("10:00:05.000", on => on.Amount(0m, 0m, "10:00:05.000"))
        .Quietly("10:00:05.500", new StreamRestarted(2))
        .Quietly("10:00:06.000", on => LaggingRow(on, "10:00:05.900", "10:00:03.000"))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State))
        .Quietly("10:00:10.100", on => LaggingRow(on, "10:00:10.060", "10:00:03.000"))
        .Then(on => Assert.IsType<PositionState.Open>(on.State));

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
    public void Nothing_is_opened_where_a_late_zero_row_came_after_what_a_hand_opened() => NothingHeld()
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

    /// <summary>A hand's order filled in two parts of one moment; the look at it read between them, by a clock that was ahead.</summary>
    private static PositionScenario TakenOverBetweenTwoFills() => NothingHeld()
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
        NothingHeld()
            .Quietly("10:00:00.100", on => on.Amount(66m, 2.249m, "10:00:00.095"))
            .Quietly("10:00:00.200", on => BetweenTheFills(on, "10:00:00.150"))
            .Then(on => Assert.IsType<PositionState.Flat>(on.State))
            .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }))
            .Quietly("10:00:06.000", on => BetweenTheFills(on, "10:00:05.900")) // whatever the two clocks of the exchange say
            .Then(on => Assert.Equal(33m, on.State.Held!.Quantity));

    [Fact]
    public void A_row_that_shows_the_last_word_of_the_stream_is_taken_over_where_our_clock_is_behind() =>
        NothingHeld()
            .Quietly("10:00:00.100", on => on.Amount(66m, 2.249m, "10:00:04.095"))
            .Quietly("10:00:00.200", on => RowOfThatMoment(on, 0m))
            .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CheckAgain }))
            .Quietly("10:00:00.300", on => RowOfThatMoment(on, 66m))
            .Then(on => Assert.Equal(66m, on.State.Held!.Quantity));

    private static Checked RowOfThatMoment(PositionScenario on, decimal amount) => new(
        Evidence(on, new PositionRow(amount, 2.249m, on.Utc("10:00:04.095"))) with { StartedUtc = on.Utc("10:00:00.150"), Cause = CheckCause.Doubt });

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

    private static bool IsCancel(PositionEffect effect) => effect is PositionEffect.CancelStop;
}
