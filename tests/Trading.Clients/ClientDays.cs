using Xunit;
using Xunit.Abstractions;

namespace Trading.Clients;

// One class per client: xUnit runs classes side by side, and each day has an exchange of its own.

public sealed class CcxtOnBinance(ITestOutputHelper output)
{
    [ClientFact]
    public Task It_trades_for_a_day() => Day.Play("ccxt 4.5.84, binanceusdm", "day-ccxt-binance.mjs", bybit: false, output);
}

public sealed class CcxtOnBybit(ITestOutputHelper output)
{
    [ClientFact]
    public Task It_trades_for_a_day() => Day.Play("ccxt 4.5.84, bybit", "day-ccxt-bybit.mjs", bybit: true, output);
}

public sealed class BinanceClient(ITestOutputHelper output)
{
    [ClientFact]
    public Task It_trades_for_a_day() => Day.Play("binance 3.6.5", "day-binance.mjs", bybit: false, output);
}

public sealed class BinancesOwnClient(ITestOutputHelper output)
{
    [ClientFact]
    public Task It_trades_for_a_day() => Day.Play(
        "@binance/derivatives-trading-usds-futures 38.1.1", "day-binance-official.mjs", bybit: false, output);
}

public sealed class BybitApi(ITestOutputHelper output)
{
    [ClientFact]
    public Task It_trades_for_a_day() => Day.Play("bybit-api 4.7.7", "day-bybit-api.mjs", bybit: true, output);
}
