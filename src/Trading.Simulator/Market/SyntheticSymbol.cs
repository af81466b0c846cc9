namespace Trading.Simulator.Market;

/// <summary>A built-in symbol: filters like the exchange's, a start price at its level of October 2025 (those of the
/// incidents at the incidents' prices), and its volatility relative to an average altcoin.</summary>
internal sealed record SyntheticSymbol(SymbolSpec Spec, decimal StartPrice, decimal Volatility)
{
    public static IReadOnlyList<SyntheticSymbol> All { get; } =
    [
        Changed(Of("BTCUSDT", 64000m, 0.1m, 0.001m, 100m, 0.5m, 125), spec => spec with { PricePrecision = 2 }),
        Of("ETHUSDT", 3400m, 0.01m, 0.001m, 20m, 0.6m, 100),
        Of("SOLUSDT", 165m, 0.01m, 0.01m, 5m, 0.9m, 75),
        Of("BNBUSDT", 590m, 0.01m, 0.01m, 5m, 0.6m, 75),
        Of("XRPUSDT", 2.4m, 0.0001m, 0.1m, 5m, 0.9m, 75),
        Of("ADAUSDT", 0.65m, 0.0001m, 1m, 5m, 0.9m, 75),
        Of("DOGEUSDT", 0.19m, 0.00001m, 1m, 5m, 1.0m, 75),
        Of("DOTUSDT", 4.1m, 0.001m, 0.1m, 5m, 0.9m, 75),
        Of("AVAXUSDT", 28.5m, 0.001m, 1m, 5m, 1.0m, 75),
        Of("LINKUSDT", 17.6m, 0.001m, 0.01m, 20m, 0.9m, 75),
        Of("LTCUSDT", 96m, 0.01m, 0.001m, 20m, 0.8m, 75),
        Of("BCHUSDT", 480m, 0.01m, 0.001m, 20m, 0.8m, 75),
        Of("TRXUSDT", 0.315m, 0.00001m, 1m, 5m, 0.6m, 75),
        Of("XLMUSDT", 0.33m, 0.00001m, 1m, 5m, 0.9m, 75),
        Of("ATOMUSDT", 4.2m, 0.001m, 0.01m, 5m, 0.9m, 75),
        Of("NEARUSDT", 2.6m, 0.001m, 1m, 5m, 1.0m, 75),
        Of("APTUSDT", 4.9m, 0.001m, 0.1m, 5m, 1.0m, 75),
        Of("ARBUSDT", 0.42m, 0.0001m, 0.1m, 5m, 1.0m, 75),
        Of("OPUSDT", 0.71m, 0.0001m, 0.1m, 5m, 1.0m, 75),
        Of("SUIUSDT", 3.1m, 0.0001m, 0.1m, 5m, 1.0m, 75),
        Of("FILUSDT", 2.3m, 0.001m, 0.1m, 5m, 0.9m, 75),
        Of("INJUSDT", 12.4m, 0.001m, 0.1m, 5m, 1.0m, 75),
        Of("AAVEUSDT", 270m, 0.01m, 0.1m, 5m, 0.9m, 75),
        Of("UNIUSDT", 9.6m, 0.001m, 1m, 5m, 0.9m, 75),
        Of("ETCUSDT", 18.5m, 0.001m, 0.01m, 20m, 0.8m, 75),
        Of("ICPUSDT", 4.8m, 0.001m, 1m, 5m, 0.9m, 75),
        Of("SUSHIUSDT", 0.68m, 0.0001m, 1m, 5m, 1.0m, 50),
        Of("CTKUSDT", 0.31m, 0.0001m, 1m, 5m, 1.1m, 50),
        Of("REDUSDT", 0.43m, 0.0001m, 1m, 5m, 1.2m, 50),
        Of("SKYUSDT", 0.072m, 0.00001m, 1m, 5m, 1.0m, 50),
        Of("HNTUSDT", 2.27m, 0.001m, 1m, 5m, 1.1m, 50),
        Of("TAGUSDT", 0.0003544m, 0.0000001m, 1m, 5m, 1.3m, 20),
        Of("HOLOUSDT", 0.1325m, 0.00001m, 1m, 5m, 1.3m, 20),
        Of("COTIUSDT", 0.0352m, 0.00001m, 1m, 5m, 1.2m, 50),
        Of("LQTYUSDT", 0.56m, 0.0001m, 0.1m, 5m, 1.1m, 50),
        Of("LSKUSDT", 0.237m, 0.0001m, 1m, 5m, 1.1m, 50),
        Of("EPICUSDT", 1.42m, 0.0001m, 1m, 5m, 1.2m, 20),
        Of("PROMPTUSDT", 0.0949m, 0.00001m, 0.1m, 5m, 1.2m, 20),
        Of("SKLUSDT", 0.01946m, 0.00001m, 1m, 5m, 1.2m, 50),
        Of("KAVAUSDT", 0.159m, 0.00001m, 0.1m, 5m, 1.0m, 50),

        // One of each kind that a client must not take for a coin's perpetual in trading, and one whose name is not ASCII.
        Of("币安人生USDT", 0.18m, 0.00001m, 1m, 5m, 1.3m, 20),
        Changed(Of("TSLAUSDT", 430m, 0.01m, 0.01m, 5m, 0.5m, 10), spec => spec with { ContractType = "TRADIFI_PERPETUAL" }),
        Changed(Of("AGIXUSDT", 0.28m, 0.0001m, 1m, 5m, 1.0m, 50), spec => spec with
        {
            Status = "SETTLING", DeliveryUtc = new DateTime(2026, 11, 30, 9, 0, 0, DateTimeKind.Utc),
        }),
        Changed(Of("BTCUSDT_270326", 64900m, 0.1m, 0.001m, 100m, 0.5m, 50), spec => spec with
        {
            BaseAsset = "BTC", ContractType = "NEXT_QUARTER", DeliveryUtc = new DateTime(2027, 3, 26, 8, 0, 0, DateTimeKind.Utc),
        }),
    ];

    public static SyntheticSymbol? Find(string symbol) => All.FirstOrDefault(s => s.Spec.Symbol == symbol);

    private static SyntheticSymbol Changed(SyntheticSymbol symbol, Func<SymbolSpec, SymbolSpec> change) =>
        symbol with { Spec = change(symbol.Spec) };

    private static SyntheticSymbol Of(
        string symbol, decimal price, decimal tick, decimal step, decimal minNotional, decimal volatility,
        int leverage) =>
        new(
            new SymbolSpec(symbol, tick, step)
            {
                MinNotional = minNotional,
                MaxLeverage = leverage,
                // Round figures near the exchange's: one market order may move up to about 2 million USDT.
                MarketMaxQty = decimal.Ceiling(2_000_000m / price / step) * step,
                MaxQty = decimal.Ceiling(10_000_000m / price / step) * step,
            },
            price,
            volatility);
}
