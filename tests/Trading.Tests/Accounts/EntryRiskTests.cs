using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using static Trading.Tests.Accounts.AccountScenario;

namespace Trading.Tests.Accounts;

public sealed class EntryRiskTests
{
    private static readonly SymbolRules Tag = Rules("TAGUSDT");

    private static Denial? Check(
        AccountPolicy? policy = null, SymbolRules? rules = null, decimal? mark = 2m, decimal? price = null, Side side = Side.Long, bool suspect = false) =>
        EntryRisk.Check(
            new AccountContext(Account, Utc("10:00:00"), policy ?? AccountPolicy.Default), Signal("1", "TAGUSDT", price, side),
            new MarketView(mark, rules ?? Tag, suspect));

    [Fact]
    public void An_ordinary_entry_is_not_denied() => Assert.Null(Check(price: 2.01m));

    [Fact]
    public void Lists_allow_and_block()
    {
        var (tag, hnt) = (Symbol.Parse("TAGUSDT"), Symbol.Parse("HNTUSDT"));
        Assert.Equal(Reasons.Blocked, Check(AccountPolicy.Default with { Block = [tag] })?.Reason);
        Assert.Equal(Reasons.Blocked, Check(AccountPolicy.Default with { Allow = [hnt] })?.Reason);
        Assert.Null(Check(AccountPolicy.Default with { Allow = [tag, hnt] }));
    }

    [Fact]
    public void What_does_not_trade_is_denied()
    {
        Assert.Equal(Reasons.SymbolNotTrading, Check(rules: Tag with { IsTrading = false })?.Reason);
        Assert.Equal(Reasons.SymbolNotTrading, Check(rules: Tag with { IsUsdtPerpetual = false })?.Reason);
        var unlisted = EntryRisk.Check(
            new AccountContext(Account, Utc("10:00:00"), AccountPolicy.Default), Signal("1", "TAGUSDT"), new MarketView(2m, null));
        Assert.Equal(Reasons.SymbolNotTrading, unlisted?.Reason);
    }

    [Fact]
    public void Forty_eight_hours_before_its_end_a_symbol_is_not_entered()
    {
        Assert.Equal(Reasons.Delisting, Check(rules: Tag with { LastTradingUtc = Utc("2.10:00:00") })?.Reason);
        Assert.Null(Check(rules: Tag with { LastTradingUtc = Utc("2.10:00:01") }));
    }

    [Fact]
    public void Without_a_mark_or_with_a_suspect_one_nothing_is_entered()
    {
        Assert.Equal(Reasons.StreamSuspect, Check(mark: null)?.Reason);
        Assert.Equal(Reasons.StreamSuspect, Check(suspect: true)?.Reason);
    }

    [Fact]
    public void A_tick_of_more_than_half_the_callback_is_too_coarse()
    {
        Assert.Null(Check(mark: 0.4m));
        Assert.Equal(Reasons.CoarseTick, Check(mark: 0.399m)?.Reason);
    }

    [Theory]
    [InlineData("2.02", false)]
    [InlineData("1.98", false)]
    [InlineData("2.0201", true)]
    [InlineData("1.9799", true)]
    public void A_mark_more_than_one_percent_from_the_signals_price_is_denied(string mark, bool denied) =>
        Assert.Equal(denied ? Reasons.PriceMoved : null, Check(mark: decimal.Parse(mark), price: 2m)?.Reason);

    [Theory]
    [InlineData(1, "0.02", null)]
    [InlineData(20, "0.02", null)]
    [InlineData(21, "0.02", Reasons.LiquidationNear)]
    [InlineData(5, "0.15", Reasons.LiquidationNear)]
    public void Liquidation_lies_beyond_the_stop_by_a_fifth_of_its_distance_on_both_sides(int leverage, string stop, string? reason)
    {
        var policy = AccountPolicy.Default with { Leverage = leverage, Plan = new ProtectionPlan(StopLoss: decimal.Parse(stop)) };
        Assert.Equal(reason, Check(policy, side: Side.Long)?.Reason);
        Assert.Equal(reason, Check(policy, side: Side.Short)?.Reason);
    }

    /// <summary>A hand has set it: what counts is what the exchange applies.</summary>
    [Theory]
    [InlineData(75, Reasons.LiquidationNear)]
    [InlineData(21, Reasons.LiquidationNear)]
    [InlineData(20, null)]
    public void Liquidation_is_judged_by_the_leverage_that_is_applied(int applied, string? reason)
    {
        var market = new MarketView(2m, Tag) { Leverage = applied };
        var denial = EntryRisk.Check(new AccountContext(Account, Utc("10:00:00"), AccountPolicy.Default), Signal("1", "TAGUSDT"), market);
        Assert.Equal(reason, denial?.Reason);
    }

    [Fact]
    public void Quantity_is_rounded_down_and_below_the_minimum_denied_with_the_numbers()
    {
        Assert.Equal(66.6m, EntryRisk.Quantity(AccountPolicy.Default, 0, 3m, Tag));
        Assert.Equal(10_000m, EntryRisk.Quantity(AccountPolicy.Default, 0, 0.001m, Tag));
        Assert.Equal("2.4 × 2 = 4.8 USDT is below the minimum notional 5 USDT", EntryRisk.TooSmall(2.4m, 2m, Tag)?.Text);
        Assert.Equal(Reasons.BelowMinNotional, EntryRisk.TooSmall(0m, 2m, Tag)?.Reason);
        Assert.Null(EntryRisk.TooSmall(2.5m, 2m, Tag));
    }
}
