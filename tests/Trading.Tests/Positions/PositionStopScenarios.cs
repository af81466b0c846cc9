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
}
