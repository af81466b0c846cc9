namespace Trading.Domain.Positions;

/// <summary>Money that moved without a trade, as the exchange told it.</summary>
/// <param name="Id">
/// What is told again under it is the same money. The exchange's own id; where it gives none, reason, time, symbol, asset,
/// amount and the balance after it.
/// </param>
/// <param name="Amount">Received is positive, paid is negative; in <paramref name="Asset"/>.</param>
/// <param name="Reason">The exchange's own word.</param>
public sealed record Cash(string Id, CashKind Kind, decimal Amount, string Asset, string Reason, DateTime AtUtc)
{
    /// <summary>How an id begins that an exchange's list has given and its stream does not tell.</summary>
    public const string OfList = "income ";

    public static bool IsListed(string id) => id.StartsWith(OfList, StringComparison.Ordinal);
}

/// <summary>Money that was booked, as far as it has to be recognised when it is told again.</summary>
public sealed record BookedCash(string Id, CashKind Kind, decimal Amount, string Asset, DateTime AtUtc)
{
    /// <summary>
    /// Stream and list of one exchange have different ids for a payment, or none, and times that differ a little. One of
    /// each, the same to the last digit within a minute, is one payment; two of the stream, or two of the list, are two.
    /// </summary>
    private static readonly TimeSpan SamePayment = TimeSpan.FromMinutes(1);

    public static BookedCash Of(Cash cash) => new(cash.Id, cash.Kind, cash.Amount, cash.Asset, cash.AtUtc);

    public bool Is(Cash cash) => Id == cash.Id
        || Cash.IsListed(Id) != Cash.IsListed(cash.Id) && Kind == cash.Kind && Amount == cash.Amount && Asset == cash.Asset && (AtUtc - cash.AtUtc).Duration() <= SamePayment;
}

public enum CashKind
{
    Funding,

    /// <summary>What the exchange takes for a liquidation, or adds to what was left of it.</summary>
    Liquidation,

    /// <summary>A reason that this build does not know: named, and counted nowhere.</summary>
    Unknown,
}
