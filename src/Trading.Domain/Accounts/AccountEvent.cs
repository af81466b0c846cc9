using Trading.Domain.Positions;

namespace Trading.Domain.Accounts;

/// <summary>
/// What happened to an account as a whole, stream <c>account/{name}</c>. Names and fields are the storage format: add,
/// never rename. Slots are not here: a slot is the position's own EntryIntended.
/// </summary>
public abstract record AccountEvent
{
    private AccountEvent()
    {
    }

    public sealed record AccountPaused(string By, string Why, DateTime AtUtc) : AccountEvent;

    /// <summary>Ends a pause, a pause for a missed protection, and sets a daily loss aside.</summary>
    public sealed record AccountResumed(string By, string Why, DateTime AtUtc) : AccountEvent;

    public sealed record AccountHalted(string By, string Why, DateTime AtUtc) : AccountEvent;

    public sealed record AccountUnhalted(string By, string Why, DateTime AtUtc) : AccountEvent;

    /// <param name="Net">Net realised since 00:00 UTC and open loss, in quote; negative.</param>
    /// <param name="Limit">The limit that was reached, positive.</param>
    /// <param name="UntilUtc">The next 00:00 UTC.</param>
    public sealed record DailyLossReached(decimal Net, decimal Limit, DateTime AtUtc, DateTime UntilUtc) : AccountEvent;

    /// <summary>The operator resumed in spite of the loss: the rule rests until then.</summary>
    public sealed record DailyLossSetAside(string By, DateTime UntilUtc) : AccountEvent;

    /// <summary>A position missed its protection deadline: no entries until one of three things happens.</summary>
    public sealed record ProtectionMissNoted(PositionKey Key, DateTime AtUtc, DateTime UntilUtc) : AccountEvent;

    /// <summary>A stop was confirmed again after a miss.</summary>
    public sealed record ProtectionRestored(PositionKey Key, DateTime AtUtc) : AccountEvent;

    /// <summary>
    /// A position ended: counts for the daily loss and for the cooldown of its key. The same position again: a late
    /// fill or funding changed its net, and the latest counts.
    /// </summary>
    /// <param name="Opened">Version of its opening event in its stream: names it among those of its key.</param>
    /// <param name="Net">Realised minus fees plus funding, in quote.</param>
    public sealed record ClosureNoted(PositionKey Key, long Opened, decimal Net, DateTime AtUtc) : AccountEvent;

    /// <summary>Money of the account moved, and no one position is known that it belongs to.</summary>
    /// <param name="Id">Its identity: noted once.</param>
    /// <param name="Reason">The exchange's own word.</param>
    /// <param name="Symbol">Empty where the exchange names none.</param>
    /// <param name="Amount">Received is positive; in <paramref name="Asset"/>.</param>
    /// <param name="Counts">It is a result of trading positions of ours, and counts for the daily loss.</param>
    public sealed record CashNoted(
        string Id, CashKind Kind, string Reason, string Symbol, decimal Amount, string Asset, bool Counts, DateTime AtUtc) : AccountEvent;
}
