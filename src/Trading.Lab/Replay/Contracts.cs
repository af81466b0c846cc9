using Trading.Simulator.Market;

namespace Trading.Lab.Replay;

/// <summary>Terms of the contracts in the reports, fine enough for the figures in them.</summary>
internal static class Contracts
{
    private static readonly Dictionary<string, SymbolSpec> Known = new SymbolSpec[]
    {
        new("HNTUSDT", 0.001m, 1m), new("TAGUSDT", 0.0000001m, 1m), new("HOLOUSDT", 0.0001m, 1m),
        new("COTIUSDT", 0.00001m, 1m), new("LQTYUSDT", 0.0001m, 0.1m), new("LSKUSDT", 0.0001m, 0.1m),
        new("PROMPTUSDT", 0.00001m, 1m), new("SKLUSDT", 0.00001m, 1m), new("KAVAUSDT", 0.0001m, 0.1m),
        new("EPICUSDT", 0.001m, 0.1m), new("REDUSDT", 0.0001m, 1m), new("SKYUSDT", 0.00001m, 1m),
    }.ToDictionary(spec => spec.Symbol, StringComparer.Ordinal);

    /// <summary>A contract that no report names has four digits and tenths.</summary>
    public static SymbolSpec Of(string symbol) => Known.GetValueOrDefault(symbol) ?? new SymbolSpec(symbol, 0.0001m, 0.1m);
}
