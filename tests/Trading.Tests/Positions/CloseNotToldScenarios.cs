using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Tests.Positions.Exchanges;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Tests.Positions;

/// <summary>2025-10-26: a position closed on the exchange and the stream told it 73 s late.</summary>
public sealed class CloseNotToldScenarios
{
    private static PositionScenario Trailing() => new PositionScenario("binance/PROMPTUSDT")
        .Quietly("04:00:00.000", Want(Side.Long, 65m, 0.0900m))
        .Quietly("04:00:00.100", on => on.Amount(65m, 0.0900m, "04:00:00.090"))
        .Quietly("04:00:00.101", on => on.Fill("e1", "t1", Side.Long, 65m, 0.0900m, "04:00:00.090"))
        .Quietly("04:00:00.150", on => on.Stop("s1", StopStatus.Live, "04:00:00.140"))
        .Quietly("04:30:00.000", Mark(0.0930m))
        .Quietly("04:30:00.050", on => on.Stop("s2", StopStatus.Live, "04:30:00.040"))
        .Quietly("04:30:00.060", on => new CancelAnswered(on.Id("s1"), WasOpen: true))
        .Quietly("04:30:00.100", on => new Checked(new CheckEvidence(
            on.Utc("04:30:00.060"), new PositionRead(new PositionRow(65m, 0.09m, on.Utc("04:00:00.090"))), null,
            [new StopView(on.Id("s2"), "4000001", Side.Long, 65m, 0.09254m, false, OrderOrigin.Ours)], null, [], CheckCause.AfterStopMove)));

    [Fact]
    public void Closed_by_its_stop_flat_is_proven_by_the_stops_own_fill_at_the_first_refused_cancel() => Trailing()
        .At("05:00:21.000", Mark(0.09454m))
        .At("05:00:21.050", on => on.Stop("s3", StopStatus.Live, "05:00:21.040"))
        .At("05:00:21.100", on => new CancelAnswered(on.Id("s2"), WasOpen: false))
        .At("05:00:21.200", on => new Checked(new CheckEvidence(
            on.Utc("05:00:21.050"), PositionRead.Missing, null, [], on.Order("s2", OrderStatus.Filled, 65m, 0.0925m, "05:00:20.000", Source.Query), [], CheckCause.Doubt)))
        .Reads("""
            05:00:21.000 <- MarkMoved 0.09454 0.09454 0.09454
                         :: PositionLookup WebsocketCache 0 yes 0 65
                         :: StopIntended s3 65 0.09407 s2 Trailing
                         -> SendStop s3 Long 65 0.09407 0.09945
                         -> StartTimer StopAnswer 7s
            05:00:21.050 <- StopReported s3 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s3 4000001 65 0.09407 OrderAnswer
                         -> CheckPosition s3 AfterStopMove
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelStop s2
            05:00:21.100 <- CancelAnswered s2
                         :: StopCleared s2
            05:00:21.200 <- Checked CheckEvidence PositionRead [] OrderReported s2 8389765543 Filled 65 0.0925 Query [] Doubt
                         :: PositionClosed TrailingStop TargetedCheck stop s2 filled 65
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount Closed
                         -> CancelStop s3
                         -> StartTimer Settle 1s
            """);

    [Fact]
    public void Closed_by_hand_the_read_after_the_next_move_finds_it_and_an_explicit_zero_proves_it() => Trailing()
        .Quietly("05:00:21.000", Mark(0.09454m))
        .Quietly("05:00:21.050", on => on.Stop("s3", StopStatus.Live, "05:00:21.040"))
        .Quietly("05:00:21.100", on => new CancelAnswered(on.Id("s2"), WasOpen: true))
        .At("05:00:21.150", on => new Checked(new CheckEvidence(on.Utc("05:00:21.060"), PositionRead.Missing, null, null, null, null, CheckCause.AfterStopMove)))
        .At("05:00:21.900", on => new Checked(new CheckEvidence(
            on.Utc("05:00:21.150"), new PositionRead(new PositionRow(0m, 0m, on.Utc("05:00:20.000"))), new PositionRead(new PositionRow(0m, 0m, on.Utc("05:00:20.000"))), [], null, [], CheckCause.Doubt)))
        .At("05:01:34.000", on => on.Amount(0m, 0m, "05:00:20.000"))
        .Reads("""
            05:00:21.150 <- Checked CheckEvidence PositionRead AfterStopMove
                         -> CheckPosition s3 Doubt
            05:00:21.900 <- Checked CheckEvidence PositionRead PositionRow 0 0 0 0 PositionRead PositionRow 0 0 0 0 [] [] Doubt
                         :: PositionClosed External TargetedCheck an explicit zero row, read twice
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount Closed
                         -> CancelStop s3
                         -> StartTimer Settle 1s
            05:01:34.000 <- PositionStreamed 0 0 yes
                         .. ignored: flat as known
            """);

