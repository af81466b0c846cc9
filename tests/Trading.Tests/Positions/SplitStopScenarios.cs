using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>
/// A stop larger than the market takes is several orders at one trigger: protected is their sum, and the whole moves,
/// shrinks and is given up together.
/// </summary>
public sealed class SplitStopScenarios
{
    private static readonly SymbolRules Narrow = PositionScenario.Rules("HNTUSDT", 0.001m, 1m) with { MaxMarketQuantity = 100m };

    private static PositionScenario Adopted(decimal quantity = 250m, SymbolRules? rules = null) => new PositionScenario("binance/HNTUSDT", rules ?? Narrow)
        .Quietly("15:59:00.000", Mark(2.310m))
        .Quietly("16:00:00.000", on => new AdoptPosition(
            new PositionRow(quantity, 2.310m, on.Utc("15:00:00.000"), 2.310m), [], AdoptPolicy.Manage, on.Utc("15:59:59.900")));

    private static PositionScenario Protected() => Rest(Adopted(), "16:00:00.100", "s1", "s2", "s3");

    private static PositionScenario Rest(PositionScenario on, string time, params string[] stops) =>
        stops.Aggregate(on, (at, stop) => at.Quietly(time, told => told.Stop(stop, StopStatus.Live, time)));

    private static decimal Covered(PositionScenario on) => on.State.Held!.Covered;

    private static decimal[] Sent(PositionScenario on) => [.. on.Last.Effects.OfType<PositionEffect.SendStop>().Select(stop => stop.Quantity)];

    private static string[] Cancelled(PositionScenario on) =>
        [.. on.Last.Effects.OfType<PositionEffect.CancelStop>().Select(cancel => cancel.Stop.Value).Order(StringComparer.Ordinal)];

    private static string[] Ids(PositionScenario on, params string[] names) => [.. names.Select(name => on.Id(name).Value).Order(StringComparer.Ordinal)];

    [Fact]
    public void It_is_asked_for_at_once_and_protects_when_its_last_order_rests() => new PositionScenario("binance/HNTUSDT", Narrow)
        .Quietly("15:59:00.000", Mark(2.310m))
        .At("16:00:00.000", on => new AdoptPosition(new PositionRow(250m, 2.310m, on.Utc("15:00:00.000"), 2.310m), [], AdoptPolicy.Manage, on.Utc("15:59:59.900")))
        .At("16:00:00.100", on => on.Stop("s1", StopStatus.Live, "16:00:00.090"))
        .Quietly("16:00:00.110", on => on.Stop("s3", StopStatus.Live, "16:00:00.090"))
        .Then(on => Assert.Equal(0m, Covered(on)))
        .At("16:00:00.120", on => on.Stop("s2", StopStatus.Live, "16:00:00.090"))
        .Then(on => Assert.Equal(250m, Covered(on)))
        .Reads("""
            16:00:00.000 <- AdoptPosition PositionRow 250 2.31 2.31 0 [] Manage
                         :: PositionAdopted Long 250 2.31 2.31 Manage stop 2% activation 1.5% callback 0.5%
                         :: StopIntended s1 100 2.264 Initial
                         :: StopIntended s2 100 2.264 Initial s1
                         :: StopIntended s3 50 2.264 Initial s1
                         -> WatchPrice
                         -> TellAccount Opened
                         -> StartTimer Aged 10800s
                         -> StartTimer Protect 3s
                         -> SendStop s1 Long 100 2.264 yes 0
                         -> SendStop s2 Long 100 2.264 yes 0
                         -> SendStop s3 Long 50 2.264 yes 0
                         -> StartTimer StopAnswer 0.6s
            16:00:00.100 <- StopReported s1 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s1 4000001 100 2.264 OrderAnswer
            16:00:00.120 <- StopReported s2 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s2 4000001 100 2.264 OrderAnswer
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelTimer Protect
            """);

