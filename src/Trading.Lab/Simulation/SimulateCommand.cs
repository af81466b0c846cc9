using System.Globalization;
using System.Text.Json;
using Trading.Domain;
using Trading.Lab.Simulation.Mutations;

namespace Trading.Lab.Simulation;

/// <param name="Seed">Plays one seed and shows every line of it; else <paramref name="Seeds"/> seeds from <see cref="From"/> on.</param>
/// <param name="Mutate">A defence to switch off, or all, one at a time; null: none.</param>
public sealed record SimulateOptions(int Seeds, ulong? Seed, string? Mutate, bool Json)
{
    /// <summary>The first of <see cref="Seeds"/>: a long run can be played in parts, or taken up where it was stopped; null: 1.</summary>
    public ulong? From { get; init; }

    public ulong First => From ?? 1;
}

/// <summary>The verb <c>simulate</c>: whole nodes under misfortune, judged on the exchange's truth.</summary>
public static class SimulateCommand
{
    private const int Passed = 0, CheckFailed = 1, Usage = 2;
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);

    /// <returns>Exit code of contracts §2.</returns>
    public static int Run(SimulateOptions options, TextWriter output, TextWriter error, TimeProvider time, CancellationToken cancel)
    {
        if (WhyNotFrom(options) is { } wrong)
        {
            error.WriteLine(wrong);
            return Usage;
        }

        if (options.Mutate is not { } name)
        {
            var clean = options.Seed is not null || KillEverywhere(options, output, cancel);
            var exit = Report(Play(options, null, output, error, time, cancel), options, output);
            return clean ? exit : CheckFailed;
        }

        var chosen = Mutation.All.Where(one => name is "all" || one.Name == name).ToList();
        if (chosen.Count == 0)
        {
            error.WriteLine($"--mutate '{name}' is not a defence; choose all or one of {string.Join(", ", Mutation.All.Select(one => one.Name))}");
            return Usage;
        }

        return options.Seed is null
            ? Hunt(chosen, options, output, time, cancel)
            : Report(Play(options, chosen[0], output, error, time, cancel), options, output);
    }

    /// <summary>What would be left unheeded without a word, or would run past the last seed; null: nothing.</summary>
    private static string? WhyNotFrom(SimulateOptions options) => options switch
    {
        { From: null } => null,
        { Seed: { } seed } => $"--first {options.From} with --seed {seed}: that one seed is played alone; leave one of them out",
        { Mutate: { } name } => $"--first {options.From} with --mutate {name}: a hunt begins with the seeds that are known to catch it; leave --first out",
        { From: { } first, Seeds: var seeds } when first > ulong.MaxValue - (ulong)(seeds - 1) =>
            $"--first {first} with {seeds} seeds runs past the last seed, {ulong.MaxValue}: begin with a smaller one",
        _ => null,
    };

    /// <summary>Before any chance: one life on each exchange, killed at each of its moments.</summary>
    private static bool KillEverywhere(SimulateOptions options, TextWriter output, CancellationToken cancel) =>
        Enum.GetValues<Exchange>().Select(exchange => KillEverywhere(exchange, options, output, cancel)).ToList().TrueForAll(static clean => clean);

    private static bool KillEverywhere(Exchange exchange, SimulateOptions options, TextWriter output, CancellationToken cancel)
    {
        var points = CrashPoints.Play(exchange, cancel: cancel);
        var violations = points.Violations;
        if (options.Json)
        {
            output.WriteLine(JsonSerializer.Serialize(new { exchange = exchange.Id(), crash_points = points.Played.Count, violations = violations.Count, first = violations.Count > 0 ? violations[0] : null }));
            return violations.Count == 0;
        }

        output.WriteLine($"{points.Played.Count} crash points of open, protect, trail, close, reconcile on {exchange.Id()}: {violations.Count} violations");
        foreach (var line in points.Table()) output.WriteLine($"  {line}");
        foreach (var violation in violations) output.WriteLine(violation);
        return violations.Count == 0;
    }

    private sealed record Sum(int Seeds, int Violations, ulong? FirstBad, TimeSpan Took, TimeSpan Simulated, ulong Hash, long Leaks);

    /// <param name="error">Told of bad seeds as they come where <paramref name="output"/> is to hold one JSON object, and how far it is.</param>
    private static Sum Play(
        SimulateOptions options, Mutation? mutation, TextWriter output, TextWriter error, TimeProvider time, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var told = began;
        var shown = options.Json ? error : output;
        var sum = new Sum(0, 0, null, default, default, 14695981039346656037UL, 0);
        var results = options.Seed is { } one
            ? [SeedRun.Run(one, mutation, options.Json ? null : output.WriteLine)]
            : ManySeeds.Play([.. Enumerable.Range(0, options.Seeds).Select(next => options.First + (ulong)next)], mutation, cancel);
        foreach (var result in results)
        {
            if (result.Leaks > 0) shown.WriteLine($"seed {result.Seed} left the simulation {result.Leaks} times, first at {result.FirstLeak}");
            if (result.Violations.Count > 0) Show(result, mutation, shown);
            sum = sum with
            {
                Seeds = sum.Seeds + 1,
                Violations = sum.Violations + result.Violations.Count,
                FirstBad = sum.FirstBad ?? (result.Violations.Count > 0 || result.Leaks > 0 ? result.Seed : null),
                Simulated = sum.Simulated + result.Simulated,
                Hash = (sum.Hash ^ result.TraceHash) * 1099511628211UL,
                Leaks = sum.Leaks + result.Leaks,
            };
            if (time.GetElapsedTime(told) < TellEvery) continue;
            told = time.GetTimestamp();
            error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{sum.Seeds} of {options.Seeds} seeds, {sum.Violations} violations, {sum.Seeds / time.GetElapsedTime(began).TotalSeconds:0.0} seeds/s, trace {sum.Hash:x16}"));
        }

        return sum with { Took = time.GetElapsedTime(began) };
    }

    private static void Show(SeedResult result, Mutation? mutation, TextWriter output)
    {
        foreach (var violation in result.Violations) output.WriteLine($"seed {result.Seed}: {violation}");
        output.WriteLine($"  on {string.Join(", ", result.Swarm.Accounts)}; faults: {result.Swarm.Faults}; again: trading simulate --seed {result.Seed}"
            + (mutation is null ? "" : $" --mutate {mutation.Name}"));
    }

    private static int Report(Sum sum, SimulateOptions options, TextWriter output)
    {
        var seconds = Math.Max(sum.Took.TotalSeconds, 0.001);
        var (perSecond, hours) = (sum.Seeds / seconds, sum.Simulated.TotalHours / seconds);
        output.WriteLine(options.Json
            ? JsonSerializer.Serialize(new
            {
                seeds = sum.Seeds,
                violations = sum.Violations,
                first_bad_seed = sum.FirstBad,
                seeds_per_second = Math.Round(perSecond, 2),
                simulated_hours_per_second = Math.Round(hours, 3),
                trace_hash = sum.Hash.ToString("x16", CultureInfo.InvariantCulture),
            })
            : string.Create(CultureInfo.InvariantCulture,
                $"{sum.Seeds} seeds, {sum.Violations} violations, {perSecond:0.0} seeds/s, {hours:0.00} simulated hours/s, trace {sum.Hash:x16}"));
        return sum.Violations == 0 && sum.Leaks == 0 ? Passed : CheckFailed;
    }

    private static int Hunt(
        List<Mutation> chosen, SimulateOptions options, TextWriter output, TimeProvider time, CancellationToken cancel)
    {
        var hunts = (from mutation in chosen from known in mutation.Known orderby known.Key select (Mutation: mutation, On: known.Key, Known: known.Value)).ToList();
        var missed = 0;
        foreach (var (mutation, exchange, known) in hunts)
        {
            var began = time.GetTimestamp();
            var (caught, by) = Catch(mutation, exchange, known, cancel);
            if (caught is null) missed++;
            output.WriteLine(options.Json
                ? JsonSerializer.Serialize(new { mutation = mutation.Name, exchange = exchange.Id(), about = mutation.About, within = mutation.Within, caught_by_seed = caught, violation = by })
                : string.Create(CultureInfo.InvariantCulture,
                    $"{mutation.Name,-17} {exchange.Id(),-7} {(caught is { } seed ? $"caught by seed {seed}" : "NOT CAUGHT"),-20} of {mutation.Within,-5} {time.GetElapsedTime(began).TotalSeconds,5:0.0} s  {mutation.About}: {by}"));
        }

        if (!options.Json)
            foreach (var rule in chosen.Where(static one => one.RuleTest.Length > 0))
                output.WriteLine($"{rule.Name,-17} {(rule.Known.Count > 0 ? "elsewhere " : "")}not hunted: too seldom noticed by seeds; held by {rule.RuleTest}");
        output.WriteLine(options.Json
            ? JsonSerializer.Serialize(new { mutations = hunts.Count, caught = hunts.Count - missed, missed })
            : $"{hunts.Count - missed} of {hunts.Count} switched-off defences were caught");
        return missed == 0 ? Passed : CheckFailed;
    }

    private static (ulong? Seed, string By) Catch(Mutation mutation, Exchange exchange, ulong known, CancellationToken cancel)
    {
        var first = IsOn(exchange, known) ? [known] : Array.Empty<ulong>();
        foreach (var result in ManySeeds.Play(first, mutation, cancel).Concat(ManySeeds.Play(SeedsOn(exchange, mutation.Within), mutation, cancel)))
            if (result.Violations.FirstOrDefault(one => one.StartsWith(mutation.Invariant, StringComparison.Ordinal)) is { } violation
                && SeedRun.Run(result.Seed).Violations.Count == 0) // else it is not the mutation that is caught
                return (result.Seed, violation.Split('\n')[0]);
        return (null, "");
    }

    /// <summary>The first that trade there.</summary>
    private static IReadOnlyList<ulong> SeedsOn(Exchange exchange, int count)
    {
        var seeds = new List<ulong>(count);
        for (var seed = 1UL; seeds.Count < count; seed++)
            if (IsOn(exchange, seed)) seeds.Add(seed);
        return seeds;
    }

    private static bool IsOn(Exchange exchange, ulong seed) => Swarm.AccountsOf(seed)[0].Exchange == exchange;
}
