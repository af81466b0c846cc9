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
            BetweenFillAndStop, Setting),
        Of("journal-away/close", "away for 4 s between a missed deadline and its close: the close goes first, once",
            BetweenDeadlineAndClose, Setting with { MaxUnprotectedMs = 5000 }), // 3 s deadline, 0.5 s for the append, and the close
    ];

    private static async Task BetweenFillAndStop(ScenarioRun run, JournalTrouble trouble)
    {
        await run.Node.Positions.Get(ScenarioRun.KeyOf(Red)).Ask<bool>(static reply => new PositionMessage.Awake(reply), AwayFor);
        trouble.AwayFrom("StopIntended", AwayFor);
        await run.Open(Skl, Side.Long);
        await run.Until("the journal is away", () => trouble.Reached);
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

    private static async Task BetweenDeadlineAndClose(ScenarioRun run, JournalTrouble trouble)
    {
        foreach (var purpose in new[] { "stop", "list_stops" })
            run.Exchange.Inject(new Fault { Do = FaultAction.LoseRequest, Purpose = purpose, Count = null, Seconds = 8 });
        trouble.AwayFrom("CloseIntended", AwayFor);
        await run.Open(Skl, Side.Long);
        await run.Until("the journal is away", () => trouble.Reached);
        await run.Until("the exchange has closed", () => run.Exchange.Held(Skl) == 0, within: TimeSpan.FromSeconds(3));
        await run.UntilFlat(Skl);
        await run.Pass(TimeSpan.FromSeconds(5), speed: 5);

        run.CheckEqual("one close", 1, run.Exchange.Orders(Skl).Count(order => order.ClientId.StartsWith("tax", StringComparison.Ordinal)));
        await run.CheckRows(
            "closed because the deadline had passed", "SELECT status, reason FROM monitoring.positions WHERE symbol='SKLUSDT'",
            "closed|protection_deadline");
        await JudgeKnown(run, "close");
    }

    /// <summary>The id that left first is the id in the journal, once, and nothing else of the kind exists.</summary>
    private static async Task JudgeKnown(ScenarioRun run, string purpose)
    {
        var sent = run.Exchange.Orders(Skl).Where(order => order.ClientId.StartsWith(purpose == "stop" ? "tas" : "tax", StringComparison.Ordinal))
            .Select(order => order.ClientId).ToList();
        await run.CheckRows(
            $"the journal has each {purpose} that left, once",
            $"SELECT client_order_id FROM monitoring.orders WHERE purpose='{purpose}' AND client_order_id IN ({string.Join(',', sent.Select(id => $"'{id}'"))}) ORDER BY id",
            [.. sent]);
        run.CheckEqual($"one {purpose} left", 1, sent.Count);
        var first = await run.Living.Metric("trading_protective_before_journal_total");
        run.Check("counted as sent before the journal", first >= 1, $"{first}");
    }

    private static Scenario Of(string name, string text, Func<ScenarioRun, JournalTrouble, Task> play, ScenarioSetting setting)
    {
        var trouble = new JournalTrouble();
        return new Scenario(name, Card, text, async run =>
        {
            await play(run, trouble);
            trouble.End();
        })
        {
            Setting = setting with { Change = trouble.Into },
        };
    }
}
