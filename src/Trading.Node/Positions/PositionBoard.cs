using System.Collections.Concurrent;
using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Node.Positions;

/// <summary>The newest state of every position this node has met, for those who look without asking the actor.</summary>
public sealed class PositionBoard(TimeProvider time)
{
    private readonly ConcurrentDictionary<PositionKey, PositionView> _views = new();

    /// <summary>All of them in the order of their keys, flat ones included.</summary>
    public IReadOnlyList<PositionView> All => [.. _views.Values.OrderBy(view => view.Key)];

    /// <summary>Those that hold a slot: opening, open or closing.</summary>
    public IReadOnlyList<PositionView> Active => [.. All.Where(view => view.Holding is not null)];

    public PositionView? Find(PositionKey key) => _views.GetValueOrDefault(key);

    public void Show(PositionKey key, long version, PositionState state)
    {
        var now = time.NowUtc();
        var view = new PositionView(key, version, state, now);
        if (view.InDoubt) view = view with { DoubtSinceUtc = Find(key)?.DoubtSinceUtc ?? now };
        _views[key] = view;
    }
}

/// <param name="Version">Version of the last journaled event.</param>
/// <param name="SinceUtc">When this node learned of this state.</param>
/// <param name="DoubtSinceUtc">Null unless something of it is known to the exchange only.</param>
public sealed record PositionView(
    PositionKey Key, long Version, PositionState State, DateTime SinceUtc, DateTime? DoubtSinceUtc = null)
{
    /// <summary>Null when flat.</summary>
    public Holding? Holding => State.Held;

    /// <summary>Base quantity known to be open, never negative.</summary>
    public decimal Quantity => Holding?.Quantity ?? 0;

    public LiveStop? Stop => Holding?.LiveStop;

    /// <summary>Stops of ours that rest, or may rest, on the exchange.</summary>
    public int StopsResting => State is PositionState.Flat flat
        ? flat.Surplus.Count
        : (Stop is { Foreign: false, Parts.Count: var parts } ? parts : 0) + (Holding!.Hard is null ? 0 : 1) + Holding.Surplus.Count;

    public bool IsOpen => Quantity > 0;

    /// <summary>Confirmed stops cover all of it.</summary>
    public bool IsProtected => IsOpen && Holding!.Covered >= Quantity;

    public bool IsUnprotected => IsOpen && !IsProtected;

    /// <summary>Something of it is known to the exchange only.</summary>
    public bool InDoubt => Holding is { InDoubt: true }
        || State is PositionState.Opening { Entry.InDoubt: true } or PositionState.Closing { Attempt.InDoubt: true };

    /// <summary>Quote value lost against the entry if the stop is filled at its trigger; negative when the stop secures a gain.</summary>
    public decimal AtRisk => Holding is { } held && Stop is { } stop
        ? (held.EntryPrice - stop.Trigger) * held.Side.Sign() * held.Quantity
        : 0;
}
