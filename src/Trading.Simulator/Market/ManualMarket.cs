namespace Trading.Simulator.Market;

/// <summary>Prices set by hand, for tests and incident replays: what is set at a time is seen at that time.</summary>
public sealed class ManualMarket : IMarket
{
    private readonly List<SymbolSpec> symbols;
    private readonly PriorityQueue<MarketTick, (DateTime At, long Number)> ticks = new();
    private long number;

    public ManualMarket(params IEnumerable<SymbolSpec> symbols) => this.symbols = [.. symbols];

    public IReadOnlyList<SymbolSpec> Symbols => symbols;

    public DateTime? NextAtUtc => ticks.TryPeek(out _, out var due) ? due.At : null;

    /// <summary>Plans a price; <paramref name="last"/> defaults to the mark.</summary>
    public void Set(
        DateTime atUtc, string symbol, decimal mark, decimal? last = null, decimal fundingRate = 0m,
        DateTime nextFundingUtc = default) =>
        ticks.Enqueue(
            new MarketTick(atUtc, symbol, mark, last ?? mark, mark, fundingRate, nextFundingUtc), (atUtc, number++));

    /// <summary>Adds a symbol or replaces its terms (a delisting, a changed filter).</summary>
    public void Replace(SymbolSpec spec)
    {
        var index = symbols.FindIndex(s => s.Symbol == spec.Symbol);
        if (index < 0) symbols.Add(spec);
        else symbols[index] = spec;
    }

    public bool TryTake(DateTime nowUtc, out MarketTick tick)
    {
        tick = default;
        if (!ticks.TryPeek(out _, out var due) || due.At > nowUtc) return false;
        tick = ticks.Dequeue();
        return true;
    }

    public void Hint(string symbol, int openSide)
    {
        // Hand-set prices have no order to choose.
    }
}
