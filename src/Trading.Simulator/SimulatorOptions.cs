using Trading.Simulator.Binance;
using Trading.Simulator.Bybit;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;

namespace Trading.Simulator;

/// <summary>How the simulator is hosted over sockets.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Loopback port of Binance's wire, Bybit's is the next; 0 takes two free ones.</summary>
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

    public BybitOptions Bybit { get; init; } = new()
    {
        AnswerDelay = new DelayRange(2, 8), EventDelay = new DelayRange(1, 5), MatchDelay = new DelayRange(0, 4),
    };
}
