namespace Trading.Simulator.Market;

/// <summary>Plays recordings in order of time at their original timestamps. Every source is read once for symbols and
/// counts, then again, line by line, while it is played: a day's recording needs no memory.</summary>
public abstract class ReplayMarket : IMarket, IDisposable
{
    private readonly PriorityQueue<IEnumerator<PriceUpdate>, (DateTime At, int Source)> heads = new();
    private readonly Dictionary<string, RecordedPrices> prices;
    private MarketTick? ahead;
    private DateTime latestUtc;

    private protected ReplayMarket(
        IReadOnlyList<IEnumerable<PriceUpdate>> sources, IReadOnlyDictionary<string, SymbolSpec> known)
    {
        var facts = Scan(sources);
        Symbols = [.. facts.Select(f => known.GetValueOrDefault(f.Key) ?? f.Value.Guess(f.Key))];
        prices = Symbols.ToDictionary(
            s => s.Symbol, s => new RecordedPrices(s, facts[s.Symbol].HasMarks), StringComparer.Ordinal);
        for (var source = 0; source < sources.Count; source++)
        {
            var head = sources[source].GetEnumerator();
            if (head.MoveNext()) heads.Enqueue(head, (head.Current.AtUtc, source));
            else head.Dispose();
        }

        ahead = ReadAhead();
    }

    public IReadOnlyList<SymbolSpec> Symbols { get; }

    public DateTime? NextAtUtc => ahead?.AtUtc;

    public abstract string Describe();

    public bool TryTake(DateTime nowUtc, out MarketTick tick)
    {
        tick = ahead ?? default;
        if (ahead is null || tick.AtUtc > nowUtc) return false;
        ahead = ReadAhead();
        return true;
    }

    public void Hint(string symbol, int openSide)
    {
        // A recording has its own order.
    }

    public void Dispose()
    {
        while (heads.TryDequeue(out var head, out _)) head.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Next change. Where the recorder's clock steps back, time stands until it is reached again.</summary>
    private MarketTick? ReadAhead()
    {
        while (heads.TryDequeue(out var head, out var key))
        {
            var update = head.Current;
            if (head.MoveNext()) heads.Enqueue(head, (head.Current.AtUtc, key.Source));
            else head.Dispose();
            if (update.AtUtc > latestUtc) latestUtc = update.AtUtc;
            if (prices[update.Symbol].Apply(update, latestUtc) is { } tick) return tick;
        }

        return null;
    }

    private static SortedDictionary<string, SymbolFacts> Scan(IEnumerable<IEnumerable<PriceUpdate>> sources)
    {
        var facts = new SortedDictionary<string, SymbolFacts>(StringComparer.Ordinal);
        foreach (var update in sources.SelectMany(source => source))
        {
            if (!facts.TryGetValue(update.Symbol, out var of)) facts.Add(update.Symbol, of = new SymbolFacts());
            of.See(update);
        }

        return facts;
    }

    private sealed class SymbolFacts
    {
        private decimal price;
        private int? digits;

        public bool HasMarks { get; private set; }

        public void See(PriceUpdate update)
        {
            HasMarks |= update.Mark is not null;
            if ((update.Last ?? update.Bid) is not { } traded)
            {
                if (price == 0m) price = update.Mark ?? 0m;
                return;
            }

            price = traded;
            digits = Math.Max(digits ?? 0, SymbolGuess.Digits(traded));
        }

        public SymbolSpec Guess(string symbol) => SymbolGuess.For(symbol, price, digits);
    }
}
