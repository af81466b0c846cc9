using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>
/// The optional barriers of a plan: from a gain on the stop stands where closing nets zero; at a greater one the position
/// closes by market.
/// </summary>
public sealed class BarrierScenarios
{
    private static readonly ProtectionPlan Barriers = new(TakeProfit: 0.03m, BreakEven: 0.01m);

    /// <summary>100 at 1, entry fee 0.01, exit fee 0.05 %: closing nets zero at 1.0006003, which is the tick 1.0007 towards the market.</summary>
    private static PositionScenario Held(ProtectionPlan plan, Side side = Side.Long) =>
        new PositionScenario("binance/TAGUSDT", PositionScenario.Rules("TAGUSDT", 0.0001m, 0.1m))
            .Quietly("10:00:00.000", Want(side, 100m, 1m, plan))
            .Quietly("10:00:00.100", on => on.Amount(100m * side.Sign(), 1m, "10:00:00.090"))
            .Quietly("10:00:00.101", on => on.Fill("e1", "t1", side, 100m, 1m, "10:00:00.090"))
            .Quietly("10:00:00.150", on => on.Stop("s1", StopStatus.Live, "10:00:00.140"));

    [Fact]
    public void Enough_gain_moves_the_stop_to_break_even_once_and_trailing_still_waits() => Held(Barriers)
        .At("10:10:00.000", Mark(1.0099m))
        .At("10:10:01.000", Mark(1.0100m))
        .At("10:10:01.100", on => on.Stop("s2", StopStatus.Live, "10:10:01.090"))
        .Quietly("10:10:01.150", on => new CancelAnswered(on.Id("s1"), WasOpen: true))
        .At("10:10:02.000", Mark(1.0110m))
        .Then(on => Assert.IsType<Trailing.Waiting>(Assert.IsType<PositionState.Open>(on.State).Holding.Trailing))
        .Reads("""
            10:10:00.000 <- MarkMoved 1.0099 1.0099 1.0099
            10:10:01.000 <- MarkMoved 1.01 1.01 1.01
                         :: PositionLookup WebsocketCache 0 yes 0 100
                         :: StopIntended s2 100 1.0007 s1 BreakEven
                         -> SendStop s2 Long 100 1.0007 2.07
                         -> StartTimer StopAnswer 7s
            10:10:01.100 <- StopReported s2 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s2 4000001 100 1.0007 OrderAnswer
                         -> CheckPosition s2 AfterStopMove
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelStop s1
            10:10:02.000 <- MarkMoved 1.011 1.011 1.011
            """);

    [Fact]
    public void A_stop_that_fires_at_break_even_nets_nothing_and_says_so() => AtBreakEven()
        .Quietly("10:20:00.000", on => on.Stop("s2", StopStatus.Triggering, "10:20:00.000", Source.Stream))
        .Quietly("10:20:00.010", on => on.Fill("s2", "t2", Side.Short, 100m, 1.0007m, "10:20:00.005", pnl: 0.07m))
        .Quietly("10:20:00.020", on => on.Amount(0m, 0m, "10:20:00.006"))
        .Then(on => Assert.Equal(
            CloseReason.BreakEven, Assert.Single(on.Events.OfType<PositionEvent.PositionClosed>()).Reason));

    [Fact]
    public void Once_it_trails_the_reason_is_the_trailing_stop() => AtBreakEven()
        .Quietly("10:11:00.000", Mark(1.0200m))
        .Quietly("10:11:00.100", on => on.Stop("s3", StopStatus.Live, "10:11:00.090"))
        .Quietly("10:20:00.000", on => on.Stop("s3", StopStatus.Triggering, "10:20:00.000", Source.Stream))
        .Quietly("10:20:00.010", on => on.Fill("s3", "t2", Side.Short, 100m, 1.0149m, "10:20:00.005", pnl: 1.49m))
        .Quietly("10:20:00.020", on => on.Amount(0m, 0m, "10:20:00.006"))
        .Then(on => Assert.Equal(
            CloseReason.TrailingStop, Assert.Single(on.Events.OfType<PositionEvent.PositionClosed>()).Reason));