    [Fact]
    public void The_streams_zero_closes_at_once_and_a_second_report_is_nothing_new() => Trailing()
        .At("05:00:20.010", on => on.Stop("s2", StopStatus.Triggering, "05:00:20.000", Source.Stream))
        .At("05:00:20.020", on => on.Amount(0m, 0m, "05:00:20.015"))
        .At("05:00:20.021", on => on.Fill("s2", "t2", Side.Short, 65m, 0.0925m, "05:00:20.015", 0.1625m))
        .At("05:00:20.022", on => on.Fill("s2", "t2", Side.Short, 65m, 0.0925m, "05:00:20.015", 0.1625m))
        .At("05:00:20.023", on => on.Amount(0m, 0m, "05:00:20.015"))
        .Reads("""
            05:00:20.010 <- StopReported s2 4000001 Triggering 0 0 Stream
                         -> StartTimer StopStuck 3s
            05:00:20.020 <- PositionStreamed 0 0 yes
                         :: PositionClosed TrailingStop WebsocketClosure stream amount 0
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount Closed
                         -> CancelStop s2
                         -> StartTimer Settle 1s
            05:00:20.021 <- Traded t2 sell 65 @ 0.0925 of s2 Stream
                         :: OrderFilled t2 sell 65 @ 0.0925 of s2 0
            05:00:20.022 <- Traded t2 sell 65 @ 0.0925 of s2 Stream
                         .. ignored: trade t2 is already counted
            05:00:20.023 <- PositionStreamed 0 0 yes
                         .. ignored: flat as known
            """);

    [Fact]
    public void Closed_by_hand_and_told_by_the_stream_is_external() => Trailing()
        .At("05:00:20.020", on => on.Amount(0m, 0m, "05:00:20.015"))
        .At("05:00:20.021", on => on.ForeignFill("t2", Side.Short, 65m, 0.0925m, "05:00:20.015"))
        .Reads("""
            05:00:20.020 <- PositionStreamed 0 0 yes
                         :: PositionClosed External WebsocketClosure stream amount 0
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount Closed
                         -> CancelStop s2
                         -> StartTimer Settle 1s
            05:00:20.021 <- Traded t2 sell 65 @ 0.0925 of web_1 Stream
                         :: OrderFilled t2 sell 65 @ 0.0925 of web_1 0
            """);

    [Fact]
    public void A_liquidation_is_named_as_such() => Trailing()
        .At("05:00:20.010", on => new OutsideOrder("99", OrderOrigin.Liquidation, on.Utc("05:00:20.000")))
        .At("05:00:20.020", on => on.Amount(0m, 0m, "05:00:20.015"))
        .Reads("""
            05:00:20.010 <- OutsideOrder 99 Liquidation
                         .. ignored: an order that is not ours
            05:00:20.020 <- PositionStreamed 0 0 yes
                         :: PositionClosed Liquidation WebsocketClosure stream amount 0
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount Closed
                         -> CancelStop s2
                         -> StartTimer Settle 1s
            """);

