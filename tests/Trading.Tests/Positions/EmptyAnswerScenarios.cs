using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>2025-11-10: an empty position list and one refused stop left a trailing position without any stop.</summary>
public sealed class EmptyAnswerScenarios
{
    private static PositionScenario Kava() => new PositionScenario("binance/KAVAUSDT", PositionScenario.Rules("KAVAUSDT", 0.0001m, 0.1m), "2025-11-10")
        .Quietly("00:00:00.000", Want(Side.Long, 62.9m, 0.1590m))
        .Quietly("00:00:00.100", on => on.Amount(62.9m, 0.1590m, "00:00:00.090"))
        .Quietly("00:00:00.101", on => on.Fill("e1", "t1", Side.Long, 62.9m, 0.1590m, "00:00:00.090"))
        .Quietly("00:00:00.150", on => on.Stop("s1", StopStatus.Live, "00:00:00.140"));

    private static PositionScenario WithoutStreamState() => Kava().Quietly("00:07:14.183", new StreamRestarted(2));

    [Fact]
    public void One_refusal_leaves_the_old_stop_and_activation_is_recorded_only_with_the_new_one_confirmed() => Kava()
        .At("00:07:15.138", Mark(0.16195575m))
        .At("00:07:15.300", on => new Rejected(on.Id("s2"), -2021, "Order would immediately trigger.", RejectKind.WouldTrigger))
        .At("00:07:15.400", new MarkRead(0.16195m))
        .At("00:07:16.000", Mark(0.1620m))
        .At("00:07:16.100", on => on.Stop("s3", StopStatus.Live, "00:07:16.090"))
        .At("00:07:16.150", on => new CancelAnswered(on.Id("s1"), WasOpen: true))
        .Reads("""
            00:07:15.138 <- MarkMoved 0.16195575 0.16195575 0.16195575
                         :: PositionLookup WebsocketCache 0 yes 0 62.9
                         :: StopIntended s2 62.9 0.1612 s1 Trailing
                         -> SendStop s2 Long 62.9 0.1612 0.33337
                         -> StartTimer StopAnswer 7s
            00:07:15.300 <- Rejected s2 -2021 Order would immediately trigger. WouldTrigger
                         :: StopMoveRefused s2 -2021 Order would immediately trigger.
                         -> StartTimer StopAnswer 0.6s
                         -> ReadMark
            00:07:15.400 <- MarkRead 0.16195
                         -> CancelTimer StopAnswer
            00:07:16.000 <- MarkMoved 0.162 0.162 0.162
                         :: PositionLookup WebsocketCache 0 yes 0 62.9
                         :: StopIntended s3 62.9 0.1612 s1 Trailing
                         -> SendStop s3 Long 62.9 0.1612 0.33337
                         -> StartTimer StopAnswer 7s
            00:07:16.100 <- StopReported s3 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s3 4000001 62.9 0.1612 OrderAnswer
                         :: TrailingActivated 0.162 0.1612
                         -> CheckPosition s3 AfterStopMove
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelStop s1
            00:07:16.150 <- CancelAnswered s1 yes
                         :: StopCleared s1
            """);

    [Fact]
    public void A_step_that_finds_more_than_the_stop_is_for_goes_as_a_first_stop() => WithoutStreamState()
        .Quietly("00:07:15.138", Mark(0.16195575m))
        .At("00:07:15.170", new QuantityLookedUp(72.9m, 1, 30))
        .Reads("""
            00:07:15.170 <- QuantityLookedUp 72.9 1 30
                         :: PositionLookup ExchangeApiAttempt1 30 0 72.9
                         :: QuantityChanged 72.9 0.159 found by ExchangeApiAttempt1
                         :: StopIntended s2 72.9 0.1612 s1 Trailing
                         -> SendStop s2 Long 72.9 0.1612 yes 0.38637
                         -> StartTimer StopAnswer 0.6s
                         -> StartTimer Protect 3s
            """);

    [Fact]
    public void An_empty_position_list_after_the_move_changes_nothing() => Kava()
        .Quietly("00:07:15.138", Mark(0.16195575m))
        .Quietly("00:07:15.300", on => on.Stop("s2", StopStatus.Live, "00:07:15.290"))
        .Quietly("00:07:15.350", on => new CancelAnswered(on.Id("s1"), WasOpen: true))
        .At("00:07:15.400", on => new Checked(new CheckEvidence(on.Utc("00:07:15.300"), PositionRead.Missing, null, null, null, null, CheckCause.AfterStopMove)))
        .At("00:07:15.500", on => new Checked(new CheckEvidence(
            on.Utc("00:07:15.400"), PositionRead.Missing, null, [new StopView(on.Id("s2"), "4000001", Side.Long, 62.9m, 0.1612m, false, OrderOrigin.Ours)], null, [], CheckCause.Doubt)))
        .At("00:07:26.000", Mark(0.16228511m))
        .Reads("""
            00:07:15.400 <- Checked CheckEvidence PositionRead AfterStopMove
                         -> CheckPosition s2 Doubt
            00:07:15.500 <- Checked CheckEvidence PositionRead [StopView s2 4000001 Long 62.9 0.1612 Ours] [] Doubt
                         -> StartTimer CheckAgain 1s
            00:07:26.000 <- MarkMoved 0.16228511 0.16228511 0.16228511
                         :: PositionLookup WebsocketCache 0 yes 0 62.9
                         :: StopIntended s3 62.9 0.1615 s2 Trailing
                         -> SendStop s3 Long 62.9 0.1615 0.01887
                         -> StartTimer StopAnswer 7s
            """);

