using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>An order that is filled is not a position that is flat: what it left open stays open, and stays covered.</summary>
public sealed class PartialEndScenarios
{
    private static PositionScenario Open(decimal quantity = 15m, decimal largest = 10_000_000m) =>
        new PositionScenario("binance/HNTUSDT", PositionScenario.Rules("HNTUSDT", 0.001m, 1m) with { MaxMarketQuantity = largest })
            .Quietly("16:00:00.000", Want(Side.Long, quantity, 2.310m))
            .Quietly("16:00:00.100", on => on.Amount(quantity, 2.310m, "16:00:00.090"))
            .Quietly("16:00:00.101", on => on.Fill("e1", "t1", Side.Long, quantity, 2.310m, "16:00:00.090"))
            .Quietly("16:00:00.150", on => on.Stop("s1", StopStatus.Live, "16:00:00.140"));

    [Fact]
    public void A_split_close_is_not_over_when_its_first_part_fills_more_than_what_is_left() => Open(largest: 10m)
        .Quietly("16:10:00.000", new ClosePosition(CloseReason.Manual, "test"))
        .Quietly("16:10:00.100", on => on.Amount(5m, 2.310m, "16:10:00.090"))
        .Quietly("16:10:00.101", on => on.Fill("x1", "t2", Side.Short, 10m, 2.310m, "16:10:00.090"))
        .Quietly("16:10:00.102", on => on.Order("x1", OrderStatus.Filled, 10m, 2.310m, "16:10:00.090", Source.Stream))
        .Then(on => Assert.Equal(5m, Assert.IsType<PositionState.Closing>(on.State).Holding.Quantity))
        .Quietly("16:10:00.302", new TimerFired(PositionTimer.CloseAgain))
        .Then(on => Assert.Equal(5m, Assert.IsType<PositionState.Closing>(on.State).Attempt.Sent));

    [Fact]
    public void The_answer_of_a_split_close_that_comes_between_amount_and_fill_proves_nothing() => Open(largest: 10m)
        .Quietly("16:10:00.000", new ClosePosition(CloseReason.Manual, "test"))
        .Quietly("16:10:00.100", on => on.Amount(5m, 2.310m, "16:10:00.090"))
        .Quietly("16:10:00.101", on => on.Order("x1", OrderStatus.Filled, 10m, 2.310m, "16:10:00.095"))
        .Then(on => Assert.IsType<PositionState.Closing>(on.State));

    [Fact]
    public void A_stop_that_sells_less_than_was_added_by_hand_leaves_the_rest_open_and_covered() => Open(quantity: 6m)
        .Quietly("16:10:00.000", on => on.Amount(10m, 2.310m, "16:10:00.000"))
        .Quietly("16:10:00.020", on => on.Stop("s1", StopStatus.Finished, "16:10:00.010", Source.Stream))
        .Quietly("16:10:00.030", on => on.Amount(4m, 2.310m, "16:10:00.015"))
        .Quietly("16:10:00.031", on => on.Fill("s1", "t2", Side.Short, 6m, 2.263m, "16:10:00.015"))
        .Quietly("16:10:00.032", on => on.Order("s1", OrderStatus.Filled, 6m, 2.263m, "16:10:00.015", Source.Stream))
        .Then(on => Assert.Equal(4m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    [Fact]
    public void A_check_that_lists_the_stops_own_trade_does_not_count_its_total_again() => Open(quantity: 10m)
        .Quietly("16:09:59.000", new StreamRestarted(2))
        .Quietly("16:10:00.000", on => new Checked(new CheckEvidence(
            on.Utc("16:09:59.500"), new PositionRead(new PositionRow(4m, 2.310m, on.Utc("16:09:58.000"))), null, [],
            on.Order("s1", OrderStatus.Filled, 6m, 2.263m, "16:09:58.000", Source.Query),
            [on.Fill("s1", "t2", Side.Short, 6m, 2.263m, "16:09:58.000").Trade], CheckCause.Doubt)))
        .Then(on => Assert.Equal(4m, Assert.IsType<PositionState.Open>(on.State).Holding.Quantity));

    [Fact]
    public void An_accepted_close_whose_end_nobody_tells_is_asked_about() => Open()
        .Quietly("16:10:00.000", new ClosePosition(CloseReason.Manual, "test"))
        .Quietly("16:10:00.100", on => on.Order("x1", OrderStatus.New, 0m, null, "16:10:00.090"))
        .Quietly("16:10:10.000", new TimerFired(PositionTimer.CloseSlow))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CloseSlow }));

    [Fact]
    public void A_partly_filled_entry_whose_rest_the_stream_did_not_tell_is_asked_for_at_the_next_snapshot() =>
        new PositionScenario("binance/HNTUSDT", PositionScenario.Rules("HNTUSDT", 0.001m, 1m))
            .Quietly("16:00:00.000", Want(Side.Long, 10m, 2.310m))
            .Quietly("16:00:00.101", on => on.Fill("e1", "t1", Side.Long, 3m, 2.310m, "16:00:00.090"))
            .Quietly("16:00:00.150", on => on.Stop("s1", StopStatus.Live, "16:00:00.140"))
            .Quietly("16:00:03.000", new StreamRestarted(2))
            .Quietly("16:00:03.500", on => new SnapshotShare(new PositionRow(10m, 2.31m, on.Utc("16:00:01.000")), [], on.Utc("16:00:03.100")))
            .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.QueryOrder))
            .Quietly("16:00:03.600", on => on.Order("e1", OrderStatus.Filled, 10m, 2.31m, "16:00:01.000", Source.Query))
            .Quietly("16:00:03.700", on => on.Stop("s2", StopStatus.Live, "16:00:03.690"))
            .Then(on => Assert.Equal(10m, Assert.IsType<PositionState.Open>(on.State).Holding.Covered));

    [Fact]
    public void An_adopted_position_whose_stop_triggered_and_did_not_fill_gets_another_stop() =>
        new PositionScenario("binance/HNTUSDT", PositionScenario.Rules("HNTUSDT", 0.001m, 1m))
            .Quietly("16:00:00.000", on => new AdoptPosition(
                new PositionRow(10m, 2.31m, on.Utc("15:00:00.000"), 2.31m), [], AdoptPolicy.ProtectOnly, on.Utc("15:59:59.900")))
            .Quietly("16:00:00.150", on => on.Stop("s1", StopStatus.Live, "16:00:00.140"))
            .Quietly("16:10:00.000", on => on.Stop("s1", StopStatus.Triggering, "16:10:00.000", Source.Stream))
            .Quietly("16:10:03.000", new TimerFired(PositionTimer.StopStuck))
            .Quietly("16:10:03.200", on => new Checked(new CheckEvidence(
                on.Utc("16:10:03.000"), new PositionRead(new PositionRow(10m, 2.31m, on.Utc("15:00:00.000"), 2.27m)), null, [], null, [], CheckCause.Doubt)))
            .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.SendStop))
            .Then(on => Assert.DoesNotContain(on.Effects, effect => effect is PositionEffect.SendClose));

    [Fact]
    public void A_wish_that_nobody_waits_for_any_more_opens_nothing() =>
        new PositionScenario("binance/HNTUSDT")
            .Then(on => on.Quietly("16:00:05.001", Want(Side.Long, 10m, 2.310m) with { ExpiresUtc = on.Utc("16:00:05.000") }))
            .Then(on => Assert.Equal((Verdict.Denied, "stale"), (on.Last.Verdict, on.Last.Note)))
            .Then(on => Assert.Empty(on.Events));
}
