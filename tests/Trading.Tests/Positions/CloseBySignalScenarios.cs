using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;
using static Trading.Tests.Positions.SimulationStory;

namespace Trading.Tests.Positions;

/// <summary>A close that names its side ends that and nothing else: no other side, and nobody's position but ours.</summary>
public sealed class CloseBySignalScenarios
{
    [Fact]
    public void The_side_it_names_is_closed_like_a_close_by_hand() => Protected()
        .At("10:00:04.000", BySignal(Side.Long))
        .At("10:00:04.001", BySignal(Side.Long))
        .Reads("""
            10:00:04.000 <- ClosePosition Manual signal 1 of wave w Long
                         :: CloseIntended x1 130 Manual 1 signal 1 of wave w
                         -> SendClose x1 Long 130
                         -> StartTimer CloseSlow 10s
                         -> CancelTimer Protect
            10:00:04.001 <- ClosePosition Manual signal 1 of wave w Long
                         .. ignored: already closing
            """);

    [Fact]
    public void The_other_side_is_not_held() => Denied(Protected(), Side.Short, Reasons.NotHeld);

    [Fact]
    public void Nothing_is_held_where_nothing_is() => Denied(NothingHeld(), Side.Long, Reasons.NotHeld);

    [Fact]
    public void An_entry_of_which_nothing_is_known_yet_is_in_doubt() => Denied(Wanted(), Side.Long, Reasons.KeyInDoubt);

    [Fact]
    public void What_was_adopted_to_be_protected_only_is_not_closed_by_a_signal_and_is_by_its_operator()
    {
        var adopted = NothingHeld()
            .Quietly("10:00:00.000", on => new Checked(Evidence(on, new PositionRow(130m, 2.3m, on.Utc("09:59:00.000"), 2.31m))))
            .Quietly("10:00:00.300", on => on.Stop("s1", StopStatus.Live, "10:00:00.290"));
        Denied(adopted, Side.Long, Reasons.OutsidePosition);
        adopted.Quietly("10:00:05.000", new ClosePosition(CloseReason.Manual, "operator"));
        Assert.IsType<PositionState.Closing>(adopted.State);
    }

    private static void Denied(PositionScenario scenario, Side side, string reason)
    {
        scenario.Quietly("10:00:04.000", BySignal(side));
        Assert.Equal((Verdict.Denied, reason, 0), (scenario.Last.Verdict, scenario.Last.Note, scenario.Last.Effects.Count));
    }

    private static ClosePosition BySignal(Side side) => new(CloseReason.Manual, "signal 1 of wave w") { OfSide = side };
}
