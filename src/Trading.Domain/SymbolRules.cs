namespace Trading.Domain;

/// <summary>
/// What the exchange demands of orders on one symbol, and the only place where prices and quantities are rounded.
/// </summary>
/// <param name="MaxMarketQuantity">Largest quantity of one market order; a larger close is split, and so is a larger stop.</param>
/// <param name="MinNotional">Quote value below which an entry is refused; reduce-only orders are exempt.</param>
/// <param name="LastTradingUtc">When a delivery or delisting ends trading; null when none is announced.</param>
/// <param name="Quote">Asset of its prices, profits and funding.</param>
public sealed record SymbolRules(
    Symbol Symbol,
    decimal TickSize,
    decimal StepSize,
    decimal MinQuantity,
    decimal MaxMarketQuantity,
    decimal MinNotional,
    bool IsTrading = true,
    bool IsUsdtPerpetual = true,
    DateTime? LastTradingUtc = null,
    string Quote = Assets.OfAccounts)
{
    /// <summary>Orders of one split quantity: 200 conditional orders are all that a Binance account may have (protocol §0).</summary>
    public const int MostParts = 20;

    /// <summary>Quantities always round down: never more than was decided.</summary>
    public decimal RoundQuantity(decimal quantity) =>
        quantity <= 0 ? 0 : Math.Floor(quantity / StepSize) * StepSize;

    /// <summary>
    /// What one order can express of a quantity: on the step, and nothing where that is below the minimum. What is left
    /// can only be closed with the whole position.
    /// </summary>
    public decimal Orderable(decimal quantity) => RoundQuantity(quantity) is var rounded && rounded < MinQuantity ? 0 : rounded;

    /// <summary>
    /// A quantity as market orders that the exchange takes: none above the maximum, none below the minimum. It is the
    /// quantity itself where one order takes it, which no rounding changes.
    /// </summary>
    /// <remarks>At most <see cref="MostParts"/>; what they do not hold stays with the last, and the exchange refuses that one.</remarks>
    public IReadOnlyList<decimal> Split(decimal quantity)
    {
        var most = RoundQuantity(Math.Min(MaxMarketQuantity, quantity));
        if (quantity <= MaxMarketQuantity || most <= 0) return [quantity];
        var parts = new List<decimal>();
        for (var left = quantity; left > 0; left -= parts[^1])
        {
            var last = parts.Count == MostParts - 1;
            var rest = left - most;
            parts.Add(last || rest <= 0 ? left : rest < MinQuantity ? left - MinQuantity : most);
        }

        return parts;
    }

    /// <summary>A stop trigger rounds towards the market (long up, short down): the tighter of the two (design §5).</summary>
    public decimal RoundStop(decimal trigger, Side side) => side is Side.Long
        ? Math.Ceiling(trigger / TickSize) * TickSize
        : Math.Floor(trigger / TickSize) * TickSize;

    /// <summary>Rounds to the nearest tick; for prices that are shown or compared, never sent as a stop.</summary>
    public decimal RoundPrice(decimal price) => Math.Round(price / TickSize, MidpointRounding.AwayFromZero) * TickSize;
}
