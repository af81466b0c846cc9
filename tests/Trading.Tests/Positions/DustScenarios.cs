using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>
/// A position of which no order can express the last part (the step grew, or a stranger traded): the second layer covers
/// it, and a close ends in proven flat all the same.
/// </summary>
public sealed class DustScenarios
{
    private static readonly SymbolRules Coarse = PositionScenario.Rules("HNTUSDT", 0.001m, 1m) with { MinQuantity = 5m };

    private static PositionScenario Adopted(decimal quantity, AdoptPolicy policy = AdoptPolicy.Manage) => new PositionScenario("binance/HNTUSDT", Coarse)
        .Quietly("15:59:00.000", Mark(2.310m))
        .Quietly("16:00:00.000", on => new AdoptPosition(new PositionRow(quantity, 2.310m, on.Utc("15:00:00.000"), 2.310m), [], policy, on.Utc("15:59:59.900")));

    private static PositionScenario Covered() => Adopted(100.5m)
        .Quietly("16:00:00.100", on => on.Stop("s1", StopStatus.Live, "16:00:00.090"))
        .Quietly("16:00:00.200", on => on.Stop("s2", StopStatus.Live, "16:00:00.190"));

    /// <summary>Of 7.5, less than the minimum is left: 0.5 after the first close.</summary>
    private static PositionScenario ClosingTheRest() => Covered()
        .Quietly("16:10:00.000", new ClosePosition(CloseReason.Manual, "test"))
        .Quietly("16:10:00.090", on => on.Stop("s2", StopStatus.Live, "16:00:00.190"))
        .Quietly("16:10:00.100", on => on.Amount(0.5m, 2.310m, "16:10:00.090"))
        .Quietly("16:10:00.101", on => on.Fill("x1", "t1", Side.Short, 100m, 2.310m, "16:10:00.090"))
        .Quietly("16:10:00.102", on => on.Order("x1", OrderStatus.Filled, 100m, 2.310m, "16:10:00.090", Source.Stream))
        .Quietly("16:10:00.302", new TimerFired(PositionTimer.CloseAgain));

