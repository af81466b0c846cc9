using System.Globalization;
using Xunit.Abstractions;

namespace Trading.Scenarios.Processes;

/// <summary>
/// kill -9 and SIGSTOP of the node, as a process over the real wire and SQLite, at the moments that matter. A moment is
/// reached by letting the exchange hold or lose exactly that request or answer; the node dies while it hangs.
/// </summary>
public sealed class CrashPoints(ProcessExchange exchange, ITestOutputHelper output) : IClassFixture<ProcessExchange>
{
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Killed_at_an_entry_or_at_its_first_stop_it_neither_doubles_nor_forgets()
    {
        using var world = await ProcessWorld.Start(exchange);
        var crash = new Crash(world, output);
        await crash.Calm("BTCUSDT", "ETHUSDT", "SOLUSDT", "ADAUSDT", "DOGEUSDT");
        await crash.HoldRequest("entry", "BTCUSDT", arrivesAfterMs: 1500);
        await crash.LoseRequest("entry", "ETHUSDT");
        await crash.HoldAnswer("entry", "SOLUSDT");
        await crash.HoldRequest("stop", "ADAUSDT", arrivesAfterMs: 4000);
        await crash.HoldAnswer("stop", "DOGEUSDT");
        await world.Post("w1", "BTCUSDT", "ETHUSDT", "SOLUSDT", "ADAUSDT", "DOGEUSDT");

        await crash.KillAndStart();

        await crash.Judge(open: 4, new Dictionary<string, int>
        {
            ["BTCUSDT"] = 1, ["ETHUSDT"] = 0, ["SOLUSDT"] = 1, ["ADAUSDT"] = 1, ["DOGEUSDT"] = 1,
        });
    }

    [Fact]
    public async Task Killed_while_a_stop_moves_there_is_always_one_and_in_the_end_only_one()
    {
        using var world = await ProcessWorld.Start(exchange);
        var crash = new Crash(world, output);
        await crash.Open("XRPUSDT", "DOTUSDT", "AVAXUSDT", "LINKUSDT");
        await crash.HoldRequest("stop", "XRPUSDT", arrivesAfterMs: 1500);
        await crash.HoldAnswer("stop", "LINKUSDT");
        await crash.CancelOfStop("DOTUSDT", "lose_request");
        await crash.CancelOfStop("AVAXUSDT", "delay_answer");
        foreach (var symbol in new[] { "XRPUSDT", "DOTUSDT", "AVAXUSDT", "LINKUSDT" }) await crash.Move(symbol, 1.01m);

        await crash.KillAndStart();

        await crash.Judge(open: 4, Once("XRPUSDT", "DOTUSDT", "AVAXUSDT", "LINKUSDT"));
    }

    [Fact]
    public async Task Killed_while_it_closes_or_while_its_stop_fires_each_position_ends_once()
    {
        using var world = await ProcessWorld.Start(exchange);
        var crash = new Crash(world, output);
        await crash.Open("LTCUSDT", "BCHUSDT", "TRXUSDT", "XLMUSDT");
        await crash.HoldRequest("close", "LTCUSDT", arrivesAfterMs: 1500);
        await crash.LoseRequest("close", "BCHUSDT");
        await crash.HoldAnswer("close", "TRXUSDT");
        var asked = Task.WhenAll(world.AskClose("LTCUSDT"), world.AskClose("BCHUSDT"), world.AskClose("TRXUSDT"));

        await crash.Kill();
        await crash.Move("XLMUSDT", 0.95m);
        await crash.Start();

        await asked;
        await crash.Judge(open: 0, Once("LTCUSDT", "BCHUSDT", "TRXUSDT", "XLMUSDT"));
    }

    [Fact]
    public async Task Killed_again_and_again_while_it_starts_it_comes_up_with_the_same_books()
    {
        using var world = await ProcessWorld.Start(exchange);
        var crash = new Crash(world, output);
        await crash.Open("ATOMUSDT", "NEARUSDT");
        await crash.Kill();
        foreach (var step in new[] { "market", "listen_key", "positions", "list_stops" })
        {
            await crash.HoldAnswer(step);
            world.Launch();
            await crash.Kill();
        }

        await crash.Start();

        await crash.Judge(open: 2, Once("ATOMUSDT", "NEARUSDT"));
    }

    [Fact]
    public async Task Killed_inside_a_wave_every_signal_has_one_end_and_every_symbol_one_entry()
    {
        using var world = await ProcessWorld.Start(exchange);
        var crash = new Crash(world, output);
        await crash.Calm("APTUSDT", "ARBUSDT", "OPUSDT", "SUIUSDT", "FILUSDT");
        await world.Post("w1", "APTUSDT", "ARBUSDT");
        await crash.KillAndStart("a wave accepted and still collecting");
        await crash.UntilOpen(2);

        await crash.HoldAnswer("entry", "SUIUSDT");
        await crash.HoldAnswer("setup", "FILUSDT");
        await world.Post("w2", "OPUSDT", "SUIUSDT", "FILUSDT");
        await crash.KillAndStart();

        await crash.UntilOpen(5);
        await world.Post("w1", "APTUSDT", "ARBUSDT");
        await world.Post("w2", "OPUSDT", "SUIUSDT", "FILUSDT");
        await crash.Judge(open: 5, Once("APTUSDT", "ARBUSDT", "OPUSDT", "SUIUSDT", "FILUSDT"));
    }

    [Fact]
    public async Task Killed_while_the_listen_key_expires_it_learns_what_was_done_by_hand_meanwhile()
    {
        using var world = await ProcessWorld.Start(exchange);
        var crash = new Crash(world, output);
        await crash.Open("INJUSDT", "AAVEUSDT");
        await crash.HoldAnswer("listen_key");
        await exchange.Control("listen-key", new { account = world.Account });

        await crash.Kill();
        await exchange.Control("close", new { account = world.Account, symbol = "AAVEUSDT" });
        await crash.Start();

        await crash.Judge(open: 1, Once("INJUSDT", "AAVEUSDT"));
    }

    [Fact]
    public async Task Frozen_for_six_seconds_with_orders_under_way_it_goes_on_and_repeats_nothing()
    {
        using var world = await ProcessWorld.Start(exchange);
        var crash = new Crash(world, output);
        await crash.Open("UNIUSDT", "ETCUSDT");
        await crash.Calm("ICPUSDT", "SUSHIUSDT");
        await crash.HoldAnswer("entry", "ICPUSDT", ms: 2000);
        await crash.HoldAnswer("stop", "SUSHIUSDT", ms: 2000);
        await crash.HoldRequest("close", "ETCUSDT", arrivesAfterMs: 1500);
        await world.Post("w2", "ICPUSDT", "SUSHIUSDT");
        var asked = world.AskClose("ETCUSDT");

        await crash.Reached();
        await crash.UntilCovered(); // what the node does not know to be protected before the freeze is closed after it: its deadline has passed
        var frozen = world.Freeze(Frozen);
        await crash.Move("UNIUSDT", 0.95m);
        await frozen;

        await asked;
        await crash.Judge(open: 2, Once("UNIUSDT", "ETCUSDT", "ICPUSDT", "SUSHIUSDT"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"frozen for {world.DownTime.TotalSeconds:0.0} s"));
    }

    private static Dictionary<string, int> Once(params string[] symbols) => symbols.ToDictionary(symbol => symbol, _ => 1);
}
