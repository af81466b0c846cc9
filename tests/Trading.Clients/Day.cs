using System.Text.Json;
using System.Text.Json.Serialization;
using Trading.Simulator;
using Trading.Simulator.Market;
using Xunit;
using Xunit.Abstractions;

namespace Trading.Clients;

/// <summary>One client's day on an exchange of its own: every step passes, or is one that the exchange says it does not
/// serve (docs/simulator.md).</summary>
internal static class Day
{
    /// <summary>Fewer steps mean that the script ended early.</summary>
    private const int StepsMin = 100;

    /// <summary>Libraries print lines of their own between those of the steps.</summary>
    private const string StepStart = "{\"step\":";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly Lock Writing = new();

    /// <summary>One line per client, for whoever runs the tests: <c>.ci/run</c> prints it.</summary>
    private static readonly string Report = Path.Combine(AppContext.BaseDirectory, "client-days.txt");

    static Day() => File.Delete(Report);

    public static async Task Play(string client, string script, bool bybit, ITestOutputHelper output)
    {
        Assert.True(Node.Missing is null, Node.Missing);
        await using var exchange = await SimulatorHost.Start(
            new SimulatorOptions
            {
                Port = 0, Market = start => new SyntheticMarket(new SyntheticOptions { Seed = start.Seed }, start.FromUtc),
            },
            TimeProvider.System);
        await using var front = TlsFront.Start((bybit ? exchange.BybitAddress : exchange.BaseAddress).Port);
        var (code, printed, complaints) = await Node.Run(
            script,
            new Dictionary<string, string>
            {
                ["SIMULATOR"] = front.Address.ToString().TrimEnd('/'), ["NODE_EXTRA_CA_CERTS"] = front.CertificatePath,
            },
            Longest);
        var steps = printed.Where(line => line.StartsWith(StepStart, StringComparison.Ordinal))
            .Select(line => JsonSerializer.Deserialize<Step>(line, JsonSerializerOptions.Web)!).ToList();
        Tell(client, steps, output);
        Judge(client, steps, code, complaints);
    }

    private static void Tell(string client, List<Step> steps, ITestOutputHelper output)
    {
        int Count(string outcome) => steps.Count(s => s.Outcome == outcome);
        var line = $"{client}: {Count("passed")} passed, {Count("not_served")} not served, {Count("failed")} failed";
        output.WriteLine(line);
        foreach (var step in steps.Where(s => s.Outcome != "passed"))
            output.WriteLine($"  {step.Outcome} {step.Name}: {step.Detail ?? step.Route}");
        lock (Writing) File.AppendAllLines(Report, [line]);
    }

    private static void Judge(string client, List<Step> steps, int code, string complaints)
    {
        var failed = steps.Where(s => s.Outcome is not ("passed" or "not_served")).Select(s => $"{s.Name}: {s.Detail}").ToList();
        Assert.True(failed.Count == 0, $"{client}: {failed.Count} failed\n{string.Join('\n', failed)}\n{complaints}");
        Assert.True(code == 0 && steps.Count >= StepsMin, $"{client} ended after {steps.Count} steps with code {code}\n{complaints}");
        var unlisted = steps.Where(s => s.Outcome == "not_served" && !NotServed.Lists(s.Route!)).Select(s => s.Route).ToList();
        Assert.True(unlisted.Count == 0, $"docs/simulator.md does not say that it is not served: {string.Join(", ", unlisted)}");
    }

    /// <summary>A line of a script.</summary>
    private sealed record Step(
        [property: JsonPropertyName("step")] string Name, string Outcome, string? Detail, string? Route);
}
