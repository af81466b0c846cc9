namespace Trading.Domain.Positions;

/// <summary>Who said it. The names are the journal's and the operator's words.</summary>
public enum Source
{
    /// <summary>The user stream.</summary>
    Stream,

    /// <summary>The answer to the order itself.</summary>
    OrderAnswer,

    /// <summary>A question about one order, position or list.</summary>
    Query,

    /// <summary>One coherent snapshot of the account.</summary>
    Snapshot,
}

public enum OrderStatus
{
    New,
    PartiallyFilled,
    Filled,
    Canceled,
    Expired,
    Rejected,
}

/// <summary>The life of a conditional order on the exchange (protocols/binance-usdm §8.4).</summary>
public enum StopStatus
{
    /// <summary>Rests on the exchange and will trigger: the only status that protects.</summary>
    Live,
    Triggering,
    Triggered,

    /// <summary>Done as a conditional order. Says nothing about its fill: read the regular order.</summary>
    Finished,
    Canceled,
    Expired,
    Rejected,
}

/// <summary>What a refusal means for the machine, whatever the venue's code for it.</summary>
public enum RejectKind
{
    Other,

    /// <summary>-2021, 110092, 110093 and their like: the stop would trigger at once.</summary>
    WouldTrigger,

    /// <summary>-2022, 110017: there is nothing to reduce, or other reduce-only orders stand in the way.</summary>
    NothingToReduce,

    /// <summary>10001 "zero position", -4129, -4509: the stop needs a position, and the exchange has none, not yet or no more.</summary>
    NoPosition,

    /// <summary>-4045: as many conditional orders rest as the account may have; a replacement needs one more for a moment.</summary>
    NoRoom,

    /// <summary>-1111, -4014, 10001 and their like: it does not fit tick, step or minimum of the symbol. Ours are old.</summary>
    Filter,

    /// <summary>-4061, -4168, "position idx" and their like: the account is in another mode than the one this asks for.</summary>
    Mode,

    /// <summary>-4140, 110074 and their like: the symbol is not open for this now.</summary>
    NotTrading,

    /// <summary>Limits, throttling, clocks: it says nothing of what was asked, which may be asked again.</summary>
    Busy,
}

/// <summary>Who made an order that is not one of this journal's.</summary>
public enum OrderOrigin
{
    Ours,
    Foreign,
    Liquidation,
    Adl,
    Settlement,

    /// <summary>The stop that is a property of the position (Bybit): whose it is, its price says.</summary>
    PositionStop,
}
