using Trading.Node.Operators;

namespace Trading.Node;

/// <summary>One run of the program, from its first console line to its last.</summary>
internal sealed class NodeRun(NodeHost host, TimeProvider time)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeadlineEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(10);

    private readonly HashSet<Domain.AccountId> _probed = [];
    private string _lastHeadline = "";

    /// <summary>Until told to stop, or for that long. Closes nothing.</summary>
    public async Task Run(TimeSpan? runFor, CancellationToken stop)
    {
        foreach (var line in FirstLines()) host.Console.Say(line);
        using var timeIsUp = new CancellationTokenSource(runFor ?? Timeout.InfiniteTimeSpan, time);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(stop, timeIsUp.Token);
        await Work(until.Token);
        host.Node.StopEntries();
        if (!stop.IsCancellationRequested) await Settle(stop);
        foreach (var line in LastLines()) host.Console.Say(line);
        var headline = Headline();
        await host.Stop();
        host.Console.SayOverdue(all: true);
        host.Console.Say(headline);
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

    /// <summary>A run that ends by itself leaves nothing half done: openings get their answer and their stop first.</summary>
    private async Task Settle(CancellationToken stop)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < SettleWithin && !stop.IsCancellationRequested
               && host.Node.Board.Active.Any(view => view.IsUnprotected || view.InDoubt || !view.IsOpen))
            await Task.Delay(Beat / 10, time, CancellationToken.None);
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

    private IEnumerable<string> LastLines()
    {
        var open = host.Node.Board.Active;
        if (open.Count > 0) yield return "The node stops; nothing is closed. What stays on the exchange:";
        foreach (var view in open)
            yield return view.Stop is { } stop
                ? $"  {view.Key} {view.Holding!.Side.ToString().ToLowerInvariant()} {Words.Number(view.Quantity)}: "
                  + $"stop at {Words.Number(stop.Trigger)} for {Words.Number(stop.Quantity)} stays"
                : $"  {view.Key} {view.Holding!.Side.ToString().ToLowerInvariant()} {Words.Number(view.Quantity)}: NO confirmed stop";
    }

    private void SayHeadline()
    {
        var headline = Headline();
        if (headline == _lastHeadline) return;
        _lastHeadline = headline;
        host.Console.Say(headline);
    }

    private string Headline() => Operators.Headline.Of(host.Node, time.NowUtc()).ToString();

    private static string Percent(decimal fraction) => $"{Words.Number(fraction * 100)} %";
}
