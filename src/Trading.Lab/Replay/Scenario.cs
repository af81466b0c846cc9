using Trading.Domain;

namespace Trading.Lab.Replay;

/// <summary>
/// Something that happened once, played again: a whole node over real sockets against a simulated exchange, with the
/// fault of that day injected. The verdict is the exchange's truth log and SQL on the node's tables, never its own log.
/// </summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Card">The card it belongs to, S1 to S9.</param>
/// <param name="Text">One line for the operator: what happens and what must come of it.</param>
/// <param name="Play">Injects, waits by condition, and judges what is particular to it.</param>
public sealed record Scenario(string Name, string Card, string Text, Func<ScenarioRun, Task> Play)
{
    public ScenarioSetting Setting { get; init; } = new();

    /// <summary>Listed, never part of <c>all</c>: it must fail, or the judge is blind.</summary>
    public bool IsPlanted { get; init; }

    /// <summary>It brings a PostgreSQL database of its own, whatever the node runs on.</summary>
    public bool NeedsPostgres { get; init; }

    /// <summary>What brings it; null: it runs.</summary>
    public string? ComesWith { get; init; }

    /// <summary>Checks that a rule of an exchange leaves without meaning; they stay in the result, as void.</summary>
    public IReadOnlyList<VoidCheck> Voids { get; init; } = [];

    /// <summary>An exchange on which nothing of it can happen; there it ends at once with this one void check.</summary>
    public VoidCheck? NotOn { get; init; }

    /// <summary>Judged by milliseconds, or so heavy that another next to it would be judged on the load.</summary>
    public bool Alone { get; init; }

    public IEnumerable<VoidCheck> VoidsOn(Exchange exchange) =>
        NotOn?.On == exchange ? [NotOn] : Voids.Where(check => check.On == exchange);

    /// <summary>Named by the list until the part that it needs exists.</summary>
    public static Scenario Later(string name, string card, string part, string text) =>
        new(name, card, text, static _ => throw new InvalidOperationException("a scenario of a later part was started"))
        {
            ComesWith = part,
        };
}