    [Theory]
    [InlineData(100, 100)]
    [InlineData(101, 96, 5)]
    [InlineData(200, 100, 100)]
    [InlineData(250, 100, 100, 50)]
    public void No_order_of_it_is_above_the_markets_maximum_or_below_its_minimum(int quantity, params int[] parts) =>
        Assert.Equal(parts.Select(part => (decimal)part), (Narrow with { MinQuantity = 5m }).Split(quantity));

    [Fact]
    public void What_needs_more_orders_than_an_account_may_have_is_left_to_the_exchange_to_refuse()
    {
        var parts = Narrow.Split(1_000_000m);
        Assert.Equal((SymbolRules.MostParts, 1_000_000m), (parts.Count, parts.Sum()));
    }

    [Fact]
    public void The_position_s_own_stop_is_one_whatever_its_size() =>
        new PositionScenario("bybit/HNTUSDT", Narrow, policy: policy => policy with { AttachesStop = true })
            .Quietly("16:00:00.000", on => new AdoptPosition(
                new PositionRow(250m, 2.310m, on.Utc("15:00:00.000"), 2.310m), [], AdoptPolicy.Manage, on.Utc("15:59:59.900")))
            .Then(on => Assert.Equal([250m], Sent(on)));

    [Fact]
    public void It_follows_the_price_whole_and_the_old_orders_go_when_the_last_new_one_rests() => Protected()
        .Quietly("16:05:00.000", on => on.Amount(250m, 2.310m, "16:04:59.000"))
        .Quietly("16:05:01.000", Mark(2.400m))
        .Then(on => Assert.Equal([100m, 100m, 50m], Sent(on)))
        .Then(on => Rest(on, "16:05:01.100", "s4", "s5"))
        .Then(on => Assert.Equal((2.264m, 250m), (on.State.Held!.LiveStop!.Trigger, Covered(on))))
        .Then(on => Assert.IsType<Trailing.Waiting>(on.State.Held!.Trailing))
        .Quietly("16:05:01.120", on => on.Stop("s6", StopStatus.Live, "16:05:01.110"))
        .Then(on => Assert.Equal((2.388m, 250m), (on.State.Held!.LiveStop!.Trigger, Covered(on))))
        .Then(on => Assert.IsType<Trailing.Active>(on.State.Held!.Trailing))
        .Then(on => Assert.Equal(Ids(on, "s1", "s2", "s3"), Cancelled(on)));

    [Fact]
    public void A_move_of_which_one_order_is_refused_leaves_the_old_stop_and_takes_the_others_back() => Protected()
        .Quietly("16:05:00.000", on => on.Amount(250m, 2.310m, "16:04:59.000"))
        .Quietly("16:05:01.000", Mark(2.400m))
        .Quietly("16:05:01.100", on => on.Stop("s4", StopStatus.Live, "16:05:01.090"))
        .Quietly("16:05:01.110", on => new Rejected(on.Id("s5"), -4045, "Reach max stop order limit."))
        .Then(on => Assert.Equal((2.264m, 250m), (on.State.Held!.LiveStop!.Trigger, Covered(on))))
        .Then(on => Assert.Equal(Ids(on, "s4", "s6"), Cancelled(on)))
        .Quietly("16:05:01.120", on => on.Stop("s6", StopStatus.Live, "16:05:01.110")) // its answer comes after all
        .Then(on => Assert.Equal(Ids(on, "s6"), Cancelled(on)));

    [Fact]
    public void A_first_stop_of_which_one_order_is_refused_is_asked_for_again_and_what_rests_of_it_stays_until_then() => Adopted()
        .Quietly("16:00:00.100", on => on.Stop("s1", StopStatus.Live, "16:00:00.090"))
        .Quietly("16:00:00.110", on => new Rejected(on.Id("s2"), -1003, "Too many requests."))
        .Then(on => Assert.Equal([100m, 100m, 50m], Sent(on)))
        .Then(on => Assert.Empty(Cancelled(on)))
        .Then(on => Assert.True(on.Seen.DeadlineRunning))
        .Then(on => Rest(on, "16:00:00.200", "s4", "s5", "s6"))
        .Then(on => Assert.Equal(Ids(on, "s1", "s3"), Cancelled(on)))
        .Then(on => Assert.Equal(250m, Covered(on)));

