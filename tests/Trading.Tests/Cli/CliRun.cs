using Spectre.Console;
using Trading.Cli;

namespace Trading.Tests.Cli;

/// <summary>One use of the command line, at 100 columns, with what it wrote.</summary>
internal sealed record CliRun(int ExitCode, string Out, string Error)
{
    public static async Task<CliRun> Of(
        HttpMessageHandler http, string[] args, string? token = Api.ApiHost.Token, Func<string, string?>? ask = null,
        Dictionary<string, string>? environment = null)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors,
        });
        console.Profile.Width = 100;
        var variables = environment ?? [];
        if (token is not null) variables["TRADING_TOKEN"] = token;
        var around = new Surroundings(console, output, error, variables, http, ask, "anna");
        string[] given = [.. args, "--url", "http://localhost", "--data", "/nowhere"];
        var exitCode = await CommandLine.Run(given, around, CancellationToken.None);
        return new CliRun(exitCode, output.ToString(), error.ToString());
    }
}
