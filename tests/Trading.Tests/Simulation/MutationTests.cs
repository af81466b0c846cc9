using Trading.Lab.Simulation;
using Trading.Lab.Simulation.Mutations;

namespace Trading.Tests.Simulation;

/// <summary>
/// The short form of <c>simulate --mutate all</c>: a simulation that catches nothing proves nothing. Each defence is
/// switched off on a seed that is known to notice first; where that seed has changed, all that are allowed are played.
/// </summary>
public sealed class MutationTests
{
    public static TheoryData<string> Names => [.. Mutation.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_defence_that_is_switched_off_is_caught(string name)
    {
        using var output = new StringWriter();
        var exit = SimulateCommand.Run(
            new SimulateOptions(0, null, name, Json: false), output, output, TimeProvider.System, CancellationToken.None);
        Assert.True(exit == 0, output.ToString());
    }

    [Fact]
    public void A_defence_that_the_simulation_notices_too_seldom_is_held_by_a_test_of_its_rule()
    {
        var tests = typeof(MutationTests).Assembly.GetTypes().SelectMany(static type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}")).ToHashSet();
        Assert.All(Mutation.All, one => Assert.True(one.Known.Count > 0 || one.RuleTest.Length > 0, $"nothing notices {one.Name}"));
        Assert.All(Mutation.All.Where(static one => one.RuleTest.Length > 0), one => Assert.Contains(one.RuleTest, tests));
    }

    [Fact]
    public void At_least_twelve_defences_can_be_switched_off_and_each_has_its_own_name() =>
        Assert.True(Mutation.All.Select(one => one.Name).Distinct(StringComparer.Ordinal).Count() is >= 12 and var names && names == Mutation.All.Count);

    [Fact]
    public void An_unknown_defence_is_refused_with_the_names_there_are()
    {
        using var error = new StringWriter();
        Assert.Equal(2, SimulateCommand.Run(
            new SimulateOptions(1, null, "luck", Json: false), TextWriter.Null, error, TimeProvider.System, CancellationToken.None));
        Assert.Contains("intent-first", error.ToString(), StringComparison.Ordinal);
    }
}