    [Fact]
    public void One_order_taken_away_bares_its_part_until_the_whole_rests_again() => Protected()
        .Quietly("16:05:00.000", on => on.Stop("s2", StopStatus.Canceled, "16:05:00.000", Source.Stream))
        .Then(on => Assert.Equal(150m, Covered(on)))
        .Then(on => Assert.True(on.Seen.DeadlineRunning))
        .Then(on => Assert.Equal([100m, 100m, 50m], Sent(on)))
        .Then(on => Rest(on, "16:05:00.100", "s4", "s5", "s6"))
        .Then(on => Assert.Equal(Ids(on, "s1", "s3"), Cancelled(on)))
        .Then(on => Assert.Equal((250m, false), (Covered(on), on.Seen.DeadlineRunning)));

    [Fact]
    public void A_position_that_shrinks_below_the_maximum_has_one_order_again() => Protected()
        .Quietly("16:05:00.000", on => on.Amount(80m, 2.310m, "16:05:00.000"))
        .Then(on => Assert.Equal([80m], Sent(on)))
        .Then(on => Rest(on, "16:05:00.100", "s4"))
        .Then(on => Assert.Equal(Ids(on, "s1", "s2", "s3"), Cancelled(on)))
        .Then(on => Assert.Equal(80m, Covered(on)));

    [Fact]
    public void One_that_grows_over_the_maximum_is_split() => Rest(Adopted(90m), "16:00:00.100", "s1")
        .Quietly("16:05:00.000", on => on.Amount(150m, 2.310m, "16:05:00.000"))
        .Then(on => Assert.Equal([100m, 50m], Sent(on)))
        .Then(on => Assert.True(on.Seen.DeadlineRunning))
        .Then(on => Rest(on, "16:05:00.100", "s2", "s3"))
        .Then(on => Assert.Equal(150m, Covered(on)));

    [Fact]
    public void When_it_fires_its_orders_close_the_position_one_after_another() => Protected()
        .Then(on => { foreach (var stop in (string[])["s1", "s2", "s3"]) on.Quietly("16:05:00.010", told => told.Stop(stop, StopStatus.Triggering, "16:05:00.000", Source.Stream)); })
        .Quietly("16:05:00.020", on => on.Amount(150m, 2.310m, "16:05:00.015"))
        .Quietly("16:05:00.021", on => on.Fill("s1", "t1", Side.Short, 100m, 2.263m, "16:05:00.015"))
        .Then(on => Assert.Empty(on.Last.Effects.OfType<PositionEffect.SendStop>()))
        .Quietly("16:05:00.022", on => on.Amount(50m, 2.310m, "16:05:00.016"))
        .Quietly("16:05:00.023", on => on.Fill("s2", "t2", Side.Short, 100m, 2.262m, "16:05:00.016"))
        .Quietly("16:05:00.024", on => on.Amount(0m, 0m, "16:05:00.017"))
        .Then(on => Assert.Equal(CloseReason.StopLoss, on.Events.OfType<PositionEvent.PositionClosed>().Single().Reason))
        .Quietly("16:05:00.025", on => on.Fill("s3", "t3", Side.Short, 50m, 2.261m, "16:05:00.017"))
        .Then(on => Assert.Equal(250m, Assert.IsType<PositionState.Flat>(on.State).Last!.ExitFilled))
        .Then(on => Assert.DoesNotContain(on.Effects, effect => effect is PositionEffect.SendClose));

    [Fact]
    public void What_one_of_its_orders_did_not_sell_is_closed() => Protected()
        .Then(on => { foreach (var stop in (string[])["s1", "s2", "s3"]) on.Quietly("16:05:00.010", told => told.Stop(stop, StopStatus.Triggering, "16:05:00.000", Source.Stream)); })
        .Quietly("16:05:00.020", on => on.Amount(50m, 2.310m, "16:05:00.016"))
        .Quietly("16:05:03.010", new TimerFired(PositionTimer.StopStuck))
        .Quietly("16:05:03.200", on => new Checked(new CheckEvidence(
            on.Utc("16:05:03.010"), new PositionRead(new PositionRow(50m, 2.31m, on.Utc("16:05:00.016"), 2.26m)), null, [], null, [], CheckCause.Doubt)))
        .Then(on => Assert.Equal(50m, Assert.Single(on.Last.Effects.OfType<PositionEffect.SendClose>()).Quantity));

