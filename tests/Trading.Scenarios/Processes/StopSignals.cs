using System.Text.Json;
using Xunit.Abstractions;

namespace Trading.Scenarios.Processes;

/// <summary>
/// SIGTERM of the node, as a process over the real wire and SQLite, while a wave is under way. Nobody starts it again: what
/// it leaves behind stays so. The verdict is the exchange's truth log, and the last lines are compared with it.
/// </summary>
public sealed class StopSignals(ProcessExchange exchange, ITestOutputHelper output) : IClassFixture<ProcessExchange>
{
    /// <summary>Signals within a second are one word, by when the node heard them: a late machine hears the first late.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2.5);

    [Fact]
    public async Task Told_to_stop_while_a_wave_is_under_way_it_leaves_nothing_without_a_stop_and_says_what_stays()
    {
        string[] wave = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "ADAUSDT", "DOGEUSDT"];
        using var world = await ProcessWorld.Start(exchange);
        var crash = new Crash(world, output);
        await crash.Calm(wave);
        await crash.HoldRequest("entry", "BTCUSDT", arrivesAfterMs: 700);
        await crash.HoldAnswer("entry", "ETHUSDT", ms: 900);
        await crash.HoldAnswer("entry", "SOLUSDT"); // and nobody tells of its fill: it is asked for after 3 s
        await crash.HoldRequest("stop", "ADAUSDT", arrivesAfterMs: 500);
        await crash.HoldAnswer("stop", "DOGEUSDT", ms: 900);
        await world.Post("w1", wave);
        await crash.Reached();

        Assert.Equal(0, await Told(world, "TERM"));

        Assert.Contains("Waiting at most 10 s for binance/", world.Node.Printed, StringComparison.Ordinal);
        Assert.Equal(wave.Order(), (await JudgeLastLines(world)).Select(static one => one.Symbol));
        var truth = await world.Truth();
        Assert.Equal(0, truth.GetProperty("unprotected_now").GetInt32());
        Assert.InRange(truth.GetProperty("max_unprotected_ms").GetInt64(), 0, 6000);
    }

    [Fact]
    public async Task Told_to_stop_twice_it_does_not_wait_and_says_what_is_naked()
    {
        using var world = await ProcessWorld.Start(exchange);
        var crash = new Crash(world, output);
        await crash.Open("XRPUSDT");
        await crash.Calm("DOTUSDT", "AVAXUSDT");
        await crash.LoseRequest("stop", "DOTUSDT"); // its last stop is refused for good, and the close of it is held:
        await crash.HoldRequest("close", "DOTUSDT", arrivesAfterMs: 60_000);
        await crash.HoldRequest("entry", "AVAXUSDT", arrivesAfterMs: 60_000);
        await world.Post("w2", "DOTUSDT", "AVAXUSDT");
        await crash.Reached();

        Assert.Equal(1, await Told(world, "HUP", "TERM"));

        Assert.Contains("Told again: not waiting for binance/AVAXUSDT, binance/DOTUSDT.", world.Node.Printed, StringComparison.Ordinal);
        var said = await JudgeLastLines(world);
        Assert.Equal([("AVAXUSDT", false), ("DOTUSDT", false), ("XRPUSDT", true)], said);
        await exchange.DisarmAll();
    }

    [Fact]
    public async Task The_third_signal_ends_it_whatever_it_is_at()
    {
        using var world = await ProcessWorld.Start(exchange);
        var crash = new Crash(world, output);
        await crash.Open("LINKUSDT");
        await crash.HoldRequest("close", "LINKUSDT", arrivesAfterMs: 60_000);
        await crash.HoldAnswer("positions");
        var asked = world.AskClose("LINKUSDT");
        await crash.Reached("a close under way, and nobody answers");

        Assert.Equal(128 + 15, await Told(world, "TERM", "TERM", "TERM"));

        await asked;
        await exchange.DisarmAll();
    }

    /// <summary>Each signal twice, as a supervisor does that signals a program and the one that started it: that is one word.</summary>
    private async Task<int> Told(ProcessWorld world, params string[] signals)
    {
        for (var sent = 0; sent < signals.Length; sent++)
        {
            if (sent == 1) await world.Until("the first word was heard", () => Task.FromResult(world.Node.HasExited || world.Node.Printed.Contains("Stopping:", StringComparison.Ordinal)));
            if (sent > 0) await Task.Delay(Again);
            world.Node.Signal(signals[sent]);
            world.Node.Signal(signals[sent]);
        }

        Assert.True(world.Node.WaitForExit(TimeSpan.FromSeconds(20)), world.Node.Printed);
        output.WriteLine(world.Node.Printed);
        return world.Node.ExitCode;
    }

    /// <returns>The positions that the last lines name, and whether they say that a stop stays: just what the exchange holds.</returns>
    private static async Task<List<(string Symbol, bool Covered)>> JudgeLastLines(ProcessWorld world)
    {
        var truth = await world.Truth();
        var lines = world.Node.Printed.Split('\n').SkipWhile(static line => !line.StartsWith("The node stops", StringComparison.Ordinal)).ToList();
        var said = lines.Where(static line => line.StartsWith("  binance/", StringComparison.Ordinal))
            .Select(static line => (Symbol: line[10..line.IndexOf(' ', 10)], Covered: line.Contains(" stays", StringComparison.Ordinal))).ToList();
        foreach (var position in truth.GetProperty("positions").EnumerateArray().Where(IsOpen))
        {
            var (symbol, naked) = (position.GetProperty("symbol").GetString()!, position.GetProperty("intervals").EnumerateArray().Any(IsUnended));
            Assert.Contains((symbol, !naked), said);
        }

        Assert.All(said.Where(static one => one.Covered), one => Assert.Contains(
            truth.GetProperty("positions").EnumerateArray(), position => IsOpen(position) && position.GetProperty("symbol").GetString() == one.Symbol));
        Assert.Contains($"{said.Count(static one => one.Covered)} protected", lines[^1], StringComparison.Ordinal);
        return said;
    }

    private static bool IsOpen(JsonElement position) => position.GetProperty("closed_utc").ValueKind is JsonValueKind.Null;

    private static bool IsUnended(JsonElement interval) => interval.GetProperty("to_utc").ValueKind is JsonValueKind.Null;
}
