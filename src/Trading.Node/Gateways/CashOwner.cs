using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;

namespace Trading.Node.Gateways;

/// <summary>Whose money moved: the one position that it can belong to, by what the exchange names and by what is held.</summary>
public static class CashOwner
{
    /// <summary>Funding is of what was held then, by clocks that differ a little; a liquidation is cleared within moments.</summary>
    private static readonly TimeSpan Around = TimeSpan.FromMinutes(1);

    /// <param name="keys">Every position that the account can have on the named symbol; none where none is named.</param>
    /// <returns>The position; null: the account's, and whether it is a result of positions of ours.</returns>
    public static (PositionKey? Key, bool Counts) Of(
        CashReport report, IReadOnlyList<PositionKey> keys, Func<PositionKey, PositionState?> stateOf)
    {
        if (report.Cash.Kind is CashKind.Unknown || report.Untraded) return (null, false);
        foreach (var key in keys)
            if (stateOf(key)?.HasBooked(report.Cash) == true) return (key, false); // told again: it will say so
        if (report.Key is { } named && keys.Contains(named) && Claim(stateOf(named), report.Cash) > 0) return (named, false);
        var claims = keys.Select(key => (Key: key, Claim: Claim(stateOf(key), report.Cash))).Where(it => it.Claim > 0).ToList();
        var best = claims.Where(it => it.Claim == claims.Max(other => other.Claim)).ToList();
        return best.Count == 1 ? (best[0].Key, false) : (null, best.Count > 1 || report.Symbol is null);
    }

    /// <summary>3: it is held; 2: it is being opened; 1: it was held until then; 0: it is not ours.</summary>
    private static int Claim(PositionState? state, Cash cash) => state switch
    {
        { Held: { Quantity: > 0 } held } when IsSince(held, cash) => 3,
        { Held: { } opening } when IsSince(opening, cash) => 2,
        PositionState.Flat { Last: { } last, ClosedUtc: var closed } when IsSince(last, cash) && cash.AtUtc <= closed + Around => 1,
        _ => 0,
    };

    private static bool IsSince(Holding held, Cash cash) => cash.AtUtc >= held.OpenedUtc - Around;
}
