using Trading.Simulator.Matching;

namespace Trading.Lab.Simulation;

/// <summary>
/// Cancels of our own stops that left the node while the exchange still needed what they cancel. What happens while a
/// cancel is on its way (a hand adds, the stop that came in its place triggers and hangs) is nobody's doing; a cancel that
/// should never have left is the node's.
/// </summary>
internal sealed class CancelWatch
{
    /// <summary>What has happened for less than this may still be on its way to the node.</summary>
    private static readonly TimeSpan HeardWithin = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, Careless> _careless = new(StringComparer.Ordinal);

    /// <summary>A cancel of the stop leaves a node.</summary>
    public void Leaving(Account account, string stopId, DateTime nowUtc)
    {
        if (account.OpenStops.Find(one => one.ClientId == stopId) is not { IsOpen: true, Protects: true } stop) return;
        if (account.Find(stop.Symbol, stop.PositionSide) is not { Quantity: not 0 } position) return;
        if (position.Quantity > 0 != stop.Side is Side.Sell || CoveredWithout(account, stop) >= Math.Abs(position.Quantity)) return;
        _careless.TryAdd(stopId, new Careless(NeededSince(account, stop), nowUtc));
    }

    /// <summary>Whether the time without a stop that began with this cancel is the node's doing.</summary>
    /// <param name="fromUtc">When the stop was cancelled.</param>
    public bool IsCareless(Account account, string symbol, DateTime fromUtc, Hindrances hindrances)
    {
        var cancelled = account.StopHistory.Find(stop => stop.Symbol == symbol && stop.Status is StopStatus.Canceled && stop.UpdatedUtc == fromUtc);
        if (cancelled is null) return true; // nobody knows by what
        return _careless.TryGetValue(cancelled.ClientId, out var one)
            && hindrances.Unexcused(one.NeededSinceUtc, one.LeftUtc, symbol, told: true) > HeardWithin;
    }

    private static decimal CoveredWithout(Account account, StopOrder stop)
    {
        var sum = 0m;
        foreach (var other in account.OpenStops)
        {
            if (other == stop || !other.IsOpen || !other.Protects || other.Symbol != stop.Symbol || other.Side != stop.Side) continue;
            if (other.ClosePosition) return decimal.MaxValue;
            sum += other.Quantity;
        }

        return sum;
    }

    /// <summary>Since the position grew, or another stop of it stopped resting, last.</summary>
    private static DateTime NeededSince(Account account, StopOrder stop)
    {
        var grew = account.Trades.FindLast(trade => trade.Symbol == stop.Symbol && Math.Abs(trade.PositionAfter) > Math.Abs(trade.PositionBefore));
        var left = account.StopHistory.FindAll(other => other != stop && other.Symbol == stop.Symbol && !other.IsOpen)
            .Select(other => other.TriggeredUtc > default(DateTime) ? other.TriggeredUtc : other.UpdatedUtc).DefaultIfEmpty().Max();
        return grew?.AtUtc > left ? grew.AtUtc : left;
    }

    private sealed record Careless(DateTime NeededSinceUtc, DateTime LeftUtc);
}
