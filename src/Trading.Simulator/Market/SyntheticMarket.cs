namespace Trading.Simulator.Market;

/// <summary>A seeded market: one tick per symbol and second. The price at a time depends only on seed, symbol, start
/// and that time, so a restart with the same seed and start is on the same path.</summary>
public sealed class SyntheticMarket : IMarket
{
    private static readonly TimeSpan FundingInterval = TimeSpan.FromHours(8);
    private readonly SyntheticOptions options;
    private readonly Quoted[] quoted;
    private long second;
    private int next;

    /// <summary>Every symbol is at its start price at <paramref name="startUtc"/>, cut to the whole second.</summary>
    public SyntheticMarket(SyntheticOptions options, DateTime startUtc)
    {
        if (startUtc.Kind != DateTimeKind.Utc)
            throw new MarketException($"startUtc: {startUtc:O} is not UTC; give a time of kind Utc.");
        this.options = options.Checked();
        StartUtc = startUtc.AddTicks(-(startUtc.Ticks % TimeSpan.TicksPerSecond));
        quoted = [.. Chosen(options).Select(row => new Quoted(row, options))];
        Symbols = [.. quoted.Select(q => q.Spec)];
        foreach (var name in options.StartPrices.Keys.Except(Symbols.Select(s => s.Symbol), StringComparer.Ordinal))
            throw new MarketException($"StartPrices: {name} is not quoted; add it to Symbols or remove its price.");
    }

    public DateTime StartUtc { get; }

    public IReadOnlyList<SymbolSpec> Symbols { get; }

    public DateTime? NextAtUtc => StartUtc.AddSeconds(second);

    public string Describe() =>
        $"synthetic prices from seed {options.Seed}, {quoted.Length} symbols, one tick per second and symbol, "
        + $"volatility x {options.Volatility}";

    /// <summary>Goes on at <paramref name="utc"/> without delivering what lies before; costs nothing however far.
    /// Never goes back.</summary>
    public void SkipTo(DateTime utc)
    {
        if (utc <= NextAtUtc) return;
        second = (utc - StartUtc).Ticks / TimeSpan.TicksPerSecond;
        next = 0;
    }

    public bool TryTake(DateTime nowUtc, out MarketTick tick)
    {
        var atUtc = StartUtc.AddSeconds(second);
        tick = default;
        if (atUtc > nowUtc) return false;
        tick = quoted[next].At(atUtc, second, NextFunding(atUtc));
        if (++next == quoted.Length) (next, second) = (0, second + 1);
        return true;
    }

    public void Hint(string symbol, int openSide)
    {
        // The path does not know who holds what.
    }

    private static IEnumerable<SyntheticSymbol> Chosen(SyntheticOptions options)
    {
        if (options.Symbols.Count == 0) return SyntheticSymbol.All;
        return options.Symbols.Distinct(StringComparer.Ordinal).Select(name => SyntheticSymbol.Find(name)
            ?? throw new MarketException($"Symbols: {name} is not a built-in symbol; known are "
                + $"{string.Join(", ", SyntheticSymbol.All.Select(s => s.Spec.Symbol))}."));
    }

    private static DateTime NextFunding(DateTime atUtc) =>
        atUtc.AddTicks(FundingInterval.Ticks - atUtc.Ticks % FundingInterval.Ticks);

    private sealed class Quoted
    {
        private readonly decimal start;
        private readonly ulong fundingSeed;
        private readonly SyntheticPath path;
        private (long Second, long Now, long Before) told = (long.MinValue, 0, 0);

        public Quoted(SyntheticSymbol row, SyntheticOptions options)
        {
            Spec = row.Spec;
            start = options.StartPrices.GetValueOrDefault(Spec.Symbol, row.StartPrice);
            var seed = SplitMix.Seed(options.Seed, Spec.Symbol);
            fundingSeed = SplitMix.At(seed, -1);
            path = new SyntheticPath(
                seed,
                perSecond: (long)(row.Volatility * options.Volatility * 100_000m),
                driftPerHour: SplitMix.Swing(seed, -2, (long)(options.DriftPerHour * 1_000_000_000m)),
                jumpEverySeconds: options.JumpEvery.Ticks / TimeSpan.TicksPerSecond,
                jumpSize: (long)(options.JumpSize * 1_000_000_000m));
        }

        public SymbolSpec Spec { get; }

        /// <summary>Last on the tick lattice; mark follows it by a second, index by two and a small basis, both with
        /// the exchange's 8 digits.</summary>
        public MarketTick At(DateTime atUtc, long second, DateTime nextFundingUtc)
        {
            var (now, before, earlier) = told.Second == second - 1 // as it nearly always is
                ? (path.At(second), told.Now, told.Before)
                : (path.At(second), path.At(second - 1), path.At(second - 2));
            told = (second, now, before);
            var last = SyntheticPath.Price(start, now);
            var average = (now + before + earlier) / 3;
            return new MarketTick(
                atUtc,
                Spec.Symbol,
                decimal.Round(SyntheticPath.Price(start, average), 8),
                Math.Max(decimal.Round(last / Spec.TickSize) * Spec.TickSize, Spec.TickSize),
                decimal.Round(SyntheticPath.Price(start, average + path.Basis(second)), 8),
                SplitMix.Swing(fundingSeed, nextFundingUtc.Ticks / FundingInterval.Ticks, 20_000) / 100_000_000m,
                nextFundingUtc);
        }
    }
}
