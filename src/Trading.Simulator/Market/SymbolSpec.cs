namespace Trading.Simulator.Market;

/// <summary>Contract terms and filters of a linear perpetual. Quantities in the base asset, prices and notionals
/// in the quote asset, rates as fractions.</summary>
public sealed record SymbolSpec(string Symbol, decimal TickSize, decimal StepSize)
{
    public string BaseAsset { get; init; } = Symbol.EndsWith("USDT", StringComparison.Ordinal) ? Symbol[..^4] : Symbol;
    public string QuoteAsset { get; init; } = "USDT";

    /// <summary>Smallest order quantity; also the origin of the step lattice.</summary>
    public decimal MinQty { get; init; } = StepSize;
    public decimal MaxQty { get; init; } = StepSize * 10_000_000m;

    /// <summary>Largest quantity of one market order.</summary>
    public decimal MarketMaxQty { get; init; } = StepSize * 2_000_000m;

    /// <summary>Smallest notional of an order that adds exposure.</summary>
    public decimal MinNotional { get; init; } = 5m;
    public decimal MinPrice { get; init; } = TickSize;
    public decimal MaxPrice { get; init; } = TickSize * 1_000_000_000m;

    /// <summary>Limit prices: buy at most mark x up, sell at least mark x down.</summary>
    public decimal PriceUp { get; init; } = 1.05m;
    public decimal PriceDown { get; init; } = 0.95m;

    public decimal MaintMarginRate { get; init; } = 0.025m;

    /// <summary>Of the value that is liquidated.</summary>
    public decimal LiquidationFee { get; init; } = 0.005m;
    public int MaxLeverage { get; init; } = 75;

    /// <summary>Distance between mark and last above which a price-protected stop does not trigger.</summary>
    public decimal TriggerProtect { get; init; } = 0.05m;

    /// <summary>How far from the mark a market order may take.</summary>
    public decimal MarketTakeBound { get; init; } = 0.05m;

    /// <summary>Binance's word: TRADING, PENDING_TRADING, SETTLING, CLOSE, TRADING_HALT...</summary>
    public string Status { get; init; } = "TRADING";

    /// <summary>Binance's word: PERPETUAL, TRADIFI_PERPETUAL, CURRENT_QUARTER, NEXT_QUARTER.</summary>
    public string ContractType { get; init; } = "PERPETUAL";

    /// <summary>A stock, metal or currency, not a coin.</summary>
    public bool IsTradFi => ContractType == "TRADIFI_PERPETUAL";

    public bool IsPerpetual => ContractType.EndsWith("PERPETUAL", StringComparison.Ordinal);
    public DateTime OnboardUtc { get; init; } = new(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Delisting time; the far default means "not planned".</summary>
    public DateTime DeliveryUtc { get; init; } = new(2100, 12, 25, 8, 0, 0, DateTimeKind.Utc);

    /// <summary>Digits of prices on the wire: those of the tick, or more where the exchange says so, which are no leave to use them.</summary>
    public int PricePrecision { get => Math.Max(field, Digits(TickSize)); init; }

    /// <summary>Digits of quantities on the wire.</summary>
    public int QuantityPrecision { get => Math.Max(field, Digits(StepSize)); init; }

    private static int Digits(decimal step)
    {
        var digits = 0;
        for (var rest = step; rest != decimal.Truncate(rest); rest *= 10m) digits++;
        return digits;
    }
}
