using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Lab.Repair;
using Trading.Node.Positions;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Side = Trading.Domain.Side;

namespace Trading.Lab.Replay.Scenarios;

/// <summary>S4, 2025-10-17: the sync did not know what it had opened itself, and wrote it down a second time.</summary>
internal static class GhostRow
{
    private const string Tag = "TAGUSDT";
    private const string Epic = "EPICUSDT";
    private const string Feed = "feed";
    private const string Card = "S4";
    private static readonly string[] Others =
    [
        "HNTUSDT", "HOLOUSDT", "COTIUSDT", "LQTYUSDT", "LSKUSDT", "REDUSDT", "SKYUSDT", "PROMPTUSDT", "SKLUSDT", "KAVAUSDT",
        "AAZUSDT", "BBZUSDT", "CCZUSDT", "DDZUSDT", "EEZUSDT",
    ];

    private static readonly ScenarioSetting Setting = new()
    {
        StartUtc = new DateTime(2025, 10, 17, 19, 21, 0, DateTimeKind.Utc),
        Prices = [(Tag, 0.00035440m), (Epic, 2m)],
    };

    public static IEnumerable<Scenario> All =>
    [
        Of("ghost-row", "17 symbols on the exchange, one closed untold: the sync creates nothing and closes that one once", Synced) with
        {
            Setting = Setting with { Prices = [.. Setting.Prices, .. Others.Select(symbol => (symbol, 1m))] },
        },
        Of("ghost-row/restarted", "memory lost by a restart: nothing is created, no second stop, the lost one closes once", run => Lost(run, run.StopNode)),
        Of("ghost-row/killed", "memory lost by a crash: the same", run => Lost(run, run.KillNode)),
        Of("ghost-row/passivated", "actors of flat symbols are put away and come back: nothing is created", Passivated) with
        {
            Setting = Setting with { IdleTime = TimeSpan.FromSeconds(5) },
        },
        Of("ghost-row/spelled", "the same symbol and account in another spelling: one position", Spelled) with
        {
            Setting = Setting with { Feeds = [Feed] },
        },
        Of("ghost-row/adopted-managed", "by policy manage: adopted once, its stop trails", AdoptedManaged) with
        {
            Setting = Setting with { Adopt = AdoptPolicy.Manage },
        },
        Of("ghost-row/alert-only", "by policy alert: told once, nothing is placed", AlertOnly) with
        {
            Setting = Setting with { Adopt = AdoptPolicy.Alert, MaxUnprotectedMs = 600_000 }, // not ours to protect
        },
        Of("ghost-row/adopted", "a position really opened outside is adopted once and protected", Adopted),
        Of("ghost-row/operator-orders", "the operator's own stop and take-profit stay untouched; a signal for his symbol is denied", OperatorOrders),
        Scenario.Later("ghost-row/other-node", Card, "the cluster", "another node owns the symbol: the sync creates nothing"),
        Of("ghost-row/repair", "the four ghosts of the legacy table are named, rows with orders stay; undone, the table is as it was", Repaired) with
        {
            NeedsPostgres = true,
        },
    ];

    private static async Task Synced(ScenarioRun run)
    {
        foreach (var symbol in Others) await run.OpenProtected(symbol, Side.Long);
        await run.OpenProtected(Tag, Side.Short);
        run.CheckEqual("the report's quantity", -564334m, run.Exchange.Held(Tag));
        await run.OpenProtected(Epic, Side.Long);
        CloseUntold(run);
        await run.UntilFlat(Epic, ScenarioRun.Fast);
        await run.Sync();
        await JudgeBooks(run, active: Others.Length + 1);
        run.CheckEqual("the sync after it found nothing", 0, run.Node.Accounts[run.Account].Ledger.Drift);
    }

    private static async Task Lost(ScenarioRun run, Func<Task> lose)
    {
        await run.OpenProtected(Tag, Side.Short);
        await run.OpenProtected(Epic, Side.Long);
        await lose();
        run.Exchange.CloseByHand(Epic);
        await run.StartNode();
        await run.UntilFlat(Epic);
        await run.UntilProtected(Tag);
        var again = await run.Open(Tag, Side.Short);
        run.CheckEqual("a signal for it is a duplicate", (Verdict.Ignored, "duplicate_position"), (again.Verdict, again.Note));
        await run.Sync();
        await JudgeBooks(run, active: 1);
        run.CheckEqual("one stop was ever sent for it", 1, run.Exchange.Orders(Tag).Count(order => order.Kind == "stop"));
    }

