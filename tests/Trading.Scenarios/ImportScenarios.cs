using System.Collections;
using Trading.Cli;
using Trading.Domain.Positions;
using Trading.Lab.Databases;
using Trading.Lab.Replay;
using Xunit;

namespace Trading.Scenarios;

/// <summary>The old bot's positions taken over by a node, through the verb, the API and the wire.</summary>
public sealed class ImportScenarios
{
    private static readonly string[] Held = ["TAGUSDT", "HOLOUSDT", "COTIUSDT"];

    [PostgresFact]
    public async Task What_the_exchange_holds_of_the_old_bots_rows_is_adopted_once_and_its_table_is_as_it_was()
    {
        await using var server = await ThrowAwayPostgres.Start("fsync=off");
        var bot = await LegacyBot.Create(await server.CreateDatabase());
        var before = await bot.Text();
        await using var run = await ScenarioRun.Start(
            new ScenarioSetting { Adopt = AdoptPolicy.Alert, Prices = [.. Held.Append("HNTUSDT").Append("LSKUSDT").Select(symbol => (symbol, 1m))] },
            TimeProvider.System);
        foreach (var symbol in Held) run.Exchange.OpenByHand(symbol, symbol == "COTIUSDT" ? 100m : -100m); // COTI: the other side

        var look = await Import(run, bot);
        Assert.Equal(4, look.Code);
        Assert.Contains("2 of 5 could be adopted; nothing was", look.Said, StringComparison.Ordinal);
        Assert.Contains("#583 TAGUSDT binance short 564334.00000000: binance/TAGUSDT could be adopted: -100 at", look.Said, StringComparison.Ordinal);
        Assert.Contains("other_side: the exchange holds the other side of binance/COTIUSDT: 100", look.Said, StringComparison.Ordinal);
        Assert.Contains("is_flat: the exchange names no open position binance/HNTUSDT", look.Said, StringComparison.Ordinal);
        Assert.All(Held, symbol => Assert.Empty(run.Exchange.RestingStops(symbol)));

        Assert.Contains("2 of 5 adopted", (await Import(run, bot, "--policy", "manage", "--apply")).Said, StringComparison.Ordinal);
        await run.UntilProtected("TAGUSDT");
        await run.UntilProtected("HOLOUSDT");
        var again = await Import(run, bot, "--apply");
        Assert.Contains("0 of 5 adopted", again.Said, StringComparison.Ordinal);
        Assert.Contains("already_held: binance/TAGUSDT is held here already", again.Said, StringComparison.Ordinal);
        await run.CheckRows("adopted once each", "SELECT symbol, status FROM monitoring.positions ORDER BY symbol", "HOLOUSDT|active", "TAGUSDT|active");
        await run.CheckRows("events", "SELECT COUNT(*) FROM monitoring.events WHERE event_type='position_adopted'", "2");
        Assert.All(run.Checks, check => Assert.True(check.Passed, $"{check.Name}: {check.Detail}"));
        Assert.Equal(before, await bot.Text());
        run.Exchange.CloseByHand("COTIUSDT");
    }

    private static async Task<(int Code, string Said)> Import(ScenarioRun run, LegacyBot bot, params string[] more)
    {
        var said = new StringWriter();
        var console = Spectre.Console.AnsiConsole.Create(new Spectre.Console.AnsiConsoleSettings { Out = new Spectre.Console.AnsiConsoleOutput(said) });
        console.Profile.Width = 200;
        using var http = new SocketsHttpHandler();
        var code = await CommandLine.Run(
            ["import", "--postgres", bot.Database, "--url", run.Living.Address.ToString(), "--data", run.DataFolder, .. more],
            new Surroundings(console, said, said, new Hashtable(), http, Ask: null, "anna"), CancellationToken.None);
        return (code, said.ToString());
    }
}
