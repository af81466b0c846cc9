using System.Globalization;
using Trading.Domain;
using Trading.Lab.Simulation.Mutations;

namespace Trading.Lab.Simulation;

/// <summary>Both stories of a life on an exchange, each cut off at every one of its moments, and what came of it.</summary>
public sealed record CrashPoints(IReadOnlyList<(CrashPoint Point, CrashVerdict Verdict)> Played)
{
    private static readonly string[] Steps = ["open", "protect", "trail", "close", "reconcile"];

    public IReadOnlyList<string> Violations =>
        [.. Played.SelectMany(one => one.Verdict.Violations.Select(violation => $"{one.Point}: {violation}"))];

    public static CrashPoints Play(Exchange exchange, Mutation? mutation = null, CancellationToken cancel = default)
    {
        var played = new List<(CrashPoint, CrashVerdict)>();
        foreach (var story in Enum.GetValues<CrashStory>())
            foreach (var point in CrashRun.Count(exchange, story).Points)
            {
                if (cancel.IsCancellationRequested) return new CrashPoints(played);
                played.Add((point, CrashRun.Kill(point, mutation)));
            }

        return new CrashPoints(played);
    }

    /// <summary>Moments by step, and their sum, as lines of a table.</summary>
    public IEnumerable<string> Table()
    {
        var moments = Enum.GetValues<CrashMoment>();
        yield return $"| killed at | {string.Join(" | ", Steps)} |";
        yield return $"|---|{string.Concat(Steps.Select(static _ => "---|"))}";
        foreach (var moment in moments)
            yield return $"| {moment} | {string.Join(" | ", Steps.Select(step => Cell(one => one.Moment == moment && one.Step == step)))} |";
        yield return $"| longest without a stop | {string.Join(" | ", Steps.Select(Naked))} |";
    }

    private string Cell(Func<CrashPoint, bool> which)
    {
        var (points, bad) = (Played.Count(one => which(one.Point)), Played.Count(one => which(one.Point) && one.Verdict.Violations.Count > 0));
        return bad > 0 ? $"{points}, {bad} BAD" : points.ToString(CultureInfo.InvariantCulture);
    }

    private string Naked(string step) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Played.Where(one => one.Point.Step == step).Select(one => one.Verdict.LongestNaked.TotalMilliseconds).DefaultIfEmpty().Max():0} ms");
}
