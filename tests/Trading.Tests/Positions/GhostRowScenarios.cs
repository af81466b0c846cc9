using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>2025-10-17: a sync that did not recognise its own position wrote a second row for it.</summary>
public sealed class GhostRowScenarios
{
    private static readonly ProtectionPlan Plan = new();

    private static PositionScenario Tag() => new PositionScenario("binance/TAGUSDT", PositionScenario.Rules("TAGUSDT", 0.0000001m, 1m), "2025-10-17")
        .Quietly("19:21:07.000", Want(Side.Short, 564334m, 0.0003544m, Plan))
        .Quietly("19:21:07.100", on => on.Fill("e1", "t1", Side.Short, 564334m, 0.0003544m, "19:21:07.090"))
        .Quietly("19:21:07.200", on => on.Stop("s1", StopStatus.Live, "19:21:07.190"));

    private static StopView Stop(PositionScenario on) =>
        new(on.Id("s1"), "12027442", Side.Short, 564334m, 0.0003614m, false, OrderOrigin.Ours);

    private static SnapshotShare Share(PositionScenario on) =>
        new(new PositionRow(-564334m, 0.0003544m, on.Utc("19:21:07.090")), [Stop(on)], on.Utc("19:23:18.000"));

    [Fact]
    public void A_sync_that_sees_what_is_known_changes_nothing() => Tag().At("19:23:18.500", Share).Reads("""
            19:23:18.500 <- SnapshotShare PositionRow -564334 0.0003544 0 0 [StopView s1 12027442 Short 564334 0.0003614 Ours]
                         .. ignored: as known
            """);

    [Fact]
    public void After_a_restart_the_sync_creates_nothing_and_places_no_second_stop() => Tag()
        .Restart()
        .At("19:23:10.000", new Recovered())
        .At("19:23:18.500", Share)
        .Reads("""
            19:23:10.000 <- Recovered
                         -> WatchPrice
                         -> StartTimer Aged 10677s
            19:23:18.500 <- SnapshotShare PositionRow -564334 0.0003544 0 0 [StopView s1 12027442 Short 564334 0.0003614 Ours]
                         .. ignored: as known
            """);

    [Fact]
    public void A_position_missing_in_a_snapshot_is_closed_once_after_the_zero_was_read_twice() => Tag()
        .At("19:25:18.000", on => new SnapshotShare(null, [], on.Utc("19:25:17")))
        .At("19:25:18.700", on => new Checked(new CheckEvidence(
            on.Utc("19:25:18.000"), new PositionRead(new PositionRow(0m, 0m, on.Utc("19:24:00"))), new PositionRead(new PositionRow(0m, 0m, on.Utc("19:24:00"))), [], null, [], CheckCause.Snapshot)))
        .At("19:27:18.000", on => new SnapshotShare(null, [], on.Utc("19:27:17")))
        .Reads("""
            19:25:18.000 <- SnapshotShare []
                         -> CheckPosition s1 Snapshot
            19:25:18.700 <- Checked CheckEvidence PositionRead PositionRow 0 0 0 0 PositionRead PositionRow 0 0 0 0 [] [] Snapshot
                         :: PositionClosed External SyncCleanup an explicit zero row, read twice
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount Closed
                         -> CancelStop s1
                         -> StartTimer Settle 1s
            19:27:18.000 <- SnapshotShare []
                         :: StopCleared s1
            """);

    [Fact]
    public void A_zero_row_older_than_our_last_fill_proves_nothing() => Tag()
        .At("19:21:08.000", on => new Checked(new CheckEvidence(
            on.Utc("19:21:07.300"), new PositionRead(new PositionRow(0m, 0m, on.Utc("19:00:00"))), new PositionRead(new PositionRow(0m, 0m, on.Utc("19:00:00"))), [Stop(on)], null, [], CheckCause.Snapshot)))
        .Reads("""
            19:21:08.000 <- Checked CheckEvidence PositionRead PositionRow 0 0 0 0 PositionRead PositionRow 0 0 0 0 [StopView s1 12027442 Short 564334 0.0003614 Ours] [] Snapshot
                         :: PositionDoubted the position query proves neither open nor flat
                         -> StartTimer CheckAgain 1s
            """);

