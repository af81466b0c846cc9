using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>2025-10-28: an entry that had filled was rolled back because its fill came before the books knew of it.</summary>
public sealed class FilledBeforeKnownScenarios
{
    private static PositionScenario Skl() => new("binance/SKLUSDT", PositionScenario.Rules("SKLUSDT", 0.00001m, 1m), "2025-10-28");

    private static PositionScenario Wanted() => Skl().Quietly("22:34:11.900", Want(Side.Long, 308m, 0.01946m));

    private static PositionScenario Filled() => Wanted()
        .Quietly("22:34:12.246", on => on.Amount(308m, 0.01946m, "22:34:12.240"))
        .Quietly("22:34:12.247", on => on.Fill("e1", "t1", Side.Long, 308m, 0.01946m, "22:34:12.240"));

    [Fact]
    public void A_fill_that_comes_before_the_order_answer_verifies_and_protects_at_once() => Skl()
        .At("22:34:11.900", Want(Side.Long, 308m, 0.01946m))
        .At("22:34:12.246", on => on.Amount(308m, 0.01946m, "22:34:12.240"))
        .At("22:34:12.247", on => on.Fill("e1", "t1", Side.Long, 308m, 0.01946m, "22:34:12.240"))
        .At("22:34:12.260", on => on.Order("e1", OrderStatus.Filled, 308m, null, "22:34:12.240"))
        .At("22:34:12.300", on => on.Stop("s1", StopStatus.Live, "22:34:12.290"))
        .At("22:34:13.109", Mark(0.01946033m))
        .Reads("""
            22:34:11.900 <- OpenPosition 4776923 2025-10-17T16:00:00Z Long 308 0.01946 stop 2% activation 1.5% callback 0.5%
                         :: EntryIntended e1 4776923 2025-10-17T16:00:00Z Long 308 0.01946 stop 2% activation 1.5% callback 0.5%
                         -> SendEntry e1 Long 308
                         -> StartTimer VerifyEntry 10s
                         -> WatchPrice
            22:34:12.246 <- PositionStreamed 308 0.01946 yes
                         :: EntryVerified e1 Websocket 308 0.01946 346
                         :: StopIntended s1 308 0.01908 Initial
                         -> CancelTimer VerifyEntry
                         -> StartTimer Protect 3s
                         -> SendStop s1 Long 308 0.01908 yes 0
                         -> StartTimer StopAnswer 0.6s
            22:34:12.247 <- Traded t1 buy 308 @ 0.01946 of e1 Stream
                         :: OrderFilled t1 buy 308 @ 0.01946 of e1 308
                         :: EntryCompleted e1 8389765543 Filled 308 0.01946
                         -> TellAccount Opened
                         -> StartTimer Aged 10799.653s
            22:34:12.260 <- OrderReported e1 8389765543 Filled 308 OrderAnswer
                         .. ignored: a report on an order that is not working
            22:34:12.300 <- StopReported s1 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s1 4000001 308 0.01908 OrderAnswer
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelTimer Protect
            22:34:13.109 <- MarkMoved 0.01946033 0.01946033 0.01946033
            """);

    [Fact]
    public void The_fill_alone_is_enough() => Wanted()
        .At("22:34:12.247", on => on.Fill("e1", "t1", Side.Long, 308m, 0.01946m, "22:34:12.240"))
        .Reads("""
            22:34:12.247 <- Traded t1 buy 308 @ 0.01946 of e1 Stream
                         :: EntryVerified e1 Websocket 308 0.01946 347
                         :: OrderFilled t1 buy 308 @ 0.01946 of e1 308
                         :: EntryCompleted e1 8389765543 Filled 308 0.01946
                         :: StopIntended s1 308 0.01908 Initial
                         -> CancelTimer VerifyEntry
                         -> TellAccount Opened
                         -> StartTimer Aged 10799.653s
                         -> StartTimer Protect 3s
                         -> SendStop s1 Long 308 0.01908 yes 0
                         -> StartTimer StopAnswer 0.6s
            """);

    [Fact]
    public void The_position_report_after_the_fill_changes_nothing() => Wanted()
        .Quietly("22:34:12.247", on => on.Fill("e1", "t1", Side.Long, 308m, 0.01946m, "22:34:12.240"))
        .At("22:34:12.250", on => on.Amount(308m, 0.01946m, "22:34:12.240"))
        .Reads("""
            22:34:12.250 <- PositionStreamed 308 0.01946 yes
            """);

