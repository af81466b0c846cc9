using Trading.Domain;
using Trading.Simulator.Binance;
using Trading.Simulator.Faults;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;

namespace Trading.Lab.Replay.Scenarios;

/// <summary>S7: a retry must not be a new order, and a new order must not be taken for a retry.</summary>
internal static class RetryIsNotNew
{
    private const string Skl = "SKLUSDT";
    private const string Card = "S7";
    private const string FillsTwice = "the exchange itself fills one id twice";

    private static readonly ScenarioSetting Setting = new()
    {
        StartUtc = new DateTime(2025, 11, 10, 0, 7, 0, DateTimeKind.Utc),
        Prices = [(Skl, 0.01946m)],
        Notional = 20m,
    };

    public static IEnumerable<Scenario> All =>
    [
        new("retry-is-not-new", Card, "the entry times out, the stream confirms it: nothing is sent again", TimedOut) { Setting = Setting },
        new("retry-is-not-new/id-reused", Card, "the exchange takes an id again after its fill: no id of ours leaves twice", Reused)
        {
            Setting = Setting,
            Voids = [new VoidCheck(Domain.Exchange.Bybit, FillsTwice, "§7.1", "an orderLinkId is unique for good, the second is refused with 110072")],
        },
        new("retry-is-not-new/fresh-journal", Card, "a fresh journal on the old account opens anew and adopts nothing by id", Fresh) { Setting = Setting },
    ];

    private static async Task TimedOut(ScenarioRun run)
    {
        run.Exchange.Inject(new Fault { Do = FaultAction.DelayAnswer, Purpose = "entry", Symbol = Skl, Ms = 6000 });
        await run.Open(Skl, Domain.Side.Long);
        await run.UntilProtected(Skl);
        await run.Pass(TimeSpan.FromSeconds(15));
        JudgeEntries(run, 1);
        JudgeIds(run);
    }

    private static async Task Reused(ScenarioRun run)
    {
        run.Exchange.Inject(new Fault { Do = FaultAction.UnknownExecuted, Purpose = "entry", Symbol = Skl });
        run.Exchange.Inject(new Fault { Do = FaultAction.UnknownExecuted, Purpose = "close", Symbol = Skl });
        await run.OpenProtected(Skl, Domain.Side.Long);
        if (run.Venue is Domain.Exchange.Binance) JudgeReuse(run);
        await run.Pass(TimeSpan.FromSeconds(15));
        JudgeEntries(run, 1);
        JudgeIds(run);
    }

    private static void JudgeReuse(ScenarioRun run)
    {
        var (first, second) = TwiceWithOneId(run.NowUtc);
        run.Check(FillsTwice, first > 0 && second > 0, $"filled {first} and {second}");
    }

    /// <summary>On an exchange of its own: ids are unique among open orders only.</summary>
    private static (decimal First, decimal Second) TwiceWithOneId(DateTime nowUtc)
    {
        var market = new ManualMarket([Contracts.Of(Skl)]);
        market.Set(nowUtc, Skl, 0.01946m);
        using var exchange = Simulator.Exchange.InMemory(market, nowUtc, new VenueOptions(), new BinanceOptions());
        exchange.Advance(nowUtc.AddSeconds(1));
        var order = new OrderRequest(Skl, Simulator.Matching.Side.Buy, OrderType.Market, 1000m) { ClientId = "taeaaaaaabbbbbbbbbbbbbbbbbbbb" };
        return (Fill(2), Fill(3));

        decimal Fill(int second)
        {
            var placed = exchange.Venue.Orders.Place(exchange.Account("sim-key-0001"), order).Order;
            exchange.Advance(nowUtc.AddSeconds(second));
            return placed?.Filled ?? 0;
        }
    }

    private static async Task Fresh(ScenarioRun run)
    {
        await run.OpenProtected(Skl, Domain.Side.Long);
        run.Exchange.CloseByHand(Skl);
        await run.UntilFlat(Skl);
        await run.Pass(TimeSpan.FromSeconds(5), speed: 5);
        var old = run.Exchange.Orders(Skl).Select(order => order.ClientId).ToHashSet(StringComparer.Ordinal);
        await run.StopNode();
        await run.ForgetJournal();
        await run.StartNode();
        await run.OpenProtected(Skl, Domain.Side.Long);
        await run.Pass(TimeSpan.FromSeconds(15));

        JudgeEntries(run, 2);
        JudgeIds(run);
        await run.CheckRows("the new books hold one position", "SELECT symbol, status FROM monitoring.positions", $"{Skl}|active");
        var taken = run.Rows("SELECT client_order_id FROM monitoring.orders").Where(old.Contains).ToList();
        run.Check("no order of the old journal is in them", taken.Count == 0, taken.Count == 0 ? "none" : string.Join(", ", taken));
    }

    private static void JudgeEntries(ScenarioRun run, int entries) => run.CheckEqual(
        "entries that left", entries, Ours(run).Count(order => order.StartsWith("tae", StringComparison.Ordinal)));

    private static void JudgeIds(ScenarioRun run)
    {
        var twice = Ours(run).GroupBy(id => id).Where(id => id.Count() > 1).Select(id => id.Key).ToList();
        run.Check("no id of ours left twice", twice.Count == 0, twice.Count == 0 ? "none" : string.Join(", ", twice));
    }

    private static IEnumerable<string> Ours(ScenarioRun run) => run.Exchange.Orders(Skl)
        .Where(order => order.ClientId.StartsWith("ta", StringComparison.Ordinal))
        .Select(order => order.ClientId);
}
