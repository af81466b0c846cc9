using System.Text.Json;
using Trading.Domain;

namespace Trading.Lab.Replay;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Name">A scenario, or <c>all</c>; null with <see cref="List"/> or <see cref="Market"/>.</param>
public sealed record ReplayOptions(string? Name)
{
    public bool List { get; init; }

    /// <summary>binance or bybit; null: both for <c>all</c>, else the first on which the scenario can happen.</summary>
    public string? Exchange { get; init; }

    /// <summary>sqlite or postgres.</summary>
    public string Db { get; init; } = "sqlite";
    public bool Json { get; init; }

    /// <summary>Files of recorded prices to play a node over, with <see cref="Signals"/>.</summary>
    public IReadOnlyList<string> Market { get; init; } = [];
    public string? Signals { get; init; }

    /// <summary>Where the recording is taken up; null: a minute before the first signal.</summary>
    public DateTime? From { get; init; }
}

/// <summary>The verb <c>replay</c>: what it prints and how it ends. 0: all passed, 1: a check failed, 2: not understood.</summary>
public static class ReplayCommand
{
    private const int Done = 0;
    private const int CheckFailed = 1;
    private const int Usage = 2;

    private static readonly JsonSerializerOptions Words = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task<int> Run(ReplayOptions options, TextWriter output, TextWriter errors, TimeProvider real, CancellationToken stop)
    {
        if (Misuse(options) is { } misuse)
        {
            await errors.WriteLineAsync($"trading: {misuse}");
            return Usage;
        }

        if (options.List) return List(options.Json, output);
        await using var databases = options.Db == "postgres" ? await ReplayDatabases.Open() : null;
        if (options.Market.Count > 0) return await PlayMarket(options, databases, output, errors, real, stop);
        var plays = Chosen(options);
        foreach (var play in plays.Where(play => CannotPlay(play.Scenario)))
            await errors.WriteLineAsync($"{play.Scenario.Name} is not played: {ReplayDatabases.Missing}");
        return await Play([.. plays.Where(play => !CannotPlay(play.Scenario))], options.Json, databases, output, real, stop);
    }

    private static string? Misuse(ReplayOptions options)
    {
        if (options.Exchange is { } named && !ExchangeNames.TryParse(named, out _)) return $"--exchange '{named}' is not known; binance and bybit are";
        if (options.Db is not ("sqlite" or "postgres")) return $"--db '{options.Db}' is not known; sqlite and postgres are";
        if (options is { Db: "postgres", List: false } && ReplayDatabases.Missing is { } missing) return $"--db postgres: {missing}";
        if (options.List) return null;
        if (options is { Market.Count: > 0, Exchange: "bybit" }) return "--market plays recordings of binance; leave --exchange out";
        if (options.Market.Count > 0 && options.Signals is null) return "--market needs --signals FILE, the signals to play over it";
        if (options.Market.Count == 0 && options.Signals is not null) return "--signals needs --market FILE, the prices to play them over";
        if (options.Market.Count > 0) return options.Name is null ? null : "give a scenario or --market, not both";
        if (options.Name is null) return "replay needs a scenario, all or --list; see `trading replay --list`";
        if (options.Name == "all") return null;
        return Catalog.Find(options.Name) switch
        {
            null => $"scenario '{options.Name}' is not known; see `trading replay --list`",
            { ComesWith: { } part } => $"scenario {options.Name} comes with {part}",
            { } scenario when CannotPlay(scenario) => $"scenario {options.Name}: {ReplayDatabases.Missing}",
            _ => null,
        };
    }

    private static IReadOnlyList<ScenarioPlay> Chosen(ReplayOptions options)
    {
        Exchange[] exchanges = ExchangeNames.TryParse(options.Exchange, out var named) ? [named] : Enum.GetValues<Exchange>();
        if (options.Name == "all") return ScenarioPlay.All(exchanges);
        var scenario = Catalog.Find(options.Name!)!;
        return [new ScenarioPlay(scenario, exchanges.Length == 1 ? named : Array.Find(exchanges, on => scenario.NotOn?.On != on))];
    }

    private static bool CannotPlay(Scenario scenario) => scenario.NeedsPostgres && ReplayDatabases.Missing is not null;

