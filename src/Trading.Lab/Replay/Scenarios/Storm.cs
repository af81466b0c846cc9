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
    private static string[] Increased => Symbols[^10..];
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
        await JudgeTrailing(run);
        await JudgePressure(run);
    }

    /// <summary>
    /// Everything wants to move at once, and ten positions are increased by hand meanwhile. The exchange allows 2,400 weight
    /// and 1,200 orders in a minute, and 200 conditional orders: 15 moves at a time, each with a query, a cancel and a read
    /// of the position (11 weight). The first minute's weight may be used up by the storm: two minutes and a little more.
    /// </summary>
    private static async Task JudgeTrailing(ScenarioRun run)
    {
        var before = await Waits(run);
        foreach (var symbol in Symbols) run.Exchange.Price(symbol, 1.1m);
        foreach (var symbol in Increased) run.Exchange.OpenByHand(symbol, 10);
        await run.Until("every stop trails again", () => Symbols.All(symbol => Trails(run, symbol)), speed: 5, TimeSpan.FromSeconds(150));
        run.CheckEqual("positions held to the end", Held, Symbols.Count(symbol => run.Exchange.Held(symbol) > 0));

        var during = (await Waits(run)).Zip(before, (now, then) => (Count: now.Count - then.Count, Seconds: now.Seconds - then.Seconds)).ToList();
        run.Check("every position moved its stop, and every increase was covered", during[4].Count >= Held && during[1].Count >= Increased.Length, Told(during));
        run.Check("protective requests went first", Mean(during[1]) <= Mean(during[4]) && Mean(during[2]) <= Mean(during[4]), Told(during));
    }

    private static bool Trails(ScenarioRun run, string symbol) => IsCovered(run, symbol)
        && run.Living.View(ScenarioRun.KeyOf(symbol)) is { Holding: { Trailing: Trailing.Active, LiveStop.Trigger: > 1.09m } };

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
        var waits = await Waits(run);
        run.Check("waiting time by request class was measured", waits.Skip(1).All(one => one.Count > 0), Told(waits));
    }

    /// <summary>Requests and the time they waited for their budget, by class; the first is of no class.</summary>
    private static async Task<IReadOnlyList<(double Count, double Seconds)>> Waits(ScenarioRun run)
    {
        var waits = new List<(double, double)> { (0, 0) };
        for (var kind = 1; kind <= 6; kind++)
        {
            var label = string.Create(CultureInfo.InvariantCulture, $"{{class=\"{kind}\"}}");
            waits.Add((
                (double)await run.Living.Metric("trading_request_wait_seconds_count" + label),
                (double)await run.Living.Metric("trading_request_wait_seconds_sum" + label)));
        }

        return waits;
    }

    private static double Mean((double Count, double Seconds) waits) => waits.Count == 0 ? 0 : waits.Seconds / waits.Count;

    private static string Told(IReadOnlyList<(double Count, double Seconds)> waits) => string.Join("; ", waits.Skip(1).Select((one, i) =>
        string.Create(CultureInfo.InvariantCulture, $"class {i + 1}: {one.Count} requests, {Mean(one) * 1000:0.0} ms each")));

    private static bool IsCovered(ScenarioRun run, string symbol) => run.Living.View(ScenarioRun.KeyOf(symbol)) is
        { IsProtected: true, InDoubt: false, Holding: { Surplus.IsEmpty: true, Protection: Protection.Protected } };
}
