using Trading.Lab.Replay;
using Xunit;
using Xunit.Abstractions;

namespace Trading.Scenarios;

/// <summary>Every scenario of the incidents through real sockets, judged by the exchange's truth log and by SQL.</summary>
public sealed class IncidentScenarios(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. Catalog.Playable.Where(scenario => !scenario.NeedsPostgres).Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_scenario_ends_as_its_card_demands(string name)
    {
        var result = await ScenarioPlayer.Play(Catalog.Find(name)!, TimeProvider.System);
        output.WriteLine($"{name}: {result.Took.TotalSeconds:0.0} s");
        if (!result.Passed) output.WriteLine(string.Join('\n', result.Describe()));

        Assert.True(result.Passed, $"{name}: {string.Join("; ", result.Failed.Select(check => $"{check.Name}: {check.Detail}"))}");
    }

    [PostgresFact]
    public async Task A_scenario_with_an_existing_bots_database_ends_as_its_card_demands()
    {
        foreach (var scenario in Catalog.Playable.Where(scenario => scenario.NeedsPostgres))
            await The_scenario_ends_as_its_card_demands(scenario.Name);
    }

    [Fact]
    public async Task The_planted_naked_position_is_seen_by_the_truth_log_and_fails_the_replay()
    {
        var planted = Catalog.Scenarios.Single(scenario => scenario.IsPlanted);
        Assert.DoesNotContain(planted, Catalog.Playable);

        var result = await ScenarioPlayer.Play(planted, TimeProvider.System);

        Assert.False(result.Passed);
        Assert.Contains(result.Failed, check => check.Name.StartsWith("no quantity was without a stop", StringComparison.Ordinal));
        Assert.True(result.Truth.MaxUnprotectedMs > 3000);
    }
}
