using Trading.Domain;
using Trading.Simulator.Matching;
using Side = Trading.Simulator.Matching.Side;

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

    /// <summary>A cancel of the stop leaves a node; the position's own is cancelled by setting none.</summary>
    public void Leaving(Account account, StopOrder? cancelled, DateTime nowUtc)
    {
        if (cancelled is not { IsOpen: true, Protects: true } stop) return;
        if (account.Find(stop.Symbol, stop.PositionSide) is not { Quantity: not 0 } position) return;
        if (position.Quantity > 0 != stop.Side is Side.Sell || CoveredWithout(account, stop) >= Math.Abs(position.Quantity)) return;
        _careless.TryAdd(stop.ClientId, new Careless(NeededSince(account, stop), nowUtc));
    }

    /// <summary>Whether the time without a stop that began with this cancel is the node's doing.</summary>
    /// <param name="fromUtc">When the stop was cancelled.</param>
    public bool IsCareless(Account account, PositionKey key, DateTime fromUtc, ExcusedWindows excused)
    {
        var side = SimulatedAccount.SideOf(key);
        var cancelled = account.StopHistory.Find(stop =>
            stop.Symbol == key.Symbol.Value && stop.PositionSide == side && stop.Status is StopStatus.Canceled && stop.UpdatedUtc == fromUtc);
        if (cancelled is null) return true; // nobody knows by what
        return _careless.TryGetValue(cancelled.ClientId, out var one)
            && excused.Unexcused(one.NeededSinceUtc, one.LeftUtc, key, told: true) > HeardWithin;
    }

    private static decimal CoveredWithout(Account account, StopOrder stop)
    {
        var sum = 0m;
        foreach (var other in account.OpenStops)
        {
            if (other == stop || !other.IsOpen || !other.Protects || !IsOfTheSame(other, stop) || other.Side != stop.Side) continue;
            if (other.ClosePosition) return decimal.MaxValue;
            sum += other.Quantity;
        }

        return sum;
    }

    /// <summary>Since the position grew, or another stop of it stopped resting, last.</summary>
    private static DateTime NeededSince(Account account, StopOrder stop)
    {
        var grew = account.Trades.FindLast(trade => trade.Symbol == stop.Symbol && trade.PositionSide == stop.PositionSide && Math.Abs(trade.PositionAfter) > Math.Abs(trade.PositionBefore));
        var left = account.StopHistory.FindAll(other => other != stop && IsOfTheSame(other, stop) && !other.IsOpen)
            .Select(other => other.TriggeredUtc > default(DateTime) ? other.TriggeredUtc : other.UpdatedUtc).DefaultIfEmpty().Max();
        return grew?.AtUtc > left ? grew.AtUtc : left;
    }

    private static bool IsOfTheSame(StopOrder other, StopOrder stop) =>
        other.Symbol == stop.Symbol && other.PositionSide == stop.PositionSide;

    private sealed record Careless(DateTime NeededSinceUtc, DateTime LeftUtc);
}
