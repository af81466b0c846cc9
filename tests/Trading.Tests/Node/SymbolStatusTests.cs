using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Simulator.Market;
using Exchange = Trading.Domain.Exchange;

namespace Trading.Tests.Node;

/// <summary>What an exchange says about a symbol, through its gateway, to the reason for which an entry there is denied.</summary>
public sealed class SymbolStatusTests
{
    private const string Name = "TAGUSDT";

    private static readonly (string How, Func<SymbolSpec, SymbolSpec> Change, string? Reason)[] Cases =
    [
        ("as usual", static spec => spec, null),
        ("settling", static spec => spec with { Status = "SETTLING" }, Reasons.SymbolNotTrading),
        ("halted", static spec => spec with { Status = "TRADING_HALT" }, Reasons.SymbolNotTrading),
        ("not listed yet", static spec => spec with { Status = "PENDING_TRADING" }, Reasons.SymbolNotTrading),
        ("quoted in USDC", static spec => spec with { QuoteAsset = "USDC" }, Reasons.SymbolNotTrading),
        ("ends in 47 hours", static spec => spec with { DeliveryUtc = DateTime.UtcNow.AddHours(47) }, Reasons.Delisting),
        ("ends in 49 hours", static spec => spec with { DeliveryUtc = DateTime.UtcNow.AddHours(49) }, null),
        ("coarse tick", static spec => spec with { TickSize = 0.01m }, Reasons.CoarseTick),
    ];

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_symbol_that_is_not_as_usual_denies_entries_with_its_reason(Exchange venue)
    {
        await using var run = await RunningNode.Start(AdoptPolicy.ProtectOnly, venue, (Name, 1m));
        var usual = run.Exchange.With(exchange => exchange.Venue.Find(Name)!.Spec);
        var found = new List<(string, string?)>();
        foreach (var (how, change, _) in Cases)
        {
            run.Exchange.With(exchange => exchange.Venue.Change(change(usual)));
            await run.Account.ReadSymbols(CancellationToken.None);
            found.Add((how, Check(run)?.Reason));
        }

        Assert.Equal(Cases.Select(it => (it.How, it.Reason)), found);
        run.Exchange.With(exchange => exchange.Venue.Change(usual));
        await run.Account.ReadSymbols(CancellationToken.None);
        Assert.Null(Check(run, leverage: 20)?.Reason);
        Assert.Equal(Reasons.LiquidationNear, Check(run, leverage: 25)?.Reason);
    }

    /// <summary>What is open when its symbol leaves trading is alerted, and closed an hour before the end.</summary>
    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_position_leaves_before_its_symbol_ends_trading(Exchange venue)
    {
        await using var run = await RunningNode.Start(AdoptPolicy.ProtectOnly, venue, (Name, 1m));
        await run.Open(Name, Side.Long, 100m, 1m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        await run.Settled(RunningNode.Key(Name, venue));
        run.Exchange.With(exchange => exchange.Venue.Change(exchange.Venue.Find(Name)!.Spec with { DeliveryUtc = DateTime.UtcNow.AddMinutes(65) }));
        run.Account.LookAtSymbols();

        Assert.Equal(CloseReason.Settlement, (await run.Until<PositionEvent.PositionClosed>()).Reason);
        Assert.Contains(run.Node.Alerts.Newest, alert => alert.Kind == "Delisting");
    }

    private static Denial? Check(RunningNode run, int leverage = 1)
    {
        var symbol = Symbol.Parse(Name);
        return EntryRisk.Check(
            new AccountContext(run.Account.Settings.Id, DateTime.UtcNow, AccountPolicy.Default with { Leverage = leverage, Exchange = run.Account.Settings.Exchange }),
            new Signal("1", WaveName.Parse("w1"), run.Account.Settings.Id, symbol, Side.Long), new MarketView(1m, run.Account.Symbols.Find(symbol)));
    }
}
