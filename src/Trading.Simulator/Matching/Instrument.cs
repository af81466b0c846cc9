using Trading.Simulator.Market;

namespace Trading.Simulator.Matching;

/// <summary>One symbol as the venue sees it: terms, prices, and everything that waits for its price.</summary>
public sealed class Instrument(string symbol)
{
    public string Symbol { get; } = symbol;
    public string LowerSymbol { get; } = symbol.ToLowerInvariant();
    public required SymbolSpec Spec { get; set; }
    public MarketTick Tick { get; set; }
    public List<Order> Resting { get; } = [];
    public List<StopOrder> Stops { get; } = [];
    public List<Position> Open { get; } = [];
    public Candles Candles { get; } = new();
    public DateTime FundedUtc { get; set; }

    /// <summary>Funding that was due, oldest first, whether or not anybody held a position.</summary>
    public List<(DateTime AtUtc, decimal Rate, decimal Mark)> Fundings { get; } = [];

    /// <summary>Until then the price set by hand stays.</summary>
    public DateTime HeldUntilUtc { get; set; }

    public bool HasPrice => Tick.Mark > 0m;
    public decimal Mark => Tick.Mark;
    public decimal Last => Tick.Last;

    public decimal Price(PriceSource source) =>
        source switch { PriceSource.Mark => Tick.Mark, PriceSource.Index => Tick.Index, _ => Tick.Last };

    /// <summary>Rounds to the tick: up for buys, down for sells.</summary>
    public decimal RoundAgainst(decimal price, Side side)
    {
        var ticks = price / Spec.TickSize;
        return (side == Side.Buy ? decimal.Ceiling(ticks) : decimal.Floor(ticks)) * Spec.TickSize;
    }
}
