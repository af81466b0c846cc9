using System.Text.Json.Serialization;
using Trading.Domain;

namespace Trading.Lab.Replay;

/// <summary>One thing that must hold, and what was found instead or in proof.</summary>
public sealed record Check(string Name, bool Passed, string Detail)
{
    /// <summary>Nothing to judge here: counted as passed, and the detail names the rule of the exchange that makes it so.</summary>
    [JsonIgnore]
    public bool IsVoid { get; private init; }

    internal static Check Void(VoidCheck rule) => new(rule.Name, Passed: true, rule.Detail) { IsVoid = true };
}

/// <summary>A check that has no meaning on one of the exchanges, said before the scenario is played.</summary>
/// <param name="Name">The check's name.</param>
/// <param name="Section">Of the exchange's page under <c>protocols/</c>, e.g. <c>§7.1</c>.</param>
/// <param name="Why">The rule, in a few words.</param>
public sealed record VoidCheck(Exchange On, string Name, string Section, string Why)
{
    public string Detail => $"void on {On.Id()}: protocols/{PageOf(On)} {Section}: {Why}";

    private static string PageOf(Exchange exchange) => exchange switch
    {
        Exchange.Binance => "binance-usdm.md",
        Exchange.Bybit => "bybit-v5-linear.md",
        _ => throw new System.Diagnostics.UnreachableException($"{exchange}"),
    };
}

/// <summary>What the scenario waited for did not come: the exchange, the node or the scenario itself is at fault.</summary>
public sealed class NeverHappenedException(string what, TimeSpan within)
    : Exception($"{what}: did not happen within {within.TotalSeconds:0.#} s")
{
    public string What { get; } = what;
}
