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
    private const int Increased = 10;

    /// <summary>
    /// The silent socket is noticed by its missing pong in 30 s (Bybit §9), and what was stamped while the exchange's clock
    /// was 90 s ahead lies in the past.
    /// </summary>
    private static readonly TimeSpan CalmAfter = TimeSpan.FromSeconds(110);

    /// <summary>Two milliseconds of the machine, five times as fast.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(10);
    private static readonly string[] Symbols = [.. Enumerable.Range(0, 180).Select(i => $"S{(char)('A' + i / 26)}{(char)('A' + i % 26)}USDT")];

    public static IEnumerable<Scenario> All =>
    [
        Of("storm", "180 positions: prices, gaps, 429 and 418, a clock step, an expired listen key and a silent socket at once", 180) with
        {
            Voids =
            [
                new VoidCheck(Exchange.Bybit, Key, "§9", "the private stream is authenticated once and has no key that expires"),
                new VoidCheck(Exchange.Bybit, Full, "§0", "the position's own stop is no conditional order; 10 orders a second are the limit (§4)"),
                new VoidCheck(Exchange.Bybit, Covered, "§8.2", "the position's stop is for its size, whatever that becomes"),
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

    private static string Covered => "every increase was covered by a request of its own";

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
            "all has converged, and the exchange is heard again", () => run.Accounts.All(at => at.HasUserStream)
                && Every(run, held, (run, at, symbol) => at.Held(symbol) == 0 || IsCovered(run, at, symbol)),
            speed: 5, TimeSpan.FromSeconds(300));
        if (run.Venue is Exchange.Binance)
            run.CheckEqual(Key, run.Accounts.Count, run.Accounts.Count(at => at.HasUserStream));
        if (run.Second is null) await JudgeTrailing(run, held);
        await JudgePressure(run);
        if (run.Venue is Exchange.Bybit) await JudgeBan(run, held);
    }

    /// <summary>
    /// A breach of Bybit's address limit is over after ten minutes of silence (§4), so it comes last: nothing can be sent,
    /// and what stands goes on to protect, also what is added meanwhile.
    /// </summary>
    private static async Task JudgeBan(ScenarioRun run, string[] held)
    {
        await run.Pass(CalmAfter);
        var open = held.Where(symbol => run.Exchange.Held(symbol) > 0).ToList();
        var banned = run.Exchange.Inject(new Fault { Do = FaultAction.RateLimit, Status = 403, Ms = 600_000, Purpose = "stop" });
        foreach (var symbol in open) run.Exchange.Price(symbol, 1.2m);
        await run.Until("the address is banned", () => banned() == 1);
        foreach (var symbol in open[1..]) run.Exchange.OpenByHand(symbol, 5);
        run.Exchange.Price(open[0], 1.05m);
        await run.UntilFlat(open[0]);
        await run.Pass(TimeSpan.FromSeconds(20), speed: 5);
        await run.CheckRows(
            "its stop closed a position, and the stream told it", $"SELECT closed_by FROM monitoring.positions WHERE symbol='{open[0]}'", "websocket_closure");
        run.CheckEqual(
            "everything else is behind a stop for all of it", open.Count - 1,
            open.Count(symbol => run.Exchange.Held(symbol) is > 0 and var quantity && run.Exchange.RestingStops(symbol).Sum(stop => stop.Quantity) == quantity));
    }

    /// <summary>Bybit takes ten orders a second of an account: with more positions the storm would only be longer.</summary>
    private static string[] HeldOn(Exchange venue, int symbols) => Symbols[..(venue is Exchange.Bybit ? 60 : symbols)];

    /// <summary>
    /// Everything wants to move at once, and ten positions are increased by hand meanwhile. Binance allows 2,400 weight
    /// and 1,200 orders in a minute, and 200 conditional orders: 15 moves at a time, each with a query, a cancel and a read
    /// of the position (11 weight). The first minute's weight may be used up by the storm: two minutes and a little more.
    /// </summary>
    private static async Task JudgeTrailing(ScenarioRun run, string[] held)
    {
        var before = await Waits(run);
        var open = held.Where(symbol => run.Exchange.Held(symbol) > 0).ToList();
        foreach (var symbol in open[^Increased..]) run.Exchange.OpenByHand(symbol, 10);
        for (var second = 0; second < 150 && !open.TrueForAll(symbol => Trails(run, symbol)); second++)
        {
            // A mark that stands still brings no tick on Bybit, and what could not leave is tried again at a tick.
            foreach (var symbol in held) run.Exchange.Price(symbol, 1.1m + second % 2 * 0.0001m);
            await run.Pass(TimeSpan.FromSeconds(1), speed: 5);
        }

        run.CheckEqual("stops that do not trail again", 0, open.Count(symbol => !Trails(run, symbol)));
        run.CheckEqual("positions held to the end", open.Count, held.Count(symbol => run.Exchange.Held(symbol) > 0));

        var during = (await Waits(run)).Zip(before, (now, then) => (Count: now.Count - then.Count, Seconds: now.Seconds - then.Seconds)).ToList();
        run.Check("every position moved its stop", during[4].Count >= open.Count, Told(during));
        run.Check(Covered, during[1].Count >= Increased, Told(during));
        run.Check("protective requests went first", ProtectionWentFirst(during), Told(during));
    }

    /// <summary>
    /// A close, a first stop and a move are orders, and cost no weight on Binance: what protects waits less than moves do. The mean
    /// of the second class says nothing of that, for it holds the cancels of what a move replaced, which cost weight and
    /// protect nothing; that it is served before the others is judged by <c>RequestBudgetTests</c>, and that every increase was
    /// covered, by its time without a stop.
    /// </summary>
    private static bool ProtectionWentFirst(List<(double Count, double Seconds)> waits) =>
        Mean(waits[1]) <= Math.Max(AtOnce.TotalSeconds, Mean(waits[4]));

    private static bool Trails(ScenarioRun run, string symbol) => IsCovered(run, run.Exchange, symbol)
        && run.Living.View(run.KeyOf(symbol)) is { Holding: { Trailing: Trailing.Active, LiveStop.Trigger: > 1.09m } };

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
            [55] = () => run.Exchange.Inject(new Fault
            {
                Do = FaultAction.RateLimit, Status = run.Venue is Exchange.Bybit ? 429 : 418, Ms = 2000, Purpose = "stop",
            }),
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
    }

    private static async Task JudgePressure(ScenarioRun run)
    {
        var depth = await run.Living.Metric("trading_mailbox_depth_max");
        run.Check("mailboxes are bounded", depth is > 0 and < 1024, string.Create(CultureInfo.InvariantCulture, $"deepest {depth} of 1024"));
        var waits = await Waits(run);
        run.Check("waiting time by request class was measured", waits.Where((_, kind) => IsUsed(run, kind)).All(one => one.Count > 0), Told(waits));
    }

    /// <summary>Where a stop is moved in place, and follows the position's size, nothing is resized and nothing left to cancel.</summary>
    private static bool IsUsed(ScenarioRun run, int kind) => kind != 0 && (kind != 2 || run.Venue is Exchange.Binance);

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

    private static bool Every(ScenarioRun run, string[] symbols, Func<ScenarioRun, ScenarioExchange, string, bool> holds) =>
        run.Accounts.All(at => symbols.All(symbol => holds(run, at, symbol)));

    private static bool IsCovered(ScenarioRun run, ScenarioExchange at, string symbol) => run.Living.View(run.KeyOf(symbol, at)) is
        { IsProtected: true, InDoubt: false, Holding: { RedundantStops.IsEmpty: true, Protection: Protection.Protected } };

    private static Scenario Of(string name, string text, int symbols) =>
        new(name, "S8", text, run => Play(run, symbols)) { Setting = Setting(symbols), Alone = true };

    private static ScenarioSetting Setting(int symbols) => new() { Prices = [.. Symbols[..symbols].Select(symbol => (symbol, 1m))], Notional = 20m };
}
