using Trading.Simulator.Matching;

namespace Trading.Simulator.Binance;

/// <summary>Binance's words for the venue's.</summary>
internal static class Words
{
    public static string Of(Side side) => side == Side.Buy ? "BUY" : "SELL";

    public static string Of(PositionSide side) => side switch
    {
        PositionSide.Long => "LONG",
        PositionSide.Short => "SHORT",
        _ => "BOTH",
    };

    public static string Of(OrderType type) => type == OrderType.Limit ? "LIMIT" : "MARKET";

    public static string Of(TimeInForce timeInForce) => timeInForce switch
    {
        TimeInForce.ImmediateOrCancel => "IOC",
        TimeInForce.FillOrKill => "FOK",
        TimeInForce.PostOnly => "GTX",
        TimeInForce.GoodTillDate => "GTD",
        TimeInForce.WhilePosition => "GTE_GTC",
        _ => "GTC",
    };

    public static string Of(OrderStatus status) => status switch
    {
        OrderStatus.PartiallyFilled => "PARTIALLY_FILLED",
        OrderStatus.Filled => "FILLED",
        OrderStatus.Canceled => "CANCELED",
        OrderStatus.Expired => "EXPIRED",
        _ => "NEW",
    };

    public static string Of(StopType type) => type switch
    {
        StopType.Stop => "STOP",
        StopType.TakeProfit => "TAKE_PROFIT",
        StopType.TakeProfitMarket => "TAKE_PROFIT_MARKET",
        StopType.TrailingStopMarket => "TRAILING_STOP_MARKET",
        _ => "STOP_MARKET",
    };

    public static string Of(StopStatus status) => status switch
    {
        StopStatus.Triggering => "TRIGGERING",
        StopStatus.Triggered => "TRIGGERED",
        StopStatus.Finished => "FINISHED",
        StopStatus.Canceled => "CANCELED",
        StopStatus.Expired => "EXPIRED",
        StopStatus.Rejected => "REJECTED",
        _ => "NEW",
    };

    public static string Of(PriceSource source) => source == PriceSource.Mark ? "MARK_PRICE" : "CONTRACT_PRICE";

    public static string Of(IncomeType type) => type switch
    {
        IncomeType.RealizedPnl => "REALIZED_PNL",
        IncomeType.Commission => "COMMISSION",
        IncomeType.FundingFee => "FUNDING_FEE",
        IncomeType.InsuranceClear => "INSURANCE_CLEAR",
        _ => "TRANSFER",
    };

    public static string Of(PriceMatch match) => match switch
    {
        PriceMatch.Opponent => "OPPONENT",
        PriceMatch.Opponent5 => "OPPONENT_5",
        PriceMatch.Opponent10 => "OPPONENT_10",
        PriceMatch.Opponent20 => "OPPONENT_20",
        PriceMatch.Queue => "QUEUE",
        PriceMatch.Queue5 => "QUEUE_5",
        PriceMatch.Queue10 => "QUEUE_10",
        PriceMatch.Queue20 => "QUEUE_20",
        _ => "NONE",
    };

    /// <summary>The pair of a contract: <c>BTCUSDT_260327</c> is one of BTCUSDT.</summary>
    public static string PairOf(string symbol) => symbol.Split('_')[0];

    /// <summary>Expiry reason <c>er</c> of ORDER_TRADE_UPDATE.</summary>
    public static string Of(EndReason reason) => reason switch
    {
        EndReason.ImmediateRest => "2",
        EndReason.ReduceOnly => "4",
        EndReason.Liquidation => "5",
        EndReason.PositionGone => "6",
        EndReason.Delisted => "7",
        EndReason.MarketRest => "9",
        _ => "0",
    };

    public static Side SideOf(string text) => text switch
    {
        "BUY" => Side.Buy,
        "SELL" => Side.Sell,
        _ => throw new BinanceError(-1117, "Invalid side."),
    };

    public static PositionSide PositionSideOf(string text) => text switch
    {
        "" or "BOTH" => PositionSide.Both,
        "LONG" => PositionSide.Long,
        "SHORT" => PositionSide.Short,
        _ => throw new BinanceError(-4060, "Invalid position side."),
    };

    public static TimeInForce TimeInForceOf(string text) => text switch
    {
        "" or "GTC" or "RPI" => TimeInForce.GoodTillCanceled,
        "IOC" => TimeInForce.ImmediateOrCancel,
        "FOK" => TimeInForce.FillOrKill,
        "GTX" => TimeInForce.PostOnly,
        "GTD" => TimeInForce.GoodTillDate,
        "GTE_GTC" => TimeInForce.WhilePosition,
        _ => throw new BinanceError(-1115, "Invalid timeInForce."),
    };

    public static PriceMatch PriceMatchOf(string text)
    {
        if (text.Length == 0) return PriceMatch.None;
        foreach (var match in Enum.GetValues<PriceMatch>())
            if (Of(match) == text) return match;
        throw new BinanceError(-5037, "Invalid price match");
    }

    public static StopType? StopTypeOf(string text) => text switch
    {
        "STOP" => StopType.Stop,
        "STOP_MARKET" => StopType.StopMarket,
        "TAKE_PROFIT" => StopType.TakeProfit,
        "TAKE_PROFIT_MARKET" => StopType.TakeProfitMarket,
        "TRAILING_STOP_MARKET" => StopType.TrailingStopMarket,
        _ => null,
    };

    public static PriceSource SourceOf(string text) => text switch
    {
        "" or "CONTRACT_PRICE" => PriceSource.Last,
        "MARK_PRICE" => PriceSource.Mark,
        _ => throw new BinanceError(-4031, $"Invalid parameter working type: {text}"),
    };
}
