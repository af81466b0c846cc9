namespace Trading.Simulator.Bybit;

/// <summary>A public topic in its parts: what it tells, how finely, and of which symbol or pool.</summary>
internal sealed record Topic(string Name, string Kind, string Grain, string Subject)
{
    /// <summary>Null for a text that names nothing the exchange has.</summary>
    public static Topic? Parse(string name) => name.Split('.') switch
    {
        ["tickers" or "publicTrade" or "allLiquidation" or "priceLimit", var symbol] parts =>
            new(name, parts[0], "", symbol),
        ["orderbook", "1" or "50" or "200" or "1000", var symbol] parts => new(name, parts[0], parts[1], symbol),
        ["kline", var interval, var symbol] when Interval.Of(interval) is not null => new(name, "kline", interval, symbol),
        ["adlAlert" or "insurance", "USDT" or "USDC" or "inverse"] parts => new(name, parts[0], "", parts[1]),
        _ => null,
    };

    /// <summary>Of a pool of the exchange, not of a symbol.</summary>
    public bool IsOfPool => Kind is "adlAlert" or "insurance";
}
