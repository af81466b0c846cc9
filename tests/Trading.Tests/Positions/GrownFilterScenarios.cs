using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>
/// Tick or lot size grew while we went by the old ones: the exchange refuses, the rules are read at once, and the same
/// attempt goes on with them.
/// </summary>
public sealed class GrownFilterScenarios
{
    private static PositionScenario Link() => new("binance/LINKUSDT", PositionScenario.Rules("LINKUSDT", 0.001m, 0.1m));

    private static PositionScenario Filled() => Link()
        .Quietly("16:00:00.000", Want(Side.Short, 10m, 17.63m))
        .Quietly("16:00:00.050", on => on.Fill("e1", "t1", Side.Short, 10m, 17.63m, "16:00:00.040"))
        .Quietly("16:00:00.051", on => on.Order("e1", OrderStatus.Filled, 10m, 17.63m, "16:00:00.040"));

    private static Rejected Refused(PositionScenario on, string order, int code = -1111) =>
        new(on.Id(order), code, "Precision is over the maximum defined for this asset.", RejectKind.Filter);

    [Fact]
    public void A_first_stop_waits_for_the_rules_and_then_goes_where_they_allow_it() => Filled()
        .At("16:00:00.080", on => Refused(on, "s1"))
        .Then(on => on.Demanding(rules => rules with { TickSize = 0.01m }))
        .At("16:00:00.200", new RulesRead(Told: true))
        .At("16:00:00.230", on => on.Stop("s2", StopStatus.Live, "16:00:00.220"))
        .Reads("""
            16:00:00.080 <- Rejected s1 -1111 Precision is over the maximum defined for this asset. Filter
                         :: StopRefused s1 -1111 Precision is over the maximum defined for this asset.
                         -> ReadRules
                         -> CancelTimer StopAnswer
                         -> StartTimer StopAnswer 0.6s
            16:00:00.200 <- RulesRead yes
                         :: StopIntended s2 10 17.98 Initial
                         -> SendStop s2 Short 10 17.98 yes 0
                         -> StartTimer StopAnswer 0.6s
            16:00:00.230 <- StopReported s2 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s2 4000001 10 17.98 OrderAnswer
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelTimer Protect
            """);