    private static async Task Passivated(ScenarioRun run)
    {
        await run.OpenProtected(Tag, Side.Short);
        await run.OpenProtected(Epic, Side.Long);
        run.Exchange.CloseByHand(Epic);
        await run.UntilFlat(Epic);
        await run.Until("the flat symbol's actor is put away", () => !run.Node.Positions.Keys.Contains(run.KeyOf(Epic)), ScenarioRun.Fast);
        run.Check("the open one's actor lives", run.Node.Positions.Keys.Contains(run.KeyOf(Tag)), "it has something to lose");
        run.Exchange.OpenByHand(Epic, 50m);
        await run.UntilProtected(Epic);
        await run.Sync();
        await run.CheckRows(
            "the symbol's second position is a row of its own", "SELECT status, quantity FROM monitoring.positions WHERE symbol='EPICUSDT' ORDER BY id",
            "closed|100", "active|50");
        await run.CheckRows("TAGUSDT has one row", "SELECT COUNT(*) FROM monitoring.positions WHERE symbol='TAGUSDT'", "1");
    }

    private static async Task Spelled(ScenarioRun run)
    {
        (string Symbol, string Account, string Wave)[] spellings =
        [
            ("TAGUSDT", $"{run.Account}", "w1"), ("TAG/USDT:USDT", $"{run.Venue}", "w2"), ("tag-usdt", $"{run.Venue}".ToUpperInvariant(), "w3"),
            ($"{run.Venue}:TAGUSDT.P".ToUpperInvariant(), $"{run.Account}", "w4"),
        ];
        foreach (var (symbol, account, wave) in spellings)
        {
            run.Feed(Feed).Publish(
                $$"""{"id":"{{wave}}","wave":"{{wave}}","symbol":"{{symbol}}","account":"{{account}}","side":"short"}""");
            run.Feed(Feed).Complete(wave, 1);
            await run.Until("the signal has its end", () => run.Rows(
                $"SELECT status FROM monitoring.signals WHERE signal_id='{wave}'") is ["ended"]);
        }

        await run.UntilProtected(Tag);
        await run.Sync();
        await run.CheckRows(
            "one opened, the others duplicates", "SELECT signal_id, symbol, account, outcome FROM monitoring.signals ORDER BY signal_id",
            $"w1|TAGUSDT|{run.Account}|opened", $"w2|TAGUSDT|{run.Account}|duplicate_position",
            $"w3|TAGUSDT|{run.Account}|duplicate_position", $"w4|TAGUSDT|{run.Account}|duplicate_position");
        run.CheckEqual("one position at the exchange", 1, run.Exchange.Truth().Positions.Count);
        run.CheckEqual("one stop rests for it", 1, run.Exchange.RestingStops(Tag).Count);
    }

    private static async Task AdoptedManaged(ScenarioRun run)
    {
        run.Exchange.OpenByHand(Epic, 50m);
        await run.UntilProtected(Epic);
        run.Exchange.Price(Epic, 2.04m);
        await run.Until("its stop trails", () => run.Living.View(run.KeyOf(Epic)) is
            { Stop.Trigger: > 2m, Holding: { Trailing: Trailing.Active, RedundantStops.IsEmpty: true } });
        run.Exchange.Price(Epic, 2.02m);
        await run.UntilFlat(Epic);
        await run.CheckRows(
            "one row, closed by its trailing stop", "SELECT status, quantity, reason FROM monitoring.positions", "closed|50|trailing_stop");
    }

    private static async Task AlertOnly(ScenarioRun run)
    {
        run.Exchange.OpenByHand(Epic, 50m);
        await run.Until("the operator is told", () => run.Alerts.Any(alert => alert.Kind == nameof(AlertKind.OutsidePosition)));
        await run.Sync();
        await run.Sync();
        run.CheckEqual("told once", 1, run.Alerts.Count(alert => alert.Kind == nameof(AlertKind.OutsidePosition)));
        run.CheckEqual("nothing is placed", 1, run.Exchange.Orders(Epic).Count);
        await run.CheckRows("nothing is in the books", "SELECT COUNT(*) FROM monitoring.positions", "0");
        var entry = await run.Open(Epic, Side.Long);
        run.CheckEqual("a signal for it is denied", (Verdict.Denied, "outside_position"), (entry.Verdict, entry.Note));
        run.Exchange.CloseByHand(Epic);
    }

    private static async Task Adopted(ScenarioRun run)
    {
        run.Exchange.OpenByHand(Tag, -100_000m);
        await run.UntilProtected(Tag);
        await run.Sync();
        await run.Sync();
        await run.CheckRows(
            "one row, adopted once", "SELECT symbol, side, status, quantity FROM monitoring.positions", "TAGUSDT|short|active|100000");
        await run.CheckRows("adopted once", "SELECT COUNT(*) FROM monitoring.events WHERE event_type='position_adopted'", "1");
        var entry = await run.Open(Tag, Side.Short);
        run.CheckEqual("a signal for it is denied", (Verdict.Denied, "outside_position"), (entry.Verdict, entry.Note));
        run.Exchange.CloseByHand(Tag);
        await run.UntilFlat(Tag);
        await run.CheckRows("closed once", "SELECT status, reason FROM monitoring.positions", "closed|external");
    }

