namespace Trading.Simulator.Matching;

/// <summary>What one fill costs.</summary>
/// <param name="Amount">In <paramref name="Asset"/>; negative = a rebate.</param>
/// <param name="Value">In USDT.</param>
public readonly record struct Fee(decimal Amount, string Asset, decimal Value);

/// <summary>Fees of fills: in USDT, or in another asset where the account asked for that and has enough of it.</summary>
public sealed class FeeDesk(Venue venue)
{
    /// <summary>Production charges a tenth less to who pays in its own coin.</summary>
    private const decimal Discounted = 0.9m;

    /// <summary>From now on the account pays its fees in that asset, of which it gets an amount.</summary>
    /// <returns>False: the exchange has no price of the asset.</returns>
    public bool PayIn(Account account, string asset, decimal amount)
    {
        if (asset != Account.Quote && PriceOf(asset) is null) return false;
        account.FeeAsset = asset;
        account.FeeWallet = asset == Account.Quote ? 0m : account.FeeWallet + amount;
        venue.Save(account);
        return true;
    }

    internal Fee Of(Account account, Instrument instrument, Order order, decimal quantity, decimal price, bool maker)
    {
        var value = decimal.Round(price * quantity * RateOf(account, order, maker), 8);
        if (account.FeeAsset == Account.Quote || value <= 0m || PriceOf(account.FeeAsset) is not { } worth)
            return new Fee(value, Account.Quote, value);
        var amount = decimal.Round(value * Discounted / worth, 8);
        return amount > account.FeeWallet
            ? new Fee(value, Account.Quote, value)
            : new Fee(amount, account.FeeAsset, decimal.Round(value * Discounted, 8));
    }

    internal static void Take(Account account, Fee fee)
    {
        if (fee.Asset == Account.Quote) account.Wallet -= fee.Amount;
        else account.FeeWallet -= fee.Amount;
    }

    private decimal RateOf(Account account, Order order, bool maker)
    {
        var terms = venue.Terms(account);
        if (order.Origin == Origin.Liquidation && terms.ForcesByLimit) return 0m;
        if (order.Origin == Origin.Adl && terms.AdlIsFree) return 0m;
        return maker ? terms.MakerFee : terms.TakerFee;
    }

    private decimal? PriceOf(string asset) => venue.Find(asset + Account.Quote) is { HasPrice: true } market ? market.Mark : null;
}
