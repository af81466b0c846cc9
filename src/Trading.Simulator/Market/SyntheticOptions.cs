namespace Trading.Simulator.Market;

/// <summary>How the synthetic market moves.</summary>
public sealed record SyntheticOptions
{
    /// <summary>A calm day: about 0.1 % per minute for most symbols, a jump of up to 0.5 % every two hours.</summary>
    public static SyntheticOptions Calm { get; } = new();

    /// <summary>For the paper demo (stop 2 %, activation 0.3 %, callback 0.15 %): most positions trail and close
    /// within a minute, few meet their stop.</summary>
    public static SyntheticOptions Lively { get; } = new()
    {
        Volatility = 10m,
        JumpEvery = TimeSpan.FromMinutes(4),
        JumpSize = 0.008m,
    };

    public ulong Seed { get; init; } = 1;

    /// <summary>Multiplies the volatility of every symbol; 0 … 20.</summary>
    public decimal Volatility { get; init; } = 1m;

    /// <summary>Mean time between the jumps of one symbol, whole seconds; zero: no jumps.</summary>
    public TimeSpan JumpEvery { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Largest jump as a fraction of the start price; 0 … 0.5.</summary>
    public decimal JumpSize { get; init; } = 0.005m;

    /// <summary>Largest drift per hour, either way, as a fraction; each symbol draws its own; 0 … 0.2.</summary>
    public decimal DriftPerHour { get; init; } = 0.002m;

    /// <summary>Start prices that differ from the built-in ones, by symbol.</summary>
    public IReadOnlyDictionary<string, decimal> StartPrices { get; init; } = new Dictionary<string, decimal>();

    /// <summary>Which symbols to quote; empty: all built-in ones.</summary>
    public IReadOnlyList<string> Symbols { get; init; } = [];

    internal SyntheticOptions Checked()
    {
        Require(nameof(Volatility), Volatility, 20m);
        Require(nameof(JumpSize), JumpSize, 0.5m);
        Require(nameof(DriftPerHour), DriftPerHour, 0.2m);
        Require(nameof(JumpEvery), (decimal)JumpEvery.TotalDays, 365m);
        foreach (var (symbol, price) in StartPrices)
            if (price <= 0m)
                throw new MarketException($"StartPrices: {symbol} is {price}; give a price above 0.");
        return this;
    }

    private static void Require(string name, decimal value, decimal largest)
    {
        if (value < 0m || value > largest)
            throw new MarketException($"{name}: {value} is outside 0 … {largest}; choose a value inside.");
    }
}
