using Trading.Domain;

namespace Trading.Gateways;

/// <summary>
/// What a node asks an account before it relies on it: clock, key, position mode, leverage, and whether a stop is taken.
/// Questions, one setting that is put back, and one order that can never fill.
/// </summary>
public interface IVenueProbe
{
    /// <summary>How far the exchange's clock is ahead of the local one, measured now.</summary>
    Task<Outcome<TimeSpan>> MeasureClock(CancellationToken stop);

    /// <summary>Done(null): this environment does not tell what its keys may do.</summary>
    Task<Outcome<KeyRights?>> ReadRights(CancellationToken stop);

    /// <summary>Where the position mode belongs to each symbol: that of this symbol.</summary>
    Task<Outcome<AccountModes>> ReadModes(Symbol symbol, CancellationToken stop);

    /// <summary>Leverage and margin mode, at least of every symbol that is held.</summary>
    Task<Outcome<IReadOnlyList<AccountSetting>>> ReadSettings(CancellationToken stop);

    Task<Outcome<IReadOnlyList<LeverageBracket>>> ReadBrackets(CancellationToken stop);

    Task<Outcome<int>> ReadLeverage(Symbol symbol, CancellationToken stop);

    /// <summary>Never called for a symbol that is held.</summary>
    Task<Outcome<bool>> SetLeverage(Symbol symbol, int leverage, CancellationToken stop);

    /// <summary>A reduce-only stop of ours on a flat key, so far from the mark that it cannot trigger. Done: it rests.</summary>
    Task<Outcome<bool>> PlaceTestStop(PositionKey key, ClientOrderId id, Side protects, decimal quantity, decimal trigger, CancellationToken stop);

    /// <summary>Done: it rests no more.</summary>
    Task<Outcome<bool>> CancelTestStop(PositionKey key, ClientOrderId id, CancellationToken stop);

    /// <summary>Test stops that a crash left behind, cancelled. Done with their number.</summary>
    Task<Outcome<int>> Sweep(CancellationToken stop);
}

/// <param name="MayTrade">Orders and positions of perpetuals.</param>
/// <param name="BoundToAddress">The exchange takes the key from listed addresses only.</param>
/// <param name="ExpiresUtc">Null: not told, or never.</param>
public sealed record KeyRights(bool MayTrade, bool MayWithdraw, bool BoundToAddress, DateTime? ExpiresUtc = null);

/// <param name="Hedge">Both sides of a symbol can be held at once.</param>
/// <param name="MultiAssets">All assets are margin for each other; false where the exchange has no such mode.</param>
public sealed record AccountModes(bool Hedge, bool MultiAssets);

/// <param name="NotionalCap">Quote value up to which this leverage is allowed; null: whatever the size.</param>
public sealed record LeverageBracket(Symbol Symbol, decimal? NotionalCap, int Leverage);