    [Fact]
    public void An_order_answer_without_a_price_asks_for_it_and_starts_the_deadline() => Wanted()
        .At("22:34:12.246", on => on.Order("e1", OrderStatus.Filled, 308m, null, "22:34:12.240"))
        .At("22:34:12.300", on => on.Order("e1", OrderStatus.Filled, 308m, 0.01946m, "22:34:12.240", Source.Query))
        .Reads("""
            22:34:12.246 <- OrderReported e1 8389765543 Filled 308 OrderAnswer
                         :: EntryVerified e1 OrderAnswer 308 0 346
                         -> CancelTimer VerifyEntry
                         -> QueryOrder e1
                         -> StartTimer FillsMissing 0.5s
                         -> StartTimer Protect 3s
                         -> StartTimer FillsMissing 0.5s
            22:34:12.300 <- OrderReported e1 8389765543 Filled 308 0.01946 Query
                         :: EntryCompleted e1 8389765543 Filled 308 0.01946
                         :: StopIntended s1 308 0.01908 Initial
                         -> TellAccount Opened
                         -> StartTimer Aged 10799.6s
                         -> StartTimer FillsMissing 0.5s
                         -> SendStop s1 Long 308 0.01908 yes 0
                         -> StartTimer StopAnswer 0.6s
            """);

    [Fact]
    public void Without_any_price_the_reference_price_serves_the_first_stop() => Wanted()
        .Quietly("22:34:12.246", on => on.Order("e1", OrderStatus.Filled, 308m, null, "22:34:12.240"))
        .At("22:34:12.746", new TimerFired(PositionTimer.FillsMissing))
        .Reads("""
            22:34:12.746 <- TimerFired FillsMissing
                         :: StopIntended s1 308 0.01908 Initial
                         -> QueryOrder e1
                         -> StartTimer FillsMissing 1s
                         -> SendStop s1 Long 308 0.01908 yes 0
                         -> StartTimer StopAnswer 0.6s
                         -> ReadTrades
            """);

    [Fact]
    public void A_lost_answer_is_followed_by_questions_never_by_a_second_order() => Skl()
        .At("22:34:11.900", Want(Side.Long, 308m, 0.01946m))
        .At("22:34:14.900", on => new OutcomeUnknown(on.Id("e1"), "no answer"))
        .At("22:34:15.000", Want(Side.Long, 308m, 0.01946m))
        .At("22:34:15.150", on => on.Order("e1", OrderStatus.Filled, 308m, 0.01946m, "22:34:12.240", Source.Query))
        .Reads("""
            22:34:11.900 <- OpenPosition 4776923 2025-10-17T16:00:00Z Long 308 0.01946 stop 2% activation 1.5% callback 0.5%
                         :: EntryIntended e1 4776923 2025-10-17T16:00:00Z Long 308 0.01946 stop 2% activation 1.5% callback 0.5%
                         -> SendEntry e1 Long 308
                         -> StartTimer VerifyEntry 10s
                         -> WatchPrice
            22:34:14.900 <- OutcomeUnknown e1 no answer
                         :: OutcomeLost e1 no answer
                         -> Inquire e1
            22:34:15.000 <- OpenPosition 4776923 2025-10-17T16:00:00Z Long 308 0.01946 stop 2% activation 1.5% callback 0.5%
                         !! denied: key_in_doubt
            22:34:15.150 <- OrderReported e1 8389765543 Filled 308 0.01946 Query
                         :: EntryVerified e1 OrderQuery 308 0.01946 3250
                         :: EntryCompleted e1 8389765543 Filled 308 0.01946
                         :: StopIntended s1 308 0.01908 Initial
                         -> CancelTimer VerifyEntry
                         -> TellAccount Opened
                         -> StartTimer Aged 10796.75s
                         -> StartTimer FillsMissing 0.5s
                         -> StartTimer Protect 3s
                         -> SendStop s1 Long 308 0.01908 yes 0
                         -> StartTimer StopAnswer 0.6s
            """);

    [Fact]
    public void An_entry_proven_absent_fails_frees_its_key_and_is_not_sent_again() => Wanted()
        .Quietly("22:34:14.900", on => new OutcomeUnknown(on.Id("e1"), "no answer"))
        .At("22:34:21.900", new TimerFired(PositionTimer.VerifyEntry))
        .At("22:34:22.900", on => new ProvenAbsent(on.Id("e1"), "three reads, no trade"))
        .Reads("""
            22:34:21.900 <- TimerFired VerifyEntry
                         -> AlertOperator EntryUnverified binance/SKLUSDT: entry e1 is not verified after 10 s
            22:34:22.900 <- ProvenAbsent e1 three reads, no trade
                         :: EntryFailed e1 0 proven absent: three reads, no trade ProvenAbsent
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount EntryFailed
            """);

    [Fact]
    public void Silence_for_ten_seconds_is_doubt_and_an_alert_never_a_rollback() => Wanted()
        .At("22:34:21.900", new TimerFired(PositionTimer.VerifyEntry))
        .Reads("""
            22:34:21.900 <- TimerFired VerifyEntry
                         :: OutcomeLost e1 nobody spoke of it in time
                         -> AlertOperator EntryUnverified binance/SKLUSDT: entry e1 is not verified after 10 s
                         -> Inquire e1
            """);

