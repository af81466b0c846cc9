using System.Collections.Immutable;

namespace Trading.Domain.Positions;

/// <summary>
/// What a position has earned and paid so far, in the asset accounts are kept in. An amount in another asset waits until
/// its price of that time was read, and counts as an estimate from then on.
/// </summary>
public sealed record PositionMoney
{
    public static readonly PositionMoney None = new();

    /// <summary>By its fills, before fees and funding.</summary>
    public decimal Realized { get; init; }

    /// <summary>Paid is positive.</summary>
    public decimal Fees { get; init; }

    /// <summary>Received is positive.</summary>
    public decimal Funding { get; init; }

    /// <summary>The part of <see cref="Net"/> that was converted.</summary>
    public decimal Estimated { get; init; }

    /// <summary>Oldest first.</summary>
    public ImmutableList<UnpricedMoney> Unpriced { get; init; } = [];

    public decimal Net => Realized - Fees + Funding;

    /// <summary>What waits for the price of its asset, e.g. <c>-0.000305 BNB</c>; null: nothing.</summary>
    public string? UnpricedText => Unpriced.IsEmpty ? null : string.Join(", ", Unpriced
        .GroupBy(money => money.Asset, static (asset, amounts) => $"{CanonicalText.Of(amounts.Sum(money => money.Net))} {asset}"));

    public PositionMoney With(UnpricedMoney money)
    {
        if (money is { Realized: 0, Fee: 0, Funding: 0 }) return this;
        return Assets.IsForeign(money.Asset) ? this with { Unpriced = Unpriced.Add(money) } : With(money, price: 1);
    }

    /// <summary>One unit of the asset was worth that much at that time: what waited for this counts.</summary>
    public PositionMoney Priced(string asset, decimal price, DateTime atUtc)
    {
        var counted = this;
        foreach (var money in Unpriced.Where(money => money.IsPricedBy(asset, atUtc)))
            counted = counted.With(money, price) with { Estimated = counted.Estimated + money.Net * price };
        return counted with { Unpriced = Unpriced.RemoveAll(money => money.IsPricedBy(asset, atUtc)) };
    }

    private PositionMoney With(UnpricedMoney money, decimal price) => this with
    {
        Realized = Realized + money.Realized * price,
        Fees = Fees + money.Fee * price,
        Funding = Funding + money.Funding * price,
    };
}

/// <summary>Amounts of one asset, moved at one time.</summary>
public sealed record UnpricedMoney(string Asset, DateTime AtUtc, decimal Realized = 0, decimal Fee = 0, decimal Funding = 0)
{
    /// <summary>Prices are read from candles of a minute.</summary>
    private static readonly TimeSpan SamePrice = TimeSpan.FromMinutes(1);

    public decimal Net => Realized - Fee + Funding;

    public bool IsPricedBy(string asset, DateTime atUtc) => Asset == asset && (AtUtc - atUtc).Duration() <= SamePrice;
}
