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

    public static TheoryData<Exchange, string, string?> Cases()
    {
        var cases = new TheoryData<Exchange, string, string?>();
        foreach (var venue in Enum.GetValues<Exchange>())
        {
            cases.Add(venue, "as usual", null);
            cases.Add(venue, "settling", Reasons.SymbolNotTrading);
            cases.Add(venue, "halted", Reasons.SymbolNotTrading);
            cases.Add(venue, "not listed yet", Reasons.SymbolNotTrading);
            cases.Add(venue, "quoted in USDC", Reasons.SymbolNotTrading);
            cases.Add(venue, "ends in 47 hours", Reasons.Delisting);
            cases.Add(venue, "ends in 49 hours", null);
            cases.Add(venue, "coarse tick", Reasons.CoarseTick);
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task A_symbol_that_is_not_as_usual_denies_entries_with_its_reason(Exchange venue, string how, string? reason)
    {
        await using var run = await RunningNode.Start(AdoptPolicy.ProtectOnly, venue, (Name, 1m));
        run.Exchange.With(exchange => exchange.Venue.Change(Changed(exchange.Venue.Find(Name)!.Spec, how)));
        await run.Account.ReadSymbols(CancellationToken.None);
        Assert.Equal(reason, Check(run)?.Reason);
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_liquidation_price_too_near_to_the_stop_denies_on_both(Exchange venue)
    {
        await using var run = await RunningNode.Start(AdoptPolicy.ProtectOnly, venue, (Name, 1m));
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

    private static SymbolSpec Changed(SymbolSpec spec, string how) => how switch
    {
        "settling" => spec with { Status = "SETTLING" },
        "halted" => spec with { Status = "TRADING_HALT" },
        "not listed yet" => spec with { Status = "PENDING_TRADING" },
        "quoted in USDC" => spec with { QuoteAsset = "USDC" },
        "ends in 47 hours" => spec with { DeliveryUtc = DateTime.UtcNow.AddHours(47) },
        "ends in 49 hours" => spec with { DeliveryUtc = DateTime.UtcNow.AddHours(49) },
        "coarse tick" => spec with { TickSize = 0.01m },
        _ => spec,
    };
}
