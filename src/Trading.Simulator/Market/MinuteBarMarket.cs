namespace Trading.Simulator.Market;

/// <summary>Replay of minute bars. The way inside a bar is unknown, so the worse one for the holder is played: open
/// at 0 s, the extreme against the open position at 20 s, the other at 40 s, close at 59 s.</summary>
public sealed class MinuteBarMarket : IMarket
{
    private static readonly TimeSpan FundingInterval = TimeSpan.FromHours(8);
    private static readonly int[] StepSeconds = [0, 20, 40, 59];

    private readonly List<MinuteBar[]> minutes;
    private readonly Dictionary<string, FundingFile> funding;
    private readonly Dictionary<string, int> sides = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> lowFirst = new(StringComparer.Ordinal);
    private int minute, step, next;

    private MinuteBarMarket(
        IEnumerable<MinuteBar> bars,
        IEnumerable<FundingFile> funding,
        IReadOnlyDictionary<string, SymbolSpec> known)
    {
        minutes = [.. bars.GroupBy(b => b.MinuteUtc).OrderBy(g => g.Key)
            .Select(g => g.OrderBy(b => b.Symbol, StringComparer.Ordinal).ToArray())];
        this.funding = funding.ToDictionary(f => f.Symbol, StringComparer.Ordinal);
        Symbols = [.. minutes.SelectMany(m => m).GroupBy(b => b.Symbol).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => known.GetValueOrDefault(g.Key) ?? Guess(g.Key, g))];
    }

    public IReadOnlyList<SymbolSpec> Symbols { get; }

    /// <summary>Bars to be played, of all symbols.</summary>
    public int Bars => minutes.Sum(m => m.Length);

    public DateTime? NextAtUtc =>
        minute < minutes.Count ? minutes[minute][0].MinuteUtc.AddSeconds(StepSeconds[step]) : null;

    /// <summary>Opens minute-bar zips and, if given, funding files of the same symbols. Trade bars are played; quote
    /// bars stand in for minutes without a trade.</summary>
    public static MinuteBarMarket Open(
        IEnumerable<string> paths, IReadOnlyDictionary<string, SymbolSpec>? known = null)
    {
        var (funding, zips) = (new List<FundingFile>(), new List<MinuteBarFile>());
        foreach (var path in paths)
            if (FundingFile.IsName(path)) funding.Add(FundingFile.Read(path));
            else zips.Add(Named(path));

        foreach (var same in zips.GroupBy(z => (z.Symbol, z.DateUtc, z.IsQuote)).Where(g => g.Count() > 1))
            throw new MarketException(
                $"{same.Last().Path}: bars of {same.Key.Symbol} on {same.Key.DateUtc:yyyy-MM-dd} are in "
                + $"{same.First().Path} too; give one of them.");
        foreach (var same in funding.GroupBy(f => f.Symbol).Where(g => g.Count() > 1))
            throw new MarketException($"Funding of {same.Key} is given twice; give one file.");

        var traded = zips.Where(z => !z.IsQuote).SelectMany(z => z.Read()).ToList();
        var minutesTraded = traded.Select(b => (b.Symbol, b.MinuteUtc)).ToHashSet();
        var quoted = zips.Where(z => z.IsQuote).SelectMany(z => z.Read())
            .Where(b => !minutesTraded.Contains((b.Symbol, b.MinuteUtc)));
        var bars = traded.Concat(quoted).ToList();
        if (bars.Count == 0)
            throw new MarketException("No minute bar in the files; give a zip with bars.");
        return new MinuteBarMarket(bars, funding, known ?? new Dictionary<string, SymbolSpec>());
    }

    public string Describe() =>
        $"minute bars of {string.Join(", ", Symbols.Select(s => s.Symbol))}, {Bars} bars from "
        + $"{minutes[0][0].MinuteUtc:yyyy-MM-dd HH:mm} to {minutes[^1][0].MinuteUtc:yyyy-MM-dd HH:mm} UTC; the way inside "
        + "a bar is unknown and played as open, extreme against the open position, other extreme, close at "
        + "0, 20, 40 and 59 s (no position or both sides: as for a long), the last price repeated every second; "
        + "mark and index are the traded price";

    public bool TryTake(DateTime nowUtc, out MarketTick tick)
    {
        tick = default;
        if (NextAtUtc is not { } atUtc || atUtc > nowUtc) return false;
        tick = Tick(minutes[minute][next], atUtc);
        if (++next < minutes[minute].Length) return true;
        (next, step) = (0, step + 1);
        if (step == StepSeconds.Length) (step, minute) = (0, minute + 1);
        return true;
    }

    public void Hint(string symbol, int openSide) => sides[symbol] = openSide;

    private MarketTick Tick(MinuteBar bar, DateTime atUtc)
    {
        // Chosen once per bar: a position turned between the extremes must not meet the same extreme twice.
        if (step == 1) lowFirst[bar.Symbol] = sides.GetValueOrDefault(bar.Symbol) >= 0;
        var price = step switch
        {
            0 => bar.Open,
            1 => lowFirst[bar.Symbol] ? bar.Low : bar.High,
            2 => lowFirst[bar.Symbol] ? bar.High : bar.Low,
            _ => bar.Close,
        };
        var nextFunding = atUtc.AddTicks(FundingInterval.Ticks - atUtc.Ticks % FundingInterval.Ticks);
        var rate = funding.TryGetValue(bar.Symbol, out var rates) ? rates.Due(nextFunding) : 0m;
        return new MarketTick(atUtc, bar.Symbol, price, price, price, rate, nextFunding);
    }

    private static MinuteBarFile Named(string path) =>
        MinuteBarFile.TryName(path, RecordedText.ZipEntry(path) ?? "")
        ?? throw new MarketException(
            $"{path}: is no zip with an entry DATE_symbol_minute_trade.csv or _quote.csv; give Lean minute bars.");

    private static SymbolSpec Guess(string symbol, IEnumerable<MinuteBar> bars)
    {
        var all = bars.ToList();
        return SymbolGuess.For(
            symbol,
            all[0].Open,
            all.Max(b => Math.Max(
                Math.Max(SymbolGuess.Digits(b.Open), SymbolGuess.Digits(b.High)),
                Math.Max(SymbolGuess.Digits(b.Low), SymbolGuess.Digits(b.Close)))));
    }
}
