namespace Trading.Gateways;

/// <summary>What the account holds of a contract that has no key here, such as a delivery: this node does not trade it.</summary>
/// <param name="Contract">The exchange's own name, with <c>/long</c> or <c>/short</c> where both sides may be held.</param>
/// <param name="Amount">Signed, in the contract's own unit; zero: it is held no more.</param>
/// <param name="EntryPrice">Zero where it was not told.</param>
/// <param name="AtUtc">The exchange's time of its last change; null where it gives none.</param>
public sealed record UntradedPosition(string Contract, decimal Amount, decimal EntryPrice, DateTime? AtUtc)
{
    /// <summary>False: only the user stream tells of it, and a snapshot that leaves it out says nothing.</summary>
    public bool IsListed { get; init; } = true;
}
