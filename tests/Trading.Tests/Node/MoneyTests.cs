using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Waves;
using Trading.Simulator.Matching;
using Side = Trading.Domain.Side;

namespace Trading.Tests.Node;

/// <summary>Money on its way from the exchange's wallet into the books of a whole node, over the real wire.</summary>
public sealed class MoneyTests
{
    private const string Tag = "TAGUSDT";
    private readonly RepeatingWire _wire = new();

    [Theory]
    [InlineData(Exchange.Binance, "FUNDING_FEE")]
    [InlineData(Exchange.Bybit, "\"Funding\"")]
    public async Task A_funding_frame_that_is_told_again_after_a_restart_is_booked_once(Exchange venue, string word)
    {
        await using var run = await Start(venue);
        await run.Open(Tag, Side.Long, 100m, 1m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        Pay(run, 0.001m);
        Assert.Equal(-0.1m, (await run.Until<PositionEvent.FundingBooked>()).Amount);
        var told = Assert.Single(_wire.Heard(word));

        await run.Restart();
        await run.When(() => run.Node.IsReconciled);
        _wire.Tell(told);
        Pay(run, 0.002m); // the frame after it: what came before was heard
        await run.Until<PositionEvent.FundingBooked>(paid => paid.Amount == -0.2m);

        Assert.Equal(-0.3m, run.Node.Board.Find(run.KeyOf(Tag, Side.Long))!.Holding!.Money.Funding);
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task In_hedge_mode_funding_reaches_the_side_that_is_held(Exchange venue)
    {
        await using var run = await Start(venue, hedge: true);
        await run.Open(Tag, Side.Short, 100m, 1m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        Pay(run, 0.001m);
        Assert.Equal(0.1m, (await run.Until<PositionEvent.FundingBooked>()).Amount);
        Assert.Equal(0.1m, run.Node.Board.Find(run.KeyOf(Tag, Side.Short))!.Holding!.Money.Funding);
    }

    [Fact]
    public async Task Funding_of_both_sides_that_names_neither_counts_for_the_account_once()
    {
        await using var run = await Start(Exchange.Binance, hedge: true);
        await run.Open(Tag, Side.Short, 100m, 1m, "s1");
        await run.Open(Tag, Side.Long, 300m, 1m, "s2");
        foreach (var quantity in new[] { 100m, 300m }) await run.Until<PositionEvent.StopConfirmed>(stop => stop.Quantity == quantity);
        Pay(run, 0.001m);
        await run.When(() => run.Account.View?.State.CashNoted.Count == 2);
        Assert.Equal(-0.2m, run.Account.View!.State.Realized); // 0.1 received, 0.3 paid

        foreach (var told in _wire.Heard("FUNDING_FEE")) _wire.Tell(told);
        Pay(run, 0.002m);
        await run.When(() => run.Account.View?.State.CashNoted.Count == 4);
        Assert.Equal(-0.6m, run.Account.View!.State.Realized);
    }

    [Fact]
    public async Task A_balance_that_moves_for_a_reason_nobody_listed_is_named_to_the_operator_and_counted_nowhere()
    {
        await using var run = await Start(Exchange.Binance);
        await run.Open(Tag, Side.Long, 100m, 1m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        _wire.Tell("""{"e":"ACCOUNT_UPDATE","T":1795000003120,"E":1795000003120,"a":{"m":"SNAPSHOT_CORRECTION","B":[{"a":"USDT","wb":"9990","cw":"9990","bc":"-3.5"}],"P":[]}}""");
        await run.When(() => run.Account.View?.State.CashNoted.Count == 1);
        Assert.Contains(run.Node.Alerts.Newest, alert => alert.Text.Contains("-3.5 USDT moved, reason SNAPSHOT_CORRECTION", StringComparison.Ordinal));
        Assert.Equal(0m, run.Account.View!.State.Realized);
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_fee_in_another_asset_counts_for_the_daily_loss_while_the_position_is_open(Exchange venue)
    {
        await using var run = await Start(venue);
        run.Exchange.With(x => x.Venue.Fees.PayIn(AccountOf(x, venue), "BNB", 1m));
        await run.Open(Tag, Side.Long, 400m, 1m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        Assert.Equal(590m, (await run.Until<PositionEvent.AssetPriced>()).Price);

        var paid = run.Exchange.With(x => AccountOf(x, venue).Trades.Single().Fee) * 590m;
        Assert.InRange(paid, 0.17m, 0.2m);
        var key = run.KeyOf(Tag, Side.Long);
        Assert.Equal(paid, run.Node.Board.Find(key)!.Holding!.Money.Fees);
        await run.When(() => run.Account.View?.Book.Slots.TryGetValue(key, out var slot) == true && slot.Net == -paid);
    }

    [Fact]
    public async Task A_liquidation_that_is_cleared_without_naming_a_position_is_the_accounts_loss()
    {
        await using var run = await Start(Exchange.Binance);
        await run.Open(Tag, Side.Long, 100m, 1m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        _wire.Tell($$$"""{"e":"ACCOUNT_UPDATE","T":{{{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}}},"E":1,"a":{"m":"INSURANCE_CLEAR","B":[{"a":"USDT","wb":"9990","cw":"9990","bc":"-3.5"}],"P":[]}}""");
        await run.When(() => run.Account.View?.State.Realized == -3.5m);
    }

    /// <summary>In hedge mode with cross margin, where Binance names the symbol that was funded and no side.</summary>
    private Task<RunningNode> Start(Exchange venue, bool hedge = false) => RunningNode.Start(
        new RunningNodeSetting { Venue = venue, Hedge = hedge, Isolated = !hedge, Wire = _wire.Over }, (Tag, 1m), ("BNBUSDT", 590m));

    private static Account AccountOf(Trading.Simulator.Exchange exchange, Exchange venue) => exchange.Venue.Account($"{venue.Id()}/sim-key-0001");

    /// <summary>Longs pay shorts that rate now.</summary>
    private static void Pay(RunningNode run, decimal rate) =>
        run.Exchange.With(x => x.Venue.Ledger.PayFunding(x.Venue.Find(Tag)!, rate, x.NowUtc));
}
