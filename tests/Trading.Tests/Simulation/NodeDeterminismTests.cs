using Trading.Lab.Simulation;
using Trading.Tests.Runtime;

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
}
