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
                         -> StartTimer StopAnswer 0.6s
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
}
