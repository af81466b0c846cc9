using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text.Json;
using Trading.Cli.Verbs;
using Trading.Node.Api;

namespace Trading.Cli;

/// <summary>The verbs of <c>./trading</c>, their common options, and how an end becomes an exit code.</summary>
public static class CommandLine
{
    private const string About = """
        Looks at and steers a Trading.Actors node over its HTTP API, and replays incidents.

        Exit codes: 0 done · 1 a check failed · 2 usage or configuration · 3 node not reachable · 4 refused · 5 outcome unknown
        """;

    public static async Task<int> Run(string[] args, Surroundings around, CancellationToken cancel)
    {
        var common = new CommonOptions();
        var root = new Command("trading", About)
        {
            new HelpOption(), new VersionOption(), common.Url, common.Data, common.Json,
        };
        var examples = new Dictionary<Command, string[]> { [root] = ["trading status", "trading positions", "trading why 4776908"] };
        foreach (var verb in All())
        {
            var command = verb.Command(common, around);
            root.Add(command);
            examples[command] = verb.Examples;
        }

        var check = ConfigVerb.Check(common, around);
        root.Add(new Command("config", "Works on a configuration file, without a node") { check });
        examples[check] = ConfigVerb.Examples;

        foreach (var help in root.Options.OfType<HelpOption>()) help.Action = new TeachingHelp((HelpAction)help.Action!, examples);
        var parsed = root.Parse(args);
        if (parsed.Action is null or ParseErrorAction) return Misread(parsed, around);
        var settings = new InvocationConfiguration
        {
            Output = around.Out, Error = around.Error, EnableDefaultExceptionHandler = false,
        };
        try
        {
            return await parsed.InvokeAsync(settings, cancel);
        }
        catch (VerbFailedException failed)
        {
            return Failed(failed, parsed.GetValue(common.Json), around);
        }
        catch (OperationCanceledException)
        {
            // Events are followed until somebody ends it; any other verb was ended before its outcome.
            return parsed.CommandResult.Command.Name == "events" ? ExitCode.Done : ExitCode.Unknown;
        }
    }

    private static IEnumerable<Verb> All() =>
        [.. LookVerbs.All, .. PositionVerbs.All, .. SignalVerbs.All, .. OrderVerbs.All, .. DoctorVerb.All, .. LabVerbs.All, .. DatabaseVerbs.All, ImportVerb.Verb];

    private static int Misread(ParseResult parsed, Surroundings around)
    {
        foreach (var error in parsed.Errors) around.Error.WriteLine($"trading: {error.Message}");
        var verb = parsed.CommandResult.Command.Name == "trading" ? "" : $"{parsed.CommandResult.Command.Name} ";
        around.Error.WriteLine($"see `trading {verb}--help`");
        return ExitCode.Usage;
    }

    private static int Failed(VerbFailedException failed, bool json, Surroundings around)
    {
        if (json)
            around.Out.WriteLine(JsonSerializer.Serialize(
                new { failed.Code, detail = failed.Message, failed.ExitCode }, ApiJson.Options));
        around.Error.WriteLine($"trading: {Screen.Clean(failed.Message)}");
        return failed.ExitCode;
    }

    private sealed class TeachingHelp(HelpAction standard, Dictionary<Command, string[]> examples) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            standard.Invoke(parseResult);
            if (!examples.TryGetValue(parseResult.CommandResult.Command, out var lines)) return ExitCode.Done;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var line in lines) output.WriteLine($"  {line}");
            output.WriteLine();
            return ExitCode.Done;
        }
    }
}
