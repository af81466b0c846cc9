using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>A stop that is a property of the position (Bybit): no client id, ours iff its price is one we set.</summary>
public sealed class PositionStopScenarios
{
    private static PositionScenario Filled() =>
        new PositionScenario("bybit/ETHUSDT", PositionScenario.Rules("ETHUSDT", 0.01m, 0.001m), policy: policy => policy with { AttachesStop = true })
            .Quietly("10:00:00.000", Want(Side.Long, 1m, 3001m))
            .Quietly("10:00:00.100", on => on.Amount(1m, 3000m, "10:00:00.090"))
            .Quietly("10:00:00.101", on => on.Fill("e1", "t1", Side.Long, 1m, 3000m, "10:00:00.090"));

    private static PositionScenario Open() => Filled().Quietly("10:00:00.150", on => Told(on, 2940m));

    private static StopReported Told(PositionScenario on, decimal trigger, StopStatus status = StopStatus.Live) =>
        new(PositionStops.At(trigger), "", status, 1m, trigger, on.Utc("10:00:00.140"), Source.Stream);

    private static StopView Listed(decimal trigger) =>
        new(PositionStops.At(trigger), "", Side.Long, 1m, trigger, true, OrderOrigin.Foreign);

    private static SnapshotShare Share(PositionScenario on, string at, params StopView[] stops) =>
        new(new PositionRow(1m, 3000m, on.Utc("10:00:00.090")), stops, on.Utc(at));

    private static ClientOrderId LiveStop(PositionScenario on) => ((PositionState.Open)on.State).Holding.LiveStop!.Id;

    [Fact]
    public void The_entry_carries_a_stop_counted_from_the_reference_price()
    {
        var on = Filled();
        Assert.Equal(2940.98m, on.Effects.OfType<PositionEffect.SendEntry>().Single().AttachedStop);
        Assert.Equal(2940m, on.Effects.OfType<PositionEffect.SendStop>().Single().Trigger);
    }

    [Fact]
    public void The_intended_price_on_the_stream_confirms_the_intent_and_the_attached_one_does_not()
    {
        var on = Filled().Quietly("10:00:00.120", scenario => Told(scenario, 2940.98m));
        Assert.DoesNotContain(on.Events, happened => happened is PositionEvent.StopConfirmed);
        on.Quietly("10:00:00.150", scenario => Told(scenario, 2940m));
        Assert.Equal(on.Id("s1"), LiveStop(on));
    }

    [Fact]
    public void After_a_restart_the_stop_is_known_by_its_price_and_a_snapshot_changes_nothing()
    {
        var on = Open().Restart().Quietly("10:01:00.000", scenario => Share(scenario, "10:01:00.000", Listed(2940.00m)));
        Assert.Equal(Verdict.Ignored, on.Last.Verdict);
        on.Quietly("10:02:00.000", scenario => Share(scenario, "10:02:00.000", Listed(2939m)));
        Assert.IsType<PositionEffect.CheckPosition>(Assert.Single(on.Last.Effects));
    }

    [Fact]
    public void Another_price_on_the_stream_may_be_old_news_and_is_looked_into()
    {
        var on = Open().Quietly("10:01:00.000", scenario => Told(scenario, 2950m));
        Assert.IsType<PositionEffect.CheckPosition>(Assert.Single(on.Last.Effects));
        Assert.Equal(on.Id("s1"), LiveStop(on));
        on = Open().Quietly("10:01:00.000", scenario => Told(scenario, 0, StopStatus.Canceled));
        Assert.IsType<PositionEffect.CheckPosition>(Assert.Single(on.Last.Effects));
        Assert.Equal(on.Id("s1"), LiveStop(on));
    }

    [Fact]
    public void A_stop_that_was_really_moved_by_hand_is_foreign()
    {
        var on = Open().Quietly("10:01:00.000", scenario => new Checked(new CheckEvidence(
            scenario.Utc("10:01:00"), new PositionRead(new PositionRow(1m, 3000m, scenario.Utc("10:00:00.090"))), null, [Listed(2950m)], null, [],
            CheckCause.Doubt)));
        Assert.Contains(on.Events, happened => happened is PositionEvent.StopEnded);
        Assert.True(((PositionState.Open)on.State).Holding.LiveStop!.Foreign);
    }

