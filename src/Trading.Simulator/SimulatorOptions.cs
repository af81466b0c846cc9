using Trading.Simulator.Binance;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;

namespace Trading.Simulator;

/// <summary>How the simulator is hosted over sockets.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Loopback port; 0 takes a free one.</summary>
    public int Port { get; init; } = 5490;

    /// <summary>Folder of exchange.db; null keeps everything in memory.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Makes the price source.</summary>
    public required Func<MarketStart, IMarket> Market { get; init; }
    public VenueOptions Venue { get; init; } = new()
    {
        SlippageMax = 0.0002m,
    };

    public BinanceOptions Binance { get; init; } = new()
    {
        AnswerDelay = new DelayRange(2, 8), EventDelay = new DelayRange(1, 6),
    };
}
