using Trading.Domain;
using Trading.Lab.Replay;
using Trading.Lab.Simulation.Mutations;
using Xunit;

namespace Trading.Scenarios;

/// <summary>
/// Over the real wire too a defence that is switched off is noticed. A class of its own, played beside the scenarios: each
/// waits for what does not come.
/// </summary>
public sealed class SwitchedOffDefences
{
    public static TheoryData<string> Defences => [.. Mutation.OverTheWire.Select(one => one.Mutation.Name)];

    [Theory]
    [MemberData(nameof(Defences))]
    public async Task A_defence_that_is_switched_off_fails_its_scenario(string name)
    {
        var (mutation, told, check) = Mutation.OverTheWire.Single(one => one.Mutation.Name == name);
        var scenario = Catalog.Find(told)!;
        var spoilt = scenario with { Setting = scenario.Setting with { Change = mutation.Change } };

        var result = await ScenarioPlayer.Play(spoilt, TimeProvider.System, on: Exchange.Binance);

        Assert.False(result.Passed);
        Assert.Contains(result.Failed, failed => failed.Name.StartsWith(check, StringComparison.Ordinal));
    }
}
