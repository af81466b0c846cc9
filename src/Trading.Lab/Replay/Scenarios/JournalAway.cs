using Trading.Domain;
using Trading.Node.Positions;
using Trading.Simulator.Faults;

namespace Trading.Lab.Replay.Scenarios;

/// <summary>S9: the database disappears for 4 s at the worst moments; what protects goes first, what exposes waits.</summary>
internal static class JournalAway
{
    private const string Skl = "SKLUSDT";
    private const string Red = "REDUSDT";
    private const string Card = "S9";
    private static readonly TimeSpan AwayFor = TimeSpan.FromSeconds(4);

    private static readonly ScenarioSetting Setting = new()
    {
        StartUtc = new DateTime(2025, 11, 10, 0, 7, 0, DateTimeKind.Utc),
        Prices = [(Skl, 0.01946m), (Red, 0.3m)],
        Notional = 20m,
    };

    public static IEnumerable<Scenario> All =>
    [
        Of("journal-away", "away for 4 s between a fill and its stop: the stop goes first, under the id its append gives, and is known afterwards",
            BetweenFillAndStop, Setting) with
        {
            Voids = [.. new[] { Known("stop"), Left("stop") }.Select(name => new VoidCheck(
                Exchange.Bybit, name, "§0", "the stop is a property of the position and has no client id"))],
        },
        Of("journal-away/close", "away for 4 s between a missed deadline and its close: the close goes first, once",
            BetweenDeadlineAndClose, Setting with { MaxUnprotectedMs = 5000 }), // 3 s deadline, 0.5 s for the append, and the close
    ];

    private static async Task BetweenFillAndStop(ScenarioRun run)
    {
        await run.Node.Positions.AskWithin<PositionMessage.Awake>(run.KeyOf(Red), new PositionMessage.Awake(), AwayFor);
        run.Journal.AwayFrom("StopIntended", AwayFor);
        await run.Open(Skl, Side.Long);
        await run.Until("the journal is away", () => run.Journal.Reached);
        var wanted = run.Open(Red, Side.Long);
        await run.Until("the stop rests at the exchange", () => run.Exchange.Orders(Skl).Any(order => order.Kind == "stop"), within: TimeSpan.FromSeconds(3));
        run.CheckEqual("no entry leaves while it is away", 0, run.Exchange.Orders(Red).Count);
        await wanted;
        await run.UntilProtected(Skl);
        await run.Pass(TimeSpan.FromSeconds(5), speed: 5);

        run.CheckEqual("the entry that waited too long was never sent", 0, run.Exchange.Orders(Red).Count);
        await run.CheckRows(
            "and its intent ended", "SELECT status, state FROM monitoring.positions WHERE symbol='REDUSDT'", "closed|flat");
        await JudgeKnown(run, "stop");
    }

    private static async Task BetweenDeadlineAndClose(ScenarioRun run)
    {
        await run.Know(Skl);
        BlindToStops(run);
        run.Journal.AwayFrom("CloseIntended", AwayFor);
        await run.Open(Skl, Side.Long);
        await run.Until("the journal is away", () => run.Journal.Reached);
        await run.Until("the exchange has closed", () => run.Exchange.Held(Skl) == 0, within: TimeSpan.FromSeconds(3));
        await run.UntilFlat(Skl);
        await run.Pass(TimeSpan.FromSeconds(5), speed: 5);

        run.CheckEqual("one close", 1, run.Exchange.Orders(Skl).Count(order => order.ClientId.StartsWith("tax", StringComparison.Ordinal)));
        await run.CheckRows(
            "closed because the deadline had passed", "SELECT status, reason FROM monitoring.positions WHERE symbol='SKLUSDT'",
            "closed|protection_deadline");
        await JudgeKnown(run, "close");
    }

    /// <summary>No stop gets through, and none that is there is told: on Bybit one came with the entry.</summary>
    private static void BlindToStops(ScenarioRun run)
    {
        string[] asked = run.Venue is Exchange.Bybit ? ["stop", "list_stops", "positions"] : ["stop", "list_stops"];
        foreach (var purpose in asked)
            run.Exchange.Inject(new Fault { Do = FaultAction.LoseRequest, Purpose = purpose, Count = null, Seconds = 8 });
        if (run.Venue is not Exchange.Bybit) return;
        foreach (var told in new[] { "stop", "position" })
            run.Exchange.Inject(new Fault { Do = FaultAction.DropEvent, Event = told, Symbol = Skl, Count = null, Seconds = 8 });
    }

    private static string Known(string purpose) => $"the journal has each {purpose} that left, once";

    private static string Left(string purpose) => $"one {purpose} left";

    private static async Task JudgeKnown(ScenarioRun run, string purpose)
    {
        await run.CheckRows($"the journal has one {purpose}", $"SELECT COUNT(*) FROM monitoring.orders WHERE purpose='{purpose}'", "1");
        if (purpose != "stop" || run.Venue is not Exchange.Bybit) await JudgeIds(run, purpose);
        var first = await run.Living.Metric("trading_protective_before_journal_total");
        run.Check("counted as sent before the journal", first >= 1, $"{first}");
    }

    /// <summary>The id that left first is the id in the journal, once, and nothing else of the kind exists.</summary>
    private static async Task JudgeIds(ScenarioRun run, string purpose)
    {
        var sent = run.Exchange.Orders(Skl).Where(order => order.ClientId.StartsWith(purpose == "stop" ? "tas" : "tax", StringComparison.Ordinal))
            .Select(order => order.ClientId).ToList();
        await run.CheckRows(
            Known(purpose),
            $"SELECT client_order_id FROM monitoring.orders WHERE purpose='{purpose}' AND client_order_id IN ({string.Join(',', sent.Select(id => $"'{id}'"))}) ORDER BY id",
            [.. sent]);
        run.CheckEqual(Left(purpose), 1, sent.Count);
    }

    private static Scenario Of(string name, string text, Func<ScenarioRun, Task> play, ScenarioSetting setting) =>
        new(name, Card, text, async run =>
        {
            await play(run);
            run.Journal.End();
        }) { Setting = setting };
}
