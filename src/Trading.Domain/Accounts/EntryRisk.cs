using System.Globalization;
using Trading.Domain.Positions;
using Trading.Domain.Signals;

namespace Trading.Domain.Accounts;

/// <summary>Why an entry is denied before anything is intended; null: it is not.</summary>
public sealed record Denial(string Reason, string Text);

/// <summary>
/// The rules about one entry that need neither slots nor the account's state (design §5). Pure arithmetic.
/// </summary>
public static class EntryRisk
{
    public static Denial? Check(AccountContext at, Signal signal, MarketView market) =>
        Barred(at, signal.Symbol, market.Rules)
        ?? Known(market)
        ?? Coarse(at.Policy, market)
        ?? Moved(at.Policy, signal, market)
        ?? Liquidation(at.Policy, signal.Side, market);

    /// <summary>
    /// Why nobody may enter the symbol, whatever its price: known without a question to the exchange, and before a wave
    /// is ranked.
    /// </summary>
    /// <param name="rules">Null: the exchange does not list the symbol.</param>
    public static Denial? Barred(AccountContext at, Symbol symbol, SymbolRules? rules) =>
        Listed(at.Policy, symbol) ?? Trading(at, symbol, rules);

    /// <summary>Quantity of an entry, rounded down, never above the caps.</summary>
    /// <param name="equity">Needed only where the size is a share of it.</param>
    public static decimal Quantity(AccountPolicy policy, decimal equity, decimal mark, SymbolRules rules)
    {
        var notional = Math.Min(policy.EquityShare * equity ?? policy.Notional, policy.MaxPositionNotional);
        return rules.RoundQuantity(Math.Min(notional / mark, rules.MaxMarketQuantity));
    }

    public static Denial? TooSmall(decimal quantity, decimal mark, SymbolRules rules)
    {
        if (quantity < rules.MinQuantity || quantity <= 0)
            return new Denial(Reasons.BelowMinNotional,
                $"{Text(quantity)} {rules.Symbol} is below the minimum quantity {Text(rules.MinQuantity)}");
        return quantity * mark < rules.MinNotional
            ? new Denial(
                Reasons.BelowMinNotional,
                $"{Text(quantity)} × {Text(mark)} = {Text(quantity * mark)} USDT is below the minimum notional {Text(rules.MinNotional)} USDT")
            : null;
    }

    private static Denial? Listed(AccountPolicy policy, Symbol symbol)
    {
        if (policy.Block.Contains(symbol)) return new Denial(Reasons.Blocked, $"{symbol} is on the block list");
        return policy.Allow.Count > 0 && !policy.Allow.Contains(symbol)
            ? new Denial(Reasons.Blocked, $"{symbol} is not on the allow list")
            : null;
    }

    private static Denial? Trading(AccountContext at, Symbol symbol, SymbolRules? rules)
    {
        if (rules is null)
            return new Denial(Reasons.SymbolNotTrading, $"{at.Policy.Exchange.Id()} does not list {symbol}");
        if (!rules.IsUsdtPerpetual) return new Denial(Reasons.SymbolNotTrading, $"{symbol} is not a USDT perpetual");
        if (!rules.IsTrading) return new Denial(Reasons.SymbolNotTrading, $"the status of {symbol} is not trading");
        return rules.LastTradingUtc is { } last && last - at.NowUtc <= at.Policy.DelistingWithin
            ? new Denial(Reasons.Delisting,
                string.Create(CultureInfo.InvariantCulture, $"trading of {symbol} ends {last:yyyy-MM-dd HH:mm} UTC"))
            : null;
    }

    private static Denial? Known(MarketView market)
    {
        if (market.Suspect) return new Denial(Reasons.StreamSuspect, "the price stream of the symbol is suspect");
        return market.Mark is null or <= 0 ? new Denial(Reasons.StreamSuspect, "no mark price is known") : null;
    }

    /// <summary>A trailing stop that cannot step finer than half its callback is not trailing.</summary>
    private static Denial? Coarse(AccountPolicy policy, MarketView market)
    {
        var tick = market.Rules!.TickSize / market.Mark!.Value;
        return tick > policy.Plan.Callback / 2
            ? new Denial(Reasons.CoarseTick,
                $"one tick is {Percent(tick)}, more than half of the callback {Percent(policy.Plan.Callback)}")
            : null;
    }

    private static Denial? Moved(AccountPolicy policy, Signal signal, MarketView market)
    {
        if (signal.Price is not { } price) return null;
        var deviation = Math.Abs(market.Mark!.Value - price) / price;
        return deviation > policy.MaxEntryDeviation
            ? new Denial(
                Reasons.PriceMoved,
                $"mark {Text(market.Mark.Value)} is {Percent(deviation)} from the signal's {Text(price)}, at most {Percent(policy.MaxEntryDeviation)}")
            : null;
    }

    private static Denial? Liquidation(AccountPolicy policy, Side side, MarketView market)
    {
        var entry = market.Mark!.Value;
        var liquidation = LiquidationPrice(policy, side, entry, market.Leverage ?? policy.Leverage);
        var needed = entry * (1 - side.Sign() * policy.Plan.StopLoss * (1 + policy.LiquidationRoom));
        var near = side is Side.Long ? liquidation > needed : liquidation < needed;
        return near
            ? new Denial(
                Reasons.LiquidationNear,
                $"estimated liquidation {Text(liquidation)} is not beyond {Text(needed)}: stop and {Percent(policy.LiquidationRoom)} of its distance")
            : null;
    }

    /// <summary>An estimate on the safe side, for isolated margin: what else the wallet holds does not count.</summary>
    public static decimal LiquidationPrice(AccountPolicy policy, Side side, decimal entry, decimal leverage) =>
        entry * (1 - side.Sign() * (1m / leverage - policy.MaintenanceMargin));

    private static string Text(decimal value) => value.ToString("0.############", CultureInfo.InvariantCulture);

    private static string Percent(decimal fraction) =>
        (fraction * 100).ToString("0.###", CultureInfo.InvariantCulture) + " %";
}
