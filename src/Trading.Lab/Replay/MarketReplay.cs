using System.Globalization;
using Trading.Domain.Positions;
using Trading.Node.Positions;
using Trading.Simulator.Market;
using Trading.Simulator.Truth;

namespace Trading.Lab.Replay;

/// <summary>
/// A whole node over recorded prices at their own times: signals of a file in, positions opened, trailed and closed by
/// the node, judged by the exchange's truth log.
/// </summary>
public static class MarketReplay
{
    private const string FeedName = "file";
    private static readonly TimeSpan TakenUpBefore = TimeSpan.FromMinutes(1);

    /// <summary>Bars bring a price every twenty seconds: in between no deadline runs.</summary>
    private const double BetweenPrices = 40;
    private static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AfterTheEnd = TimeSpan.FromSeconds(5);

    /// <param name="fromUtc">Where the recording is taken up; null: a minute before the first signal.</param>
    /// <param name="database">Connection string of an empty PostgreSQL database; null: SQLite.</param>
    /// <exception cref="ReplayMisuseException">Files or signals cannot be played.</exception>
    public static async Task<MarketReplayResult> Play(
        IReadOnlyList<string> files, string signalsFile, DateTime? fromUtc, TimeProvider real, CancellationToken stop, string? database = null)
    {
        var signals = MarketSignals.Read(signalsFile);
        var market = Open(files);
        var began = real.GetTimestamp();
        var start = fromUtc ?? signals.FirstUtc - TakenUpBefore;
        if (start > signals.FirstUtc)
            throw new ReplayMisuseException($"--from {Text(start)} is after the first signal at {Text(signals.FirstUtc)}; give an earlier time");
        var describe = market.Describe();
        var setting = new ScenarioSetting { StartUtc = start, Market = market, Plan = signals.Plan, Feeds = [FeedName] };
        await using var run = await ScenarioRun.Start(setting, real, database);
        foreach (var (wave, atUtc, of) in signals.Waves)
        {
            await run.UntilTime(atUtc);
            run.Feed(FeedName).Publish(of);
            run.Feed(FeedName).Complete(wave.Value, of.Count);
            await run.Until("the wave has its end", () => run.Rows(
                $"SELECT COUNT(*) FROM monitoring.signals WHERE wave='{wave.Value}' AND status='ended'") is [var ended] && ended == $"{of.Count}");
        }

        await ToTheEnd(run, market, stop);
        return new MarketReplayResult(
            [describe, SettingsOf(signals.Plan, run), $"taken up at {Text(start)}"], run.Story, Ends(run), run.Exchange.Truth(), real.GetElapsedTime(began));
    }

    private static IMarket Open(IReadOnlyList<string> files)
    {
        if (files.FirstOrDefault(file => !File.Exists(file)) is { } missing)
            throw new ReplayMisuseException($"--market {missing}: there is no such file");
        try
        {
            return MarketFiles.Open(files);
        }
        catch (MarketException e)
        {
            throw new ReplayMisuseException(e.Message);
        }
    }

    /// <summary>Fast while every position is calm; as fast as real time where orders are under way.</summary>
    private static async Task ToTheEnd(ScenarioRun run, IMarket market, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && run.Node.Board.Active.Count > 0)
        {
            var left = run.Exchange.With(_ => market.NextAtUtc);
            if (left is null) break;
            await run.LookAtPace(!run.Node.Board.Active.All(IsCalm) ? 1 : left - run.NowUtc > QuietFor ? BetweenPrices : ScenarioRun.Fast);
        }

        await run.Pass(AfterTheEnd, speed: 5);
    }

    private static bool IsCalm(PositionView view) =>
        view is { InDoubt: false, Holding: { Protection: Protection.Protected, RedundantStops.IsEmpty: true }, IsProtected: true };

    private static IReadOnlyList<string> Ends(ScenarioRun run) => run.Rows(
        """
        SELECT symbol, side, status, quantity, entry_price, exit_price, opened_at, closed_at, reason, closed_by, realized_pnl
        FROM monitoring.positions ORDER BY id
        """);

    private static string SettingsOf(ProtectionPlan plan, ScenarioRun run) => string.Create(
        CultureInfo.InvariantCulture,
        $"stop {plan.StopLoss * 100:0.###} %, activation {plan.Activation * 100:0.###} %, callback {plan.Callback * 100:0.###} %, "
        + $"smallest step {(plan.MinStep == 0 ? "1 tick" : $"{plan.MinStep * 100:0.###} % or 1 tick")}, {run.Setting.Notional} USDT per entry");

    private static string Text(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);
}

/// <param name="Head">Market, settings and start, a line each.</param>
/// <param name="Story">Each position's way in the notation of tests and reports.</param>
/// <param name="Positions">Rows of <c>monitoring.positions</c>, values separated by bars.</param>
public sealed record MarketReplayResult(
    IReadOnlyList<string> Head, IReadOnlyList<string> Story, IReadOnlyList<string> Positions, TruthReport Truth, TimeSpan Took)
{
    /// <summary>No double, nothing naked beyond the deadline, no gap at any replacement.</summary>
    public bool Passed => Truth is { DuplicatePositions: 0, MaxGapMs: 0, MaxUnprotectedMs: <= 3000, Positions.Count: > 0 };
}
