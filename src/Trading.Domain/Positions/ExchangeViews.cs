namespace Trading.Domain.Positions;

/// <summary>A conditional order as the exchange lists it.</summary>
/// <param name="Quantity">Base quantity; zero when <paramref name="ClosesPosition"/>: it covers whatever is open.</param>
public sealed record StopView(
    ClientOrderId Id, string ExchangeId, Side Protects, decimal Quantity, decimal Trigger, bool ClosesPosition, OrderOrigin Origin)
{
    public bool Covers(decimal quantity) => ClosesPosition || Quantity >= quantity;
}

/// <summary>A position as the exchange states it. <paramref name="Amount"/> is signed: short is negative.</summary>
/// <param name="UpdatedUtc">The exchange's own time of the row; null where it gives none.</param>
public sealed record PositionRow(
    decimal Amount, decimal EntryPrice, DateTime? UpdatedUtc, decimal MarkPrice = 0, decimal LiquidationPrice = 0)
{
    /// <summary>What a read says was true at most this long before it was begun. No exchange states a bound: this is ours.</summary>
    public static readonly TimeSpan LagsAtMost = TimeSpan.FromSeconds(5);
}

/// <summary>One trade of ours or of the account, as stream or trade list state it.</summary>
/// <param name="TradeId">Unique within the symbol; the key by which a repeated fill is recognised.</param>
/// <param name="RealizedPnl">Of this fill, in quote, fees excluded.</param>
public sealed record Trade(
    ClientOrderId Order,
    string ExchangeOrderId,
    string TradeId,
    Side Bought,
    decimal Quantity,
    decimal Price,
    decimal Fee,
    string FeeAsset,
    decimal RealizedPnl,
    DateTime AtUtc,
    OrderOrigin Origin)
{
    /// <summary>What the trade did to the signed position amount.</summary>
    public decimal Signed => Bought is Side.Long ? Quantity : -Quantity;
}
