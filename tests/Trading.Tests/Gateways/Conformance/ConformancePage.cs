using System.Reflection;
using System.Text.RegularExpressions;

namespace Trading.Tests.Gateways.Conformance;

/// <summary>The page names what is tested, and tested is what the page names.</summary>
public sealed partial class ConformancePage
{
    [Fact]
    public void Every_card_has_its_test_and_every_test_its_card()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "gateway-conformance.md"));
        var cards = Card().Matches(page).Select(match => match.Groups["number"].Value).ToList();
        var tests = typeof(GatewayConformance).GetMethods(BindingFlags.Public | BindingFlags.Instance)
            .Where(method => method.GetCustomAttribute<FactAttribute>() is not null).Select(method => method.Name.Split('_')[1]).Order().ToList();
        Assert.Equal(tests, cards);
        Assert.Equal(2, typeof(GatewayConformance).Assembly.GetTypes().Count(type => type.BaseType == typeof(GatewayConformance)));
    }

    [GeneratedRegex(@"^\| GC-(?<number>\d{3}) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Card();
}
