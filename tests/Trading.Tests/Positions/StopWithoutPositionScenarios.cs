using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>
/// The exchange refuses a stop because it has no position: not yet, or no more. Which of the two is asked for; the stop
/// is tried again in growing pauses, and the journal does not grow by a loop.
/// </summary>
public sealed class StopWithoutPositionScenarios
{
    private static PositionScenario Nothing(bool attaches = true) => new(
        "bybit/ETHUSDT", PositionScenario.Rules("ETHUSDT", 0.01m, 0.001m), policy: policy => policy with { AttachesStop = attaches });

    /// <summary>1 long from 3000, taken over under a policy; its first stop s1 is on its way.</summary>
    private static PositionScenario Adopted(AdoptPolicy policy, bool attaches = true) => Nothing(attaches)
        .Quietly("10:00:00.000", on => new AdoptPosition(new PositionRow(1m, 3000m, on.Utc("09:59:00.000"), 3001m), [], policy, on.Utc("09:59:59.900")));

    private static PositionScenario Opened() => Nothing()
        .Quietly("10:00:00.000", Want(Side.Long, 1m, 3001m))
        .Quietly("10:00:00.100", on => on.Fill("e1", "t1", Side.Long, 1m, 3000m, "10:00:00.090"));

    private static Rejected NoPosition(PositionScenario on) => new(
        on.Effects.OfType<PositionEffect.SendStop>().Last().Stop, 10001, "can not set tp/sl/ts for zero position", RejectKind.NoPosition);

    private static Checked Row(PositionScenario on, string startedUtc, decimal amount, string changedUtc, params StopView[] stops)
    {
        var read = new PositionRead(new PositionRow(amount, amount == 0 ? 0 : 3000m, on.Utc(changedUtc), 3001m));
        return new Checked(new CheckEvidence(on.Utc(startedUtc), read, amount == 0 ? read : null, stops, null, [], CheckCause.Doubt));
    }

    private static TimeSpan Pause(PositionScenario on) =>
        on.Last.Effects.OfType<PositionEffect.StartTimer>().Single(timer => timer.Timer is PositionTimer.StopAnswer).Due;

    [Fact]
    public void A_first_stop_that_is_refused_for_want_of_a_position_asks_whether_there_is_one_and_finds_the_end() => Adopted(AdoptPolicy.ProtectOnly)
        .At("10:00:00.050", NoPosition)
        .At("10:00:00.250", new TimerFired(PositionTimer.StopAnswer))
        .At("10:00:00.300", NoPosition)
        .At("10:00:00.600", on => Row(on, "10:00:00.050", 0m, "09:59:59.000"))
        .Reads("""
            10:00:00.050 <- Rejected s1 10001 can not set tp/sl/ts for zero position NoPosition
                         :: StopRefused s1 10001 can not set tp/sl/ts for zero position
                         -> StartTimer StopAnswer 0.2s
                         -> CheckPosition Doubt
            10:00:00.250 <- TimerFired StopAnswer
                         :: StopIntended s2 1 2940 Initial
                         -> SendStop s2 Long 1 2940 yes 0
                         -> StartTimer StopAnswer 0.6s
            10:00:00.300 <- Rejected s2 10001 can not set tp/sl/ts for zero position NoPosition
                         :: StopRefused s2 10001 can not set tp/sl/ts for zero position
                         -> StartTimer StopAnswer 0.4s
            10:00:00.600 <- Checked CheckEvidence PositionRead PositionRow 0 0 3001 0 PositionRead PositionRow 0 0 3001 0 [] [] Doubt
                         :: PositionClosed External TargetedCheck an explicit zero row, read twice
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount Closed
                         -> StartTimer Settle 1s
            """);

