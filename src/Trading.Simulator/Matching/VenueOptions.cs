namespace Trading.Simulator.Matching;

/// <summary>A delay drawn evenly between two bounds, milliseconds, both included.</summary>
public readonly record struct DelayRange(int MinMs, int MaxMs);

/// <summary>What a reduce-only stop larger than the position does when it triggers: reality is unknown, so
/// everything must work under both.</summary>
public enum OversizeStop { Trim, Expire }

/// <summary>What one exchange's accounts are promised, where exchanges differ.</summary>
public sealed record ExchangeTerms
{
    public decimal TakerFee { get; init; }
    public decimal MakerFee { get; init; }
    public OversizeStop OversizeStop { get; init; }

    /// <summary>
    /// What the exchange closes by force it closes with priced limit orders; fills of a liquidation are free, and its fee is
    /// taken afterwards (Binance).
    /// </summary>
    public bool ForcesByLimit { get; init; }

    /// <summary>Who is deleveraged pays no fee.</summary>
    public bool AdlIsFree { get; init; }

    /// <summary>Open conditional orders per account; those on positions do not count.</summary>
    public int StopsMax { get; init; }

    /// <summary>Open regular orders per account and symbol.</summary>
    public int OrdersMax { get; init; }
}

/// <summary>How the matching core behaves. The defaults are instant and without slippage.</summary>
public sealed record VenueOptions
{
    public ulong Seed { get; init; } = 1;

    /// <summary>Wallet of a new account, USDT.</summary>
    public decimal StartBalance { get; init; } = 10_000m;
    public decimal TakerFee { get; init; } = 0.0005m;
    public decimal MakerFee { get; init; } = 0.0002m;

    /// <summary>What new accounts pay their fees in, and how much of it they have where that is not USDT.</summary>
    public string FeeAsset { get; init; } = Account.Quote;
    public decimal FeeBalance { get; init; } = 10m;
    public int StartLeverage { get; init; } = 20;

    /// <summary>Largest slippage of a market order as a fraction of the last price; drawn evenly from 0.</summary>
    public decimal SlippageMax { get; init; }

    /// <summary>Chance (0..1) that a market order fills in several trades.</summary>
    public decimal PartialFillChance { get; init; }

    /// <summary>From acceptance of a market order to its fill, and between the parts of a split fill.</summary>
    public DelayRange FillDelay { get; init; }

    /// <summary>From the trigger of a conditional order to its market order.</summary>
    public DelayRange TriggerDelay { get; init; } = new(3, 12);

    /// <summary>From a closed position to the removal of its close-position stops.</summary>
    public DelayRange PositionGoneDelay { get; init; } = new(200, 400);

    public OversizeStop OversizeStop { get; init; } = OversizeStop.Trim;

    /// <summary>Open conditional orders per account, all symbols.</summary>
    public int StopsMax { get; init; } = 200;

    /// <summary>Open regular orders per account and symbol.</summary>
    public int OrdersMax { get; init; } = 200;
}