    [Fact]
    public void A_move_is_confirmed_by_its_price_and_the_replaced_stop_is_cleared_without_a_check()
    {
        var on = Open().Quietly("10:02:00.000", Mark(3060m));
        var moved = on.Effects.OfType<PositionEffect.SendStop>().Last();
        on.Quietly("10:02:00.050", scenario => Told(scenario, moved.Trigger));
        Assert.Equal(moved.Stop, LiveStop(on));
        on.Quietly("10:02:00.060", scenario => new CancelAnswered(scenario.Id("s1"), WasOpen: true));
        Assert.Empty(on.Last.Effects);
        Assert.IsType<PositionEvent.StopCleared>(Assert.Single(on.Last.Events));
    }

    [Fact]
    public void A_move_that_was_given_up_and_came_through_late_is_ours_and_trails_on()
    {
        var on = Open().Quietly("10:02:00.000", Mark(3060m));
        var moved = on.Effects.OfType<PositionEffect.SendStop>().Last();
        on.Quietly("10:02:07.100", new TimerFired(PositionTimer.StopAnswer))
            .Quietly("10:02:07.150", scenario => new StopsRead([Listed(2940m)], scenario.Utc("10:02:07.110")));
        Assert.IsType<PositionEvent.StopMoveRefused>(on.Events[^1]);

        on.Quietly("10:02:07.300", scenario => Told(scenario, moved.Trigger));
        Assert.IsType<PositionEffect.CheckPosition>(Assert.Single(on.Last.Effects));
        on.Quietly("10:02:07.900", scenario => new Checked(new CheckEvidence(
            scenario.Utc("10:02:07.800"), new PositionRead(new PositionRow(1m, 3000m, scenario.Utc("10:00:00.090"))), null,
            [Listed(moved.Trigger)], null, [], CheckCause.Doubt)));

        Assert.DoesNotContain(on.Events, happened => happened is PositionEvent.StopEnded);
        Assert.DoesNotContain(on.Effects, effect => effect is PositionEffect.AlertOperator);
        var live = ((PositionState.Open)on.State).Holding.LiveStop!;
        Assert.Equal((moved.Stop, moved.Trigger, false), (live.Id, live.Trigger, live.Foreign));
        on.Quietly("10:02:10.000", Mark(3100m));
        Assert.True(on.Effects.OfType<PositionEffect.SendStop>().Last().Trigger > moved.Trigger);
    }

    /// <summary>Seed 237: the request of a resize, at the price that rested already, arrived behind that of the step which followed it.</summary>
    [Fact]
    public void A_stop_set_again_at_its_price_that_arrives_behind_the_next_step_is_ours_and_trails_on()
    {
        var on = Open().Quietly("10:02:00.000", scenario => scenario.Amount(1.5m, 3010m, "10:01:59.990"));
        var again = on.Effects.OfType<PositionEffect.SendStop>().Last();
        on.Quietly("10:02:00.002", scenario => Told(scenario, 2940m) with { Quantity = 1.5m }); // told with the position, of the one that rested
        Assert.Equal(again.Stop, LiveStop(on));
        on.Quietly("10:02:00.010", Mark(3060m));
        var step = on.Effects.OfType<PositionEffect.SendStop>().Last();
        on.Quietly("10:02:00.040", scenario => Told(scenario, step.Trigger) with { Quantity = 1.5m });
        Assert.Equal(step.Stop, LiveStop(on));

        on.Quietly("10:02:01.900", scenario => new Checked(new CheckEvidence(
            scenario.Utc("10:02:01.800"), new PositionRead(new PositionRow(1.5m, 3010m, scenario.Utc("10:01:59.990"))), null,
            [Listed(2940m) with { Quantity = 1.5m }], null, [], CheckCause.Doubt)));

        Assert.DoesNotContain(on.Events, happened => happened is PositionEvent.StopEnded);
        Assert.DoesNotContain(on.Effects, effect => effect is PositionEffect.AlertOperator);
        var live = ((PositionState.Open)on.State).Holding.LiveStop!;
        Assert.Equal((again.Stop, 2940m, false), (live.Id, live.Trigger, live.Foreign));
        Assert.Equal(step.Trigger, on.Effects.OfType<PositionEffect.SendStop>().Last().Trigger); // forward again, at once
    }