    [Fact]
    public void A_price_that_really_crossed_closes_by_market() => Kava()
        .Quietly("00:07:15.138", Mark(0.16195575m))
        .At("00:07:15.300", on => new Rejected(on.Id("s2"), -2021, "Order would immediately trigger.", RejectKind.WouldTrigger))
        .At("00:07:15.400", new MarkRead(0.1611m))
        .Reads("""
            00:07:15.300 <- Rejected s2 -2021 Order would immediately trigger. WouldTrigger
                         :: StopMoveRefused s2 -2021 Order would immediately trigger.
                         -> StartTimer StopAnswer 0.6s
                         -> ReadMark
            00:07:15.400 <- MarkRead 0.1611
                         :: CloseIntended x1 62.9 TrailingStop 1 mark 0.1611 has crossed 0.1612
                         -> CancelTimer StopAnswer
                         -> SendClose x1 Long 62.9
                         -> StartTimer CloseSlow 10s
                         -> CancelTimer Protect
            """);

    [Fact]
    public void A_step_is_never_tried_more_than_twice() => Kava()
        .Quietly("00:07:15.138", Mark(0.16195575m))
        .Quietly("00:07:15.300", on => new Rejected(on.Id("s2"), -2021, "Order would immediately trigger.", RejectKind.WouldTrigger))
        .Quietly("00:07:15.400", new MarkRead(0.16195m))
        .Quietly("00:07:16.000", Mark(0.1620m))
        .Quietly("00:07:16.100", on => new Rejected(on.Id("s3"), -2021, "Order would immediately trigger.", RejectKind.WouldTrigger))
        .Quietly("00:07:16.200", new MarkRead(0.1620m))
        .At("00:07:17.000", Mark(0.1620m))
        .At("00:07:18.000", Mark(0.1630m))
        .Reads("""
            00:07:17.000 <- MarkMoved 0.162 0.162 0.162
            00:07:18.000 <- MarkMoved 0.163 0.163 0.163
                         :: PositionLookup WebsocketCache 0 yes 0 62.9
                         :: StopIntended s4 62.9 0.1622 s1 Trailing
                         -> SendStop s4 Long 62.9 0.1622 0.39627
                         -> StartTimer StopAnswer 7s
            """);

    [Fact]
    public void A_replacement_in_doubt_leaves_the_old_stop_and_is_swept_later() => Kava()
        .Quietly("00:07:15.138", Mark(0.16195575m))
        .At("00:07:18.138", on => new OutcomeUnknown(on.Id("s2"), "no answer"))
        .At("00:07:18.300", on => new StopsRead([new StopView(on.Id("s1"), "4000001", Side.Long, 62.9m, 0.1559m, false, OrderOrigin.Ours)], on.Utc("00:07:18.200")))
        .Reads("""
            00:07:18.138 <- OutcomeUnknown s2 no answer
                         -> ReadStops
            00:07:18.300 <- StopsRead [StopView s1 4000001 Long 62.9 0.1559 Ours]
                         :: StopMoveRefused s2 0 not found in the read-back yes
                         -> CancelTimer StopAnswer
                         -> CancelStop s2
            """);

    [Fact]
    public void Lookup_from_the_stream_is_a_cache_hit() => Kava()
        .Quietly("00:07:15.138", Mark(0.16195575m))
        .Then(on => Assert.Contains(on.Events, e => e is PositionEvent.PositionLookup { LookupMethod: LookupMethod.WebsocketCache, CacheHit: true, RetryCount: 0 }));

    [Fact]
    public void Lookup_without_stream_state_asks_the_exchange() => WithoutStreamState()
        .At("00:07:15.138", Mark(0.16195575m))
        .At("00:07:15.200", new QuantityLookedUp(62.9m, 1, 62))
        .Reads("""
            00:07:15.138 <- MarkMoved 0.16195575 0.16195575 0.16195575
                         -> LookUpQuantity
            00:07:15.200 <- QuantityLookedUp 62.9 1 62
                         :: PositionLookup ExchangeApiAttempt1 62 0 62.9
                         :: StopIntended s2 62.9 0.1612 s1 Trailing
                         -> SendStop s2 Long 62.9 0.1612 0.33337
                         -> StartTimer StopAnswer 7s
            """);

    [Fact]
    public void Lookup_found_in_the_second_attempt_says_so() => WithoutStreamState()
        .Quietly("00:07:15.138", Mark(0.16195575m))
        .Quietly("00:07:15.400", new QuantityLookedUp(62.9m, 2, 262))
        .Then(on => Assert.Contains(on.Events, e => e is PositionEvent.PositionLookup { LookupMethod: LookupMethod.ExchangeApiAttempt2, RetryCount: 1 }));

    [Fact]
    public void Lookup_answered_by_nobody_falls_back_to_the_journal() => WithoutStreamState()
        .Quietly("00:07:15.138", Mark(0.16195575m))
        .Quietly("00:07:15.400", new QuantityLookedUp(null, 2, 262))
        .Then(on => Assert.Contains(on.Events, e => e is PositionEvent.PositionLookup { LookupMethod: LookupMethod.DatabaseFallback, Quantity: 62.9m }));

    [Fact]
    public void Lookup_that_finds_zero_aborts_with_an_alert_and_looks_closer() => WithoutStreamState()
        .Quietly("00:07:15.138", Mark(0.16195575m))
        .At("00:07:15.400", new QuantityLookedUp(0m, 2, 262))
        .Reads("""
            00:07:15.400 <- QuantityLookedUp 0 2 262
                         :: PositionNotFoundAbort LookupAttempts yes 2 yes
                         -> AlertOperator PositionNotFound binance/KAVAUSDT: position_not_found_abort: the stop was not moved
                         -> CheckPosition s1 Doubt
            """);
}
