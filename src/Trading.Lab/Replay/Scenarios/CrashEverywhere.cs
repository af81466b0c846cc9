using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Lab.Databases;
using Trading.Lab.Verify;

namespace Trading.Lab.Replay.Scenarios;

/// <summary>
/// S6: one position's way from open to closed, the node lost before and after each of its appends. What is lost here is
/// everything in memory; the process tests kill for real.
/// </summary>
internal static class CrashEverywhere
{
    /// <summary>More than the way of one position has appends; the last ones are never reached, and that ends the round.</summary>
    private const int AppendsMax = 20;
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(60);

    /// <summary>A start reads a good part of what the exchange allows in a minute.</summary>
    private static readonly TimeSpan BetweenStarts = TimeSpan.FromSeconds(30);

    public static IEnumerable<Scenario> All =>
    [
        new(
            "crash-everywhere", "S6", "the node is lost before and after each append of open, protect, trail, close: one entry, a stop, one end",
            Play)
        {
            Setting = new ScenarioSetting
            {
                Prices = [.. Enumerable.Range(0, AppendsMax * 2).Select(i => (Name(i), 1m))],
                Notional = 20m,
                FailedSignals = 1, // intended, and never sent: proven absent
                MaxUnprotectedMs = 3000 + (long)SettlesWithin.TotalMilliseconds, // each life's own bound is checked at its point
            },
        },
    ];

    private static async Task Play(ScenarioRun run)
    {
        var points = 0;
        foreach (var written in new[] { false, true })
        {
            for (var append = 1; append <= AppendsMax; append++)
            {
                var symbol = Name(points++);
                run.Journal.StopAt(run.KeyOf(symbol), append, written);
                var point = string.Create(CultureInfo.InvariantCulture, $"append {append} {(written ? "written, its answer lost" : "never written")}");
                if (await Live(run, symbol)) break;
                await run.KillNode();
                run.Journal.End();
                var began = run.NowUtc;
                await run.StartNode();
                await Settle(run, symbol, point, began);
                await run.Pass(BetweenStarts, speed: 30);
            }

            run.Journal.End();
        }

        await run.StopNode();
        await JudgeJournal(run);
    }

    /// <returns>True: the whole way was gone, the append was not reached.</returns>
    private static async Task<bool> Live(ScenarioRun run, string symbol)
    {
        var key = run.KeyOf(symbol);
        Observed(run.Open(symbol, Side.Long));
        await Step(() => run.Living.View(key) is { IsProtected: true, Holding.Quantity: var held } && held == run.Exchange.Held(symbol));
        if (!run.Journal.Reached) run.Exchange.Price(symbol, 1.02m);
        await Step(() => run.Living.View(key) is { Holding: { Trailing: Trailing.Active, RedundantStops.IsEmpty: true }, IsProtected: true });
        if (!run.Journal.Reached)
            Observed(run.Node.Ask(key, new PositionInput.ClosePosition(CloseReason.Manual, "scenario"), $"close-{symbol}", SettlesWithin));
        await Step(() => run.Living.View(key) is { State: PositionState.Flat { Last: not null } });
        return !run.Journal.Reached;

        Task Step(Func<bool> done) => run.Journal.Reached ? Task.CompletedTask : run.Until($"{symbol} goes its way", () => run.Journal.Reached || done());
    }

    /// <summary>In the next life the position is either behind a stop that covers it, or over.</summary>
    private static async Task Settle(ScenarioRun run, string symbol, string point, DateTime beganUtc)
    {
        var key = run.KeyOf(symbol);
        await run.Until(
            $"{point}: settled", () => run.Living.View(key) is var view && (run.Exchange.Held(symbol) == 0
                ? view is null or { State: PositionState.Flat } && run.Exchange.RestingStops(symbol).Count == 0
                : view is { InDoubt: false, IsProtected: true, IsOpen: true } && run.Exchange.RestingStops(symbol).Count == 1),
            speed: 4, SettlesWithin);
        var truth = run.Exchange.Truth().Positions.Where(position => position.Symbol == symbol).ToList();
        var entries = run.Exchange.Orders(symbol).Count(order => order.ClientId.StartsWith("tae", StringComparison.Ordinal));
        var naked = truth.SelectMany(position => position.Intervals).Select(gap => gap.MillisecondsAt(run.NowUtc)).DefaultIfEmpty(0).Max();
        run.Check(
            $"{point}: at most one entry, and a stop in time", entries <= 1 && truth.Count <= 1 && naked <= 3000 + (run.NowUtc - beganUtc).TotalMilliseconds,
            string.Create(CultureInfo.InvariantCulture, $"{entries} entries, unprotected {naked:0} ms, held {run.Exchange.Held(symbol)}"));
    }

    /// <summary>All that <c>verify</c> looks at, but for the wave: these entries were asked for without one.</summary>
    private static async Task JudgeJournal(ScenarioRun run)
    {
        await using var journal = await run.OpenJournal();
        var report = await new JournalVerifier(journal, StoppedNode.ShardsOf(journal)).Verify(tables: null, static _ => { }, CancellationToken.None);
        var broken = report.Checks.Where(check => !check.Passed && check.Name != WaveRules.EntryHasItsSignal).ToList();
        run.Check(
            "verify finds nothing in the journal", broken.Count == 0 && report.Events > 0,
            broken.Count == 0 ? $"{report.Events} events, {report.LastEpoch} lives" : string.Join("; ", broken.SelectMany(check => check.Examples)));
    }

    /// <summary>Whoever asked dies with the node.</summary>
    private static void Observed(Task asked) => _ = asked.ContinueWith(
        static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private static string Name(int i) => $"C{(char)('A' + i / 26)}{(char)('A' + i % 26)}USDT";
}
