using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Positions;

namespace Trading.Node.Operators;

/// <summary>
/// What a node leaves at the exchanges: what it knows and what they said when they were asked last, the newer word of each.
/// </summary>
/// <param name="LeftAlone">Positions whose journal could not be read, and of which the exchange was not heard either.</param>
/// <param name="Untraded">What is held in contracts that the node does not trade.</param>
/// <param name="Unanswered">Accounts whose exchange did not answer.</param>
public sealed record WhatStays(
    IReadOnlyList<StayingPosition> Positions, IReadOnlyList<PositionKey> LeftAlone, IReadOnlyList<(AccountId Account, UntradedPosition Held)> Untraded,
    IReadOnlyList<AccountId> Unanswered)
{
    /// <summary>Positions that this node looked after and that are, or may be, without a stop.</summary>
    public int Naked => Positions.Count(static one => one is { IsTakenUp: true, IsNaked: true });

    /// <param name="views">Of all positions, flat ones included.</param>
    /// <param name="leftAlone">Positions whose journal could not be read.</param>
    /// <param name="looks">What the exchange answered, by account.</param>
    public static WhatStays Of(
        IReadOnlyList<PositionView> views, IReadOnlyList<PositionKey> leftAlone, IEnumerable<AccountId> accounts,
        IReadOnlyDictionary<AccountId, AccountSnapshot> looks)
    {
        var known = views.ToDictionary(static view => view.Key);
        var told = looks.Values.SelectMany(static look => look.Positions).Where(static row => row.Value.Amount != 0).Select(static row => row.Key);
        var keys = views.Where(static view => view.Holding is not null).Select(static view => view.Key).Concat(told).Distinct().Order();
        return new WhatStays(
            [.. keys.Select(key => StayingPosition.Of(key, known.GetValueOrDefault(key), looks.GetValueOrDefault(key.Account))).OfType<StayingPosition>()],
            [.. leftAlone.Except(told)],
            [.. looks.OrderBy(static look => look.Key.Value, StringComparer.Ordinal).SelectMany(static look => look.Value.Untraded
                .Where(static held => held.Amount != 0).Select(held => (look.Key, held)))],
            [.. accounts.Where(account => !looks.ContainsKey(account))]);
    }

    public IEnumerable<string> Lines()
    {
        if (Positions.Count + LeftAlone.Count + Untraded.Count > 0) yield return "The node stops; nothing is closed. What stays on the exchange:";
        foreach (var one in Positions) yield return $"  {one}";
        foreach (var key in LeftAlone)
            yield return $"  {key}: LEFT ALONE, its journal could not be read: look at the exchange for what is held and what stop rests";
        foreach (var (account, held) in Untraded)
            yield return $"  {account} {held.Contract} {Words.Number(held.Amount)}: not managed, a contract that this node does not trade";
        if (Naked > 0) yield return $"  {Naked} WITHOUT a confirmed stop: look at the exchange, or start the node again, which protects what it finds.";
        foreach (var account in Unanswered) yield return $"  {account}: the exchange did not answer; this is what was known before.";
    }

    /// <summary>The headline of the end counts what is said here.</summary>
    public Headline Correct(Headline headline)
    {
        var held = Positions.Where(static one => one is { IsTakenUp: true, Quantity: > 0 }).ToList();
        var naked = held.Count(static one => one.IsNaked);
        return headline with { Positions = held.Count, Protected = held.Count - naked, Unprotected = naked };
    }
}
