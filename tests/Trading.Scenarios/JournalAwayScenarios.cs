using Trading.Domain;
using Trading.Lab.Databases;
using Trading.Lab.Replay;
using Trading.Simulator.Faults;
using Xunit;
using Xunit.Abstractions;

namespace Trading.Scenarios;

/// <summary>S9 on a real server: PostgreSQL is killed and comes back 4 s later, on the clock of everybody.</summary>
public sealed class JournalAwayScenarios(ITestOutputHelper output)
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(4);

    private static readonly ScenarioSetting Setting = new()
    {
        Prices = [("TAGUSDT", 0.5m), ("KAVAUSDT", 0.16m), ("LSKUSDT", 0.2m)], MaxUnprotectedMs = 3000,
        Feeds = ["f1"],
    };

    /// <summary>
    /// The stream tells the fill first, and the order's answer comes while the journal is away; or the other way round: then
    /// the append of the answer is under way when the stream tells the rest.
    /// </summary>
    [PostgresTheory]
    [InlineData(2500, 1000)]
    [InlineData(700, 1400)]
    public async Task Killed_between_a_fill_and_its_stop_the_stop_leaves_in_time_and_no_entry_does(int answerMs, int streamMs)
    {
        await using var server = await ThrowAwayPostgres.Start();
        await using var run = await ScenarioRun.Start(Setting, TimeProvider.System, await server.CreateDatabase());
        await run.OpenProtected("TAGUSDT", Side.Long);
        run.Exchange.Inject(new Fault { Do = FaultAction.DelayAnswer, Purpose = "entry", Symbol = "KAVAUSDT", Ms = answerMs });
        foreach (var told in new[] { "ACCOUNT_UPDATE", "ORDER_TRADE_UPDATE" })
            run.Exchange.Inject(new Fault { Do = FaultAction.DelayEvent, Event = told, Symbol = "KAVAUSDT", Ms = streamMs, Count = null });
        var opening = run.Open("KAVAUSDT", Side.Long);
        await run.Until("the entry is filled", () => run.Exchange.Held("KAVAUSDT") != 0);
        await server.Kill();
        run.Feed("f1").Publish("""{"id":"1","wave":"w1","symbol":"LSKUSDT","account":"binance","side":"long"}""");
        run.Feed("f1").Complete("w1", 1);
        await run.Pass(Away, speed: 1);
        var stops = run.Exchange.RestingStops("KAVAUSDT").Count;
        var naked = run.Exchange.Truth().MaxUnprotectedMs;
        Assert.True(stops == 1, $"{stops} stops rest, longest without one {naked} ms: {string.Join('\n', run.Story)}");
        Assert.Empty(run.Exchange.Orders("LSKUSDT"));
        await server.Restart();

        await run.UntilProtected("KAVAUSDT");
        await run.UntilProtected("TAGUSDT");
        await opening;
        await run.Until("the signal has its end", () => run.Rows("SELECT status FROM monitoring.signals") is ["ended"]);
        await run.Pass(TimeSpan.FromSeconds(5), speed: 1);
        await run.CheckRows("taken while the journal was away", "SELECT signal_id, outcome FROM monitoring.signals", "1|stale");
        Assert.Empty(run.Exchange.Orders("LSKUSDT"));
        await Judge(run);
    }

    [PostgresFact]
    public async Task Killed_while_positions_are_open_their_stops_are_restored_and_nothing_is_lost()
    {
        await using var server = await ThrowAwayPostgres.Start();
        await using var run = await ScenarioRun.Start(Setting, TimeProvider.System, await server.CreateDatabase());
        await run.OpenProtected("TAGUSDT", Side.Long);
        await run.OpenProtected("KAVAUSDT", Side.Short);
        await server.Kill();
        run.Exchange.OpenByHand("TAGUSDT", 100);
        await run.Pass(Away, speed: 1);
        await server.Restart();
        await run.UntilProtected("TAGUSDT");
        await run.KillNode();
        await run.StartNode();
        await run.UntilProtected("TAGUSDT");
        await run.UntilProtected("KAVAUSDT");
        await Judge(run);
    }

    private async Task Judge(ScenarioRun run)
    {
        var truth = run.Exchange.Truth();
        output.WriteLine($"longest without a stop {truth.MaxUnprotectedMs} ms, gap {truth.MaxGapMs} ms");
        output.WriteLine(string.Join('\n', run.Story));
        Assert.Equal(0, truth.DuplicatePositions);
        Assert.Equal(0, truth.UnprotectedNow);
        Assert.InRange(truth.MaxUnprotectedMs, 0, 3000);
        await run.CheckRows("no symbol is active twice", "SELECT symbol FROM monitoring.positions WHERE status='active' GROUP BY symbol HAVING COUNT(*) > 1");
        await run.CheckRows(
            "streams have no gap",
            "SELECT stream FROM ta_journal GROUP BY stream HAVING COUNT(*) <> MAX(version)");
        Assert.All(run.Checks, check => Assert.True(check.Passed, $"{check.Name}: {check.Detail}"));
    }
}

/// <summary>As <see cref="PostgresFactAttribute"/>, with data.</summary>
internal sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = new PostgresFactAttribute().Skip;
}
