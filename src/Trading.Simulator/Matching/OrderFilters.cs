using Trading.Simulator.Market;

namespace Trading.Simulator.Matching;

/// <summary>The symbol's filters: lattice, bounds, notional. Pure.</summary>
internal static class OrderFilters
{
    public static Refusal Quantity(SymbolSpec spec, decimal quantity, bool market)
    {
        if (quantity <= 0m) return Refusal.QuantityNotPositive;
        if (Digits(quantity) > spec.QuantityPrecision) return Refusal.QuantityPrecision;
        if (quantity < spec.MinQty) return Refusal.QuantityTooSmall;
        if (quantity > (market ? Math.Min(spec.MarketMaxQty, spec.MaxQty) : spec.MaxQty))
            return Refusal.QuantityTooLarge;
        return (quantity - spec.MinQty) % spec.StepSize == 0m ? Refusal.None : Refusal.QuantityStep;
    }

    public static Refusal Price(SymbolSpec spec, decimal price)
    {
        if (price <= 0m) return Refusal.PriceNotPositive;
        if (Digits(price) > spec.PricePrecision) return Refusal.PricePrecision;
        if (price < spec.MinPrice) return Refusal.PriceTooLow;
        if (price > spec.MaxPrice) return Refusal.PriceTooHigh;
        return price % spec.TickSize == 0m ? Refusal.None : Refusal.PriceTick;
    }

    /// <summary>One-sided: buys not far above the mark, sells not far below.</summary>
    public static Refusal PriceBand(SymbolSpec spec, decimal price, Side side, decimal mark) =>
        side == Side.Buy && price > mark * spec.PriceUp ? Refusal.PriceOverCap
        : side == Side.Sell && price < mark * spec.PriceDown ? Refusal.PriceUnderFloor
        : Refusal.None;

    private static int Digits(decimal value)
    {
        var digits = 0;
        for (var rest = value; rest != decimal.Truncate(rest); rest *= 10m) digits++;
        return digits;
    }
}
