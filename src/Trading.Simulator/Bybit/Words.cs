using Trading.Simulator.Matching;

namespace Trading.Simulator.Bybit;

/// <summary>The core's terms in Bybit's words.</summary>
internal static class Words
{
    public static string Of(Side side) => side == Side.Buy ? "Buy" : "Sell";

    public static string Of(OrderType type) => type == OrderType.Market ? "Market" : "Limit";

    public static string Of(PriceSource source) => source switch
    {
        PriceSource.Mark => "MarkPrice", PriceSource.Index => "IndexPrice", _ => "LastPrice",
    };

    public static int IndexOf(PositionSide side) => side switch
    {
        PositionSide.Long => 1, PositionSide.Short => 2, _ => 0,
    };

    public static string StatusOf(string listed) => listed switch
    {
        "TRADING" => "Trading", "PENDING_TRADING" => "PreLaunch", "CLOSE" => "Closed", _ => "Delivering",
    };

    public static string TimeInForceOf(OrderType type, TimeInForce force) =>
        type == OrderType.Market ? "IOC" : force switch
        {
            TimeInForce.ImmediateOrCancel => "IOC", TimeInForce.FillOrKill => "FOK", TimeInForce.PostOnly => "PostOnly",
            _ => "GTC",
        };

    public static Side SideOf(string text) => text switch
    {
        "Buy" => Side.Buy, "Sell" => Side.Sell, _ => throw BybitError.Param("side invalid"),
    };

    public static OrderType OrderTypeOf(string text) => text switch
    {
        "Market" => OrderType.Market, "Limit" => OrderType.Limit, _ => throw BybitError.Param("orderType invalid"),
    };

    public static PriceSource SourceOf(string text, PriceSource otherwise = PriceSource.Last) => text switch
    {
        "" => otherwise, "LastPrice" => PriceSource.Last, "MarkPrice" => PriceSource.Mark,
        "IndexPrice" => PriceSource.Index, _ => throw BybitError.Param("triggerBy invalid"),
    };

    public static TimeInForce TimeInForceOf(string text) => text switch
    {
        "" or "GTC" => TimeInForce.GoodTillCanceled, "IOC" => TimeInForce.ImmediateOrCancel,
        "FOK" => TimeInForce.FillOrKill, "PostOnly" or "RPI" => TimeInForce.PostOnly,
        _ => throw BybitError.Param("timeInForce invalid"),
    };

    /// <summary>Refuses an index of the other position mode.</summary>
    public static PositionSide PositionSideOf(Account account, long index) => (account.Hedge, index) switch
    {
        (false, 0) => PositionSide.Both, (true, 1) => PositionSide.Long, (true, 2) => PositionSide.Short,
        _ => throw BybitError.Of(Refusal.PositionSideMismatch),
    };

    public static string StatusOf(Position position) => position.ForcedBy switch
    {
        Origin.Liquidation => "Liq", Origin.Adl => "Adl", _ => "Normal",
    };

    public static string StatusOf(Order order) => order.Status switch
    {
        OrderStatus.New => "New", OrderStatus.PartiallyFilled => "PartiallyFilled", OrderStatus.Filled => "Filled",
        _ => order.EndReason == EndReason.Rejected ? "Rejected" : "Cancelled",
    };

    public static string CancelTypeOf(Order order) => order.EndReason switch
    {
        EndReason.Canceled => "CancelByUser", EndReason.ReduceOnly => "CancelByReduceOnly",
        EndReason.Liquidation => "CancelAllBeforeLiq", EndReason.Delisted => "CancelBySettle", EndReason.Disconnected => "CancelByDCP",
        _ => "UNKNOWN",
    };

    public static string RejectReasonOf(Order order) => order.EndReason switch
    {
        EndReason.MarketRest or EndReason.ImmediateRest => "EC_NoImmediateQtyToFill",
        EndReason.PostOnly => "EC_PostOnlyWillTakeLiquidity", EndReason.FillOrKill => "EC_NoEnoughQtyToFill",
        EndReason.Rejected => "EC_Others", _ => "EC_NoError",
    };

    public static string StatusOf(StopOrder stop) => stop.Status switch
    {
        StopStatus.New => "Untriggered",
        StopStatus.Triggering or StopStatus.Triggered or StopStatus.Finished => "Triggered",
        StopStatus.Rejected when !NothingToReduce(stop) => "Rejected",
        StopStatus.Expired when stop.OnPosition => "Deactivated",
        _ => "Cancelled",
    };

    public static string CancelTypeOf(StopOrder stop) => stop.Status switch
    {
        StopStatus.Canceled => "CancelByUser",
        StopStatus.Expired when stop.Reason == PositionStops.PairFired => stop.IsTakeProfit
            ? "CancelByOCOTpCanceledBySlTriggered"
            : "CancelByOCOSlCanceledByTpTriggered",
        StopStatus.Expired => stop.OnPosition ? "CancelByTpSlTsClear" : "CancelByReduceOnly",
        StopStatus.Rejected when NothingToReduce(stop) => "CancelByReduceOnly",
        _ => "UNKNOWN",
    };

    public static string StopTypeOf(StopOrder? stop) => stop switch
    {
        null => "UNKNOWN",
        { OnPosition: false } => "Stop",
        { Type: StopType.TrailingStopMarket } => "TrailingStop",
        { IsPart: true, IsTakeProfit: true } => "PartialTakeProfit",
        { IsPart: true } => "PartialStopLoss",
        { IsTakeProfit: true } => "TakeProfit",
        _ => "StopLoss",
    };

    /// <summary>How a leg, or what an order brings along, stands to the position. The stream says UNKNOWN of orders that
    /// have nothing to do with one.</summary>
    public static string ModeOf(AttachedStops brought, StopOrder? stop, bool streamed) =>
        brought.Partial || stop is { IsPart: true } ? "Partial"
        : streamed && brought.IsEmpty && stop is not { OnPosition: true } ? "UNKNOWN"
        : "Full";

    public static string CreateTypeOf(Origin origin, StopOrder? stop, bool reduces) => origin switch
    {
        Origin.Conditional => stop is { OnPosition: true } ? "CreateBy" + StopTypeOf(stop) : "CreateByStopOrder",
        Origin.Hand => reduces ? "CreateByClosing" : "CreateByUser",
        Origin.Liquidation => "CreateByLiq",
        Origin.Adl => "CreateByAdl_PassThrough",
        Origin.Settlement => "CreateBySettle",
        _ => "CreateByUser",
    };

    public static string ExecTypeOf(Origin origin) => origin switch
    {
        Origin.Liquidation => "BustTrade", Origin.Adl => "AdlTrade", Origin.Settlement => "Delivery", _ => "Trade",
    };

    /// <summary>The client's own id; empty where the exchange or its web page made the order.</summary>
    public static string LinkIdOf(string clientId, long id, long stopId, Origin origin) =>
        origin is Origin.Client or Origin.Conditional && !GivenIds.IsOf(clientId, id) && !GivenIds.IsOf(clientId, stopId) ? clientId : "";

    private static bool NothingToReduce(StopOrder stop) =>
        stop.Reason == StopDesk.NothingToReduce && stop.ReduceOnly;
}