    [Fact]
    public void A_position_opened_outside_is_adopted_once_and_its_key_stays_closed_to_entries() => new PositionScenario("binance/EPICUSDT", PositionScenario.Rules("EPICUSDT", 0.0001m, 0.1m), "2025-10-17")
        .At("19:23:18.000", on => new SnapshotShare(new PositionRow(-50m, 1.5m, on.Utc("19:00:00"), 1.49m), [], on.Utc("19:23:17")))
        .At("19:23:18.200", on => new Checked(new CheckEvidence(on.Utc("19:23:18.000"), new PositionRead(new PositionRow(-50m, 1.5m, on.Utc("19:00:00"), 1.49m)), null, [], null, [], CheckCause.Snapshot)))
        .At("19:23:18.300", on => on.Stop("s1", StopStatus.Live, "19:23:18.290"))
        .At("19:23:19.000", Want(Side.Short, 10m, 1.5m))
        .At("19:25:18.000", on => new SnapshotShare(
            new PositionRow(-50m, 1.5m, on.Utc("19:00:00"), 1.49m), [new StopView(on.Id("s1"), "4000001", Side.Short, 50m, 1.53m, false, OrderOrigin.Ours)], on.Utc("19:25:17")))
        .Reads("""
            19:23:18.000 <- SnapshotShare PositionRow -50 1.5 1.49 0 []
                         -> CheckPosition Snapshot
            19:23:18.200 <- Checked CheckEvidence PositionRead PositionRow -50 1.5 1.49 0 [] [] Snapshot
                         :: PositionAdopted Short 50 1.5 1.5 ProtectOnly stop 2% activation 1.5% callback 0.5%
                         :: StopIntended s1 50 1.53 Initial
                         -> WatchPrice
                         -> TellAccount Opened
                         -> StartTimer Protect 3s
                         -> SendStop s1 Short 50 1.53 yes 0
                         -> StartTimer StopAnswer 0.6s
            19:23:18.300 <- StopReported s1 4000001 Live 0 0 OrderAnswer
                         :: StopConfirmed s1 4000001 50 1.53 OrderAnswer
                         -> CancelTimer StopAnswer
                         -> TellAccount StopConfirmed
                         -> CancelTimer Protect
            19:23:19.000 <- OpenPosition 4776923 2025-10-17T16:00:00Z Short 10 1.5 stop 2% activation 1.5% callback 0.5%
                         !! denied: outside_position
            19:25:18.000 <- SnapshotShare PositionRow -50 1.5 1.49 0 [StopView s1 4000001 Short 50 1.53 Ours]
                         .. ignored: as known
            """);

    [Fact]
    public void The_operators_own_stop_counts_and_is_never_touched() => new PositionScenario("binance/EPICUSDT", PositionScenario.Rules("EPICUSDT", 0.0001m, 0.1m), "2025-10-17")
        .Quietly("19:23:18.000", on => new SnapshotShare(new PositionRow(-50m, 1.5m, on.Utc("19:00:00"), 1.49m), [], on.Utc("19:23:17")))
        .At("19:23:18.200", on => new Checked(new CheckEvidence(
            on.Utc("19:23:18.000"), new PositionRead(new PositionRow(-50m, 1.5m, on.Utc("19:00:00"), 1.49m)), null,
            [new StopView(new ClientOrderId("web_stop"), "9", Side.Short, 50m, 1.51m, false, OrderOrigin.Foreign)], null, [], CheckCause.Snapshot)))
        .At("19:24:00.000", on => on.Amount(0m, 0m, "19:23:59.990"))
        .Reads("""
            19:23:18.200 <- Checked CheckEvidence PositionRead PositionRow -50 1.5 1.49 0 [StopView web_stop 9 Short 50 1.51 Foreign] [] Snapshot
                         :: PositionAdopted Short 50 1.5 1.5 ProtectOnly stop 2% activation 1.5% callback 0.5%
                         :: StopConfirmed web_stop 9 50 1.51 Snapshot
                         -> WatchPrice
                         -> TellAccount Opened
            19:24:00.000 <- PositionStreamed 0 0 yes
                         :: PositionClosed External WebsocketClosure stream amount 0
                         -> CancelAllTimers
                         -> DropPrice
                         -> TellAccount Closed
                         -> StartTimer Settle 1s
            """);

    [Fact]
    public void An_entry_for_a_symbol_the_operator_holds_is_denied() => new PositionScenario("binance/EPICUSDT", policy: p => p with { Adopt = AdoptPolicy.Ignore })
        .Quietly("19:23:18.000", on => new SnapshotShare(new PositionRow(-50m, 1.5m, on.Utc("19:00:00"), 1.49m), [], on.Utc("19:23:17")))
        .Quietly("19:23:18.200", on => new Checked(new CheckEvidence(on.Utc("19:23:18.000"), new PositionRead(new PositionRow(-50m, 1.5m, on.Utc("19:00:00"), 1.49m)), null, [], null, [], CheckCause.Snapshot)))
        .At("19:23:19.000", Want(Side.Short, 10m, 1.5m))
        .Reads("""
            19:23:19.000 <- OpenPosition 4776923 2025-10-17T16:00:00Z Short 10 1.5 stop 2% activation 1.5% callback 0.5%
                         !! denied: outside_position
            """);

    [Fact]
    public void A_key_that_nobody_has_shown_to_be_flat_is_denied() => new PositionScenario("binance/EPICUSDT")
        .Restart()
        .At("19:23:19.000", Want(Side.Short, 10m, 1.5m))
        .Reads("""
            19:23:19.000 <- OpenPosition 4776923 2025-10-17T16:00:00Z Short 10 1.5 stop 2% activation 1.5% callback 0.5%
                         !! denied: key_in_doubt
            """);
}
