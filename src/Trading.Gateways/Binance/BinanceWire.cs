using System.Text.Json.Serialization;

namespace Trading.Gateways.Binance;

// The wire's own words, field for field. No type of ours appears here.

/// <summary>An answer about a regular order: placement, query, list. <c>avgPrice</c> only where it was asked for later.</summary>
internal sealed record OrderAnswer(
    [property: JsonPropertyName("symbol")] string Symbol,
    [property: JsonPropertyName("orderId")] long OrderId,
    [property: JsonPropertyName("clientOrderId")] string ClientOrderId,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("executedQty")] decimal ExecutedQty,
    [property: JsonPropertyName("updateTime")] long UpdateTime,
    [property: JsonPropertyName("avgPrice")] decimal? AvgPrice = null,
    [property: JsonPropertyName("reduceOnly")] bool ReduceOnly = false,
    [property: JsonPropertyName("positionSide")] string PositionSide = "BOTH");

/// <summary>A conditional order: placement and list.</summary>
internal sealed record AlgoOrder(
    [property: JsonPropertyName("algoId")] long AlgoId,
    [property: JsonPropertyName("clientAlgoId")] string ClientAlgoId,
    [property: JsonPropertyName("orderType")] string OrderType,
    [property: JsonPropertyName("symbol")] string Symbol,
    [property: JsonPropertyName("side")] string Side,
    [property: JsonPropertyName("algoStatus")] string AlgoStatus,
    [property: JsonPropertyName("closePosition")] bool ClosePosition,
    [property: JsonPropertyName("reduceOnly")] bool ReduceOnly,
    [property: JsonPropertyName("quantity"), JsonConverter(typeof(WireJson.BlankIsNull))] decimal? Quantity = null,
    [property: JsonPropertyName("triggerPrice"), JsonConverter(typeof(WireJson.BlankIsNull))] decimal? TriggerPrice = null,
    [property: JsonPropertyName("positionSide")] string PositionSide = "BOTH");

internal sealed record AlgoCancelAnswer(
    [property: JsonPropertyName("clientAlgoId")] string ClientAlgoId,
    [property: JsonPropertyName("code")] int Code);

internal sealed record PositionRisk(
    [property: JsonPropertyName("symbol")] string Symbol,
    [property: JsonPropertyName("positionAmt")] decimal PositionAmt,
    [property: JsonPropertyName("entryPrice")] decimal EntryPrice,
    [property: JsonPropertyName("updateTime")] long UpdateTime,
    [property: JsonPropertyName("positionSide")] string PositionSide = "BOTH",
    [property: JsonPropertyName("markPrice")] decimal MarkPrice = 0,
    [property: JsonPropertyName("liquidationPrice")] decimal LiquidationPrice = 0,
    [property: JsonPropertyName("leverage")] decimal? Leverage = null,
    [property: JsonPropertyName("marginType")] string? MarginType = null);

internal sealed record UserTrade(
    [property: JsonPropertyName("id")] long Id,
    [property: JsonPropertyName("orderId")] long OrderId,
    [property: JsonPropertyName("side")] string Side,
    [property: JsonPropertyName("price")] decimal Price,
    [property: JsonPropertyName("qty")] decimal Qty,
    [property: JsonPropertyName("realizedPnl")] decimal RealizedPnl,
    [property: JsonPropertyName("commission")] decimal Commission,
    [property: JsonPropertyName("commissionAsset")] string CommissionAsset,
    [property: JsonPropertyName("time")] long Time,
    [property: JsonPropertyName("positionSide")] string PositionSide = "BOTH");

internal sealed record Income(
    [property: JsonPropertyName("symbol")] string Symbol,
    [property: JsonPropertyName("incomeType")] string Type,
    [property: JsonPropertyName("income")] decimal Amount,
    [property: JsonPropertyName("asset")] string Asset,
    [property: JsonPropertyName("time")] long Time,
    [property: JsonPropertyName("tranId")] long TransactionId);

internal sealed record ServerTime([property: JsonPropertyName("serverTime")] long Milliseconds);

internal sealed record ListenKeyAnswer([property: JsonPropertyName("listenKey")] string ListenKey);

internal sealed record PremiumIndex(
    [property: JsonPropertyName("symbol")] string Symbol,
    [property: JsonPropertyName("markPrice")] decimal MarkPrice);

internal sealed record AccountConfig(
    [property: JsonPropertyName("dualSidePosition")] bool DualSidePosition,
    [property: JsonPropertyName("multiAssetsMargin")] bool MultiAssetsMargin = false);

internal sealed record SymbolConfig(
    [property: JsonPropertyName("symbol")] string Symbol,
    [property: JsonPropertyName("leverage")] int Leverage,
    [property: JsonPropertyName("marginType")] string? MarginType = null);

internal sealed record SymbolBrackets(
    [property: JsonPropertyName("symbol")] string Symbol,
    [property: JsonPropertyName("brackets")] SymbolBrackets.Bracket[] Brackets)
{
    internal sealed record Bracket(
        [property: JsonPropertyName("initialLeverage")] int InitialLeverage,
        [property: JsonPropertyName("notionalCap")] decimal NotionalCap);
}

/// <summary>What a key may do, as the wallet API tells it.</summary>
internal sealed record ApiRestrictions(
    [property: JsonPropertyName("ipRestrict")] bool IpRestrict,
    [property: JsonPropertyName("enableFutures")] bool EnableFutures,
    [property: JsonPropertyName("enableWithdrawals")] bool EnableWithdrawals);

internal sealed record LeverageAnswer([property: JsonPropertyName("leverage")] int Leverage);

