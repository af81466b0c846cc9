using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Positions;

/// <summary>
/// What seeds of the whole node under misfortune ran into is told as the shortest story that shows it, by what was the matter:
/// here is where such stories begin.
/// </summary>
internal static class SimulationStory
{
    internal static Checked LaggingRow(PositionScenario on, string startedUtc, string changedUtc) =>
        new(Evidence(on, new PositionRow(130m, 2.3m, on.Utc(changedUtc))) with { StartedUtc = on.Utc(startedUtc) });

    internal static PositionScenario NothingHeld() => new PositionScenario("binance/HNTUSDT", PositionScenario.Rules("HNTUSDT", 0.001m, 1m));

    internal static PositionScenario Wanted() => NothingHeld()
        .Quietly("10:00:00.000", Want(Side.Long, 130m, 2.3m));

    /// <summary>130 long from 2.3 behind stop s1.</summary>
    internal static PositionScenario Protected() => Wanted()
        .Quietly("10:00:00.250", on => on.Fill("e1", "t1", Side.Long, 130m, 2.3m, "10:00:00.240"))
        .Quietly("10:00:00.300", on => on.Stop("s1", StopStatus.Live, "10:00:00.290"));

    internal static CheckEvidence Evidence(PositionScenario on, PositionRow row) =>
        new(on.Utc("10:00:06.900"), new PositionRead(row), null, null, null, null, CheckCause.Snapshot);
}
