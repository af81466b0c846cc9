using System.Collections.Concurrent;
using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Node.Positions;

/// <summary>The newest state of every position this node has met, for those who look without asking the actor.</summary>
public sealed class PositionBoard(TimeProvider time)
{
    private readonly ConcurrentDictionary<PositionKey, PositionView> _views = new();
    private readonly ConcurrentDictionary<PositionKey, string> _leftAlone = new();

    /// <summary>All of them in the order of their keys, flat ones included.</summary>
    public IReadOnlyList<PositionView> All => [.. _views.Values.OrderBy(view => view.Key)];

    /// <summary>Those that hold a slot: opening, open or closing.</summary>
    public IReadOnlyList<PositionView> Active => [.. All.Where(view => view.Holding is not null)];

    /// <summary>Those of which nobody knows what they hold, and why: their journal could not be read, and nobody looks after them.</summary>
    public IReadOnlyList<(PositionKey Key, string Why)> LeftAlone => [.. _leftAlone.OrderBy(one => one.Key).Select(one => (one.Key, one.Value))];

    public PositionView? Find(PositionKey key) => _views.GetValueOrDefault(key);

    /// <summary>Until its journal can be read.</summary>
    public void LeaveAlone(PositionKey key, string why) => _leftAlone[key] = why;

    public void Show(PositionKey key, long version, PositionState state)
    {
        var now = time.NowUtc();
        var view = new PositionView(key, version, state, now);
        if (view.InDoubt) view = view with { DoubtSinceUtc = Find(key)?.DoubtSinceUtc ?? now };
        _views[key] = view;
        _leftAlone.TryRemove(key, out _);
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
        ? flat.RedundantStops.Count
        : (Stop is { Foreign: false, Parts.Count: var parts } ? parts : 0) + (Holding!.Hard is null ? 0 : 1) + Holding.RedundantStops.Count;

    public bool IsOpen => Quantity > 0;

    /// <summary>Confirmed stops cover all of it.</summary>
    public bool IsProtected => IsOpen && Holding!.Covered >= Quantity;

    public bool IsUnprotected => IsOpen && !IsProtected;

    /// <summary>Something of it is known to the exchange only.</summary>
    public bool InDoubt => Holding is { InDoubt: true }
        || State is PositionState.Opening { Entry.InDoubt: true } or PositionState.Closing { Attempt.InDoubt: true };

    /// <summary>
    /// Nothing of it is on its way to the exchange, or in doubt, and what is open is covered, unless the policy is to leave it
    /// alone. Every order that a journaled event wants is seen here until it is answered.
    /// </summary>
    public bool IsAtRest => State switch
    {
        PositionState.Flat flat => flat.RedundantStops.IsEmpty,
        PositionState.Open { Holding: { InDoubt: false } held } => IsOpen && held.RedundantStops.IsEmpty && held.IntendedStop is null
            && held.Hard is null or { Resting: true } && (IsProtected || held.Policy is AdoptPolicy.Ignore or AdoptPolicy.Alert),
        _ => false,
    };

    /// <summary>Lost, in what the account is kept in, against the entry if the stop is filled at its trigger; negative when the stop secures a gain.</summary>
    public decimal AtRisk => Holding is { } held && Stop is { } stop
        ? (held.EntryPrice - stop.Trigger) * held.Side.Sign() * held.Quantity * (held.QuotePrice ?? 1)
        : 0;
}
