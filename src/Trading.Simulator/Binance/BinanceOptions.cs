using Trading.Simulator.Matching;

namespace Trading.Simulator.Binance;

/// <summary>What of Binance's front is adjustable. Defaults: production limits, no latency.</summary>
public sealed record BinanceOptions
{
    /// <summary>From the execution to the answer leaving.</summary>
    public DelayRange AnswerDelay { get; init; }

    /// <summary>From an event to its frame leaving; one connection's frames keep their order.</summary>
    public DelayRange EventDelay { get; init; }

    public int WeightPerMinute { get; init; } = 2400;
    public int OrdersPerMinute { get; init; } = 1200;
    public int OrdersPerTenSeconds { get; init; } = 300;
    public TimeSpan ListenKeyLife { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>Keys that may withdraw, for the permission check of a client.</summary>
    public IReadOnlyCollection<string> WithdrawKeys { get; init; } = [];

    /// <summary>False: the key is taken from any address.</summary>
    public bool KeysAreBound { get; init; } = true;

    /// <summary>Measured on production: a query by algoId answers -2013 although the order is open.</summary>
    public bool AlgoQueryByIdFails { get; init; } = true;
}