    [Fact]
    public void An_entry_refused_for_margin_fails_with_its_code() => Wanted()
        .At("22:34:12.000", on => new Rejected(on.Id("e1"), -2019, "Margin is insufficient."))
        .Reads("""
            22:34:12.000 <- Rejected e1 -2019 Margin is insufficient. Other
                         :: EntryFailed e1 -2019 Margin is insufficient. Rejected
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount EntryFailed
            """);

    [Fact]
    public void An_entry_partly_filled_and_expired_stays_open_with_what_was_filled() => Wanted()
        .At("22:34:12.247", on => on.Fill("e1", "t1", Side.Long, 100m, 0.01946m, "22:34:12.240"))
        .At("22:34:12.300", on => on.Stop("s1", StopStatus.Live, "22:34:12.290"))
        .At("22:34:12.400", on => on.Order("e1", OrderStatus.Expired, 100m, 0.01946m, "22:34:12.390", Source.Stream))
        .Reads("""
            22:34:12.247 <- Traded t1 buy 100 @ 0.01946 of e1 Stream
                         :: EntryVerified e1 Websocket 100 0.01946 347
                         :: OrderFilled t1 buy 100 @ 0.01946 of e1 100
                         :: StopIntended s1 100 0.01908 Initial
                         -> CancelTimer VerifyEntry
                         -> StartTimer Protect 3s
                         -> SendStop s1 Long 100 0.01908 yes 0
                         -> StartTimer StopAnswer 0.6s
            22:34:12.300 <- StopReported s1 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s1 4000001 100 0.01908 OrderAnswer
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelTimer Protect
            22:34:12.400 <- OrderReported e1 8389765543 Expired 100 0.01946 Stream
                         :: EntryCompleted e1 8389765543 Expired 100 0.01946
                         -> TellAccount Opened
                         -> StartTimer Aged 10799.5s
            """);

    [Fact]
    public void A_second_fill_grows_the_stop_beside_the_one_that_rests() => Wanted()
        .Quietly("22:34:12.247", on => on.Fill("e1", "t1", Side.Long, 100m, 0.01946m, "22:34:12.240"))
        .Quietly("22:34:12.300", on => on.Stop("s1", StopStatus.Live, "22:34:12.290"))
        .At("22:34:12.400", on => on.Fill("e1", "t2", Side.Long, 208m, 0.01946m, "22:34:12.390"))
        .At("22:34:12.450", on => on.Stop("s2", StopStatus.Live, "22:34:12.440"))
        .Reads("""
            22:34:12.400 <- Traded t2 buy 208 @ 0.01946 of e1 Stream
                         :: OrderFilled t2 buy 208 @ 0.01946 of e1 308
                         :: EntryCompleted e1 8389765543 Filled 308 0.01946
                         :: StopIntended s2 308 0.01908 s1 Resize
                         -> TellAccount Opened
                         -> StartTimer Aged 10799.5s
                         -> StartTimer Protect 3s
                         -> SendStop s2 Long 308 0.01908 yes 0
                         -> StartTimer StopAnswer 0.6s
            22:34:12.450 <- StopReported s2 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s2 4000001 308 0.01908 OrderAnswer
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelStop s1
                         -> CancelTimer Protect
            """);

    [Fact]
    public void A_rejection_after_a_verification_looks_and_does_not_roll_back() => Wanted()
        .Quietly("22:34:12.246", on => on.Amount(308m, 0.01946m, "22:34:12.240"))
        .At("22:34:12.260", on => new Rejected(on.Id("e1"), -2010, "rejected"))
        .Reads("""
            22:34:12.260 <- Rejected e1 -2010 rejected Other
                         -> AlertOperator PositionInDoubt binance/SKLUSDT: the entry was rejected, yet something is open
                         -> CheckPosition Doubt
                         -> Inquire e1
            """);

