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
    public Candles MarkCandles { get; } = new();
    public Candles IndexCandles { get; } = new();

    /// <summary>Number of the present book: it grows with each change of the last price. And of the one before.</summary>
    public long BookId { get; private set; }
    public long BookIdBefore { get; private set; }
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

    /// <summary>Price of a level of the book, from 1; buys at the last price or above it take, so the first bid is a
    /// tick below. 0: the book has no such level.</summary>
    public decimal Bid(int level) => Math.Max(0m, (decimal.Ceiling(Last / Spec.TickSize) - level) * Spec.TickSize);

    public decimal Ask(int level) => (decimal.Floor(Last / Spec.TickSize) + level) * Spec.TickSize;

    /// <summary>The limit price that an order asks the book for; 0: there is no such level.</summary>
    public decimal Matched(PriceMatch match, Side side)
    {
        var opposite = match < PriceMatch.Queue;
        var level = match switch
        {
            PriceMatch.Opponent5 or PriceMatch.Queue5 => 5,
            PriceMatch.Opponent10 or PriceMatch.Queue10 => 10,
            PriceMatch.Opponent20 or PriceMatch.Queue20 => 20,
            _ => 1,
        };
        return (side == Side.Buy) == opposite ? Ask(level) : Bid(level);
    }

    /// <summary>Takes a tick over.</summary>
    internal void See(in MarketTick tick)
    {
        if (tick.Last != Tick.Last)
            (BookIdBefore, BookId) = (BookId, Math.Max(BookId + 1, tick.AtUtc.Ticks / TimeSpan.TicksPerMillisecond));
        Tick = tick;
        Candles.Add(tick.AtUtc, tick.Last);
        MarkCandles.Add(tick.AtUtc, tick.Mark);
        IndexCandles.Add(tick.AtUtc, tick.Index);
    }

    /// <summary>Rounds to the tick: up for buys, down for sells.</summary>
    public decimal RoundAgainst(decimal price, Side side)
    {
        var ticks = price / Spec.TickSize;
        return (side == Side.Buy ? decimal.Ceiling(ticks) : decimal.Floor(ticks)) * Spec.TickSize;
    }
}
