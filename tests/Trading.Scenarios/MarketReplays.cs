using System.Globalization;
using Trading.Lab.Databases;
using Trading.Lab.Replay;
using Xunit;
using Xunit.Abstractions;

namespace Trading.Scenarios;

/// <summary>A whole node over prices that were really seen.</summary>
public sealed class MarketReplays(ITestOutputHelper output)
{
    [SharedFact]
    public async Task Over_the_capture_of_2023_04_04_the_stop_trails_tick_by_tick_and_closes_after_forty_five_seconds()
    {
        var result = await Play(
            "btcusdt-2023-04-04.jsonl", database: null, "binance-usdm-ws/btcusdt_20230404T2358-0000.log.gz", "binance-usdm-ws/btcusdt_20230405T0000-0006.log.gz");

        var position = Assert.Single(result.Truth.Positions);
        var signal = new DateTime(2023, 4, 4, 23, 58, 21, DateTimeKind.Utc);
        Assert.InRange((position.OpenedUtc - signal).TotalSeconds, 0, 15); // as late as the machine times the speed
        Assert.InRange((position.ClosedUtc!.Value - signal).TotalSeconds, 44, 52); // the recorded price closes it
        Assert.Contains("|trailing_stop|websocket_closure|", Assert.Single(result.Positions), StringComparison.Ordinal);
    }

    [SharedFact]
    public async Task Over_the_bars_of_2022_12_13_trailing_activates_in_the_13_30_bar_and_ends_in_the_13_31_bar()
    {
        var result = await Play("adausdt-2022-12-13.jsonl", database: null, "minute-2022-12-13/binance-adausdt-20221213_trade.zip");

        var position = Assert.Single(result.Truth.Positions);
        Assert.InRange(position.OpenedUtc, At("13:20:00"), At("13:20:20"));
        Assert.InRange(position.ClosedUtc!.Value, At("13:31:00"), At("13:32:00"));
        var row = Assert.Single(result.Positions).Split('|');
        Assert.True(decimal.Parse(row[4], CultureInfo.InvariantCulture) <= 0.3091m, $"entry {row[4]}");
        Assert.Contains(result.Story, line => line.Contains(":: TrailingActivated 0.3138", StringComparison.Ordinal));
        Assert.Contains(result.Story, line => line.StartsWith("13:30:4", StringComparison.Ordinal));
    }

    [PostgresFact(needsShared: true)]
    public async Task On_PostgreSQL_the_same_capture_ends_in_the_same_way()
    {
        await using var server = await ThrowAwayPostgres.Start("fsync=off");
        var result = await Play(
            "btcusdt-2023-04-04.jsonl", await server.CreateDatabase(), "binance-usdm-ws/btcusdt_20230404T2358-0000.log.gz",
            "binance-usdm-ws/btcusdt_20230405T0000-0006.log.gz");

        Assert.Contains("|trailing_stop|websocket_closure|", Assert.Single(result.Positions), StringComparison.Ordinal);
    }

    private async Task<MarketReplayResult> Play(string signals, string? database, params string[] market)
    {
        var result = await MarketReplay.Play(
            [.. market.Select(file => SharedFolder.File("market", file))], Path.Combine(AppContext.BaseDirectory, "signals", signals),
            fromUtc: null, TimeProvider.System, CancellationToken.None, database);
        if (!result.Passed) output.WriteLine(string.Join('\n', [.. result.Head, .. result.Story]));

        Assert.Equal(0, result.Truth.DuplicatePositions);
        Assert.Equal(0, result.Truth.MaxGapMs);
        Assert.InRange(result.Truth.MaxUnprotectedMs, 0, 3000);
        return result;
    }

    private static DateTime At(string time) =>
        DateTime.Parse($"2022-12-13T{time}Z", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
}