    [Fact]
    public void Rules_that_nobody_tells_hold_no_stop_up() => Filled()
        .Quietly("16:00:00.080", on => Refused(on, "s1"))
        .Quietly("16:00:00.680", new TimerFired(PositionTimer.StopAnswer))
        .Then(on => Assert.Equal(on.Id("s2"), Assert.Single(on.Last.Effects.OfType<PositionEffect.SendStop>()).Stop))
        .Quietly("16:00:00.720", on => Refused(on, "s2"))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.ReadRules)) // one read is under way
        .Quietly("16:00:01.320", new TimerFired(PositionTimer.StopAnswer))
        .Quietly("16:00:01.360", on => Refused(on, "s3"))
        .Quietly("16:00:02.080", new RulesRead(Told: false))
        .Then(on => Assert.Equal(CloseReason.Rollback, Assert.Single(on.Last.Events.OfType<PositionEvent.CloseIntended>()).Reason));

    [Fact]
    public void An_entry_is_sent_once_more_under_its_own_id_for_whole_lots() => Link()
        .Quietly("16:00:00.000", Want(Side.Long, 10.5m, 17.63m))
        .At("16:00:00.030", on => Refused(on, "e1", -4023))
        .Then(on => on.Demanding(rules => rules with { StepSize = 1m, MinQuantity = 1m }))
        .At("16:00:00.150", new RulesRead(Told: true))
        .At("16:00:00.200", on => on.Order("e1", OrderStatus.Filled, 10m, 17.63m, "16:00:00.190"))
        .Reads("""
            16:00:00.030 <- Rejected e1 -4023 Precision is over the maximum defined for this asset. Filter
                         -> ReadRules
            16:00:00.150 <- RulesRead yes
                         -> SendEntry e1 Long 10
            16:00:00.200 <- OrderReported e1 8389765543 Filled 10 17.63 OrderAnswer
                         :: EntryVerified e1 OrderAnswer 10 17.63 200
                         :: EntryCompleted e1 8389765543 Filled 10 17.63
                         :: StopIntended s1 10 17.278 Initial
                         -> CancelTimer VerifyEntry
                         -> TellAccount Opened
                         -> StartTimer Aged 10799.8s
                         -> StartTimer FillsMissing 0.5s
                         -> StartTimer Protect 3s
                         -> SendStop s1 Long 10 17.278 yes 0
                         -> StartTimer StopAnswer 0.6s
            """);

    [Theory]
    [InlineData("told late", "16:00:02.100", true, "1")]
    [InlineData("not told", "16:00:00.150", false, "1")]
    [InlineData("too coarse", "16:00:00.150", true, "100")]
    [InlineData("below the notional", "16:00:00.150", true, "10")]
    public void An_entry_that_cannot_go_on_fails_with_the_refusal(string how, string at, bool told, string step) => Link()
        .Quietly("16:00:00.000", Want(Side.Long, 10.5m, 17.63m))
        .Quietly("16:00:00.030", on => Refused(on, "e1", -4023))
        .Then(on => on.Demanding(rules => rules with
        {
            StepSize = Number(step), MinQuantity = Number(step), MinNotional = how == "below the notional" ? 200m : 5m,
        }))
        .Quietly(at, new RulesRead(told))
        .Then(on => Assert.Equal((-4023, EntryEnd.Rejected), Assert.Single(on.Last.Events.OfType<PositionEvent.EntryFailed>()) is var failed ? (failed.Code, failed.How) : default));

    [Fact]
    public void An_entry_that_the_rules_of_now_refuse_has_failed() => Link()
        .Quietly("16:00:00.000", Want(Side.Long, 10.5m, 17.63m))
        .Quietly("16:00:00.030", on => Refused(on, "e1", -4023))
        .Quietly("16:00:00.150", new RulesRead(Told: true))
        .Then(on => Assert.Single(on.Last.Effects.OfType<PositionEffect.SendEntry>()))
        .Quietly("16:00:00.200", on => Refused(on, "e1", -4023))
        .Then(on => Assert.Single(on.Last.Events.OfType<PositionEvent.EntryFailed>()));

    /// <summary>What came to be open meanwhile is somebody else's: nothing more is bought beside it.</summary>
    [Fact]
    public void An_entry_is_not_sent_again_beside_what_was_opened_meanwhile() => Link()
        .Quietly("16:00:00.000", Want(Side.Long, 10.5m, 17.63m))
        .Quietly("16:00:00.030", on => Refused(on, "e1", -4023))
        .Quietly("16:00:00.100", on => on.Amount(3m, 17.63m, "16:00:00.090"))
        .Quietly("16:00:00.150", new RulesRead(Told: true))
        .Then(on => Assert.Single(on.Effects.OfType<PositionEffect.SendEntry>()));

    [Fact]
    public void After_a_start_an_entry_that_was_refused_is_asked_for_and_never_sent() => Link()
        .Quietly("16:00:00.000", Want(Side.Long, 10.5m, 17.63m))
        .Quietly("16:00:00.030", on => Refused(on, "e1", -4023))
        .Then(on => on.Restart())
        .Quietly("16:00:05.000", new Recovered())
        .Then(on => Assert.Single(on.Last.Effects.OfType<PositionEffect.Inquire>()))
        .Quietly("16:00:05.100", new RulesRead(Told: true))
        .Then(on => Assert.DoesNotContain(on.Last.Effects, effect => effect is PositionEffect.SendEntry));

    [Fact]
    public void On_Bybit_the_stop_that_comes_with_the_entry_is_made_to_fit() =>
        new PositionScenario("bybit/LINKUSDT", PositionScenario.Rules("LINKUSDT", 0.001m, 0.1m), policy: policy => policy with { AttachesStop = true })
            .Quietly("16:00:00.000", Want(Side.Short, 10m, 17.63m))
            .Then(on => Assert.Equal(17.982m, Assert.Single(on.Last.Effects.OfType<PositionEffect.SendEntry>()).AttachedStop))
            .Quietly("16:00:00.030", on => Refused(on, "e1", 10001))
            .Then(on => on.Demanding(rules => rules with { TickSize = 0.01m }))
            .Quietly("16:00:00.150", new RulesRead(Told: true))
            .Then(on => Assert.Equal((on.Id("e1"), 17.98m), Assert.Single(on.Last.Effects.OfType<PositionEffect.SendEntry>()) is var again ? (again.Order, again.AttachedStop) : default));

    [Fact]
    public void A_stop_that_was_to_rest_before_its_entry_is_sent_again_and_then_the_entry_for_whole_lots() =>
        new PositionScenario("binance/LINKUSDT", PositionScenario.Rules("LINKUSDT", 0.001m, 0.1m), policy: policy => policy with { StopFirst = true })
            .Quietly("16:00:00.000", Want(Side.Short, 10.5m, 17.63m))
            .At("16:00:00.030", on => Refused(on, "s1"))
            .Then(on => on.Demanding(rules => rules with { TickSize = 0.01m, StepSize = 1m, MinQuantity = 1m }))
            .At("16:00:00.150", new RulesRead(Told: true))
            .At("16:00:00.200", on => on.Stop("s2", StopStatus.Live, "16:00:00.190"))
            .Reads("""
                16:00:00.030 <- Rejected s1 -1111 Precision is over the maximum defined for this asset. Filter
                             :: StopRefused s1 -1111 Precision is over the maximum defined for this asset.
                             -> ReadRules
                             -> CancelTimer StopAnswer
                16:00:00.150 <- RulesRead yes
                             :: StopIntended s2 10 17.98 Initial
                             -> SendStop s2 Short 10 17.98 yes 0 yes
                             -> StartTimer StopAnswer 0.6s
                16:00:00.200 <- StopReported s2 4000001 Live 0 0 OrderAnswer
                             :: StopConfirmed s2 4000001 10 17.98 OrderAnswer
                             -> CancelTimer StopAnswer
                             -> SendEntry e1 Short 10
                             -> StartTimer VerifyEntry 10s
                """);

    [Fact]
    public void A_close_goes_on_with_whole_lots_as_soon_as_the_rules_are_known() => Filled()
        .Quietly("16:00:00.100", on => on.Stop("s1", StopStatus.Live, "16:00:00.090"))
        .Quietly("16:10:00.000", new ClosePosition(CloseReason.Manual, "test"))
        .At("16:10:00.050", on => Refused(on, "x1"))
        .Then(on => on.Demanding(rules => rules with { StepSize = 4m, MinQuantity = 4m }))
        .At("16:10:00.150", new RulesRead(Told: true))
        .Reads("""
            16:10:00.050 <- Rejected x1 -1111 Precision is over the maximum defined for this asset. Filter
                         :: CloseAttemptFailed x1 -1111 Precision is over the maximum defined for this asset.
                         -> ReadRules
                         -> StartTimer CloseAgain 1s
            16:10:00.150 <- RulesRead yes
                         :: CloseIntended x2 8 Manual 2 what is left
                         -> SendClose x2 Short 8
            """);

    /// <summary>Where a stop of the tick of before has to go on: towards the market, as all stops are rounded.</summary>
    [Fact]
    public void A_stop_that_has_to_grow_leaves_the_old_tick() => Filled()
        .Quietly("16:00:00.100", on => on.Stop("s1", StopStatus.Live, "16:00:00.090"))
        .Then(on => Assert.Equal(17.982m, on.State.Held!.LiveStop!.Trigger))
        .Then(on => on.Demanding(rules => rules with { TickSize = 0.01m }))
        .Quietly("16:05:00.000", on => on.Amount(-15m, 17.63m, "16:05:00.000"))
        .Then(on => Assert.Equal((15m, 17.98m), Assert.Single(on.Last.Effects.OfType<PositionEffect.SendStop>()) is var grown ? (grown.Quantity, grown.Trigger) : default));

    private static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Rules that do not cure the refusal must not make a loop at the speed of the wire.</summary>
    [Fact]
    public void A_close_that_a_filter_refuses_again_and_again_is_sent_at_a_growing_pace()
    {
        var on = Link()
            .Quietly("16:00:00.000", Want(Side.Short, 10m, 17.63m))
            .Quietly("16:00:00.050", o => o.Fill("e1", "t1", Side.Short, 10m, 17.63m, "16:00:00.040"))
            .Quietly("16:00:00.051", o => o.Order("e1", OrderStatus.Filled, 10m, 17.63m, "16:00:00.040"))
            .Quietly("16:00:00.100", o => o.Stop("s1", StopStatus.Live, "16:00:00.090"))
            .Quietly("16:10:00.000", new ClosePosition(CloseReason.Manual, "test"));
        RefuseForFourSeconds(on, static e => (e as PositionEvent.CloseIntended)?.Order, "16:10:00.000");
        Assert.InRange(on.Events.OfType<PositionEvent.CloseIntended>().Count(), 2, 8);
    }

    [Fact]
    public void A_larger_stop_that_a_filter_refuses_again_and_again_waits_for_its_timer()
    {
        var on = Link()
            .Quietly("16:00:00.000", o => new AdoptPosition(new PositionRow(-10m, 17.63m, o.Utc("15:59:00")), [], AdoptPolicy.ProtectOnly, o.Utc("15:59:59.9")))
            .Quietly("16:00:00.100", o => o.Stop("s1", StopStatus.Live, "16:00:00.090"))
            .Quietly("16:05:00.000", o => o.Amount(-15m, 17.63m, "16:05:00.000"))
            .Quietly("16:05:03.000", new TimerFired(PositionTimer.Protect));
        var before = on.Events.OfType<PositionEvent.StopIntended>().Count();
        RefuseForFourSeconds(on, static e => (e as PositionEvent.StopIntended)?.Stop, "16:05:03.000");
        Assert.InRange(on.Events.OfType<PositionEvent.StopIntended>().Count() - before, 1, 5);
    }

    [Fact]
    public void A_filter_error_after_two_stops_that_came_too_early_is_tried_once_more_by_the_rules_of_now()
    {
        var on = Link()
            .Quietly("16:00:00.000", Want(Side.Short, 10m, 17.63m))
            .Quietly("16:00:00.050", o => o.Fill("e1", "t1", Side.Short, 10m, 17.63m, "16:00:00.040"))
            .Quietly("16:00:00.051", o => o.Order("e1", OrderStatus.Filled, 10m, 17.63m, "16:00:00.040"))
            .Quietly("16:00:00.080", o => new Rejected(o.Id("s1"), 10001, "can not set tp/sl/ts for zero position", RejectKind.NoPosition))
            .Quietly("16:00:00.280", new TimerFired(PositionTimer.StopAnswer))
            .Quietly("16:00:00.320", o => new Rejected(o.Id("s2"), 10001, "can not set tp/sl/ts for zero position", RejectKind.NoPosition))
            .Quietly("16:00:00.720", new TimerFired(PositionTimer.StopAnswer))
            .Quietly("16:00:00.760", o => new Rejected(o.Id("s3"), 10001, "tick", RejectKind.Filter))
            .Then(o => o.Demanding(rules => rules with { TickSize = 0.01m }))
            .Quietly("16:00:00.900", new RulesRead(Told: true));
        Assert.DoesNotContain(on.Events, static e => e is PositionEvent.CloseIntended);
        Assert.Equal(4, on.Events.OfType<PositionEvent.StopIntended>().Count());

        on.Quietly("16:00:00.950", o => new Rejected(o.Id("s4"), 10001, "tick", RejectKind.Filter)).Quietly("16:00:01.000", new RulesRead(Told: true));
        Assert.Equal(CloseReason.Rollback, Assert.Single(on.Events.OfType<PositionEvent.CloseIntended>()).Reason);
    }

    /// <summary>The newest order is refused, and the rules are read a tenth of a second later, twenty times.</summary>
    private static void RefuseForFourSeconds(PositionScenario on, Func<PositionEvent, ClientOrderId?> idOf, string from)
    {
        ClientOrderId? refused = null;
        for (var i = 1; i <= 20; i++)
        {
            var newest = on.Events.Select(idOf).Last(static id => id is not null)!.Value;
            if (newest == refused) continue;
            refused = newest;
            on.Quietly(At(from, i * 200), new Rejected(newest, 10001, "params error", RejectKind.Filter));
            on.Quietly(At(from, (i * 200) + 100), new RulesRead(Told: true));
        }

        string At(string time, int ms) => on.Utc(time).AddMilliseconds(ms).ToString("HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture);
    }
}