    [Fact]
    public void A_close_of_the_rest_that_finds_no_position_asks_whether_there_is_one() => ClosingTheRest()
        .Quietly("16:10:00.350", on => new Rejected(
            Resting(on).Stop, -4509, "Time in Force (TIF) GTE can only be used with open positions.", RejectKind.NoPosition))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition { Cause: CheckCause.Doubt }))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.SendStop));

    private static PositionEffect.SendStop Resting(PositionScenario on) => Assert.Single(on.Last.Effects.OfType<PositionEffect.SendStop>());

    [Theory]
    [InlineData("100.5", "100")]
    [InlineData("5", "5")]
    [InlineData("4", "0")] // below the minimum
    [InlineData("0.5", "0")]
    public void An_order_expresses_whole_steps_and_nothing_below_the_minimum(string quantity, string expressed) =>
        Assert.Equal(Number(expressed), Coarse.Orderable(Number(quantity)));

    private static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void A_closePosition_stop_at_the_same_trigger_covers_what_the_stop_cannot() => new PositionScenario("binance/HNTUSDT", Coarse)
        .Quietly("15:59:00.000", Mark(2.310m))
        .Quietly("16:00:00.000", on => new AdoptPosition(new PositionRow(100.5m, 2.310m, on.Utc("15:00:00.000"), 2.310m), [], AdoptPolicy.Manage, on.Utc("15:59:59.900")))
        .At("16:00:00.100", on => on.Stop("s1", StopStatus.Live, "16:00:00.090"))
        .Then(on => Assert.True(on.Seen.DeadlineRunning))
        .At("16:00:00.200", on => on.Stop("s2", StopStatus.Live, "16:00:00.190"))
        .Then(on => Assert.Equal(100.5m, on.State.Held!.Covered))
        .Reads("""
            16:00:00.100 <- StopReported s1 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s1 4000001 100 2.264 OrderAnswer
                         :: HardStopIntended s2 2.264
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> SendStop s2 Long 0 2.264 0
            16:00:00.200 <- StopReported s2 4000001 Live 0 0 OrderAnswer
                         :: HardStopConfirmed s2 4000001
                         -> CancelTimer Protect
            """);

    [Theory]
    [InlineData(AdoptPolicy.Manage)]
    [InlineData(AdoptPolicy.ProtectOnly)]
    public void What_is_all_remainder_has_only_that_stop(AdoptPolicy policy) => Adopted(4m, policy)
        .Then(on => Assert.Equal(0m, Resting(on).Quantity))
        .Quietly("16:00:00.100", on => on.Stop("s1", StopStatus.Live, "16:00:00.090"))
        .Then(on => Assert.Equal((4m, false), (on.State.Held!.Covered, on.Seen.DeadlineRunning)));

    [Fact]
    public void A_stop_that_rests_for_more_than_a_step_allows_now_is_left_until_it_moves() => Covered()
        .Quietly("16:01:00.000", on => on.Amount(100.5m, 2.310m, "16:00:59.000"))
        .Then(on => Assert.Empty(on.Last.Effects));

    [Fact]
    public void The_close_is_one_of_whole_steps_and_then_one_without_a_quantity_beside_the_mark() => Covered()
        .At("16:10:00.000", new ClosePosition(CloseReason.Manual, "test"))
        .Quietly("16:10:00.100", on => on.Amount(0.5m, 2.310m, "16:10:00.090"))
        .Quietly("16:10:00.101", on => on.Fill("x1", "t1", Side.Short, 100m, 2.310m, "16:10:00.090"))
        .Quietly("16:10:00.102", on => on.Order("x1", OrderStatus.Filled, 100m, 2.310m, "16:10:00.090", Source.Stream))
        .At("16:10:00.302", new TimerFired(PositionTimer.CloseAgain))
        .At("16:10:00.400", on => on.Stop("x2", StopStatus.Live, "16:10:00.390"))
        .At("16:10:01.000", on => on.Stop("x2", StopStatus.Finished, "16:10:00.990", Source.Stream))
        .Quietly("16:10:01.001", on => on.Fill("x2", "t2", Side.Short, 0.5m, 2.308m, "16:10:00.990"))
        .Quietly("16:10:01.002", on => on.Amount(0m, 0m, "16:10:00.990"))
        .Then(on => Assert.Equal(CloseReason.Manual, on.Events.OfType<PositionEvent.PositionClosed>().Single().Reason))
        .Then(on => Assert.Equal(100.5m, Assert.IsType<PositionState.Flat>(on.State).Last!.ExitFilled))
        .Reads("""
            16:10:00.000 <- ClosePosition Manual test
                         :: CloseIntended x1 100 Manual 1 test
                         -> SendClose x1 Long 100
                         -> StartTimer CloseSlow 10s
                         -> CancelTimer Protect
            16:10:00.302 <- TimerFired CloseAgain
                         :: CloseIntended x2 0 Manual 2 what is left
                         -> CancelStop s2
                         -> SendStop x2 Long 0 2.308 yes 0
                         -> StartTimer CloseAgain 5s
            16:10:00.400 <- StopReported x2 4000001 Live 0 0 OrderAnswer
                         .. ignored: the close waits for its price
            16:10:01.000 <- StopReported x2 4000001 Finished 0 0 Stream
                         .. ignored: the close waits for its price
            """);

    [Fact]
    public void One_that_the_price_does_not_come_to_is_set_again_where_the_price_is_then() => ClosingTheRest()
        .Quietly("16:10:00.400", on => on.Stop("x2", StopStatus.Live, "16:10:00.390"))
        .Quietly("16:10:04.000", Mark(2.350m))
        .Quietly("16:10:05.302", new TimerFired(PositionTimer.CloseAgain))
        .Then(on => Assert.Equal(on.Id("x2"), Assert.Single(on.Last.Effects.OfType<PositionEffect.CancelStop>()).Stop))
        .Quietly("16:10:05.400", on => new CancelAnswered(on.Id("x2"), WasOpen: true))
        .Then(on => Assert.Single(on.Last.Effects.OfType<PositionEffect.ReadMark>()))
        .Quietly("16:10:05.402", on => on.Stop("x2", StopStatus.Canceled, "16:10:05.390", Source.Stream)) // told twice
        .Quietly("16:10:05.450", new MarkRead(2.360m))
        .Quietly("16:10:05.800", new TimerFired(PositionTimer.CloseAgain))
        .Then(on => Assert.Equal((0m, 2.358m), (Resting(on).Quantity, Resting(on).Trigger)))
        .Then(on => Assert.Equal(3, ((PositionState.Closing)on.State).Attempt.Number));

    [Theory]
    [InlineData(-2021, RejectKind.WouldTrigger)]
    [InlineData(-4130, RejectKind.Other)]
    public void One_that_is_refused_is_tried_again_as_any_close(int code, RejectKind kind) => ClosingTheRest()
        .Quietly("16:10:00.400", on => new Rejected(on.Id("x2"), code, "no", kind))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CloseAgain }))
        .Quietly("16:10:00.800", new TimerFired(PositionTimer.CloseAgain))
        .Then(on => Assert.Equal(0m, Resting(on).Quantity));

    [Fact]
    public void One_whose_cancel_finds_nothing_is_looked_for() => ClosingTheRest()
        .Quietly("16:10:05.302", new TimerFired(PositionTimer.CloseAgain))
        .Quietly("16:10:05.400", on => new CancelAnswered(on.Id("x2"), WasOpen: false))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition));

    [Fact]
    public void One_that_nobody_answered_is_taken_away_before_the_next_is_set() => ClosingTheRest()
        .Quietly("16:10:03.400", on => new OutcomeUnknown(on.Id("x2"), "no answer"))
        .Quietly("16:10:15.000", on => new ProvenAbsent(on.Id("x2"), "three reads"))
        .Quietly("16:10:15.500", new TimerFired(PositionTimer.CloseAgain))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CancelStop cancel && cancel.Stop == on.Id("x2")))
        .Then(on => Assert.Equal(0m, Resting(on).Quantity));

    [Fact]
    public void A_sweep_leaves_the_close_that_waits_for_its_price() => ClosingTheRest()
        .Quietly("16:10:00.400", on => on.Stop("x2", StopStatus.Live, "16:10:00.390"))
        .Quietly("16:10:01.000", on => new SnapshotShare(
            new PositionRow(0.5m, 2.31m, on.Utc("16:10:00.090")),
            [new StopView(on.Id("x2"), "9", Side.Long, 0m, 2.308m, ClosesPosition: true, OrderOrigin.Ours)], on.Utc("16:10:00.900")))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.CancelStop cancel && cancel.Stop == on.Id("x2")));

    [Fact]
    public void On_Bybit_an_order_without_a_quantity_closes_at_market() =>
        new PositionScenario("bybit/HNTUSDT", Coarse, policy: policy => policy with { AttachesStop = true })
            .Quietly("16:00:00.000", on => new AdoptPosition(new PositionRow(4m, 2.310m, on.Utc("15:00:00.000"), 2.310m), [], AdoptPolicy.Manage, on.Utc("15:59:59.900")))
            .Then(on => Assert.Equal(4m, Resting(on).Quantity)) // the position's own stop has none
            .Quietly("16:00:00.100", on => on.Stop("s1", StopStatus.Live, "16:00:00.090"))
            .Quietly("16:10:00.000", new ClosePosition(CloseReason.Manual, "test"))
            .Then(on => Assert.Equal(0m, Assert.Single(on.Last.Effects.OfType<PositionEffect.SendClose>()).Quantity));
}