    [Theory]
    [InlineData(AdoptPolicy.ProtectOnly)]
    [InlineData(AdoptPolicy.Manage)]
    [InlineData(null)]
    public void An_adopted_a_managed_and_an_own_position_are_asked_for_alike(AdoptPolicy? policy)
    {
        var on = (policy is { } adopt ? Adopted(adopt) : Opened()).Quietly("10:00:00.150", NoPosition);
        Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition { Cause: CheckCause.Doubt });
        Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.SendStop);
        Assert.Equal(TimeSpan.FromSeconds(0.2), Pause(on));
    }

    /// <summary>-2022 and -4118 on Binance, 110017 on Bybit: another word for the same.</summary>
    [Theory]
    [InlineData(AdoptPolicy.ProtectOnly)]
    [InlineData(AdoptPolicy.Manage)]
    public void A_first_stop_with_nothing_to_reduce_asks_whether_there_is_a_position_as_well(AdoptPolicy policy) => Adopted(policy, attaches: false)
        .Quietly("10:00:00.050", on => new Rejected(on.Id("s1"), -4118, "ReduceOnly Order Failed.", RejectKind.NothingToReduce))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition { Cause: CheckCause.Doubt }))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.SendStop))
        .Quietly("10:00:00.600", on => Row(on, "10:00:00.050", 0m, "09:59:59.000"))
        .Then(on => Assert.IsType<PositionState.Flat>(on.State));

    [Fact]
    public void Nothing_but_the_pause_sends_it_again_while_a_check_says_that_it_is_open() => Adopted(AdoptPolicy.ProtectOnly)
        .Quietly("10:00:00.050", NoPosition)
        .Quietly("10:00:00.100", on => Row(on, "10:00:00.060", 1m, "09:59:00.000"))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.SendStop))
        .Quietly("10:00:00.110", on => new SnapshotShare(new PositionRow(1m, 3000m, on.Utc("09:59:00.000")), [], on.Utc("10:00:00.070")))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.SendStop));

    /// <summary>The fill is told before the exchange can hang a stop on it (protocols/bybit-v5-linear §8.2).</summary>
    [Fact]
    public void The_exchanges_own_word_that_it_is_open_sends_it_again_at_once() => Opened()
        .Quietly("10:00:00.150", NoPosition)
        .Quietly("10:00:00.160", on => on.Amount(1m, 3000m, "10:00:00.090"))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop));

    [Fact]
    public void An_own_position_is_tried_four_times_within_the_deadline_and_then_closed()
    {
        var on = Opened();
        var at = TimeSpan.FromSeconds(0.1);
        while (at < TimeSpan.FromSeconds(3.1))
        {
            on.Quietly(Text(at), NoPosition);
            at += Pause(on);
            if (at < TimeSpan.FromSeconds(3.1)) on.Quietly(Text(at), new TimerFired(PositionTimer.StopAnswer));
        }

        on.Quietly("10:00:03.100", new TimerFired(PositionTimer.Protect));
        Assert.Equal(4, on.Effects.OfType<PositionEffect.SendStop>().Count());
        Assert.Contains(on.Events, happened => happened is PositionEvent.CloseIntended { Reason: CloseReason.ProtectionDeadline });
    }

    /// <summary>An exchange that goes on listing a position and has none to hang a stop on: what is not managed is not closed.</summary>
    [Fact]
    public void The_journal_does_not_grow_by_a_loop_where_the_exchange_contradicts_itself_for_an_hour()
    {
        var on = Adopted(AdoptPolicy.ProtectOnly).Quietly("10:00:00.010", NoPosition);
        var pauses = new List<TimeSpan> { Pause(on) };
        for (var at = pauses[0]; at < TimeSpan.FromHours(1); at += pauses[^1])
        {
            on.Quietly(Text(at), scenario => Row(scenario, Text(at), 1m, "09:59:00.000"));
            on.Quietly(Text(at), new TimerFired(PositionTimer.StopAnswer)).Quietly(Text(at), NoPosition);
            pauses.Add(Pause(on));
        }

        Assert.Equal(pauses.Order(), pauses);
        Assert.Equal([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 300], pauses.Take(12).Select(pause => Math.Round(pause.TotalSeconds, 1)));
        Assert.InRange(on.Events.Count, 20, 60);
        Assert.IsType<PositionState.Open>(on.State);
    }

    [Fact]
    public void A_confirmed_stop_ends_the_growing() => Adopted(AdoptPolicy.ProtectOnly)
        .Quietly("10:00:00.050", NoPosition)
        .Quietly("10:00:00.250", new TimerFired(PositionTimer.StopAnswer))
        .Quietly("10:00:00.300", on => on.Stop("s2", StopStatus.Live, "10:00:00.290"))
        .Quietly("10:00:01.000", on => on.Stop("s2", StopStatus.Canceled, "10:00:00.990", Source.Stream))
        .Quietly("10:00:01.050", NoPosition)
        .Then(on => Assert.Equal(TimeSpan.FromSeconds(0.2), Pause(on)));

    /// <summary>Two tries of a step, as with any refusal, and the exchange is asked.</summary>
    [Fact]
    public void A_stop_move_that_is_refused_for_want_of_a_position_is_not_repeated_with_every_price()
    {
        var on = Opened().Quietly("10:00:00.150", scenario => scenario.Stop("s1", StopStatus.Live, "10:00:00.140"));
        for (var second = 0; second < 60; second++)
        {
            var at = TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(second);
            on.Quietly(Text(at), Mark(3060m));
            if (on.Last.Effects.OfType<PositionEffect.LookUpQuantity>().Any()) on.Quietly(Text(at), new QuantityLookedUp(1m, 1, 20));
            if (!on.Last.Effects.OfType<PositionEffect.SendStop>().Any()) continue;
            on.Quietly(Text(at), NoPosition);
            on.Quietly(Text(at), scenario => Row(
                scenario, Text(at), 1m, "10:00:00.090", new StopView(PositionStops.At(2940m), "", Side.Long, 1m, 2940m, true, OrderOrigin.Foreign)));
        }

        Assert.Contains(on.Effects, effect => effect is PositionEffect.CheckPosition { Cause: CheckCause.Doubt });
        Assert.Equal(2, on.Events.Count(happened => happened is PositionEvent.StopMoveRefused));
    }

    /// <summary>The second layer closes the position, so it needs one (-4509, -4129 on Binance).</summary>
    [Fact]
    public void A_stop_that_closes_the_position_and_finds_none_asks_as_well() => new PositionScenario(
            "binance/ETHUSDT", PositionScenario.Rules("ETHUSDT", 0.01m, 0.001m), policy: policy => policy with { HardLoss = 0.05m })
        .Quietly("10:00:00.000", Want(Side.Long, 1m, 3001m))
        .Quietly("10:00:00.100", on => on.Fill("e1", "t1", Side.Long, 1m, 3000m, "10:00:00.090"))
        .Quietly("10:00:00.150", on => on.Stop("s1", StopStatus.Live, "10:00:00.140"))
        .Quietly("10:00:00.160", on => new Rejected(
            on.Events.OfType<PositionEvent.HardStopIntended>().Last().Stop, -4509, "Time in Force (TIF) GTE can only be used with open positions.", RejectKind.NoPosition))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition { Cause: CheckCause.Doubt }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stop_that_is_taken_away_is_restored_at_once_though_a_larger_one_waits(bool told)
    {
        var on = Opened().Quietly("10:00:00.150", scenario => scenario.Stop("s1", StopStatus.Live, "10:00:00.140"))
            .Quietly("10:00:01.000", scenario => scenario.Amount(2m, 3000m, "10:00:00.990"))
            .Quietly("10:00:01.050", NoPosition);
        Assert.True(on.Seen.StopWaits);
        if (told) on.Quietly("10:00:01.100", scenario => scenario.Stop("s1", StopStatus.Canceled, "10:00:01.090", Source.Stream));
        else on.Quietly("10:00:01.100", scenario => Row(scenario, "10:00:01.060", 2m, "10:00:00.990"));
        Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop { Quantity: 2m });
    }

    /// <summary>A ban, a budget that is used up, a node that is offline: what never left is no reason to fill the journal.</summary>
    [Fact]
    public void What_cannot_be_sent_is_tried_five_times_a_second_inside_the_deadline_and_once_a_second_after_it()
    {
        var on = Adopted(AdoptPolicy.ProtectOnly);
        for (var at = TimeSpan.FromSeconds(0.2); at < TimeSpan.FromSeconds(3); at += TimeSpan.FromSeconds(0.2))
        {
            on.Quietly(Text(at), scenario => new NotSent(scenario.Effects.OfType<PositionEffect.SendStop>().Last().Stop, "banned"));
            Assert.Equal(TimeSpan.FromSeconds(0.2), Pause(on));
            on.Quietly(Text(at), new TimerFired(PositionTimer.StopAnswer));
        }

        on.Quietly("10:00:03.000", new TimerFired(PositionTimer.Protect));
        on.Quietly("10:00:03.100", scenario => new NotSent(scenario.Effects.OfType<PositionEffect.SendStop>().Last().Stop, "banned"));
        Assert.Equal(TimeSpan.FromSeconds(1), Pause(on));
    }

    private static string Text(TimeSpan sinceTen) => (TimeSpan.FromHours(10) + sinceTen).ToString(@"hh\:mm\:ss\.fff", System.Globalization.CultureInfo.InvariantCulture);
}
