using Trading.Lab.Simulation;
using Trading.Tests.Hosting;

namespace Trading.Tests.Simulation;

/// <summary>The whole node under virtual time: it leaves no work to anybody, and a seed repeats its run.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class NodeDeterminismTests
{
    [Fact]
    public void A_hundred_seeds_of_the_whole_node_leak_nothing_and_repeat_themselves()
    {
        var (opened, lives) = (0, 0);
        for (var seed = 1UL; seed <= 100; seed++)
        {
            var (first, second) = (SeedRun.Run(seed), SeedRun.Run(seed));
            Assert.True(first.Leaks == 0, $"seed {seed} leaked {first.Leaks} times, first at {first.FirstLeak}");
            Assert.True(first.TraceHash == second.TraceHash, $"seed {seed} did not repeat itself");
            Assert.True(first.Violations.Count == 0, $"seed {seed}: {string.Join("; ", first.Violations)}");
            (opened, lives) = (opened + first.Opened, lives + first.Lives);
        }

        Assert.True(opened > 500 && lives > 150, $"{opened} positions, {lives} lives: the runs do too little to prove anything");
    }

    [Fact]
    public void A_part_of_a_long_run_plays_the_seeds_it_was_told_to_and_no_others()
    {
        using var part = new StringWriter();
        using var alone = new StringWriter();
        SimulateCommand.Run(new SimulateOptions(1, null, null, Json: true) { From = 12 }, part, part, TimeProvider.System, CancellationToken.None);
        SimulateCommand.Run(new SimulateOptions(1, 12, null, Json: true), alone, alone, TimeProvider.System, CancellationToken.None);
        Assert.Equal(TraceIn(alone), TraceIn(part));
    }

    private static string TraceIn(StringWriter said)
    {
        using var last = System.Text.Json.JsonDocument.Parse(said.ToString().TrimEnd().Split('\n')[^1]);
        return last.RootElement.GetProperty("trace_hash").GetString()!;
    }
}