    /// <summary>Seed 164: the operator's was found while the request of ours was under way; what this one set was taken for theirs, too.</summary>
    [Fact]
    public void A_stop_under_way_while_the_operators_is_found_is_ours_when_it_arrives()
    {
        var on = Open().Quietly("10:02:00.000", scenario => scenario.Amount(1.5m, 3010m, "10:01:59.990"));
        var again = on.Effects.OfType<PositionEffect.SendStop>().Last();
        on.Quietly("10:02:00.010", scenario => Looked(scenario, "10:02:00.005", 2900m));
        Assert.True(((PositionState.Open)on.State).Holding.LiveStop!.Foreign);
        on.Quietly("10:02:00.300", scenario => Looked(scenario, "10:02:00.250", 2940m));
        var live = ((PositionState.Open)on.State).Holding.LiveStop!;
        Assert.Equal((again.Stop, 2940m, false), (live.Id, live.Trigger, live.Foreign));

        static Checked Looked(PositionScenario on, string at, decimal trigger) => new(new CheckEvidence(
            on.Utc(at), new PositionRead(new PositionRow(1.5m, 3010m, on.Utc("10:01:59.990"))), null, [Listed(trigger) with { Quantity = 1.5m }], null, [],
            CheckCause.Doubt));
    }

    [Fact]
    public void A_move_that_a_check_finds_at_its_price_is_confirmed_and_never_taken_back()
    {
        var on = Open().Quietly("10:02:00.000", Mark(3060m));
        var moved = on.Effects.OfType<PositionEffect.SendStop>().Last();
        on.Quietly("10:02:02.000", scenario => new Checked(new CheckEvidence(
            scenario.Utc("10:02:01.900"), new PositionRead(new PositionRow(1m, 3000m, scenario.Utc("10:00:00.090"))), null,
            [Listed(moved.Trigger)], null, [], CheckCause.Doubt)));

        Assert.DoesNotContain(on.Events, happened => happened is PositionEvent.StopEnded);
        Assert.Equal(moved.Stop, LiveStop(on));
        on.Quietly("10:02:03.000", new NotSent(moved.Stop, "no budget"));
        Assert.Equal(moved.Stop, LiveStop(on));
    }

