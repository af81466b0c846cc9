namespace Trading.Domain.Positions;

/// <summary>What surrounds a decision: all of it input, none of it clock or chance.</summary>
/// <param name="Version">Version of the last journaled event of the stream.</param>
/// <param name="NowUtc">Receipt time of the input, from the node's clock corrected to the exchange's.</param>
public sealed record PositionContext(
    PositionKey Key, JournalId Journal, long Version, DateTime NowUtc, SymbolRules Rules, PositionPolicy Policy)
{
    public ClientOrderId OrderIdFor(long version, OrderPurpose purpose) => OrderIds.For(Journal, Key.Stream, version, purpose);
}
