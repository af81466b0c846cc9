namespace Trading.Simulator.Market;

/// <summary>Filters of a recorded symbol for which no exchange information was given.</summary>
internal static class SymbolGuess
{
    /// <summary>Tick: the finest traded price seen (<paramref name="digits"/> after the point), else five significant
    /// digits. Step: the built-in one, else at most 5 USDT and at most 1.</summary>
    public static SymbolSpec For(string symbol, decimal price, int? digits)
    {
        var builtIn = SyntheticSymbol.Find(symbol)?.Spec;
        var tick = PowerOfTen(-(digits ?? 4 - Magnitude(price)));
        var step = builtIn?.StepSize ?? PowerOfTen(Math.Min(Magnitude(5m / Math.Max(price, 0.00000001m)), 0));
        return (builtIn ?? new SymbolSpec(symbol, tick, step)) with
        {
            TickSize = tick,
            MinPrice = tick,
            MaxPrice = tick * 1_000_000_000m,
        };
    }

    /// <summary>Digits after the point without trailing zeros.</summary>
    public static int Digits(decimal value) => (value / 1.0000000000000000000000000000m).Scale;

    /// <summary>Power of ten of the first significant digit: 0 for 1 … 9.99.</summary>
    private static int Magnitude(decimal value)
    {
        var magnitude = 0;
        for (; value >= 10m; value /= 10m) magnitude++;
        for (; value is < 1m and > 0m; value *= 10m) magnitude--;
        return magnitude;
    }

    private static decimal PowerOfTen(int exponent)
    {
        var power = 1m;
        for (; exponent > 0; exponent--) power *= 10m;
        for (; exponent < 0; exponent++) power /= 10m;
        return power;
    }
}
