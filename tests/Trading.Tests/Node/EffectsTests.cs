using Trading.Domain.Positions;

namespace Trading.Tests.Node;

public sealed class EffectsTests
{
    /// <summary>An effect without a performer is found here and not by a position that fails when it needs it.</summary>
    [Fact]
    public void Every_effect_of_a_position_has_a_performer()
    {
        var performers = string.Concat(
            Source("Positions", "PositionActions.cs"), Source("Orders", "OrderExecutor.cs"));
        var effects = typeof(PositionEffect).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(PositionEffect))).ToList();
        Assert.NotEmpty(effects);
        Assert.All(effects, effect => Assert.Matches($@"(case (PositionEffect\.)?{effect.Name}\b|\b{effect.Name} (e )?=>)", performers));
    }

    private static string Source(string folder, string file) =>
        File.ReadAllText(Path.Combine(Repository.Root, "src", "Trading.Node", folder, file));
}
