using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;

namespace Trading.Node.Positions;

/// <summary>What an account needs to know of a position, read from its state.</summary>
public static class PositionFactsOf
{
    public static PositionFacts State(PositionKey key, PositionState state) => state switch
    {
        PositionState.Opening s => Held(key, s.Holding, Math.Max(s.Entry.Quantity, s.Holding.Quantity)),
        PositionState.Open s => Held(key, s.Holding, s.Holding.Quantity),
        PositionState.Closing s => Held(key, s.Holding, s.Holding.Quantity),
        PositionState.Flat { Last: { } last } flat => Facts(key, last, holdsSlot: false, 0) with { ClosedUtc = flat.ClosedUtc },
        _ => new PositionFacts(key, 0, HoldsSlot: false, Side.Long, 0, 0, 0, ""),
    };

    private static PositionFacts Held(PositionKey key, Holding held, decimal quantity) => Facts(key, held, holdsSlot: true, quantity);

    private static PositionFacts Facts(PositionKey key, Holding held, bool holdsSlot, decimal quantity) => new(
        key, held.Opened, holdsSlot, held.Side, quantity,
        (held.EntryPrice > 0 ? held.EntryPrice : held.ReferencePrice) * (held.QuotePrice ?? 1), held.Net, held.SignalId);
}
