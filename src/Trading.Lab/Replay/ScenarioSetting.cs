using Trading.Domain.Positions;
using Trading.Node;
using Trading.Simulator.Binance;
using Trading.Simulator.Bybit;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;

namespace Trading.Lab.Replay;

/// <summary>The day, the market, the account and the exchange of a scenario.</summary>
public sealed record ScenarioSetting
{
    public DateTime StartUtc { get; init; } = new(2025, 10, 17, 19, 20, 0, DateTimeKind.Utc);

    /// <summary>Recorded prices; null: those below, and what the scenario sets.</summary>
    public IMarket? Market { get; init; }

    /// <summary>Mark prices at the start, in quote.</summary>
    public IReadOnlyList<(string Symbol, decimal Mark)> Prices { get; init; } = [];

    /// <summary>Size of an entry in quote.</summary>
    public decimal Notional { get; init; } = 200m;
    public ProtectionPlan Plan { get; init; } = new();
    public AdoptPolicy Adopt { get; init; } = AdoptPolicy.ProtectOnly;

    /// <summary>The stop rests before the entry is sent.</summary>
    public bool StopFirst { get; init; }

    /// <summary>Idle time after which a flat position's actor is put away.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(10);
    public VenueOptions Venue { get; init; } = new();
    public BinanceOptions Binance { get; init; } = new()
    {
        AnswerDelay = new DelayRange(2, 8), EventDelay = new DelayRange(1, 6),
    };

    public BybitOptions Bybit { get; init; } = new()
    {
        AnswerDelay = new DelayRange(2, 8), EventDelay = new DelayRange(1, 5), MatchDelay = new DelayRange(0, 4),
    };

    /// <summary>A second account of the node; null: there is one.</summary>
    public SecondAccount? Second { get; init; }

    /// <summary>Names of the signal feeds the node listens to.</summary>
    public IReadOnlyList<string> Feeds { get; init; } = [];

    /// <summary>Something broken on purpose when the node is composed.</summary>
    public Func<NodeDependencies, NodeDependencies> Change { get; init; } = static parts => parts;

    /// <summary>Longest time without a stop that the truth log may show: <c>protect-within</c>.</summary>
    public long MaxUnprotectedMs { get; init; } = 3000;

    /// <summary>Rows that the report's query for failed signals must return.</summary>
    public int FailedSignals { get; init; }
}

/// <summary>Where a scenario's second account is.</summary>
public enum SecondAccount
{
    /// <summary>Other keys on the exchange that the scenario is played on.</summary>
    SameExchange,

    /// <summary>Binance where that is Bybit, and the other way round.</summary>
    OtherExchange,
}