    private static async Task OperatorOrders(ScenarioRun run)
    {
        run.Exchange.OfAccount((x, account) =>
        {
            x.Venue.Hand.Open(account, Epic, 50m);
            foreach (var (type, trigger) in new[] { (StopType.StopMarket, 1.99m), (StopType.TakeProfitMarket, 2.4m) })
                x.Venue.Hand.PlaceStop(account, new StopRequest(Epic, Simulator.Matching.Side.Sell, type, 50m, trigger)
                {
                    Source = PriceSource.Mark, ReduceOnly = true,
                });
            return 0;
        });
        await run.Until("it is in the books", () => run.Living.View(run.KeyOf(Epic)) is { IsOpen: true });
        var entry = await run.Open(Epic, Side.Long);
        run.CheckEqual("a signal for his symbol is denied", (Verdict.Denied, "outside_position"), (entry.Verdict, entry.Note));
        await run.Pass(TimeSpan.FromSeconds(15)); // a looser stop would have got company
        await run.Sync();
        run.CheckEqual(
            "his orders rest as he placed them", 2,
            run.Exchange.Orders(Epic).Count(order => order is { Origin: Origin.Hand, Status: "New" }));
        run.CheckEqual("the position is as he opened it", 50m, run.Exchange.Held(Epic));
        run.CheckEqual("leverage was not touched", run.Setting.Venue.StartLeverage, run.Exchange.OfAccount((x, account) => x.Venue.Setting(account, Epic).Leverage));
    }

    /// <summary>The table of that day, in a database of the old bot's own.</summary>
    private static async Task Repaired(ScenarioRun run)
    {
        await using var databases = await ReplayDatabases.Open();
        var bot = await LegacyBot.Create(await databases.New());
        var repair = new GhostRepair(bot.Database, TimeProvider.System);
        var before = await bot.Text();

        var found = await repair.Look();
        run.CheckEqual(
            "kept row and ghost of each symbol", "COTIUSDT #585 not #590, HOLOUSDT #584 not #588, LSKUSDT #586 not #587, TAGUSDT #583 not #589",
            string.Join(", ", found.Groups.Select(group => $"{group.Symbol} #{group.Keep.Id} not {string.Join(' ', group.Ghosts.Select(ghost => $"#{ghost.Id}"))}")));
        run.Check("looking changed nothing", await bot.Text() == before, "row by row");

        run.CheckEqual("ghosts closed", 4, (await repair.Apply(force: false)).Changed);
        await NoRow(run, bot, "the report's query finds no symbol twice", ReportStatements.DuplicatesBySymbol);
        await NoRow(run, bot, "nor twice on an exchange", ReportStatements.DuplicatesOnPostgres);
        await NoRow(run, bot, "nor an active row without an order", ReportStatements.GhostsOnPostgres);

        run.CheckEqual("rows taken back", 4, (await repair.Undo(force: false)).Changed);
        run.Check("the table is as it was, byte for byte", await bot.Text() == before, "every column of every row");
    }

    private static async Task NoRow(ScenarioRun run, LegacyBot bot, string name, string sql) =>
        run.CheckEqual(name, "no row", await bot.Run(sql) ?? "no row");

    /// <summary>The stream never tells it; nothing moves the stop.</summary>
    private static void CloseUntold(ScenarioRun run)
    {
        run.Exchange.Inject(new Fault { Do = FaultAction.DropEvent, Event = Fault.OfAccount, Symbol = Epic, Count = null });
        run.Exchange.CloseByHand(Epic);
    }

    private static async Task JudgeBooks(ScenarioRun run, int active)
    {
        await run.CheckRows(
            "TAGUSDT is one position", $"SELECT symbol, exchange, side, status FROM ({ReportStatements.PositionsOf(Tag)}) rows",
            $"TAGUSDT|{run.Account}|short|active");
        await run.CheckRows(
            "EPICUSDT closed once, by the sync", "SELECT status, closed_by FROM monitoring.positions WHERE symbol='EPICUSDT'", "closed|sync_cleanup");
        await run.CheckRows("no active row without an order", ReportStatements.Ghosts);
        await run.CheckRows("as many active rows as symbols", ReportStatements.UniqueAgainstTotal, $"{active}|{active}");
        await run.CheckRows(
            "its closure was told once", "SELECT COUNT(*) FROM monitoring.events WHERE event_type='position_closed' AND symbol='EPICUSDT'", "1");
        run.CheckEqual("one stop rests for TAGUSDT", 1, run.Exchange.RestingStops(Tag).Count);
    }

    private static Scenario Of(string name, string text, Func<ScenarioRun, Task> play) => new(name, Card, text, play) { Setting = Setting };
}
