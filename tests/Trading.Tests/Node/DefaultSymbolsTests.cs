using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Simulator.Market;
using Exchange = Trading.Domain.Exchange;

namespace Trading.Tests.Node;

/// <summary>The kinds of contracts that the simulated exchange lists by default, as a whole node meets them.</summary>
public sealed class DefaultSymbolsTests
{
    private static readonly RunningNodeSetting Setting = new()
    {
        Change = options => options with { Market = start => new SyntheticMarket(SyntheticOptions.Calm, start.FromUtc) },
    };

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_price_precision_finer_than_the_tick_is_no_leave_to_use_it(Exchange venue)
    {
        await using var run = await RunningNode.Start(Setting with { Venue = venue });
        var spec = run.Exchange.With(exchange => exchange.Venue.Find("BTCUSDT")!.Spec);
        Assert.Equal((2, 0.1m), (spec.PricePrecision, spec.TickSize));

        await run.Open("BTCUSDT", Side.Short, 0.003m, Mark(run, "BTCUSDT"), "s1");
        var stop = await run.Until<PositionEvent.StopConfirmed>();
        Assert.Equal(0m, stop.Trigger % 0.1m);
        Assert.DoesNotContain(run.Events("BTCUSDT"), happened => happened is PositionEvent.StopRefused or PositionEvent.EntryFailed);
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_symbol_whose_name_is_not_ASCII_is_opened_and_protected_like_any_other(Exchange venue)
    {
        await using var run = await RunningNode.Start(Setting with { Venue = venue });
        await run.Open("币安人生USDT", Side.Long, 1000m, Mark(run, "币安人生USDT"), "s1");
        Assert.Equal(1000m, (await run.Until<PositionEvent.StopConfirmed>()).Quantity);
        await run.Settled(RunningNode.Key("币安人生USDT", venue));
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task What_is_no_coins_perpetual_in_trading_is_denied_by_name(Exchange venue)
    {
        await using var run = await RunningNode.Start(Setting with { Venue = venue });
        Assert.Equal("TSLAUSDT is not a USDT perpetual", Denied(run, "TSLAUSDT"));
        Assert.Equal(venue is Exchange.Bybit ? "bybit does not list AGIXUSDT" : "the status of AGIXUSDT is not trading", Denied(run, "AGIXUSDT"));
        Assert.DoesNotContain(run.Account.Symbols.All, rules => rules.Symbol.Value.StartsWith("BTCUSDT", StringComparison.Ordinal) && rules.Symbol.Value != "BTCUSDT");
    }

    private static string Denied(RunningNode run, string name)
    {
        var symbol = Symbol.Parse(name);
        var denial = EntryRisk.Check(
            new AccountContext(run.Account.Settings.Id, DateTime.UtcNow, AccountPolicy.Default with { Exchange = run.Account.Settings.Exchange }),
            new Signal("1", WaveName.Parse("w1"), run.Account.Settings.Id, symbol, Side.Long), new MarketView(1m, run.Account.Symbols.Find(symbol)));
        Assert.Equal(Reasons.SymbolNotTrading, denial!.Reason);
        return denial.Text;
    }

    private static decimal Mark(RunningNode run, string symbol) => run.Exchange.With(exchange => exchange.Venue.Find(symbol)!.Mark);
}
