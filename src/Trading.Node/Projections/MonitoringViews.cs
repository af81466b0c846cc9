namespace Trading.Node.Projections;

/// <summary>One row of <c>monitoring.positions</c>.</summary>
public sealed record PositionView(
    long Id, string Symbol, string Exchange, string Venue, string PositionSide, string Side, string Status, string State,
    decimal Quantity, decimal? EntryPrice, decimal? ExitPrice, decimal? StopPrice, string TrailingState, int? Leverage,
    string? ExchangeOrderId, string? SignalId, string? Wave, string? Reason, string? ClosedBy, decimal RealizedPnl,
    decimal GrossPnl, decimal Fees, decimal Funding, decimal EstimatedPnl, string? Unpriced, DateTime OpenedAt, DateTime? ClosedAt,
    DateTime CreatedAt, DateTime UpdatedAt);

/// <summary>One row of <c>monitoring.events</c>. <paramref name="Data"/> is JSON.</summary>
public sealed record EventView(
    long Id, string EventType, string Severity, string? Account, string? Exchange, string? Symbol, string? SignalId,
    long? PositionId, string Data, string? TraceId, DateTime CreatedAt);

/// <summary>One row of <c>monitoring.signals</c>.</summary>
public sealed record SignalView(
    long Id, string SignalId, string Account, string Exchange, string Wave, string Symbol, string Side, string Intent, decimal? Score,
    decimal? Price, string Source, string Status, int? Rank, string? Outcome, string? Reason, int? Code,
    DateTime? SignalCreatedAt, DateTime ReceivedAt, DateTime? SelectedAt, DateTime? EndedAt);

/// <summary>One row of <c>monitoring.waves</c>, with the number of its signals.</summary>
public sealed record WaveView(
    long Id, string Account, string Exchange, string Wave, string Status, string? Why, int Signals, int? MaxTrades,
    int? CutSize, int? Opened, int? Failed, int? Denied, int? Skipped, int? Closed, DateTime OpenedAt, DateTime ClosesAt, DateTime? ClosedAt,
    DateTime? CompletedAt);

/// <summary>One row of <c>monitoring.orders</c>.</summary>
public sealed record OrderView(
    long Id, string PositionId, string ClientOrderId, string? ExchangeOrderId, string Purpose, string Type, string Side,
    decimal Quantity, decimal? TriggerPrice, string Status, decimal Filled, decimal? AveragePrice, string? Cause, int? Code,
    string? Why, DateTime CreatedAt, DateTime UpdatedAt);

/// <summary>One row of <c>monitoring.trades</c>.</summary>
public sealed record TradeView(
    long Id, string PositionId, string TradeId, string OrderId, string Side, decimal Price, decimal Quantity, decimal Fee,
    string? FeeAsset, decimal? FeeQuote, bool FeeEstimated, decimal RealizedPnl, DateTime ExecutedAt);

/// <summary>A position with all that belongs to it, in journal order.</summary>
public sealed record PositionHistory(
    PositionView Position, IReadOnlyList<OrderView> Orders, IReadOnlyList<TradeView> Trades, IReadOnlyList<EventView> Timeline);
