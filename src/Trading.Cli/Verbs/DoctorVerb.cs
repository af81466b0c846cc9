using System.CommandLine;
using Spectre.Console;
using Trading.Node.Api;

namespace Trading.Cli.Verbs;

/// <summary>Is everything as the node relies on: the node itself, and each account by the venue probe.</summary>
internal static class DoctorVerb
{
    private static readonly Argument<string?> Account = new("account")
    {
        Description = "Name of one account; all of them without it", Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> NoOrders = new("--no-orders")
    {
        Description = "Questions only: no test stop, no leverage is touched",
    };

    private static readonly Option<int> Wait = new("--wait")
    {
        Description = "Seconds to wait for the exchanges, 1 to 120", HelpName = "seconds", DefaultValueFactory = _ => 60,
    };

    public static readonly Verb[] All =
    [
        new("doctor", "Check the node and, on each account, clock, key, position mode, leverage, stops and stream",
            ["trading doctor", "trading doctor binance --no-orders", "trading doctor --json | jq '.checks[] | select(.verdict==\"failed\")'"], Run)
        {
            Arguments = [Account], Options = [NoOrders, Wait],
        },
    ];

    private static async Task<int> Run(VerbCall call)
    {
        var wait = call.Parsed.GetValue(Wait);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["orders"] = call.Parsed.GetValue(NoOrders) ? "false" : "true",
            ["waitSeconds"] = $"{wait}",
            ["by"] = call.Around.User,
        };
        if (call.Parsed.GetValue(Account) is { } account) fields["account"] = account;
        var answer = await call.Node.Post("doctor", fields, TimeSpan.FromSeconds(wait), call.Cancel);
        var found = NodeClient.Read<DoctorAnswer>(answer);
        if (call.Screen.IsJson) call.Screen.Json(answer);
        else Show(call.Screen, found);
        return found.Checks.Any(check => check.Verdict == "failed") ? ExitCode.CheckFailed
            : found.Checks.Any(check => check.Verdict == "unknown") ? ExitCode.Unknown : ExitCode.Done;
    }

    private static void Show(Screen screen, DoctorAnswer found)
    {
        var subject = found.Checks.Select(check => check.Subject.Length).DefaultIfEmpty(0).Max();
        var name = found.Checks.Select(check => check.Check.Length).DefaultIfEmpty(0).Max();
        foreach (var check in found.Checks)
        {
            var remedy = check.Remedy is { } text ? $" -> {text}" : "";
            screen.Line(
                $"{Mark(check.Verdict),-7}  {check.Subject.PadRight(subject)}  {check.Check.PadRight(name)}  {check.Text}{remedy}", Style(check.Verdict));
        }
    }

    private static string Mark(string verdict) => verdict switch
    {
        "passed" => "ok",
        "failed" => "FAILED",
        _ => verdict,
    };

    private static Style Style(string verdict) => verdict switch
    {
        "passed" => new(Color.Green),
        "failed" => new(Color.Red),
        "warned" or "unknown" => new(Color.Yellow),
        _ => Spectre.Console.Style.Plain,
    };
}