    [Fact]
    public void A_partial_close_by_hand_resizes_the_stop_and_is_no_closure() => Trailing()
        .At("05:00:20.020", on => on.Amount(40m, 0.09m, "05:00:20.015"))
        .At("05:00:20.021", on => on.ForeignFill("t2", Side.Short, 25m, 0.0925m, "05:00:20.015"))
        .At("05:00:20.060", on => on.Stop("s3", StopStatus.Live, "05:00:20.050"))
        .Reads("""
            05:00:20.020 <- PositionStreamed 40 0.09 yes
                         :: QuantityChanged 40 0.09 stream
                         :: StopIntended s3 40 0.09254 s2 Resize
                         -> SendStop s3 Long 40 0.09254 0
                         -> StartTimer StopAnswer 7s
            05:00:20.021 <- Traded t2 sell 25 @ 0.0925 of web_1 Stream
                         :: OrderFilled t2 sell 25 @ 0.0925 of web_1 40
            05:00:20.060 <- StopReported s3 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s3 4000001 40 0.09254 OrderAnswer
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelStop s2
            """);

    [Fact]
    public void Close_and_reopen_within_50_ms_are_two_positions_and_the_second_is_protected() => Trailing()
        .Quietly("05:00:20.000", on => on.Amount(0m, 0m, "05:00:19.995"))
        .Quietly("05:00:20.020", on => new CancelAnswered(on.Id("s2"), WasOpen: false))
        .At("05:00:20.030", Want(Side.Long, 65m, 0.0925m))
        .At("05:00:20.040", on => on.Fill("s2", "t2", Side.Short, 65m, 0.0925m, "05:00:19.995"))
        .At("05:00:20.045", on => on.Amount(65m, 0.0925m, "05:00:20.040"))
        .Reads("""
            05:00:20.030 <- OpenPosition 4776923 2025-10-17T16:00:00Z Long 65 0.0925 stop 2% activation 1.5% callback 0.5%
                         :: EntryIntended e2 4776923 2025-10-17T16:00:00Z Long 65 0.0925 stop 2% activation 1.5% callback 0.5%
                         -> SendEntry e2 Long 65
                         -> StartTimer VerifyEntry 10s
                         -> WatchPrice
            05:00:20.040 <- Traded t2 sell 65 @ 0.0925 of s2 Stream
                         .. ignored: trade t2 is of an earlier position
            05:00:20.045 <- PositionStreamed 65 0.0925 yes
                         :: EntryVerified e2 Websocket 65 0.0925 15
                         :: StopIntended s3 65 0.09065 Initial
                         -> CancelTimer VerifyEntry
                         -> StartTimer Protect 3s
                         -> SendStop s3 Long 65 0.09065 yes 0
                         -> StartTimer StopAnswer 0.6s
            """);

    [Fact]
    public void A_stop_taken_away_by_hand_is_restored_at_once() => Trailing()
        .At("04:45:00.000", on => on.Stop("s2", StopStatus.Canceled, "04:44:59.990", Source.Stream))
        .Reads("""
            04:45:00.000 <- StopReported s2 4000001 Canceled 0 0 Stream
                         :: StopEnded s2 Canceled
                         :: StopIntended s3 65 0.09254 Restore
                         -> AlertOperator StopChangedExternally binance/PROMPTUSDT: stop s2 at 0.09254 was taken away; it is restored
                         -> CheckPosition Doubt
                         -> StartTimer Protect 3s
                         -> SendStop s3 Long 65 0.09254 yes 0
                         -> StartTimer StopAnswer 0.6s
            """);

    [Fact]
    public void A_stop_stuck_in_triggering_is_checked_and_closed_by_market() => Trailing()
        .At("05:00:20.000", on => on.Stop("s2", StopStatus.Triggering, "05:00:20.000", Source.Stream))
        .At("05:00:23.000", new TimerFired(PositionTimer.StopStuck))
        .At("05:00:23.100", on => new Checked(new CheckEvidence(
            on.Utc("05:00:23.000"), new PositionRead(new PositionRow(65m, 0.09m, on.Utc("04:00:00.090"))), null, [], null, [], CheckCause.Doubt)))
        .Reads("""
            05:00:20.000 <- StopReported s2 4000001 Triggering 0 0 Stream
                         -> StartTimer StopStuck 3s
            05:00:23.000 <- TimerFired StopStuck
                         -> CheckPosition s2 Doubt
            05:00:23.100 <- Checked CheckEvidence PositionRead PositionRow 65 0.09 0 0 [] [] Doubt
                         :: CloseIntended x1 65 TrailingStop 1 the stop triggered and did not fill
                         -> CancelTimer CheckAgain
                         -> SendClose x1 Long 65
                         -> StartTimer CloseSlow 10s
                         -> CancelTimer Protect
            """);

