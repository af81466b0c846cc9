using System.Reflection;
using Trading.Domain.Signals;
using Trading.Node.Api;

namespace Trading.Tests.Api;

public sealed class ExplanationTests
{
    public static TheoryData<string> Every => [.. typeof(Reasons).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(constant => (string)constant.GetValue(null)!)];

    [Theory, MemberData(nameof(Every))]
    public void Every_reason_is_told_in_words(string reason)
    {
        var text = Explanation.Of("4776908", "HNTUSDT", "binance", "w", reason, null, 3);
        Assert.StartsWith("Signal 4776908 (HNTUSDT on binance), rank 3 of its wave, was not traded: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(reason, text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_numbers_of_the_decision_are_kept() => Assert.Contains(
        "(notional 4.1 is below 5)",
        Explanation.Of("1", "HNTUSDT", "binance", "w", Reasons.BelowMinNotional, "notional 4.1 is below 5", null),
        StringComparison.Ordinal);
}
