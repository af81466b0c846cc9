using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Simulator.Faults;

namespace Trading.Lab.Replay.Scenarios;

/// <summary>
/// S8: everything at once, on an account that holds as much as its exchange allows, and on two with the same symbols.
/// </summary>
internal static class Storm
{
    private const int Late = 8;
    private const int Beats = 100;
    private static readonly string[] Symbols = [.. Enumerable.Range(0, 180).Select(i => $"S{(char)('A' + i / 26)}{(char)('A' + i % 26)}USDT")];

    /// <summary>A breach of the address limit is over after ten minutes of silence (Bybit §4).</summary>
    private static readonly TimeSpan ConvergesWithin = TimeSpan.FromMinutes(15);

    public static IEnumerable<Scenario> All =>
    [
        Of("storm", "180 positions: prices, gaps, 429 and 418, a clock step, an expired listen key and a silent socket at once", 180) with
        {
            Voids =
            [
                new VoidCheck(Exchange.Bybit, Key, "§9", "the private stream is authenticated once and has no key that expires"),
                new VoidCheck(Exchange.Bybit, Full, "§0", "the position's own stop is no conditional order; 10 orders a second are the limit (§4)"),
            ],
        },
        Of("storm/two-accounts", "the same with 300 positions on two accounts, the same symbols on both", 150) with
        {
            Setting = Setting(150) with { Second = SecondAccount.SameExchange },
            NotOn = new VoidCheck(
                Exchange.Bybit, "300 positions on two accounts, 180 on each at most", "§0",
                "the limit of 200 conditional orders that divides them is Binance's; the position's own stop is no conditional order"),
        },
    ];

    private static string Key => "an expired listen key is renewed";

    private static string Full => "as many positions as conditional orders allow";

    private static async Task Play(ScenarioRun run, int symbols)
    {
        var held = HeldOn(run.Venue, symbols);
        foreach (var batch in held[Late..].Chunk(run.Venue is Exchange.Bybit ? 10 : 60 / run.Accounts.Count))
        {
            await Task.WhenAll(run.Accounts.SelectMany(at => batch.Select(symbol => run.Open(symbol, Side.Long, at))));
            await run.Until("the batch is protected", () => Every(run, batch, IsCovered), within: TimeSpan.FromSeconds(60));
            await run.Pass(TimeSpan.FromSeconds(15));
        }

        if (run.Venue is Exchange.Binance) run.CheckEqual(Full, symbols - Late, run.Exchange.Open().Count);
        var troubles = Troubles(run, held);
        for (var beat = 0; beat < Beats; beat++)
        {
            if (troubles.TryGetValue(beat, out var strike)) strike();
            foreach (var symbol in held) run.Exchange.Price(symbol, 1 + 0.0005m * beat);
            await run.Pass(TimeSpan.FromMilliseconds(150), speed: 1);
        }

        run.Exchange.With(x => x.Venue.Skew = TimeSpan.Zero);
        await run.Until(
            "all has converged", () => Every(run, held, (run, at, symbol) => at.Held(symbol) == 0 || IsCovered(run, at, symbol)),
            speed: run.Venue is Exchange.Bybit ? ScenarioRun.Fast : 5, ConvergesWithin);
        await JudgePressure(run);
    }

    /// <summary>Bybit takes ten orders a second of an account: with more positions the storm would only be longer.</summary>
    private static string[] HeldOn(Exchange venue, int symbols) => Symbols[..(venue is Exchange.Bybit ? 60 : symbols)];

    /// <summary>By beat of the storm, 150 ms each.</summary>
    private static Dictionary<int, Action> Troubles(ScenarioRun run, string[] held)
    {
        var troubles = new Dictionary<int, Action>
        {
            [5] = () =>
            {
                foreach (var at in run.Accounts)
                    foreach (var symbol in held[..Late]) _ = run.Open(symbol, Side.Long, at);
            },
            [15] = () =>
            {
                foreach (var at in run.Accounts) at.DropUserStreams();
            },
            [25] = () => run.Exchange.Inject(new Fault { Do = FaultAction.RateLimit, Status = 429, Ms = 1000, Purpose = "stop" }),
            [40] = () => run.Exchange.With(x => x.Venue.Skew = TimeSpan.FromSeconds(90)),
            [55] = () => run.Exchange.Inject(new Fault { Do = FaultAction.RateLimit, Status = 418, Ms = 2000, Purpose = "stop" }),
            [85] = run.Exchange.SilenceSockets,
        };
        if (run.Venue is Exchange.Binance) troubles[75] = () => ExpireKeys(run);
        return troubles;
    }

    private static void ExpireKeys(ScenarioRun run)
    {
        foreach (var at in run.Accounts)
            at.OfAccount((x, account) =>
            {
                x.Binance.Streams.Keys.Expire(account);
                return 0;
            });
        run.Check(Key, passed: true, "expired at the 75th beat; all has converged after it");
    }

    private static async Task JudgePressure(ScenarioRun run)
    {
        var depth = await run.Living.Metric("trading_mailbox_depth_max");
        run.Check("mailboxes are bounded", depth is > 0 and < 1024, string.Create(CultureInfo.InvariantCulture, $"deepest {depth} of 1024"));
        var waits = new List<string>();
        for (var kind = 1; kind <= 6; kind++)
        {
            var label = string.Create(CultureInfo.InvariantCulture, $"{{class=\"{kind}\"}}");
            var count = await run.Living.Metric("trading_request_wait_seconds_count" + label);
            var sum = await run.Living.Metric("trading_request_wait_seconds_sum" + label);
            waits.Add(string.Create(CultureInfo.InvariantCulture, $"class {kind}: {count} requests, {(count == 0 ? 0 : sum / count * 1000):0.0} ms each"));
        }

        run.Check("waiting time by request class was measured", waits.Count == 6, string.Join("; ", waits));
    }

    private static bool Every(ScenarioRun run, string[] symbols, Func<ScenarioRun, ScenarioExchange, string, bool> holds) =>
        run.Accounts.All(at => symbols.All(symbol => holds(run, at, symbol)));

    private static bool IsCovered(ScenarioRun run, ScenarioExchange at, string symbol) => run.Living.View(run.KeyOf(symbol, at)) is
        { IsProtected: true, InDoubt: false, Holding: { Surplus.IsEmpty: true, Protection: Protection.Protected } };

    private static Scenario Of(string name, string text, int symbols) =>
        new(name, "S8", text, run => Play(run, symbols)) { Setting = Setting(symbols), Alone = true };

    private static ScenarioSetting Setting(int symbols) => new() { Prices = [.. Symbols[..symbols].Select(symbol => (symbol, 1m))], Notional = 20m };
}