    [Fact]
    public void A_close_goes_on_under_new_ids_until_flat_is_proven() => Trailing()
        .At("05:00:00.000", new ClosePosition(CloseReason.Manual, "operator"))
        .At("05:00:00.050", on => on.Order("x1", OrderStatus.Expired, 25m, 0.0925m, "05:00:00.040", Source.Stream))
        .At("05:00:00.051", on => on.Fill("x1", "t2", Side.Short, 25m, 0.0925m, "05:00:00.040"))
        .At("05:00:00.250", new TimerFired(PositionTimer.CloseAgain))
        .At("05:00:00.300", on => new OutcomeUnknown(on.Id("x2"), "no answer"))
        .At("05:00:00.600", on => on.Order("x2", OrderStatus.Filled, 40m, 0.0925m, "05:00:00.290", Source.Query))
        .At("05:00:00.850", new TimerFired(PositionTimer.CheckAgain))
        .At("05:00:01.400", on => new Checked(new CheckEvidence(
            on.Utc("05:00:00.850"), PositionRead.Missing, null, [], null, [on.Fill("x2", "t3", Side.Short, 40m, 0.0925m, "05:00:00.290").Trade], CheckCause.Doubt)))
        .Reads("""
            05:00:00.000 <- ClosePosition Manual operator
                         :: CloseIntended x1 65 Manual 1 operator
                         -> SendClose x1 Long 65
                         -> StartTimer CloseSlow 10s
                         -> CancelTimer Protect
            05:00:00.050 <- OrderReported x1 8389765543 Expired 25 0.0925 Stream
                         :: CloseAttemptFailed x1 0 ended Expired with 25 filled
                         -> StartTimer CloseAgain 0.2s
            05:00:00.051 <- Traded t2 sell 25 @ 0.0925 of x1 Stream
                         :: OrderFilled t2 sell 25 @ 0.0925 of x1 40
            05:00:00.250 <- TimerFired CloseAgain
                         :: CloseIntended x2 40 Manual 2 what is left
                         -> SendClose x2 Long 40
            05:00:00.300 <- OutcomeUnknown x2 no answer
                         :: OutcomeLost x2 no answer
                         -> Inquire x2
            05:00:00.600 <- OrderReported x2 8389765543 Filled 40 0.0925 Query
                         -> StartTimer CheckAgain 0.25s
            05:00:00.850 <- TimerFired CheckAgain
                         -> CheckPosition s2 Doubt
            05:00:01.400 <- Checked CheckEvidence PositionRead [] [t3 sell 40 @ 0.0925 of x2] Doubt
                         :: OrderFilled t3 sell 40 @ 0.0925 of x2 0
                         :: PositionClosed Manual TargetedCheck the fills sum to zero
                         -> StartTimer CheckAgain 0.25s
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount Closed
                         -> CancelStop s2
            """);

    [Fact]
    public void Nothing_to_reduce_is_checked_never_looped() => Trailing()
        .Quietly("05:00:00.000", new ClosePosition(CloseReason.Manual, "operator"))
        .At("05:00:00.050", on => new Rejected(on.Id("x1"), -2022, "ReduceOnly Order is rejected.", RejectKind.NothingToReduce))
        .At("05:00:00.700", on => new Checked(new CheckEvidence(
            on.Utc("05:00:00.050"), new PositionRead(new PositionRow(0m, 0m, on.Utc("04:59:59.990"))), new PositionRead(new PositionRow(0m, 0m, on.Utc("04:59:59.990"))), [], null, [], CheckCause.Doubt)))
        .Reads("""
            05:00:00.050 <- Rejected x1 -2022 ReduceOnly Order is rejected. NothingToReduce
                         :: CloseAttemptFailed x1 -2022 ReduceOnly Order is rejected.
                         -> CheckPosition s2 Doubt
            05:00:00.700 <- Checked CheckEvidence PositionRead PositionRow 0 0 0 0 PositionRead PositionRow 0 0 0 0 [] [] Doubt
                         :: PositionClosed Manual TargetedCheck an explicit zero row, read twice
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount Closed
                         -> CancelStop s2
                         -> StartTimer Settle 1s
            """);

