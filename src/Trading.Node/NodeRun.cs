using Trading.Node.Operators;

namespace Trading.Node;

/// <summary>One run of the program, from its first console line to its last.</summary>
internal sealed class NodeRun(NodeHost host, TimeProvider time)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeadlineEvery = TimeSpan.FromSeconds(30);

    private readonly HashSet<Domain.AccountId> _probed = [];
    private string _lastHeadline = "";

    /// <summary>Until told to stop, or for that long. Closes nothing.</summary>
    /// <param name="insisted">Told again: it ends without waiting.</param>
    /// <returns>Exit code: 0, or 1 where a position is left that no confirmed stop covers.</returns>
    public async Task<int> Run(TimeSpan? runFor, CancellationToken stop, CancellationToken insisted)
    {
        foreach (var line in FirstLines()) host.Console.Say(line);
        using var timeIsUp = new CancellationTokenSource(runFor ?? Timeout.InfiniteTimeSpan, time);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(stop, timeIsUp.Token);
        await Work(until.Token);
        var stays = await host.Stop(insisted);
        host.Console.SayOverdue(all: true);
        foreach (var line in stays.Lines()) host.Console.Say(line);
        host.Console.Say(stays.Correct(Headline()).ToString());
        return stays.Naked > 0 ? 1 : 0;
    }

    private async Task Work(CancellationToken until)
    {
        try
        {
            await host.Node.Start(until);
            if (host.Node.Resumed is > 0 and var resumed)
                host.Console.Say($"Resumed {resumed} {(resumed == 1 ? "position" : "positions")} from the journal.");
            while (!host.Node.IsReconciled) await Task.Delay(Beat / 20, time, until);
            host.StartFeeds();
            for (var beats = 1; ; beats++)
            {
                await Task.Delay(Beat, time, until);
                host.Console.SayOverdue();
                SayProbes();
                if (beats % (int)HeadlineEvery.TotalSeconds == 0) SayHeadline();
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // told to stop, or the time is up
        }
    }

    private IEnumerable<string> FirstLines()
    {
        var settings = host.Settings;
        if (settings.Paper is { } paper)
        {
            var plan = settings.Accounts[0].Risk.Plan;
            var exchanges = settings.Accounts.Select(account => account.Exchange).Distinct().Order();
            yield return $"Paper mode: {string.Join(" and ", exchanges)} simulated inside this process, no real money. "
                + (paper.DemoFeed ? $"Demo feed: a wave now and every {paper.WaveEvery.TotalSeconds:0} s. " : "No demo feed. ")
                + $"Stop {Percent(plan.StopLoss)}, activation {Percent(plan.Activation)}, callback {Percent(plan.Callback)}, "
                + $"market with seeded jumps (seed {paper.Seed}).";
        }
        else
        {
            if (settings.Live) yield return "LIVE: real money. An account takes entries once its venue probe has passed.";
            yield return $"Trading on {string.Join(", ", settings.Accounts.Select(account => $"{account} at {account.Url}"))}.";
        }

        if (settings.Live)
            foreach (var account in settings.Accounts) yield return WhatIsAtStake(account);
        foreach (var warning in Configuration.SettingsWarnings.Of(settings)) yield return $"Warning: {warning}";
        yield return $"Journal {host.Journal.Id.Tag} in {settings.Postgres?.ToString() ?? settings.Data}. API and pages on {host.Address.ToString().TrimEnd('/')}. "
            + "Ctrl-C stops the node and closes nothing.";
    }

    private static string WhatIsAtStake(Configuration.AccountSettings account)
    {
        var risk = account.Risk;
        var symbols = risk.Allow.Count > 0 ? string.Join(", ", risk.Allow.Select(symbol => symbol.Value).Order(StringComparer.Ordinal)) : "every USDT perpetual";
        return $"{account}: up to {risk.MaxOpenPositions} positions of {Words.Number(account.LargestEntry)} USDT at leverage {risk.Leverage} on {symbols}; "
            + $"all stops at {Percent(risk.Plan.StopLoss)} together lose {Words.Money(account.WorstLoss)} USDT, fees and slippage aside.";
    }

    /// <summary>Once when it has passed; what failed stands among the alerts.</summary>
    private void SayProbes()
    {
        if (!host.Settings.Live) return;
        foreach (var account in host.Node.Accounts.Values.Where(account => account.LastProbe is { Passed: true } && _probed.Add(account.Settings.Id)))
            host.Console.Say($"{account.Settings.Id}: the venue probe has passed ({account.LastProbe!.Checks.Count} checks); entries are open.");
    }

    private void SayHeadline()
    {
        var headline = Headline().ToString();
        if (headline == _lastHeadline) return;
        _lastHeadline = headline;
        host.Console.Say(headline);
    }

    private Headline Headline() => Operators.Headline.Of(host.Node, time.NowUtc());

    private static string Percent(decimal fraction) => $"{Words.Number(fraction * 100)} %";
}