    private static int List(bool json, TextWriter output)
    {
        foreach (var scenario in Catalog.Scenarios)
        {
            var voids = Enum.GetValues<Exchange>().SelectMany(scenario.VoidsOn).ToList();
            if (json)
            {
                output.WriteLine(JsonSerializer.Serialize(
                    new
                    {
                        scenario = scenario.Name, scenario.Card, scenario.Text, planted = scenario.IsPlanted, scenario.ComesWith,
                        voids = voids.Select(check => new { exchange = check.On.Id(), check.Name, check.Detail }),
                    },
                    Words));
                continue;
            }

            output.WriteLine($"{scenario.Name,-36} {scenario.Card}  {scenario.Text}{Remark(scenario)}");
            foreach (var check in voids) output.WriteLine($"{"",-40} {check.Name}: {check.Detail}");
        }

        return Done;
    }

    private static string Remark(Scenario scenario) =>
        scenario.ComesWith is { } part ? $" [comes with {part}]"
        : scenario.IsPlanted ? " [planted: must fail, not part of all]"
        : "";

    private static async Task<int> Play(
        IReadOnlyList<ScenarioPlay> plays, bool json, ReplayDatabases? databases, TextWriter output, TimeProvider real, CancellationToken stop)
    {
        await using var pool = new ScenarioPool(plays, ScenarioPool.AtOnce, real, databases is null ? null : databases.New);
        var failed = 0;
        foreach (var play in plays)
        {
            if (!json) await output.WriteAsync($"{play.Scenario.Name,-36} {play.On.Id(),-8}");
            var result = await pool.Result(play).WaitAsync(stop);
            if (!result.Passed) failed++;
            Tell(result, json, alone: plays.Count == 1, output);
            await output.FlushAsync(stop);
        }

        if (json) await output.WriteLineAsync(JsonSerializer.Serialize(new { passed = plays.Count - failed, failed }, Words));
        else await output.WriteLineAsync($"{plays.Count - failed} passed, {failed} failed");
        return failed == 0 ? Done : CheckFailed;
    }

    private static async Task<int> PlayMarket(
        ReplayOptions options, ReplayDatabases? databases, TextWriter output, TextWriter errors, TimeProvider real, CancellationToken stop)
    {
        MarketReplayResult result;
        try
        {
            var database = databases is null ? null : await databases.New();
            result = await MarketReplay.Play(options.Market, options.Signals!, options.From, real, stop, database);
        }
        catch (ReplayMisuseException e)
        {
            await errors.WriteLineAsync($"trading: {e.Message}");
            return Usage;
        }
        catch (NeverHappenedException e)
        {
            await errors.WriteLineAsync($"trading: {e.Message}");
            return CheckFailed;
        }

        if (options.Json)
            await output.WriteLineAsync(JsonSerializer.Serialize(
                new { result.Passed, result.Positions, truth = Figures(result.Truth), timeline = result.Story }, Words));
        else foreach (var line in Described(result)) await output.WriteLineAsync(line);
        return result.Passed ? Done : CheckFailed;
    }

    private static IEnumerable<string> Described(MarketReplayResult result) =>
    [
        .. result.Head, .. result.Story, .. result.Positions,
        $"truth log: {result.Truth.Positions.Count} positions, unprotected at most {result.Truth.MaxUnprotectedMs} ms, "
        + $"gap at replacements {result.Truth.MaxGapMs} ms, {result.Truth.DuplicatePositions} doubles",
        $"{(result.Passed ? "passed" : "FAILED")} in {result.Took.TotalSeconds:0.0} s",
    ];

    private static object Figures(Simulator.Truth.TruthReport truth) => new
    {
        max_unprotected_ms = truth.MaxUnprotectedMs,
        max_gap_ms = truth.MaxGapMs,
        duplicate_positions = truth.DuplicatePositions,
    };

    private static void Tell(ScenarioResult result, bool json, bool alone, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new
                {
                    result.Scenario,
                    result.Exchange,
                    result.Passed,
                    result.Checks,
                    truth = Figures(result.Truth),
                },
                Words));
            return;
        }

        output.WriteLine(
            $"{(result.Passed ? "passed" : "FAILED")}  {result.Checks.Count} checks{Voids(result)}, unprotected at most {result.Truth.MaxUnprotectedMs} ms, "
            + $"gap {result.Truth.MaxGapMs} ms, {result.Took.TotalSeconds:0.0} s");
        if (result.Passed && !alone) return;
        foreach (var line in result.Describe()) output.WriteLine(line);
    }

    private static string Voids(ScenarioResult result) =>
        result.Checks.Count(check => check.IsVoid) is > 0 and var voids ? $" ({voids} void)" : "";
}