/// <summary>Totals are strings: an account that was never used answers empty ones (protocol §12).</summary>
internal sealed record AccountAnswer(
    [property: JsonPropertyName("totalWalletBalance")] string TotalWalletBalance,
    [property: JsonPropertyName("totalMarginBalance")] string TotalMarginBalance,
    [property: JsonPropertyName("availableBalance")] string AvailableBalance);

internal sealed record ExchangeInfo(
    [property: JsonPropertyName("symbols")] SymbolInfo[] Symbols,
    [property: JsonPropertyName("rateLimits")] RateLimitInfo[]? RateLimits = null);

internal sealed record RateLimitInfo(
    [property: JsonPropertyName("rateLimitType")] string RateLimitType,
    [property: JsonPropertyName("interval")] string Interval,
    [property: JsonPropertyName("intervalNum")] int IntervalNum,
    [property: JsonPropertyName("limit")] int Limit);

internal sealed record SymbolInfo(
    [property: JsonPropertyName("symbol")] string Symbol,
    [property: JsonPropertyName("contractType")] string ContractType,
    [property: JsonPropertyName("quoteAsset")] string QuoteAsset,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("filters")] SymbolFilter[] Filters,
    [property: JsonPropertyName("deliveryDate")] long DeliveryDate = 0);

internal sealed record SymbolFilter(
    [property: JsonPropertyName("filterType")] string FilterType,
    [property: JsonPropertyName("tickSize")] decimal? TickSize = null,
    [property: JsonPropertyName("stepSize")] decimal? StepSize = null,
    [property: JsonPropertyName("minQty")] decimal? MinQty = null,
    [property: JsonPropertyName("maxQty")] decimal? MaxQty = null,
    [property: JsonPropertyName("notional")] decimal? Notional = null);

// User stream. Liquidations and their like may leave out almost anything, so only identity and time are required.

internal sealed record OrderTradeUpdate(
    [property: JsonPropertyName("T")] long TransactionTime,
    [property: JsonPropertyName("o")] OrderTradeUpdate.Order O)
{
    internal sealed record Order(
        [property: JsonPropertyName("s")] string Symbol,
        [property: JsonPropertyName("i")] long OrderId,
        [property: JsonPropertyName("S")] string Side,
        [property: JsonPropertyName("X")] string Status,
        [property: JsonPropertyName("c")] string? ClientOrderId = null,
        [property: JsonPropertyName("x")] string? Execution = null,
        [property: JsonPropertyName("ap")] decimal? AveragePrice = null,
        [property: JsonPropertyName("l")] decimal? LastQuantity = null,
        [property: JsonPropertyName("z")] decimal? Executed = null,
        [property: JsonPropertyName("L")] decimal? LastPrice = null,
        [property: JsonPropertyName("n")] decimal? Commission = null,
        [property: JsonPropertyName("N")] string? CommissionAsset = null,
        [property: JsonPropertyName("t")] long? TradeId = null,
        [property: JsonPropertyName("ps")] string? PositionSide = null,
        [property: JsonPropertyName("rp")] decimal? RealizedPnl = null,
        [property: JsonPropertyName("er")] string? ExpiryReason = null);
}

internal sealed record AccountUpdate(
    [property: JsonPropertyName("T")] long TransactionTime,
    [property: JsonPropertyName("a")] AccountUpdate.Account A)
{
    internal sealed record Account(
        [property: JsonPropertyName("m")] string Reason,
        [property: JsonPropertyName("B")] Balance[]? Balances = null,
        [property: JsonPropertyName("P")] Position[]? Positions = null,
        [property: JsonPropertyName("S")] string? FundedSymbol = null);

    internal sealed record Balance(
        [property: JsonPropertyName("a")] string Asset,
        [property: JsonPropertyName("wb")] decimal Wallet,
        [property: JsonPropertyName("bc")] decimal? Change = null);

    internal sealed record Position(
        [property: JsonPropertyName("s")] string Symbol,
        [property: JsonPropertyName("pa")] decimal Amount,
        [property: JsonPropertyName("ep")] decimal EntryPrice,
        [property: JsonPropertyName("ps")] string? PositionSide = null,
        [property: JsonPropertyName("mt")] string? MarginType = null);
}

internal sealed record AccountConfigUpdate(
    [property: JsonPropertyName("ac")] AccountConfigUpdate.OfSymbol? Symbol = null,
    [property: JsonPropertyName("ai")] AccountConfigUpdate.OfAccount? Account = null)
{
    internal sealed record OfSymbol(
        [property: JsonPropertyName("s")] string Symbol,
        [property: JsonPropertyName("l")] decimal Leverage);

    internal sealed record OfAccount([property: JsonPropertyName("j")] bool MultiAssets);
}

internal sealed record AlgoUpdate(
    [property: JsonPropertyName("T")] long TransactionTime,
    [property: JsonPropertyName("o")] AlgoUpdate.Order O)
{
    internal sealed record Order(
        [property: JsonPropertyName("caid")] string ClientAlgoId,
        [property: JsonPropertyName("aid")] long AlgoId,
        [property: JsonPropertyName("o")] string Type,
        [property: JsonPropertyName("s")] string Symbol,
        [property: JsonPropertyName("X")] string Status,
        [property: JsonPropertyName("q"), JsonConverter(typeof(WireJson.BlankIsNull))] decimal? Quantity = null,
        [property: JsonPropertyName("tp"), JsonConverter(typeof(WireJson.BlankIsNull))] decimal? Trigger = null,
        [property: JsonPropertyName("ps")] string? PositionSide = null,
        [property: JsonPropertyName("cp")] bool ClosesPosition = false,
        [property: JsonPropertyName("R")] bool ReduceOnly = false,
        [property: JsonPropertyName("rm")] string? RejectReason = null);
}
