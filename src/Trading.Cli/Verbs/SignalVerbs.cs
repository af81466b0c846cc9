using System.CommandLine;
using Trading.Node.Api;

namespace Trading.Cli.Verbs;

/// <summary>Waves and signals: what came, what became of it, and why.</summary>
internal static class SignalVerbs
{
    private static readonly Argument<string> Signal = new("signal") { Description = "Id of the signal, as its source named it" };
    private static readonly Option<string?> Account = new("--account") { Description = "Only of this account", HelpName = "name" };
    private static readonly Option<string?> Wave = new("--wave") { Description = "Only of this wave", HelpName = "name" };
    private static readonly Option<string?> Symbol = new("--symbol") { Description = "Only of this symbol", HelpName = "symbol" };
    private static readonly Option<string?> OutcomeOption = new("--outcome")
    {
        Description = "Only pending, opened, entry_failed, closed, denied or skipped", HelpName = "outcome",
    };

    private static readonly Option<int> Count = new("--limit", "-n") { Description = "How many", DefaultValueFactory = _ => 50 };

    public static readonly Verb[] All =
    [
        new("waves", "Waves, the newest first: received, opened, failed, denied, skipped, closed", ["trading waves"], Waves)
        {
            Options = [Account, Count],
        },
        new("signals", "Signals and what became of them, the newest wave first",
            ["trading signals", "trading signals --outcome denied", "trading signals --wave 2025-10-17T16:00:00Z"], Signals)
        {
            Options = [Account, Wave, Symbol, OutcomeOption, Count],
        },
        new("why", "Why a signal was or was not traded", ["trading why 4776908"],
            call => call.Show<SignalAnswer>(
                $"signals/{Uri.EscapeDataString(call.Parsed.GetValue(Signal)!)}", s => call.Screen.Line(s.Explanation)))
        {
            Arguments = [Signal],
        },
    ];

    private static Task<int> Waves(VerbCall call)
    {
        var path = VerbCall.Path("waves", ("account", call.Parsed.GetValue(Account)), ("limit", $"{call.Parsed.GetValue(Count)}"));
        return call.Show<WaveAnswer[]>(path, waves => ShowWaves(call.Screen, waves));
    }

    private static void ShowWaves(Screen screen, WaveAnswer[] waves)
    {
        if (waves.Length == 0)
        {
            screen.Line("No waves yet.");
            return;
        }

        screen.Table(
            ["Wave", "Account", "State", ">Signals", ">Opened", ">Failed", ">Denied", ">Skipped", ">Closed", ">Cut"],
            waves.Select(w => new Cell[]
            {
                w.Wave, w.Account, w.State, $"{w.Signals}", $"{w.Opened}", w.Failed > 0 ? Cell.Bad($"{w.Failed}") : "0",
                $"{w.Denied}", $"{w.Skipped}", $"{w.Closed}", w.CutSize is { } cut ? $"{w.MaxTrades} of {cut}" : "–",
            }));
    }

    private static Task<int> Signals(VerbCall call)
    {
        var path = VerbCall.Path(
            "signals", ("account", call.Parsed.GetValue(Account)), ("wave", call.Parsed.GetValue(Wave)),
            ("symbol", call.Parsed.GetValue(Symbol)), ("outcome", call.Parsed.GetValue(OutcomeOption)),
            ("limit", $"{call.Parsed.GetValue(Count)}"));
        return call.Show<SignalAnswer[]>(path, signals => ShowSignals(call.Screen, signals));
    }

    private static void ShowSignals(Screen screen, SignalAnswer[] signals)
    {
        if (signals.Length == 0)
        {
            screen.Line("No signals.");
            return;
        }

        foreach (var wave in signals.GroupBy(s => (s.Wave, s.Account)))
        {
            screen.Line($"{wave.Key.Wave} on {wave.Key.Account}");
            screen.Table([">Rank", "Signal", "Symbol", "Side", ">Score", "Outcome"], wave.Select(s => new Cell[]
            {
                s.Rank is { } rank ? $"{rank}" : "–", Words.Shortened(s.Id, 40), s.Symbol, s.Intent == "close" ? $"close {s.Side}" : s.Side, Words.Of(s.Score), Outcome(s),
            }));
        }

        screen.Line("`trading why SIGNAL` says more about one.");
    }

    private static Cell Outcome(SignalAnswer s) => s.Outcome switch
    {
        "opened" or "closed" => Cell.Good(s.Outcome),
        "entry_failed" => Cell.Bad(s.Outcome),
        _ => s.Reason is null ? s.Outcome : Cell.Faint(s.Reason),
    };
}
