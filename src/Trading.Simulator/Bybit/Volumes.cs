using Trading.Simulator.Matching;

namespace Trading.Simulator.Bybit;

/// <summary>What was traded: each price is told as one trade of the smallest quantity.</summary>
internal static class Volumes
{
    public static string Of(Instrument i, int trades) =>
        Wire.JsonFields.Pad(trades * i.Spec.MinQty, i.Spec.QuantityPrecision);

    public static string Turnover(Instrument i, decimal sumOfPrices) => Wire.JsonFields.Trim(sumOfPrices * i.Spec.MinQty);

    /// <summary>What the exchange's accounts hold of a symbol; the other side of each is the market.</summary>
    public static decimal OpenInterest(Instrument i) => i.Open
        .Where(p => p.Account.StartsWith(BybitSkin.Exchange + "/", StringComparison.Ordinal)).Sum(p => Math.Abs(p.Quantity));
}
