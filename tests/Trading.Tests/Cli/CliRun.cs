using Spectre.Console;
using Trading.Cli;

namespace Trading.Tests.Cli;

/// <summary>One use of the command line, at 100 columns, with what it wrote.</summary>
internal sealed record CliRun(int ExitCode, string Out, string Error)
{
    public static async Task<CliRun> Of(
        HttpMessageHandler http, string[] args, string? token = Api.ApiHost.Token, Func<string, string?>? ask = null,
        CancellationToken cancel = default)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors,
        });
        console.Profile.Width = 100;
        var around = new Surroundings(
            console, output, error, name => name == "TRADING_TOKEN" ? token : null, http, ask, "anna");
        string[] given = [.. args, "--url", "http://localhost", "--data", "/nowhere"];
        var exitCode = await CommandLine.Run(given, around, cancel);
        return new CliRun(exitCode, output.ToString(), error.ToString());
    }
}
