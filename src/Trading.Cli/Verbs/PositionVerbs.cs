using System.CommandLine;
using Trading.Node.Api;

namespace Trading.Cli.Verbs;

/// <summary>Positions: all, one, and the history of one.</summary>
internal static class PositionVerbs
{
    public static readonly Argument<string> Key = new("key")
    {
        Description = "account/SYMBOL in any spelling, or a symbol only one account holds: binance/TAGUSDT, TAG/USDT:USDT",
    };

    private const int WidthForMark = 116;
    private static readonly Option<string?> Account = new("--account") { Description = "Only of this account", HelpName = "name" };
    private static readonly Option<bool> Closed = new("--closed") { Description = "Those that are closed, the newest first" };
    private static readonly Option<bool> Everything = new("--all") { Description = "Those held and those closed" };
    private static readonly Option<int> Count = new("--limit", "-n") { Description = "How many", DefaultValueFactory = _ => 200 };

    public static readonly Verb[] All =
    [
        new("positions", "Positions held: quantity, profit, and the stop that stands on the exchange",
            ["trading positions", "trading positions --closed --limit 20", "trading positions --account bybit --json"], Positions)
        {
            Options = [Account, Closed, Everything, Count],
        },
        new("position", "Everything about one position",
            ["trading position binance/TAGUSDT", "trading position TAGUSDT", "trading position binance/tag-usdt/short"], Position)
        {
            Arguments = [Key],
        },
        new("timeline", "What happened to a position, event by event, in the notation of the transcripts",
            ["trading timeline binance/TAGUSDT", "trading timeline TAGUSDT --limit 20"], Timeline)
        {
            Arguments = [Key], Options = [Count],
        },
    ];

    private static Task<int> Positions(VerbCall call)
    {
        var status = call.Parsed.GetValue(Everything) ? "all" : call.Parsed.GetValue(Closed) ? "closed" : "active";
        var path = VerbCall.Path(
            "positions", ("status", status), ("account", call.Parsed.GetValue(Account)), ("limit", $"{call.Parsed.GetValue(Count)}"));
        return call.Show<PositionAnswer[]>(path, positions =>
        {
            var held = positions.Where(p => p.Status == "active").ToArray();
            var closed = positions.Where(p => p.Status != "active").ToArray();
            if (status != "closed") ShowHeld(call.Screen, held);
            if (status != "active") ShowClosed(call.Screen, closed);
        });
    }

    private static void ShowHeld(Screen screen, PositionAnswer[] held)
    {
        if (held.Length == 0)
        {
            screen.Line("No positions held.");
            return;
        }

        var roomy = screen.Width >= WidthForMark;
        string[] headings = ["Key", "Side", ">Quantity", ">Entry", ">Mark", ">uPnL", ">Stop", ">Away", "Protection", ">Age"];
        screen.Table(
            roomy ? headings : [.. headings.Where(heading => heading != ">Mark")],
            held.Select(p => (Cell[])
            [
                p.Key, p.Side, Words.Of(p.Quantity), Words.Figure(p.EntryPrice), .. roomy ? [Words.Of(p.MarkPrice)] : Array.Empty<Cell>(),
                Gain(p.UnrealizedPnl), Words.Of(p.StopPrice), Words.Percent(p.StopDistancePercent), ProtectionOf(p),
                Words.Age(p.AgeSeconds),
            ]));
    }

    private static Cell ProtectionOf(PositionAnswer p)
    {
        if (p.State is "left_alone") return Cell.Bad("LEFT ALONE");
        if (p.State is "not_managed") return Cell.Bad("not managed");
        if (p.InDoubt) return Cell.Bad("in doubt");
        if (p.State is "opening" && p.Quantity == 0) return Cell.Faint("opening");
        if (p.Protection is null or "unprotected" or "placing" or "partial") return Cell.Bad("UNPROTECTED");
        if (p.State is "closing") return "closing";
        return Cell.Good(p.Trailing is "active" ? "trailing" : "protected");
    }

    private static Cell Gain(decimal? gain) => gain switch
    {
        null => "–",
        < 0 => Cell.Bad(Words.Gain(gain)),
        _ => Cell.Good(Words.Gain(gain)),
    };