    [Fact]
    public void An_aged_position_closes_at_break_even_or_better_then_at_market() => Trailing()
        .Quietly("04:40:00.000", Mark(0.0895m))
        .At("07:00:00.000", new TimerFired(PositionTimer.Aged))
        .At("07:10:00.000", Mark(0.0899m))
        .At("07:20:00.000", Mark(0.0902m))
        .Reads("""
            07:00:00.000 <- TimerFired Aged
                         -> StartTimer Aged 3600s
            07:10:00.000 <- MarkMoved 0.0899 0.0899 0.0899
            07:20:00.000 <- MarkMoved 0.0902 0.0902 0.0902
                         :: CloseIntended x1 65 Aged 1 break-even or better after max-age
                         -> SendClose x1 Long 65
                         -> StartTimer CloseSlow 10s
                         -> CancelTimer Protect
            """);

    [Fact]
    public void A_restart_does_not_start_the_last_hour_of_an_aged_position_anew() => Trailing()
        .Quietly("04:40:00.000", Mark(0.0895m))
        .Quietly("07:00:00.000", new TimerFired(PositionTimer.Aged))
        .Restart()
        .Quietly("07:30:00.000", new Recovered())
        .At("07:30:01.000", new TimerFired(PositionTimer.Aged))
        .Reads("""
            07:30:01.000 <- TimerFired Aged
                         -> StartTimer Aged 1799s
            """);

    [Fact]
    public void A_restart_while_closing_asks_before_it_sends() => Trailing()
        .Quietly("05:00:00.000", new ClosePosition(CloseReason.Manual, "operator"))
        .Restart()
        .At("05:00:05.000", new Recovered())
        .At("05:00:05.300", on => new ProvenAbsent(on.Id("x1"), "three reads"))
        .At("05:00:05.500", new TimerFired(PositionTimer.CloseAgain))
        .Reads("""
            05:00:05.000 <- Recovered
                         :: OutcomeLost x1 this node started while the close was under way
                         -> WatchPrice
                         -> StartTimer CloseSlow 10s
                         -> Inquire x1
            05:00:05.300 <- ProvenAbsent x1 three reads
                         :: CloseAttemptFailed x1 0 not found: three reads
                         -> StartTimer CloseAgain 0.2s
            05:00:05.500 <- TimerFired CloseAgain
                         :: CloseIntended x2 65 Manual 2 what is left
                         -> SendClose x2 Long 65
            """);

    [Fact]
    public void A_close_that_nothing_was_heard_of_may_still_come_so_nothing_is_opened_before_it_is_heard_or_too_late() => Trailing()
        .Quietly("05:00:20.000", new ClosePosition(CloseReason.Manual, "operator"))
        .Quietly("05:00:20.500", on => on.Amount(0m, 0m, "05:00:20.400"))
        .Quietly("05:00:20.501", on => on.ForeignFill("t2", Side.Short, 65m, 0.0940m, "05:00:20.400"))
        .Quietly("05:00:20.600", on => new CancelAnswered(on.Id("s2"), WasOpen: true))
        .Quietly("05:00:25.000", Want(Side.Long, 65m, 0.0940m))
        .Then(on => Assert.Equal("key_in_doubt", on.Last.Note))
        .Quietly("05:00:25.100", on => on.Fill("x1", "t3", Side.Short, 65m, 0.0940m, "05:00:20.400"))
        .Quietly("05:00:25.200", Want(Side.Long, 65m, 0.0940m))
        .Then(on => Assert.IsType<PositionState.Opening>(on.State));
}
