using System.CommandLine;
using Trading.Node.Api;

namespace Trading.Cli.Verbs;

/// <summary>The node as a whole: status, accounts, slots, alerts, events.</summary>
internal static class LookVerbs
{
    private static readonly Option<bool> Check = new("--check")
    {
        Description = "End with 1 when something is unprotected, left alone, unknown or drifting",
    };

    private static readonly Option<bool> FollowOption = new("--follow", "-f") { Description = "Go on with events as they happen" };
    private static readonly Option<int> Count = new("--limit", "-n")
    {
        Description = "How many of the newest", DefaultValueFactory = _ => 20,
    };

    public static readonly Verb[] All =
    [
        new("status", "Is my money safe now: the headline, the accounts, what waits for you",
            ["trading status", "trading status --check && echo all is well", "trading status --json | jq .unprotected"], Status)
        {
            Options = [Check],
        },
        new("accounts", "Accounts: what each allows, who said so, and whether its stream can be believed",
            ["trading accounts"], call => call.Show<AccountAnswer[]>("accounts", a => ShowAccounts(call.Screen, a))),
        new("slots", "Position slots of each account, and who holds them", ["trading slots"],
            call => call.Show<SlotsAnswer[]>("slots", a => ShowSlots(call.Screen, a))),
        new("alerts", "What the node wants you to see, the newest first", ["trading alerts"],
            call => call.Show<AlertAnswer[]>("alerts", a => ShowAlerts(call.Screen, a))),
        new("events", "What happened, as the database shows it in monitoring.events",
            ["trading events", "trading events --follow", "trading events --follow --json | jq -c 'select(.severity==\"ERROR\")'"], Events)
        {
            Options = [FollowOption, Count],
        },
    ];

    private static async Task<int> Status(VerbCall call)
    {
        var answer = await call.Node.Get("status", call.Cancel);
        var status = NodeClient.Read<StatusAnswer>(answer);
        if (call.Screen.IsJson) call.Screen.Json(answer);
        else ShowStatus(call.Screen, status);
        var well = status is { Unprotected: 0, LeftAlone: 0, Drift: 0, OldestUnknownSeconds: 0 };
        return call.Parsed.GetValue(Check) && !well ? ExitCode.CheckFailed : ExitCode.Done;
    }

    private static void ShowStatus(Screen screen, StatusAnswer status)
    {
        screen.Line(status.Headline, status is { Unprotected: 0, LeftAlone: 0 } ? new(Spectre.Console.Color.Green) : new(Spectre.Console.Color.Red));
        screen.Line($"{status.Mode} · node {status.Node} · version {status.Version} · since {Words.Time(status.StartedAt)} UTC"
            + $" · journal {status.JournalEngine} {status.JournalTag}"
            + (status.ProjectionLagMs is { } lag ? $" · projection {lag} ms behind" : ""));
        ShowAccounts(screen, status.Accounts);
        foreach (var source in status.Signals) ShowSource(screen, source);
        if (status.Alerts > 0) screen.Line($"{status.Alerts} alert(s): see `trading alerts`", new(Spectre.Console.Color.Yellow));
    }

    private static void ShowSource(Screen screen, SignalSourceAnswer source) => screen.Line(
        $"signals of {source.Source}: {source.Received} received{Counts("refused", source.Refused)}{Counts("unreadable", source.Dead)}");

    private static string Counts(string what, IReadOnlyDictionary<string, long> counts) => counts.Count == 0
        ? ""
        : $", {counts.Values.Sum()} {what} ({string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}"))})";

    private static void ShowAccounts(Screen screen, IReadOnlyList<AccountAnswer> accounts)
    {
        screen.Table(["Account", "Exchange", "State", "Stream", ">Positions", ">Cond. orders", ">Equity"], accounts.Select(a => new Cell[]
        {
            a.Account, a.Exchange, a.State == "active" ? Cell.Good(a.State) : Cell.Bad(a.State),
            a.Stream == "suspect" ? Cell.Bad(a.Stream) : a.Stream, $"{a.Positions}", $"{a.ConditionalOrders}", Words.Money(a.Equity),
        }));
        foreach (var a in accounts)
        {
            if (a.State != "active")
            {
                var until = a.Until is { } end ? $", until {Words.Time(end)}" : "";
                screen.Line($"{a.Account} is {a.State}: {a.StateText}");
                screen.Line($"  by {a.By ?? "–"} since {Words.Time(a.Since)}{until}: {a.Why}");
            }

            if (a.Stream == "suspect") screen.Line($"{a.Account}: the user stream is suspect: {a.StreamWhy}");
            if (a.SecondWriterOrders.Count > 0)
                screen.Line($"{a.Account}: another program's orders of our form: {string.Join(", ", a.SecondWriterOrders)}");
        }
    }

    private static void ShowSlots(Screen screen, SlotsAnswer[] accounts)
    {
        foreach (var a in accounts)
        {
            screen.Line($"{a.Account}: {a.Used} of {a.Max} slots used, {a.Free} free{(a.Why is null ? "" : $" · no entries: {a.Why}")}");
            if (a.Slots.Count == 0) continue;
            screen.Table(["Key", "Side", ">Quantity", ">Notional", "Signal", "Held"], a.Slots.Select(s => new Cell[]
            {
                s.Key, s.Side, Words.Of(s.Quantity), Words.Money(s.Notional), s.SignalId, s.Held ? "yes" : "handed out",
            }));
        }
    }

    private static void ShowAlerts(Screen screen, AlertAnswer[] alerts)
    {
        if (alerts.Length == 0) screen.Line("No alerts.");
        foreach (var a in alerts)
        {
            var times = a.Count > 1 ? $" ({a.Count} times since {Words.Time(a.FirstAt)})" : "";
            screen.Line($"{Words.Time(a.LastAt)}  {a.Severity,-7}  {a.Subject}  {a.Kind}{times}",
                a.Severity == "page" ? new(Spectre.Console.Color.Red) : new(Spectre.Console.Color.Yellow));
            screen.Line($"    {a.Text}");
        }
    }

    private static async Task<int> Events(VerbCall call)
    {
        var count = Math.Clamp(call.Parsed.GetValue(Count), 1, 1000);
        if (!call.Parsed.GetValue(FollowOption))
            return await call.Show<EventAnswer[]>($"events?limit={count}", events =>
            {
                foreach (var happened in events) ShowEvent(call.Screen, happened);
            });
        await foreach (var happened in call.Node.Follow(count, call.Cancel))
        {
            if (call.Screen.IsJson) call.Screen.Json(System.Text.Json.JsonSerializer.Serialize(happened, ApiJson.Options));
            else ShowEvent(call.Screen, happened);
        }

        return ExitCode.Done;
    }

    private static void ShowEvent(Screen screen, EventAnswer happened)
    {
        var subject = happened.Symbol is null ? happened.Account : $"{happened.Account}/{happened.Symbol}";
        var line = $"{happened.At:HH:mm:ss.fff} {happened.Severity,-5} {subject,-22} {happened.Type}";
        var data = happened.Data?.GetRawText() ?? "";
        var room = screen.Width - line.Length - 2;
        screen.Line(room > 10 && data.Length > 2 ? $"{line}  {Words.Shortened(data, room)}" : line);
    }
}