    [Fact]
    public void A_position_that_grows_while_its_stop_moves_is_covered_by_the_stop_that_stands()
    {
        var on = Open().Quietly("10:02:00.000", Mark(3060m)).Quietly("10:02:00.500", scenario => scenario.Amount(1.5m, 3010m, "10:02:00.490"));
        Assert.Contains(on.Events, happened => happened is PositionEvent.QuantityChanged { Quantity: 1.5m });
        Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.Protect });
        on.Quietly("10:02:03.600", new TimerFired(PositionTimer.Protect));
        Assert.DoesNotContain(on.Events, happened => happened is PositionEvent.ProtectionMissed or PositionEvent.CloseIntended);
    }

    [Fact]
    public void A_replacement_may_wait_for_its_turn_and_its_answer_a_first_stop_is_looked_for_soon()
    {
        var on = Open().Quietly("10:02:00.000", Mark(3060m));
        var waits = on.Effects.OfType<PositionEffect.StartTimer>().Where(timer => timer.Timer is PositionTimer.StopAnswer).ToList();
        Assert.Equal([TimeSpan.FromSeconds(0.6), TimeSpan.FromSeconds(7)], waits.Select(timer => timer.Due));
    }

    [Fact]
    public void A_stop_that_the_exchange_cannot_hang_yet_is_sent_again_inside_the_deadline_and_never_rolled_back()
    {
        var on = Filled();
        for (var i = 1; i <= 6; i++)
        {
            var stop = on.Effects.OfType<PositionEffect.SendStop>().Last().Stop;
            on.Quietly("10:00:00.200", new Rejected(stop, 10001, "can not set tp/sl/ts for zero position", RejectKind.NoPosition));
            Assert.DoesNotContain(on.Effects, effect => effect is PositionEffect.SendClose);
            on.Quietly("10:00:00.400", new TimerFired(PositionTimer.StopAnswer));
        }

        Assert.Equal(7, on.Effects.OfType<PositionEffect.SendStop>().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stop_that_fires_explains_the_closure_whether_it_is_the_first_or_the_attached_one(bool confirmed)
    {
        var on = (confirmed ? Open() : Filled())
            .Quietly("10:03:00.001", scenario => scenario.ForeignFill("t2", Side.Short, 1m, 2939m, "10:03:00.000", OrderOrigin.PositionStop))
            .Quietly("10:03:00.002", scenario => scenario.Amount(0m, 0m, "10:03:00.000"));
        Assert.Equal(CloseReason.StopLoss, on.Events.OfType<PositionEvent.PositionClosed>().Single().Reason);
    }

    /// <summary>Seed 3261: every look at it met an answer without a position, 14 s.</summary>
    [Fact]
    public void That_the_position_states_no_stop_after_ours_was_known_to_rest_is_its_end_and_it_is_restored_at_once()
    {
        var on = Open().Quietly("10:01:00.000", scenario => Told(scenario, 0, StopStatus.Canceled) with { AtUtc = scenario.Utc("10:00:59.990") });
        Assert.IsType<PositionEvent.StopEnded>(on.Events[^2]);
        Assert.Equal((2940m, StopCause.Restore), on.Events[^1] is PositionEvent.StopIntended again ? (again.Trigger, again.Cause) : default);
        Assert.Equal(2940m, on.Last.Effects.OfType<PositionEffect.SendStop>().Single().Trigger);
        Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.AlertOperator { Kind: AlertKind.StopChangedExternally });
        Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.Protect });
    }

    [Fact]
    public void What_the_stream_has_confirmed_since_is_not_ended_by_an_older_word()
    {
        var on = Open().Quietly("10:00:01.000", scenario => Told(scenario, 2940m) with { AtUtc = scenario.Utc("10:00:00.990") })
            .Quietly("10:00:01.100", scenario => Told(scenario, 0, StopStatus.Canceled) with { AtUtc = scenario.Utc("10:00:00.500") });
        Assert.IsType<PositionEffect.CheckPosition>(Assert.Single(on.Last.Effects));
        Assert.Equal(on.Id("s1"), LiveStop(on));
    }

    /// <summary>Seed 20171: the request of a move that was given up came through late, and was rejected as it triggered, 17 s.</summary>
    [Fact]
    public void A_stop_that_was_given_up_and_took_the_place_of_ours_is_its_end_when_it_is_rejected()
    {
        var on = GivenUp(out var moved).Quietly("10:02:20.000", scenario => Told(scenario, moved.Trigger, StopStatus.Rejected) with { AtUtc = scenario.Utc("10:02:19.990") });
        var gone = on.Last.Events.OfType<PositionEvent.StopEnded>().Single();
        Assert.Equal((on.Id("s1"), StopStatus.Rejected), (gone.Stop, gone.Status));
        Assert.Equal(2940m, on.Last.Effects.OfType<PositionEffect.SendStop>().Single().Trigger);
    }

    [Fact]
    public void A_stop_that_was_given_up_and_fires_all_the_same_must_fill()
    {
        var on = GivenUp(out var moved).Quietly("10:02:20.000", scenario => Told(scenario, moved.Trigger, StopStatus.Triggered));
        Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.StopStuck });
        on.Quietly("10:02:23.000", new TimerFired(PositionTimer.StopStuck));
        Assert.IsType<PositionEffect.CheckPosition>(Assert.Single(on.Last.Effects));
    }

    [Fact]
    public void The_position_s_stop_that_a_hand_has_set_unheard_is_the_end_of_ours_when_it_is_rejected()
    {
        var on = Open().Quietly("10:02:20.000", scenario => Told(scenario, 2950m, StopStatus.Rejected) with { AtUtc = scenario.Utc("10:02:19.990") });
        Assert.Equal(2940m, on.Last.Effects.OfType<PositionEffect.SendStop>().Single().Trigger);
    }

    /// <summary>
    /// Seed 1595: what was told at the same price confirmed a stop whose own request was still on its way; it came after that of
    /// the next, set the stop back, and was taken for the operator's.
    /// </summary>
    [Fact]
    public void A_stop_of_ours_that_a_late_request_has_set_back_is_ours_and_goes_forward_again()
    {
        var on = Open().Quietly("10:02:00.000", Mark(3060m));
        var moved = on.Effects.OfType<PositionEffect.SendStop>().Last();
        on.Quietly("10:02:00.100", scenario => Told(scenario, moved.Trigger) with { AtUtc = scenario.Utc("10:02:00.090") })
            .Quietly("10:02:10.000", scenario => Share(scenario, "10:02:10.000", Listed(2940m)))
            .Quietly("10:02:10.100", scenario => Found(scenario, "10:02:10.050", 2940m));
        Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.AlertOperator { Kind: AlertKind.StopChangedExternally });
        Assert.Equal(moved.Trigger, on.Last.Effects.OfType<PositionEffect.SendStop>().Single().Trigger);
    }

    /// <summary>Seed 1049: a move was on its way when the operator's stop was found in the place of ours; then it came.</summary>
    [Fact]
    public void A_move_that_comes_after_the_operator_s_stop_was_found_is_ours()
    {
        var on = Open().Quietly("10:02:00.000", Mark(3060m));
        var moved = on.Effects.OfType<PositionEffect.SendStop>().Last();
        on.Quietly("10:02:00.100", scenario => Found(scenario, "10:02:00.050", 2900m));
        Assert.True(((PositionState.Open)on.State).Holding.LiveStop is { Foreign: true });
        on.Quietly("10:02:01.100", scenario => Found(scenario, "10:02:01.050", moved.Trigger));
        Assert.Equal((on.Id("s2"), false), (LiveStop(on), ((PositionState.Open)on.State).Holding.LiveStop!.Foreign));
    }

    private static Checked Found(PositionScenario on, string at, decimal trigger) => new(new CheckEvidence(
        on.Utc(at), new PositionRead(new PositionRow(1m, 3000m, on.Utc("10:00:00.090"))), null, [Listed(trigger)], null, null, CheckCause.Doubt));

    /// <summary>A move was sent and looked for in vain; its request is on its way.</summary>
    private static PositionScenario GivenUp(out PositionEffect.SendStop moved)
    {
        var on = Open().Quietly("10:02:00.000", Mark(3060m));
        moved = on.Effects.OfType<PositionEffect.SendStop>().Last();
        return on.Quietly("10:02:07.100", new TimerFired(PositionTimer.StopAnswer))
            .Quietly("10:02:07.150", scenario => new StopsRead([Listed(2940m)], scenario.Utc("10:02:07.110")));
    }

    /// <summary>Seeds 1595 and 4877: the position's stop is for all of it, whoever set it and whatever it grows to.</summary>
    [Fact]
    public void The_position_s_stop_that_a_hand_has_set_covers_what_a_hand_adds()
    {
        var on = SetByHand(Listed(2950m)).Quietly("10:02:00.000", scenario => scenario.Amount(1.5m, 3010m, "10:01:59.990"));
        var held = ((PositionState.Open)on.State).Holding;
        Assert.Equal((1.5m, 1.5m), (held.Quantity, held.Covered));
        Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.SendStop);
    }

    /// <summary>Found by reading beside it: a stop order of the operator's has its own quantity.</summary>
    [Fact]
    public void A_stop_order_of_the_operator_s_does_not_grow_with_the_position_and_ours_is_set_beside_it()
    {
        var on = SetByHand(Listed(2950m) with { Id = new ClientOrderId("web-1"), Quantity = 1m, ClosesPosition = false })
            .Quietly("10:02:00.000", scenario => scenario.Amount(1.5m, 3010m, "10:01:59.990"));
        Assert.Equal(2950m, on.Last.Effects.OfType<PositionEffect.SendStop>().Single().Trigger);
        Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.Protect });
    }

    private static PositionScenario SetByHand(StopView there) => Open().Quietly("10:01:00.000", scenario => new Checked(new CheckEvidence(
        scenario.Utc("10:01:00"), new PositionRead(new PositionRow(1m, 3000m, scenario.Utc("10:00:00.090"))), null, [there], null, [],
        CheckCause.Doubt)));
}
