using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Gateways;
using Trading.Node.Operators;
using Trading.Node.Positions;

namespace Trading.Node.Reconcile;

/// <summary>
/// Hands one coherent snapshot of an account to its positions. It changes nothing itself: every position judges its own
/// share, and a share without a row proves nothing.
/// </summary>
public sealed class Reconciler(
    AccountId account, SightingsBook sightings, Func<IReadOnlyList<PositionKey>> liveKeys, IReadOnlyCollection<string> tags,
    AlertBoard alerts, ReconcileLedger ledger, Action<AccountFindings> found)
{
    public void HandOut(AccountSnapshot snapshot, Action<PositionKey, PositionInput> tell)
    {
        ledger.BeginRound();
        sightings.Learn(snapshot);
        foreach (var key in Concerned(snapshot))
            if (sightings.SnapshotShareOf(key) is { } share)
                tell(key, share);
        found(Findings(snapshot));
    }

    /// <summary>Those that live, those the exchange says are held, and those where a stop of ours rests.</summary>
    private List<PositionKey> Concerned(AccountSnapshot snapshot) =>
        [.. liveKeys()
            .Concat(snapshot.Positions.Where(row => row.Value.Amount != 0).Select(row => row.Key))
            .Concat(snapshot.Stops.Where(stop => OrderIds.IsOurs(stop.Stop.Id, tags)).Select(stop => stop.Key))
            .Where(key => key.Account == account)
            .Distinct()
            .Order()];

    private AccountFindings Findings(AccountSnapshot snapshot)
    {
        var strangers = snapshot.Stops.Select(stop => stop.Stop.Id).Concat(snapshot.Orders.Select(order => order.Order.Id))
            .Where(id => OrderIds.HasOurForm(id) && !OrderIds.IsOurs(id, tags))
            .Select(id => id.Value).Order(StringComparer.Ordinal).ToList();
        if (strangers.Count > 0)
            alerts.Raise("SecondWriter", account.Value,
                $"{strangers.Count} resting orders of another journal, first {strangers[0]}: no entries until they are gone or "
                + "their tag is listed under previous-journals");
        return new AccountFindings(snapshot.StartedUtc, snapshot.Stops.Count, strangers);
    }
}

/// <param name="ConditionalOrders">Resting conditional orders of the account, whoever made them.</param>
/// <param name="Strangers">Client ids of resting orders in our form with a tag we do not know: a second writer.</param>
public sealed record AccountFindings(DateTime SnapshotUtc, int ConditionalOrders, IReadOnlyList<string> Strangers);
