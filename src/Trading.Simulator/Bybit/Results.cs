using Trading.Simulator.Matching;

namespace Trading.Simulator.Bybit;

/// <summary>What one closing order earned (protocol page, 7.5, closed-pnl). Money in the quote asset.</summary>
internal sealed record Results(
    decimal Closed, decimal EntryValue, decimal ExitValue, decimal OpenFee, decimal CloseFee, int Fills)
{
    public decimal Net { get; private init; }

    /// <summary>Null when its fills closed nothing.</summary>
    public static Results? OfOrder(Venue venue, Account account, IReadOnlyList<Trade> fills)
    {
        var (closed, entry, exit, fee, realized, count) = (0m, 0m, 0m, 0m, 0m, 0);
        foreach (var trade in fills)
        {
            var part = ClosedBy(trade);
            if (part == 0m) continue;
            closed += part;
            exit += part * trade.Price;
            entry += (part * trade.Price) - (trade.Realized * Math.Sign(trade.PositionBefore));
            fee += decimal.Round(trade.FeeValue * part / trade.Quantity, 8);
            realized += trade.Realized;
            count++;
        }

        if (closed == 0m) return null;
        var openFee = decimal.Round(entry * venue.Terms(account).TakerFee, 8);
        return new Results(closed, entry, exit, openFee, fee, count) { Net = realized - openFee - fee };
    }

    /// <summary>The part of a fill that made a position smaller.</summary>
    public static decimal ClosedBy(Trade trade)
    {
        var signed = trade.Side == Side.Buy ? trade.Quantity : -trade.Quantity;
        return Math.Sign(trade.PositionBefore) == -Math.Sign(signed)
            ? Math.Min(trade.Quantity, Math.Abs(trade.PositionBefore))
            : 0m;
    }
}
