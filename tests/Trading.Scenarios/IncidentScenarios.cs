using Trading.Domain;
using Trading.Lab.Replay;
using Xunit;
using Xunit.Abstractions;

namespace Trading.Scenarios;

/// <summary>
/// Every scenario of the incidents through the real sockets of both exchanges, judged by the exchange's truth log and by
/// SQL.
/// </summary>
public sealed class IncidentScenarios(SideBySide sideBySide, ITestOutputHelper output) : IClassFixture<SideBySide>
{
    public static TheoryData<string, Exchange> Plays => Verdict.Named(SideBySide.Plays);

    [Theory]
    [MemberData(nameof(Plays))]
    public async Task The_scenario_ends_as_its_card_demands(string name, Exchange on) =>
        Verdict.Of(await sideBySide.Pool.Result(new ScenarioPlay(Catalog.Find(name)!, on)), output);

    [PostgresFact]
    public async Task A_scenario_with_an_existing_bots_database_ends_as_its_card_demands()
    {
        foreach (var scenario in Catalog.Playable.Where(scenario => scenario.NeedsPostgres))
            Verdict.Of(await ScenarioPlayer.Play(scenario, TimeProvider.System), output);
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task The_planted_naked_position_is_seen_by_the_truth_log_and_fails_the_replay(Exchange on)
    {
        var planted = Catalog.Scenarios.Single(scenario => scenario.IsPlanted);
        Assert.DoesNotContain(planted, Catalog.Playable);

        var result = await ScenarioPlayer.Play(planted, TimeProvider.System, on: on);

        Assert.False(result.Passed);
        Assert.Contains(result.Failed, check => check.Name.StartsWith("no quantity was without a stop", StringComparison.Ordinal));
        Assert.True(result.Truth.MaxUnprotectedMs > 3000);
    }
}

/// <summary>
/// The scenarios that are judged by milliseconds, or load the machine: each by itself, after everything else has ended.
/// </summary>
[Collection(nameof(AloneOnTheMachine))]
public sealed class AloneScenarios(ITestOutputHelper output)
{
    public static TheoryData<string, Exchange> Plays => Verdict.Named(Verdict.Plays.Where(play => play.Scenario.Alone));

    [Theory]
    [MemberData(nameof(Plays))]
    public async Task The_scenario_ends_as_its_card_demands(string name, Exchange on) =>
        Verdict.Of(await ScenarioPlayer.Play(Catalog.Find(name)!, TimeProvider.System, on: on), output);
}

[CollectionDefinition(nameof(AloneOnTheMachine), DisableParallelization = true)]
public sealed class AloneOnTheMachine;

/// <summary>The scenarios of one run of the tests, several at a time.</summary>
public sealed class SideBySide : IAsyncLifetime
{
    public static IReadOnlyList<ScenarioPlay> Plays { get; } = [.. Verdict.Plays.Where(play => !play.Scenario.Alone)];

    public ScenarioPool Pool { get; } = new(Plays, ScenarioPool.AtOnce, TimeProvider.System);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Pool.DisposeAsync().AsTask();
}

/// <summary>What is played, and that all of its checks hold.</summary>
internal static class Verdict
{
    public static IEnumerable<ScenarioPlay> Plays =>
        ScenarioPlay.All(Enum.GetValues<Exchange>()).Where(play => !play.Scenario.NeedsPostgres);

    public static TheoryData<string, Exchange> Named(IEnumerable<ScenarioPlay> plays)
    {
        var data = new TheoryData<string, Exchange>();
        foreach (var play in plays) data.Add(play.Scenario.Name, play.On);
        return data;
    }

    public static void Of(ScenarioResult result, ITestOutputHelper output)
    {
        var name = $"{result.Scenario} on {result.Exchange}";
        output.WriteLine($"{name}: {result.Took.TotalSeconds:0.0} s");
        if (!result.Passed) output.WriteLine(string.Join('\n', result.Describe()));
        Assert.True(result.Passed, $"{name}: {string.Join("; ", result.Failed.Select(check => $"{check.Name}: {check.Detail}"))}");
    }
}
