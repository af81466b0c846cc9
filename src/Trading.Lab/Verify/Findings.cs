namespace Trading.Lab.Verify;

/// <summary>What was looked for, and what was found against it.</summary>
/// <param name="Count">How often it was broken; 0: it holds.</param>
/// <param name="Examples">The first few, each naming stream and version.</param>
public sealed record Finding(string Name, string Invariant, long Count, IReadOnlyList<string> Examples)
{
    public bool Passed => Count == 0;
}

/// <summary>The checks of one run in the order they were named; the first examples of each are kept, the rest counted.</summary>
internal sealed class Findings
{
    private const int ExamplesKept = 5;

    private readonly List<Rule> _rules = [];

    public IReadOnlyList<Finding> All => [.. _rules.Select(rule => new Finding(rule.Name, rule.Invariant, rule.Count, rule.Examples))];

    /// <param name="invariant">Of reliability §5, e.g. I3; R1 and the like are its rules for side effects.</param>
    public Rule Check(string invariant, string name)
    {
        var rule = new Rule(invariant, name);
        _rules.Add(rule);
        return rule;
    }

    internal sealed class Rule(string invariant, string name)
    {
        public string Invariant => invariant;

        public string Name => name;

        public long Count { get; private set; }

        public List<string> Examples { get; } = [];

        public void Broken(string where)
        {
            Count++;
            if (Examples.Count < ExamplesKept) Examples.Add(where);
        }
    }
}
