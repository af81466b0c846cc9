using System.Globalization;
using Trading.Domain;
using Trading.Simulator.Matching;
using Trading.Simulator.Truth;
using Exchange = Trading.Domain.Exchange;

namespace Trading.Lab.Replay;

/// <summary>Plays one scenario from an empty data folder to its verdict.</summary>
public static class ScenarioPlayer
{
    /// <param name="database">Connection string of an empty PostgreSQL database; null: SQLite.</param>
    public static async Task<ScenarioResult> Play(
        Scenario scenario, TimeProvider real, string? database = null, Exchange on = Exchange.Binance)
    {
        var began = real.GetTimestamp();
        if (scenario.NotOn?.On == on)
            return new ScenarioResult(
                scenario.Name, on.Id(), [Check.Void(scenario.NotOn)], new TruthReport { Positions = [], Orders = [] }, [], TimeSpan.Zero);
        await using var run = await ScenarioRun.Start(scenario.Setting, real, database, on, scenario.VoidsOn(on));
        try
        {
            await scenario.Play(run);
            await CommonChecks.Judge(run);
            run.CloseVoids();
        }
        catch (NeverHappenedException e)
        {
            run.Check(e.What, passed: false, e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            run.Check("the scenario was played to its end", passed: false, e.ToString());
        }

        return new ScenarioResult(
            scenario.Name, on.Id(), [.. run.Checks], run.Exchange.Truth(), run.Story, real.GetElapsedTime(began));
    }
}

/// <summary>What must hold at the end of every scenario, whatever its faults.</summary>
internal static class CommonChecks
{
    public static async Task Judge(ScenarioRun run)
    {
        var truth = run.Exchange.Truth();
        run.Check(
            "no position was opened twice", truth.DuplicatePositions == 0, $"{truth.DuplicatePositions} doubles in the truth log");
        run.Check(
            "no quantity was without a stop longer than protect-within", truth.MaxUnprotectedMs <= run.Setting.MaxUnprotectedMs,
            $"{Number(truth.MaxUnprotectedMs)} ms, at most {Number(run.Setting.MaxUnprotectedMs)} ms");
        run.Check("stops were replaced without a gap", truth.MaxGapMs == 0, $"{Number(truth.MaxGapMs)} ms");
        run.Check("nothing is unprotected now", truth.UnprotectedNow == 0, $"{truth.UnprotectedNow} positions");
        await run.CheckSoon("no stop of ours rests without a position", () => NoOrphans(run));
        var failures = run.Alerts.Where(alert => alert.Kind == "ActorFailed").Select(alert => alert.Text).ToList();
        run.Check("no actor failed", failures.Count == 0, failures.Count == 0 ? "none" : string.Join("; ", failures));
        await JudgeBooks(run);
    }

    /// <summary>The statements of the reports: no double, no ghost, no failure that was none.</summary>
    private static async Task JudgeBooks(ScenarioRun run)
    {
        if (run.Second is null) await run.CheckRows("no symbol is active twice", ReportStatements.DuplicatesBySymbol);
        await run.CheckRows("no symbol is active twice on an account", ReportStatements.Duplicates);
        await run.CheckCount("failed signals", ReportStatements.FailedSignals(run.Setting.StartUtc), run.Setting.FailedSignals);
        await run.CheckRows(
            "the books hold what the exchange holds",
            "SELECT exchange, symbol, side, quantity FROM monitoring.positions WHERE status='active' ORDER BY exchange, symbol", [.. Held(run)]);
    }

    private static IEnumerable<string> Held(ScenarioRun run) =>
        from at in run.Accounts
        orderby at.Account.Value
        from held in at.Open()
        select $"{at.Account}|{held.Symbol}|{(held.Quantity > 0 ? "long" : "short")}|{CanonicalText.Of(Math.Abs(held.Quantity))}";

    /// <summary>A stop of ours without a position could open what nobody wants.</summary>
    private static (bool Holds, string Found) NoOrphans(ScenarioRun run)
    {
        var truth = run.Exchange.Truth();
        var open = truth.Positions.Where(position => position.ClosedUtc is null).Select(position => (position.Account, position.Symbol)).ToHashSet();
        var orphans = truth.Orders.Where(order => order is { Kind: "stop", Status: "New", Origin: not Origin.Hand }
            && !open.Contains((order.Account, order.Symbol))).Select(order => $"{order.Symbol} {order.ClientId}").ToList();
        return (orphans.Count == 0, orphans.Count == 0 ? "none" : string.Join(", ", orphans));
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
