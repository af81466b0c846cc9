using System.CommandLine;
using Trading.Lab.Databases;
using Trading.Lab.Rebuild;
using Trading.Lab.Replay;
using Trading.Lab.Simulation;
using Trading.Lab.Verify;

namespace Trading.Cli.Verbs;

/// <summary>Verbs that need no running node: they bring their own, and an exchange with it.</summary>
internal static class LabVerbs
{
    private static readonly Argument<string?> Name = new("scenario")
    {
        Description = "Name of a scenario, or all", Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> List = new("--list") { Description = "Every scenario, and what brings those that do not run yet" };
    private static readonly Option<string?> Exchange = new("--exchange")
    {
        Description = "binance or bybit; without it all plays on both", HelpName = "name",
    };

    private static readonly Option<string> Db = new("--db") { Description = "sqlite or postgres", HelpName = "name", DefaultValueFactory = _ => "sqlite" };
    private static readonly Option<string[]> Market = new("--market")
    {
        Description = "Recorded prices to play a node over: frame logs, minute-bar zips, archive CSV, an exchangeInfo JSON",
        HelpName = "file", AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Signals = new("--signals")
    {
        Description = "Signals with their settings, one JSON object per line; with --market", HelpName = "file",
    };

    private static readonly Option<DateTime?> From = new("--from")
    {
        Description = "UTC time at which the recording is taken up; else a minute before the first signal", HelpName = "time",
        CustomParser = ReadUtc,
    };

    private static readonly Option<int> Seeds = new("--seeds")
    {
        Description = "How many seeds", HelpName = "n", DefaultValueFactory = _ => 100, Validators = { AtLeastOne },
    };

    private static readonly Option<ulong?> FirstSeed = new("--first")
    {
        Description = "The first of --seeds, else 1: a long run in parts, or taken up where it was stopped", HelpName = "s",
    };

    private static readonly Option<ulong?> Seed = new("--seed") { Description = "One seed, with every line of its run", HelpName = "s" };
    private static readonly Option<string?> Mutate = new("--mutate")
    {
        Description = "Switch a defence off, or all, one at a time: each must be caught", HelpName = "name|all",
    };

    private static readonly Option<string?> Config = new("--config")
    {
        Description = "The node's configuration; else the defaults and the environment", HelpName = "file",
    };

    private static readonly Option<string?> Where = new("--db")
    {
        Description = "sqlite, postgres or \"Host=…;Database=…;Username=…\"; else as configured", HelpName = "database",
    };

    public static readonly Verb[] All =
    [
        new("simulate", "Whole nodes under misfortune in virtual time, judged on the exchange's truth",
            ["trading simulate --seeds 1000", "trading simulate --first 1001 --seeds 1000", "trading simulate --seed 42", "trading simulate --mutate all"],
            Simulate)
        {
            Options = [Seeds, FirstSeed, Seed, Mutate],
        },
        new("replay", "Play an incident, or a recording, with a whole node against a simulated exchange",
            [
                "trading replay --list", "trading replay close-not-told", "trading replay all --json",
                "trading replay --market day.zip --signals day.jsonl",
            ],
            Replay)
        {
            Arguments = [Name], Options = [List, Exchange, Db, Market, Signals, From],
        },
        new("verify", "Check a stopped node's journal, and the tables that follow from it, against the invariants",
            ["trading verify", "trading verify --data /var/lib/trading --json", "trading verify --db postgres --config hocon/postgres.conf"],
            call => VerifyCommand.Run(
                PlaceOf(call), call.Screen.IsJson, call.Around.Out, call.Around.Error, TimeProvider.System, call.Cancel))
        {
            Options = [Config, Where],
        },
        new("rebuild", "Drop the tables of a stopped node and project its journal into them anew; the content must be what it was",
            ["trading rebuild", "trading rebuild --config hocon/postgres.conf"],
            call => RebuildCommand.Run(
                PlaceOf(call), call.Screen.IsJson, call.Around.Out, call.Around.Error, TimeProvider.System, call.Cancel))
        {
            Options = [Config, Where],
        },
    ];

    private static NodePlace PlaceOf(VerbCall call) => new(
        call.Parsed.GetValue(Config), call.GivenData, DatabaseVerbs.WithoutPassword(call.Parsed.GetValue(Where)), call.Around.Environment);

    private static Task<int> Simulate(VerbCall call) => Task.FromResult(SimulateCommand.Run(
        new SimulateOptions(
            call.Parsed.GetValue(Seeds), call.Parsed.GetValue(Seed), call.Parsed.GetValue(Mutate), call.Screen.IsJson)
        {
            From = call.Parsed.GetValue(FirstSeed),
        },
        call.Around.Out, call.Around.Error, TimeProvider.System, call.Cancel));

    private static void AtLeastOne(System.CommandLine.Parsing.OptionResult given)
    {
        if (given.Tokens.Count == 1 && int.TryParse(given.Tokens[0].Value, out var seeds) && seeds < 1)
            given.AddError($"--seeds {seeds}: at least 1");
    }

    private static Task<int> Replay(VerbCall call) => ReplayCommand.Run(
        new ReplayOptions(call.Parsed.GetValue(Name))
        {
            List = call.Parsed.GetValue(List),
            Exchange = call.Parsed.GetValue(Exchange),
            Db = call.Parsed.GetValue(Db)!,
            Json = call.Screen.IsJson,
            Market = call.Parsed.GetValue(Market) ?? [],
            Signals = call.Parsed.GetValue(Signals),
            From = call.Parsed.GetValue(From),
        },
        call.Around.Out, call.Around.Error, TimeProvider.System, call.Cancel);

    private static DateTime? ReadUtc(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (DateTimeOffset.TryParse(
                text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var at))
            return at.UtcDateTime;
        result.AddError($"--from '{text}' is not a time such as 2022-12-13T13:19:00Z");
        return null;
    }
}