    [Fact]
    public void A_stop_refused_three_times_closes_by_market_and_ends_in_proven_flat() => Filled()
        .At("22:34:12.300", on => new Rejected(on.Id("s1"), -4045, "too many"))
        .At("22:34:12.400", on => new Rejected(on.Id("s2"), -4045, "too many"))
        .At("22:34:12.500", on => new Rejected(on.Id("s3"), -4045, "too many"))
        .At("22:34:12.600", on => on.Order("x1", OrderStatus.Filled, 308m, null, "22:34:12.590"))
        .At("22:34:12.610", on => on.Amount(0m, 0m, "22:34:12.590"))
        .At("22:34:12.700", on => on.Fill("x1", "t2", Side.Short, 308m, 0.01945m, "22:34:12.590", -0.003m))
        .Reads("""
            22:34:12.300 <- Rejected s1 -4045 too many Other
                         :: StopRefused s1 -4045 too many
                         :: StopIntended s2 308 0.01908 Initial
                         -> CancelTimer StopAnswer
                         -> SendStop s2 Long 308 0.01908 yes 0
                         -> StartTimer StopAnswer 0.6s
            22:34:12.400 <- Rejected s2 -4045 too many Other
                         :: StopRefused s2 -4045 too many
                         :: StopIntended s3 308 0.01908 Initial
                         -> CancelTimer StopAnswer
                         -> SendStop s3 Long 308 0.01908 yes 0
                         -> StartTimer StopAnswer 0.6s
            22:34:12.500 <- Rejected s3 -4045 too many Other
                         :: StopRefused s3 -4045 too many
                         :: CloseIntended x1 308 Rollback 1 the stop was refused 3 times
                         -> CancelTimer StopAnswer
                         -> SendClose x1 Long 308
                         -> StartTimer CloseSlow 10s
                         -> CancelTimer Protect
            22:34:12.600 <- OrderReported x1 8389765543 Filled 308 OrderAnswer
                         -> StartTimer CheckAgain 0.25s
            22:34:12.610 <- PositionStreamed 0 0 yes
                         :: PositionClosed Rollback WebsocketClosure stream amount 0
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount Closed
                         -> StartTimer Settle 1s
            22:34:12.700 <- Traded t2 sell 308 @ 0.01945 of x1 Stream
                         :: OrderFilled t2 sell 308 @ 0.01945 of x1 0
            """);

    [Fact]
    public void A_first_stop_without_an_answer_is_read_back_and_found() => Filled()
        .At("22:34:12.847", new TimerFired(PositionTimer.StopAnswer))
        .At("22:34:12.900", on => new StopsRead([new StopView(on.Id("s1"), "4000001", Side.Long, 308m, 0.01908m, false, OrderOrigin.Ours)], on.Utc("22:34:12.850")))
        .Reads("""
            22:34:12.847 <- TimerFired StopAnswer
                         -> ReadStops
            22:34:12.900 <- StopsRead [StopView s1 4000001 Long 308 0.01908 Ours]
                         :: StopConfirmed s1 4000001 308 0.01908 Query
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelTimer Protect
            """);

    [Fact]
    public void A_first_stop_not_found_is_sent_under_a_new_id_and_the_old_one_is_swept() => Filled()
        .Quietly("22:34:12.847", new TimerFired(PositionTimer.StopAnswer))
        .At("22:34:12.900", on => new StopsRead([], on.Utc("22:34:12.850")))
        .At("22:34:12.950", on => on.Stop("s2", StopStatus.Live, "22:34:12.940"))
        .At("22:34:13.050", on => new CancelAnswered(on.Id("s1"), WasOpen: true))
        .Reads("""
            22:34:12.900 <- StopsRead []
                         :: StopRefused s1 0 not found in the read-back yes
                         :: StopIntended s2 308 0.01908 Initial
                         -> CancelTimer StopAnswer
                         -> SendStop s2 Long 308 0.01908 yes 0
                         -> StartTimer StopAnswer 0.6s
            22:34:12.950 <- StopReported s2 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s2 4000001 308 0.01908 OrderAnswer
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelStop s1
                         -> CancelTimer Protect
            22:34:13.050 <- CancelAnswered s1 yes
                         :: StopCleared s1
            """);

    [Fact]
    public void A_missed_deadline_pauses_the_account_and_closes() => Filled()
        .At("22:34:15.246", new TimerFired(PositionTimer.Protect))
        .Reads("""
            22:34:15.246 <- TimerFired Protect
                         :: ProtectionMissed 308 3000
                         :: CloseIntended x1 308 ProtectionDeadline 1 no confirmed stop in time
                         -> TellAccount ProtectionMissed
                         -> AlertOperator Unprotected binance/SKLUSDT: no confirmed stop within 3000 ms for 308
                         -> SendClose x1 Long 308
                         -> StartTimer CloseSlow 10s
                         -> CancelTimer Protect
            """);

    [Fact]
    public void A_stop_that_was_not_sent_is_tried_again_within_the_deadline() => Filled()
        .At("22:34:12.300", on => new NotSent(on.Id("s1"), "offline"))
        .At("22:34:12.500", new TimerFired(PositionTimer.StopAnswer))
        .Reads("""
            22:34:12.300 <- NotSent s1 offline
                         :: StopRefused s1 0 offline
                         -> StartTimer StopAnswer 0.2s
            22:34:12.500 <- TimerFired StopAnswer
                         :: StopIntended s2 308 0.01908 Initial
                         -> SendStop s2 Long 308 0.01908 yes 0
                         -> StartTimer StopAnswer 0.6s
            """);
}