    private static void ShowClosed(Screen screen, PositionAnswer[] closed)
    {
        if (closed.Length == 0)
        {
            screen.Line("No positions closed.");
            return;
        }

        var roomy = screen.Width >= WidthForMark;
        string[] headings = ["Closed", "Key", "Side", ">Quantity", ">Entry", ">Exit", ">Net", "Reason", "Known by"];
        screen.Table(
            roomy ? headings : [.. headings.Where(heading => heading is not (">Quantity" or ">Entry"))],
            closed.Select(p => (Cell[])
            [
                Words.Minute(p.ClosedAt), p.Key, p.Side,
                .. roomy ? [Words.Of(p.Quantity), Words.Figure(p.EntryPrice)] : Array.Empty<Cell>(),
                Words.Figure(p.ExitPrice), Gain(p.NetPnl), p.Reason, p.ClosedBy,
            ]));
    }

    private static Task<int> Position(VerbCall call) => call.Show<PositionAnswer>(
        $"positions/{Uri.EscapeDataString(call.Parsed.GetValue(Key)!)}", p => ShowOne(call.Screen, p));

    private static void ShowOne(Screen screen, PositionAnswer p)
    {
        var doubt = p.InDoubt ? " · IN DOUBT" : "";
        screen.Line($"{p.Key} · {p.Side} · {p.State}{doubt}{(p.Protection is null ? "" : $" · {p.Protection}")}");
        screen.Facts(
            ("quantity", Words.Of(p.Quantity)),
            ("entry", p.EntryPrice is null ? null : Words.Of(p.EntryPrice)),
            ("mark", p.MarkPrice is null ? null : $"{Words.Of(p.MarkPrice)} · uPnL {Words.Gain(p.UnrealizedPnl)} ({Words.Percent(p.RoiPercent)})"),
            ("exit", p.ExitPrice is null ? null : Words.Of(p.ExitPrice)),
            ("stop", p.StopPrice is null ? null
                : $"{Words.Of(p.StopPrice)} for {Words.Of(p.StopQuantity)} · {Words.Percent(p.StopDistancePercent)} from the mark · "
                + $"{p.StopOwner} {p.StopOrder}"),
            ("at risk", p.AtRisk is null ? null : $"{Words.Money(p.AtRisk)} to the stop"),
            ("trailing", p.Trailing is null || p.Status != "active" ? null : Trailing(p)),
            ("origin", p.Origin),
            ("signal", p.SignalId is null ? null : $"{p.SignalId} of wave {p.Wave}"),
            ("net",
                $"{Words.Gain(p.NetPnl)} = realised {Words.Gain(p.RealizedPnl)} − fees {Words.Money(p.Fees)} "
                + $"+ funding {Words.Gain(p.Funding)}{Estimated(p)}"),
            ("opened", p.OpenedAt is null ? null : $"{Words.Time(p.OpenedAt)} UTC · {Words.Age(p.AgeSeconds)}"),
            ("closed", p.ClosedAt is null ? null : $"{Words.Time(p.ClosedAt)} UTC · {p.Reason} · known by {p.ClosedBy}"));
        screen.Line($"history: trading timeline {p.Key}");
    }

    private static string Estimated(PositionAnswer p) =>
        (p.EstimatedPnl == 0 ? "" : $" · of it {Words.Gain(p.EstimatedPnl)} converted from other assets, an estimate")
        + (p.Unpriced is null ? "" : $" · without {p.Unpriced}, whose price is not known");

    private static string Trailing(PositionAnswer p) => p.Trailing switch
    {
        "active" => $"active · best {Words.Of(p.BestPrice)} · callback {Words.Percent(p.CallbackPercent)}",
        "waiting" => $"waiting for {Words.Of(p.ActivationPrice)} · callback {Words.Percent(p.CallbackPercent)}",
        _ => "off",
    };

    private static Task<int> Timeline(VerbCall call)
    {
        var path = $"positions/{Uri.EscapeDataString(call.Parsed.GetValue(Key)!)}/timeline?limit={call.Parsed.GetValue(Count)}";
        return call.Show<TimelineAnswer[]>(path, lines => ShowTimeline(call.Screen, lines));
    }

    private static void ShowTimeline(Screen screen, TimelineAnswer[] lines)
    {
        var day = DateTime.MinValue;
        var last = "";
        foreach (var line in lines)
        {
            if (line.At.Date != day) screen.Line($"{line.At:yyyy-MM-dd} UTC");
            day = line.At.Date;
            var time = $"{line.At:HH:mm:ss.fff}";
            screen.Line($"{(time == last ? "" : time),-12} {line.Mark} {line.Text}");
            last = time;
        }
    }
}
