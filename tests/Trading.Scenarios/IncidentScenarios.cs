using Trading.Lab.Replay;
using Xunit;
using Xunit.Abstractions;

namespace Trading.Scenarios;

/// <summary>Every scenario of the incidents through real sockets, judged by the exchange's truth log and by SQL.</summary>
public sealed class IncidentScenarios(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. Catalog.Playable.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_scenario_ends_as_its_card_demands(string name)
    {
        var result = await ScenarioPlayer.Play(Catalog.Find(name)!, TimeProvider.System);
        if (!result.Passed) output.WriteLine(string.Join('\n', result.Describe()));

        Assert.True(result.Passed, $"{name}: {string.Join("; ", result.Failed.Select(check => $"{check.Name}: {check.Detail}"))}");
    }
}
