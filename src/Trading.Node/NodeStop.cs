using Trading.Domain;
using Trading.Gateways;
using Trading.Node.Operators;

namespace Trading.Node;

/// <summary>
/// The way of a node to its end, whoever asked for it: no entries, a bounded wait until nothing is unprotected or in doubt,
/// then the actors, then one look at what the exchange holds. Closes nothing.
/// </summary>
public sealed class NodeStop(TradingNode node, TimeProvider time, Action<string> say)
{
    /// <summary>For the actors, and for orders that are under way when they end.</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(5);

    /// <summary>The same for somebody who does not want to wait.</summary>
    private static readonly TimeSpan EndAtOnceWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);
    private const int NamedAtMost = 8;

    /// <param name="settleWithin">How long what is under way may take to come to rest.</param>
    /// <param name="insisted">Told again to stop: the wait is skipped.</param>
    public async Task<WhatStays> Run(TimeSpan settleWithin, CancellationToken insisted)
    {
        node.StopEntries();
        await Settle(settleWithin, insisted);
        await node.Stop(insisted.IsCancellationRequested ? EndAtOnceWithin : EndWithin);
        return WhatStays.Of(node.Board.All, [.. node.Board.LeftAlone.Select(static one => one.Key)], node.Accounts.Keys, await Look());
    }

    private async Task Settle(TimeSpan within, CancellationToken insisted)
    {
        if (IsAtRest) return;
        say($"Stopping: no new entries. Waiting at most {within.TotalSeconds:0.###} s for {WhatIsUnderWay()}. Told to stop again, the node does not wait.");
        var began = time.GetTimestamp();
        while (!IsAtRest && time.GetElapsedTime(began) < within && !insisted.IsCancellationRequested) await Task.Delay(Glance, time, CancellationToken.None);
        if (IsAtRest) return;
        say(insisted.IsCancellationRequested
            ? $"Told again: not waiting for {WhatIsUnderWay()}."
            : $"Not at rest after {within.TotalSeconds:0.###} s: {WhatIsUnderWay()}.");
    }

    private bool IsAtRest => node.Board.All.All(static view => view.IsAtRest)
        && !node.Accounts.Values.Any(static account => account.IsTrying);

    private string WhatIsUnderWay()
    {
        var names = node.Board.All.Where(static view => !view.IsAtRest).Select(static view => view.Key.ToString())
            .Concat(node.Accounts.Values.Where(static account => account.IsTrying).Select(static account => $"the probe of {account.Settings.Id}"))
            .ToList();
        var more = names.Count > NamedAtMost ? $" and {names.Count - NamedAtMost} more" : "";
        return string.Join(", ", names.Take(NamedAtMost)) + more;
    }

    /// <returns>The accounts whose exchange answered in time.</returns>
    private async Task<IReadOnlyDictionary<AccountId, AccountSnapshot>> Look()
    {
        using var late = new CancellationTokenSource();
        var held = node.Board.All.Where(static view => view.Holding is not null).Select(static view => view.Key).ToLookup(static key => key.Account);
        var looks = node.Accounts.Values.Select(account => (account.Settings.Id, Answer: account.Look([.. held[account.Settings.Id]], late.Token))).ToList();
        var began = time.GetTimestamp();
        while (looks.Exists(static look => !look.Answer.IsCompleted) && time.GetElapsedTime(began) < LookWithin) await Task.Delay(Glance, time, CancellationToken.None);
        late.Cancel();
        var answered = new Dictionary<AccountId, AccountSnapshot>();
        foreach (var (account, answer) in looks)
            if (answer.IsCompleted && await answer is Done<AccountSnapshot> { Value: var snapshot }) answered.Add(account, snapshot);
        return answered;
    }
}
