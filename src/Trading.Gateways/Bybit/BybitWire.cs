using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trading.Gateways.Bybit;

/// <summary>Answers carry their result in an envelope; absent decimals are empty strings (protocol §0).</summary>
internal static class BybitJson
{
    public static JsonSerializerOptions Options { get; } = new(WireJson.Options)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new WireJson.BlankIsNull() },
    };

    public static T Result<T>(ReadOnlyMemory<byte> body)
        where T : class => Parse<Envelope<T>>(body).Result ?? throw new JsonException("no result");

    public static T Parse<T>(ReadOnlyMemory<byte> body) =>
        JsonSerializer.Deserialize<T>(body.Span, Options) ?? throw new JsonException("null");

    private sealed record Envelope<T>(T? Result = null)
        where T : class;
}

// The wire's own words, field for field, in camel case there. No type of ours appears here.

internal sealed record ServerTime(long TimeNano);

internal sealed record Page<T>(T[] List, string? NextPageCursor = null);

/// <param name="AvgPrice">In lists.</param>
/// <param name="EntryPrice">On the stream, the same.</param>
/// <param name="StopLoss">Of the Full-mode stop; zero or empty: none.</param>
internal sealed record PositionWire(
    string Symbol, string Side, decimal? Size, int PositionIdx = 0, decimal? AvgPrice = null, decimal? EntryPrice = null,
    decimal? StopLoss = null, long Seq = -1, decimal? UpdatedTime = null, decimal? MarkPrice = null, decimal? LiqPrice = null,
    string? Category = null, decimal? Leverage = null);

internal sealed record OrderWire(
    string OrderId, string Symbol, string Side, string OrderStatus, string? OrderLinkId = null, int PositionIdx = 0,
    decimal? Qty = null, decimal? CumExecQty = null, decimal? AvgPrice = null, decimal? TriggerPrice = null,
    string? StopOrderType = null, string? TpslMode = null, string? CreateType = null, string? CancelType = null,
    string? RejectReason = null, bool ReduceOnly = false, decimal? UpdatedTime = null, string? Category = null);

internal sealed record ExecutionWire(
    string Symbol, string OrderId, string ExecId, string ExecType, decimal? ExecPrice, decimal? ExecQty, decimal? ExecTime,
    string? Side = null, string? OrderLinkId = null, decimal? ExecFee = null, string? FeeCurrency = null, decimal? ExecPnl = null,
    decimal? ClosedSize = null, string? CreateType = null, string? StopOrderType = null, long Seq = -1, string? Category = null);

internal sealed record Acknowledgement(string OrderId, string? OrderLinkId = null);

internal sealed record TickerWire(string Symbol, decimal? MarkPrice = null);

internal sealed record AccountInfo(string MarginMode);

internal sealed record WalletWire(WalletWire.CoinWire[] Coin, string? AccountType = null)
{
    internal sealed record CoinWire(
        string Coin, decimal? WalletBalance = null, decimal? Equity = null, [property: JsonPropertyName("totalPositionIM")] decimal? TotalPositionIM = null,
        [property: JsonPropertyName("totalOrderIM")] decimal? TotalOrderIM = null, decimal? Locked = null, decimal? Bonus = null);
}

internal sealed record InstrumentWire(
    string Symbol, string Status, string ContractType, string QuoteCoin, InstrumentWire.Prices PriceFilter,
    InstrumentWire.Lots LotSizeFilter, string? SettleCoin = null, string? SymbolType = null, bool IsPreListing = false,
    decimal? DeliveryTime = null, InstrumentWire.Leverages? LeverageFilter = null)
{
    internal sealed record Leverages(decimal? MaxLeverage = null);

    internal sealed record Prices(decimal? TickSize = null);

    internal sealed record Lots(
        decimal? QtyStep = null, decimal? MinOrderQty = null, decimal? MaxOrderQty = null, decimal? MaxMktOrderQty = null,
        decimal? MinNotionalValue = null);
}

/// <param name="Ips">Addresses the key is bound to; <c>*</c>: none.</param>
internal sealed record KeyInfo(int ReadOnly, Dictionary<string, string[]> Permissions, string[]? Ips = null, string? ExpiredAt = null);

/// <summary>A frame of a private topic.</summary>
internal sealed record TopicFrame<T>(T[] Data);