    [Fact]
    public void Orders_that_nobody_answered_are_read_back_once_and_the_whole_is_asked_for_again() => Adopted()
        .Quietly("16:00:00.100", on => on.Stop("s1", StopStatus.Live, "16:00:00.090"))
        .Quietly("16:00:00.600", new TimerFired(PositionTimer.StopAnswer))
        .Then(on => Assert.Single(on.Last.Effects.OfType<PositionEffect.ReadStops>()))
        .Quietly("16:00:00.610", on => new OutcomeUnknown(on.Id("s2"), "no answer"))
        .Quietly("16:00:00.610", on => new OutcomeUnknown(on.Id("s3"), "no answer"))
        .Then(on => Assert.Single(on.Effects.OfType<PositionEffect.ReadStops>()))
        .Quietly("16:00:00.700", on => new StopsRead([View(on, "s1", 100m), View(on, "s3", 50m)], on.Utc("16:00:00.610")))
        .Then(on => Assert.Equal(on.Id("s2"), on.Last.Events.OfType<PositionEvent.StopRefused>().Single().Stop))
        .Then(on => Assert.Equal([100m, 100m, 50m], Sent(on)))
        .Then(on => Rest(on, "16:00:00.800", "s4", "s5", "s6"))
        .Then(on => Assert.Equal(Ids(on, "s1", "s2", "s3"), Cancelled(on)));

    [Fact]
    public void A_list_that_shows_all_its_orders_confirms_it_after_a_restart() => Adopted()
        .Restart()
        .Quietly("16:00:02.000", new Recovered())
        .Then(on => Assert.Single(on.Last.Effects.OfType<PositionEffect.ReadStops>()))
        .Quietly("16:00:02.100", on => new StopsRead([View(on, "s1", 100m), View(on, "s2", 100m), View(on, "s3", 50m)], on.Utc("16:00:02.010")))
        .Then(on => Assert.Equal((250m, 0), (Covered(on), Sent(on).Length)));

    [Fact]
    public void A_snapshot_without_one_of_its_orders_starts_a_check_and_that_one_is_restored() => Protected()
        .Quietly("16:05:00.000", on => new SnapshotShare(
            new PositionRow(250m, 2.31m, on.Utc("15:00:00.000")), [View(on, "s1", 100m), View(on, "s3", 50m)], on.Utc("16:04:59.900")))
        .Then(on => Assert.Contains(on.Last.Effects, effect => effect is PositionEffect.CheckPosition))
        .Quietly("16:05:00.200", on => new Checked(new CheckEvidence(
            on.Utc("16:05:00.010"), new PositionRead(new PositionRow(250m, 2.31m, on.Utc("15:00:00.000"), 2.31m)), null,
            [View(on, "s1", 100m), View(on, "s3", 50m)], null, [], CheckCause.Snapshot)))
        .Then(on => Assert.Equal(on.Id("s2"), on.Last.Events.OfType<PositionEvent.StopEnded>().Single().Stop))
        .Then(on => Assert.Equal([100m, 100m, 50m], Sent(on)));

    [Fact]
    public void A_close_takes_every_order_of_it_away() => Protected()
        .Quietly("16:05:00.000", on => on.Amount(0m, 0m, "16:05:00.000"))
        .Then(on => Assert.Equal(Ids(on, "s1", "s2", "s3"), Cancelled(on)));

    private static StopView View(PositionScenario on, string stop, decimal quantity) =>
        new(on.Id(stop), "4000001", Side.Long, quantity, 2.264m, ClosesPosition: false, OrderOrigin.Ours);
}
