using Trading.Domain;
using Trading.Gateways;
using Trading.Node.Operators;

namespace Trading.Node.Positions;

/// <summary>
/// What one account holds of contracts that this node does not trade. Nobody looks after it here, so the operator is told
/// of it: once, when it appears.
/// </summary>
public sealed class UntradedPositions(AccountId account, AlertBoard alerts)
{
    private readonly Lock _gate = new();

    /// <summary>With when it was so at the exchange. What is held no more stays, for a late read must not bring it back.</summary>
    private readonly SortedDictionary<string, (UntradedPosition Position, DateTime AsOfUtc)> _told = new(StringComparer.Ordinal);

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<UntradedPosition> Held
    {
        get { lock (_gate) return [.. _told.Values.Select(told => told.Position).Where(position => position.Amount != 0)]; }
    }

    /// <summary>The user stream has told it.</summary>
    /// <param name="heardUtc">Where the exchange gives no time of its own.</param>
    public void On(UntradedPosition position, DateTime heardUtc)
    {
        if (Learn(position, position.AtUtc ?? heardUtc)) Tell(position);
    }

    /// <summary>A snapshot that names positions and leaves one out says that it is held no more.</summary>
    public void Learn(AccountSnapshot snapshot)
    {
        var unnamed = !snapshot.NamesPositions ? [] : Held.Where(static held => held.IsListed).ExceptBy(snapshot.Untraded.Select(one => one.Contract), held => held.Contract)
            .Select(gone => gone with { Amount = 0, AtUtc = null });
        foreach (var position in snapshot.Untraded.Concat(unnamed))
            if (Learn(position, position.AtUtc ?? snapshot.StartedUtc)) Tell(position);
    }

    /// <returns>True: it was not held before.</returns>
    private bool Learn(UntradedPosition position, DateTime asOfUtc)
    {
        lock (_gate)
        {
            var known = _told.TryGetValue(position.Contract, out var before);
            if (known && asOfUtc < before.AsOfUtc || !known && position.Amount == 0) return false;
            _told[position.Contract] = (position, asOfUtc);
            return position.Amount != 0 && (!known || before.Position.Amount == 0);
        }
    }

    private void Tell(UntradedPosition position) => alerts.Raise(
        "NotManaged", $"{account}/{position.Contract}",
        $"{account}/{position.Contract}: {Words.Number(position.Amount)} is held in a contract that this node does not trade: it gets no stop "
        + "and is in no figure; look after it at the exchange");
}
