using Trading.Simulator.Truth;

namespace Trading.Lab.Replay;

/// <param name="Scenario">Name.</param>
/// <param name="Truth">From the exchange's truth log.</param>
/// <param name="Timeline">Each position's way, in the notation of tests and reports.</param>
/// <param name="Took">Real time.</param>
public sealed record ScenarioResult(
    string Scenario, string Exchange, IReadOnlyList<Check> Checks, TruthReport Truth, IReadOnlyList<string> Timeline,
    TimeSpan Took)
{
    /// <summary>A scenario without a check has proven nothing.</summary>
    public bool Passed => Checks.Count > 0 && Checks.All(check => check.Passed);

    public IEnumerable<Check> Failed => Checks.Where(check => !check.Passed);

    /// <summary>Checks and timelines, as an operator reads them.</summary>
    public IEnumerable<string> Describe()
    {
        foreach (var check in Checks) yield return $"  {Mark(check)} {check.Name}: {check.Detail}";
        foreach (var line in Timeline) yield return $"    {line}";
    }

    private static string Mark(Check check) => check.IsVoid ? "void  " : check.Passed ? "ok    " : "FAILED";
}
