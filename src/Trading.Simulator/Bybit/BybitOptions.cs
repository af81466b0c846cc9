using Trading.Simulator.Matching;

namespace Trading.Simulator.Bybit;

/// <summary>What of Bybit's front is adjustable. Defaults: production limits, no latency.</summary>
public sealed record BybitOptions
{
    /// <summary>From the execution to the answer leaving.</summary>
    public DelayRange AnswerDelay { get; init; }

    /// <summary>From an event to its frame leaving; one connection's frames keep their order.</summary>
    public DelayRange EventDelay { get; init; }

    /// <summary>From the acknowledgement of a market order to its matching: until then there is no position.</summary>
    public DelayRange MatchDelay { get; init; }

    /// <summary>How long after its creation an order is missing from order/realtime.</summary>
    public int OrderReadLagMs { get; init; }

    /// <summary>How long after its end an order is missing from order/history, a trade from closed-pnl.</summary>
    public int HistoryLagMs { get; init; }

    /// <summary>A position's updatedTime is that much later than the execTime of the fill behind it.</summary>
    public int PositionClockAheadMs { get; init; } = 4;
    public decimal TakerFee { get; init; } = 0.00055m;
    public decimal MakerFee { get; init; } = 0.0002m;

    /// <summary>Open conditional orders per symbol; those on positions do not count.</summary>
    public int StopsPerSymbol { get; init; } = 10;
    public int OrdersPerSymbol { get; init; } = 500;

    /// <summary>Requests of one address in 5 s; more are answered 403 for <see cref="BanTime"/>.</summary>
    public int RequestsPerFiveSeconds { get; init; } = 600;
    public TimeSpan BanTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Keys that may withdraw, for the permission check of a client.</summary>
    public IReadOnlyCollection<string> WithdrawKeys { get; init; } = [];

    /// <summary>Addresses the keys are bound to; <c>*</c> = none.</summary>
    public IReadOnlyCollection<string> BoundAddresses { get; init; } = ["127.0.0.1"];
}
