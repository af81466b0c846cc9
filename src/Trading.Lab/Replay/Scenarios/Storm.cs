using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Simulator.Faults;

namespace Trading.Lab.Replay.Scenarios;

/// <summary>S8: everything at once on one account that holds as much as the exchange's conditional orders allow.</summary>
internal static class Storm
{
    private const int Held = 180;
    private const int Late = 8;
    private const int Batch = 60;
    private static readonly string[] Symbols = [.. Enumerable.Range(0, Held).Select(i => $"S{(char)('A' + i / 26)}{(char)('A' + i % 26)}USDT")];

    public static IEnumerable<Scenario> All =>
    [
        new("storm", "S8", "180 positions: prices, gaps, 429 and 418, a clock step, an expired listen key and a silent socket at once", Play)
        {
            Setting = new ScenarioSetting { Prices = [.. Symbols.Select(symbol => (symbol, 1m))], Notional = 20m },
        },
    ];

    private static async Task Play(ScenarioRun run)
    {
        foreach (var batch in Symbols[Late..].Chunk(Batch))
        {
            await Task.WhenAll(batch.Select(symbol => run.Open(symbol, Side.Long)));
            await run.Until("the batch is protected", () => batch.All(symbol => IsCovered(run, symbol)), within: TimeSpan.FromSeconds(60));
            await run.Pass(TimeSpan.FromSeconds(15));
        }

        var troubles = Troubles(run);
        for (var beat = 0; beat < 100; beat++)
        {
            if (troubles.TryGetValue(beat, out var strike)) strike();
            foreach (var symbol in Symbols) run.Exchange.Price(symbol, 1 + 0.0005m * beat);
            await run.Pass(TimeSpan.FromMilliseconds(150), speed: 1);
        }

        run.Exchange.With(x => x.Venue.Skew = TimeSpan.Zero);
        await run.Until(
            "all has converged", () => Symbols.All(symbol => run.Exchange.Held(symbol) == 0 || IsCovered(run, symbol)), speed: 5, TimeSpan.FromSeconds(300));
        await JudgePressure(run);
    }

    /// <summary>By beat of the storm, 150 ms each.</summary>
    private static Dictionary<int, Action> Troubles(ScenarioRun run) => new()
    {
        [5] = () =>
        {
            foreach (var symbol in Symbols[..Late]) _ = run.Open(symbol, Side.Long);
        },
        [15] = run.Exchange.DropUserStreams,
        [25] = () => run.Exchange.Inject(new Fault { Do = FaultAction.RateLimit, Status = 429, Ms = 1000, Purpose = "stop" }),
        [40] = () => run.Exchange.With(x => x.Venue.Skew = TimeSpan.FromSeconds(90)),
        [55] = () => run.Exchange.Inject(new Fault { Do = FaultAction.RateLimit, Status = 418, Ms = 2000, Purpose = "stop" }),
        [75] = () => run.Exchange.OfAccount((x, account) =>
        {
            x.Binance.Streams.Keys.Expire(account);
            return 0;
        }),
        [85] = () => run.Exchange.With(x =>
        {
            foreach (var socket in x.Binance.Streams.Select("all")) socket.Silent = true;
            return 0;
        }),
    };

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

    private static bool IsCovered(ScenarioRun run, string symbol) => run.Living.View(run.KeyOf(symbol)) is
        { IsProtected: true, InDoubt: false, Holding: { Surplus.IsEmpty: true, Protection: Protection.Protected } };
}
