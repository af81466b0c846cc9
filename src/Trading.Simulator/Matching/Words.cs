namespace Trading.Simulator.Matching;

public enum Side { Buy, Sell }

/// <summary>Which position of a symbol an order belongs to: Both in one-way mode, Long or Short in hedge mode.</summary>
public enum PositionSide { Both, Long, Short }

public enum OrderType { Limit, Market }

public enum TimeInForce
{
    GoodTillCanceled, ImmediateOrCancel, FillOrKill, PostOnly, GoodTillDate,

    /// <summary>Lives only while a position exists; implied by close-position stops.</summary>
    WhilePosition,
}

public enum OrderStatus { New, PartiallyFilled, Filled, Canceled, Expired }

public enum StopType { StopMarket, Stop, TakeProfitMarket, TakeProfit, TrailingStopMarket }

public enum StopStatus { New, Triggering, Triggered, Finished, Canceled, Expired, Rejected }

public enum PriceSource { Last, Mark, Index }

/// <summary>A limit price taken from the book when the order comes: the n-th level of the other side or of its own.</summary>
public enum PriceMatch { None, Opponent, Opponent5, Opponent10, Opponent20, Queue, Queue5, Queue10, Queue20 }

/// <summary>Who caused an order: the account's client, its own conditional order, a hand outside (the exchange's
/// web page), or the exchange itself.</summary>
public enum Origin { Client, Conditional, Hand, Liquidation, Adl, Settlement }

/// <summary>Why an order ended without being filled.</summary>
public enum EndReason
{
    None, Canceled, ImmediateRest, ReduceOnly, Liquidation, PositionGone, Delisted, MarketRest, Rejected, PostOnly, FillOrKill,
    GoodTill, Disconnected,
}

/// <summary>Why the venue refused a request. Every skin maps these to its own codes.</summary>
public enum Refusal
{
    None, UnknownSymbol, SymbolNotTrading, NoPrice,
    QuantityNotPositive, QuantityTooSmall, QuantityTooLarge, QuantityPrecision, QuantityStep,
    PriceNotPositive, PricePrecision, PriceTick, PriceTooHigh, PriceTooLow, PriceOverCap, PriceUnderFloor,
    NotionalTooSmall, MarginInsufficient, PositionTooLarge, ReduceOnlyRejected, PositionSideMismatch,
    DuplicateClientId, TooManyOrders, TooManyStops, WouldTrigger, ClosePositionStopExists, NeedsPosition,
    FillOrKillRefused, PostOnlyRefused, UnknownOrder, NotOpen, Triggering,
    LeverageInvalid, LeverageReduction, MarginTypeSame, OrdersExist, PositionExists, ModeSame, CallbackRange,
    MultiAssetsSame, MultiAssetsIsolated, IsolatedMultiAssets, MultiAssetsOrders,
    MarginNotIsolated, NoPosition, AmountNotPositive, WalletTooSmall, MarginNeeded,
}