    [Fact]
    public void A_price_that_has_come_back_waits_because_a_worse_stop_would_not_be_break_even() => Held(Barriers)
        .At("10:10:00.000", Mark(1.0008m, low: 1.0005m, high: 1.0101m)) // it was there between two looks
        .At("10:10:01.000", Mark(1.0009m))
        .Reads("""
            10:10:00.000 <- MarkMoved 1.0008 1.0005 1.0101
            10:10:01.000 <- MarkMoved 1.0009 1.0009 1.0009
                         :: PositionLookup WebsocketCache 0 yes 0 100
                         :: StopIntended s2 100 1.0007 s1 BreakEven
                         -> SendStop s2 Long 100 1.0007 2.07
                         -> StartTimer StopAnswer 7s
            """);

    [Fact]
    public void A_break_even_that_was_crossed_before_the_stop_arrived_closes_by_market() => Held(Barriers)
        .Quietly("10:10:01.000", Mark(1.0100m))
        .At("10:10:01.100", on => new Rejected(on.Id("s2"), -2021, "Order would immediately trigger.", RejectKind.WouldTrigger))
        .At("10:10:01.200", new MarkRead(1.0006m))
        .Reads("""
            10:10:01.100 <- Rejected s2 -2021 Order would immediately trigger. WouldTrigger
                         :: StopMoveRefused s2 -2021 Order would immediately trigger.
                         -> StartTimer StopAnswer 0.6s
                         -> ReadMark
            10:10:01.200 <- MarkRead 1.0006
                         :: CloseIntended x1 100 BreakEven 1 mark 1.0006 has crossed 1.0007
                         -> CancelTimer StopAnswer
                         -> SendClose x1 Long 100
                         -> StartTimer CloseSlow 10s
                         -> CancelTimer Protect
            """);

    [Fact]
    public void The_take_profit_closes_by_market() => Held(Barriers with { BreakEven = null })
        .At("10:10:00.000", Mark(1.0300m))
        .Reads("""
            10:10:00.000 <- MarkMoved 1.03 1.03 1.03
                         :: CloseIntended x1 100 TakeProfit 1 mark 1.03 has reached the take-profit of 3 %
                         -> SendClose x1 Long 100
                         -> StartTimer CloseSlow 10s
                         -> CancelTimer Protect
            """);

    [Fact]
    public void A_short_has_its_barriers_below() => Held(Barriers, Side.Short)
        .Quietly("10:10:00.000", Mark(0.9900m))
        .Then(on => Assert.Equal(
            (0.9994m, StopCause.BreakEven),
            on.Events.OfType<PositionEvent.StopIntended>().Select(stop => (stop.Trigger, stop.Cause)).Last()))
        .Quietly("10:10:00.100", on => on.Stop("s2", StopStatus.Live, "10:10:00.090"))
        .Quietly("10:10:01.000", Mark(0.9700m))
        .Then(on => Assert.Equal(CloseReason.TakeProfit, Assert.Single(on.Events.OfType<PositionEvent.CloseIntended>()).Reason));

    [Fact]
    public void Without_barriers_only_trailing_moves_the_stop() => Held(new ProtectionPlan())
        .Quietly("10:10:00.000", Mark(1.0100m))
        .Then(on => Assert.Single(on.Events.OfType<PositionEvent.StopIntended>()))
        .Quietly("10:10:01.000", Mark(1.0900m))
        .Then(on => Assert.Empty(on.Events.OfType<PositionEvent.CloseIntended>()))
        .Then(on => Assert.Equal(StopCause.Trailing, on.Events.OfType<PositionEvent.StopIntended>().Last().Cause));

    private static PositionScenario AtBreakEven() => Held(Barriers)
        .Quietly("10:10:01.000", Mark(1.0100m))
        .Quietly("10:10:01.100", on => on.Stop("s2", StopStatus.Live, "10:10:01.090"))
        .Quietly("10:10:01.150", on => new CancelAnswered(on.Id("s1"), WasOpen: true));
}
