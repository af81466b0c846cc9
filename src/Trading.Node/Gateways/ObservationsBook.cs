using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;

namespace Trading.Node.Gateways;

/// <summary>
/// What the exchange last said about every key of one account, so that an actor that begins to exist learns what was
/// told before it did (incident of 2025-10-28: a report must not be too early for its position).
/// </summary>
/// <remarks>
/// Written by the account's session actor before it tells the position actors: a new actor has a report either from
/// here or in its mailbox, or both, never neither.
/// </remarks>
public sealed class ObservationsBook
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PositionKey, PositionInput.PositionStreamed> _streamed = [];
    private readonly Dictionary<PositionKey, PositionInput.SnapshotShare> _read = [];
    private AccountSnapshot? _snapshot;
    private ILookup<PositionKey, StopView>? _stops;
    private long _sessionEpoch;

    /// <summary>A new session: what the old one told is not current any more.</summary>
    public void Restart(long sessionEpoch)
    {
        lock (_gate)
        {
            _sessionEpoch = sessionEpoch;
            _streamed.Clear();
        }
    }

    public void Learn(PositionKey key, PositionInput.PositionStreamed told)
    {
        lock (_gate)
        {
            if (!_streamed.TryGetValue(key, out var known) || known.AtUtc <= told.AtUtc) _streamed[key] = told;
        }
    }

    /// <summary>A position that was asked for by its symbol; stands until a snapshot names the key.</summary>
    /// <returns>What it is told.</returns>
    public PositionInput.SnapshotShare Learn(PositionKey key, PositionRow row, DateTime startedUtc)
    {
        lock (_gate) return _read[key] = new PositionInput.SnapshotShare(row, Stops(key), startedUtc);
    }

    public void Learn(AccountSnapshot snapshot)
    {
        lock (_gate)
        {
            _snapshot = snapshot;
            _stops = snapshot.Stops.ToLookup(stop => stop.Key, stop => stop.Stop);
            foreach (var named in snapshot.Positions.Keys) _read.Remove(named);
        }
    }

    /// <summary>
    /// One key's share of the newest snapshot, without a row where that does not name the key, whatever was read before
    /// it: an exchange whose list names only what is held tells a closure by leaving the key out. Null: there has been
    /// none yet.
    /// </summary>
    public PositionInput.SnapshotShare? SnapshotShareOf(PositionKey key)
    {
        lock (_gate) return Share(key);
    }

    /// <summary>What a new actor is told first, in this order: session, what was read of it, snapshot, stream.</summary>
    public IReadOnlyList<PositionInput> ShareOf(PositionKey key)
    {
        lock (_gate)
        {
            var told = new List<PositionInput>(4);
            if (_sessionEpoch > 0) told.Add(new PositionInput.StreamRestarted(_sessionEpoch));
            if (_read.TryGetValue(key, out var read)) told.Add(read);
            if (Share(key) is { } share) told.Add(share);
            if (_streamed.TryGetValue(key, out var streamed)) told.Add(streamed);
            return told;
        }
    }

    /// <summary>True when the exchange named a row for the key, in whatever way.</summary>
    public bool Names(PositionKey key)
    {
        lock (_gate)
            return _streamed.ContainsKey(key) || _read.ContainsKey(key) || _snapshot?.Positions.ContainsKey(key) == true;
    }

    /// <summary>Signed amount as last told; null when no row has named the key.</summary>
    public decimal? AmountOf(PositionKey key)
    {
        lock (_gate)
        {
            var share = _read.GetValueOrDefault(key) ?? Share(key);
            if (_streamed.TryGetValue(key, out var streamed) && (share?.Row is null || streamed.AtUtc >= share.StartedUtc))
                return streamed.Amount;
            return share?.Row?.Amount;
        }
    }

    private PositionInput.SnapshotShare? Share(PositionKey key)
    {
        if (_snapshot is null) return null;
        var row = _snapshot.Positions.GetValueOrDefault(key);
        return new PositionInput.SnapshotShare(row, Stops(key), _snapshot.StartedUtc);
    }

    private IReadOnlyList<StopView> Stops(PositionKey key) => _stops is null ? [] : [.. _stops[key]];
}
