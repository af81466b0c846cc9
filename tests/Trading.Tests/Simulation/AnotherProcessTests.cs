using System.Diagnostics;
using Trading.Lab.Simulation;

namespace Trading.Tests.Simulation;

/// <summary>A failing seed is worth its number only if it fails the same way wherever it is played.</summary>
public sealed class AnotherProcessTests
{
    private const int Seeds = 12;

    [Fact]
    public async Task The_same_seeds_leave_the_same_trace_in_another_process()
    {
        using var here = new StringWriter();
        SimulateCommand.Run(new SimulateOptions(Seeds, null, null, Json: true), here, here, TimeProvider.System, CancellationToken.None);
        Assert.Equal(HashIn(here.ToString()), HashIn(await There()));
    }

    private static async Task<string> There()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Trading.Cli.dll"), "simulate", "--seeds", $"{Seeds}", "--json" },
            RedirectStandardOutput = true, UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return said;
    }

    private static string HashIn(string said)
    {
        using var last = System.Text.Json.JsonDocument.Parse(said.TrimEnd().Split('\n')[^1]);
        return last.RootElement.GetProperty("trace_hash").GetString()!;
    }
}
