namespace Trading.Simulator.Matching;

/// <summary>What the venue tells its skins, in the order it happened. The objects inside are live: a skin writes
/// its frame at once or not at all.</summary>
public abstract record VenueEvent(Account Account)
{
    /// <summary>First word of a fill, before anything else (Binance's TRADE_LITE).</summary>
    public sealed record TradeHinted(Account Account, Order Order, Trade Trade) : VenueEvent(Account);

    public sealed record OrderAccepted(Account Account, Order Order) : VenueEvent(Account);

    /// <summary>Wallet and position after a fill.</summary>
    public sealed record BalanceChanged(Account Account, Position Position) : VenueEvent(Account);

    public sealed record Traded(Account Account, Order Order, Trade Trade) : VenueEvent(Account);

    public sealed record OrderAmended(Account Account, Order Order) : VenueEvent(Account);

    /// <summary>Canceled or expired.</summary>
    public sealed record OrderEnded(Account Account, Order Order) : VenueEvent(Account);

    public sealed record StopChanged(Account Account, StopOrder Stop) : VenueEvent(Account);

    public sealed record Funded(Account Account, Position Position, decimal Amount) : VenueEvent(Account);

    /// <summary>What was taken for a liquidation (negative), or added to what was left of it.</summary>
    public sealed record LiquidationCleared(Account Account, Position Position, decimal Amount) : VenueEvent(Account);

    public sealed record LeverageChanged(Account Account, string Symbol, decimal Leverage) : VenueEvent(Account);

    public sealed record MarginTypeChanged(Account Account, string Symbol) : VenueEvent(Account);

    /// <summary>Single or multi assets.</summary>
    public sealed record AssetModeChanged(Account Account) : VenueEvent(Account);

    /// <summary>Margin was moved between the wallet and an isolated position.</summary>
    public sealed record MarginMoved(Account Account, Position Position) : VenueEvent(Account);
}
