using Trading.Domain;
using Trading.Domain.Accounts;
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
    AccountId account, ObservationsBook sightings, Func<IReadOnlyList<PositionKey>> liveKeys, IReadOnlyCollection<string> tags,
    AlertBoard alerts, ReconcileLedger ledger, Action<AccountInput> tellAccount)
{
    public void HandOut(AccountSnapshot snapshot, Action<PositionKey, PositionInput> tell)
    {
        ledger.BeginRound();
        sightings.Learn(snapshot);
        foreach (var key in Concerned(snapshot))
            if (sightings.SnapshotShareOf(key) is { } share)
                tell(key, share);
        tellAccount(new AccountInput.ConditionalOrdersCounted(snapshot.ConditionalOrders)
        {
            Ours = snapshot.Stops.Count(stop => OrderIds.IsOurs(stop.Stop.Id, tags)),
        });
        tellAccount(new AccountInput.SecondWriterTold(Strangers(snapshot)));
    }

    /// <summary>Those that live, those the exchange says are held, and those where a stop of ours rests.</summary>
    private List<PositionKey> Concerned(AccountSnapshot snapshot) =>
        [.. liveKeys()
            .Concat(snapshot.Positions.Where(row => row.Value.Amount != 0).Select(row => row.Key))
            .Concat(snapshot.Stops.Where(stop => OrderIds.IsOurs(stop.Stop.Id, tags)).Select(stop => stop.Key))
            .Where(key => key.Account == account)
            .Distinct()
            .Order()];

    /// <summary>Resting orders of our form whose journal we do not know; finished ones do not count.</summary>
    private List<ClientOrderId> Strangers(AccountSnapshot snapshot)
    {
        var strangers = snapshot.Stops.Select(stop => stop.Stop.Id).Concat(snapshot.Orders.Select(order => order.Order.Id))
            .Where(id => OrderIds.HasOurForm(id) && !OrderIds.IsOurs(id, tags))
            .OrderBy(id => id.Value, StringComparer.Ordinal).ToList();
        if (strangers.Count > 0)
            alerts.Raise("SecondWriter", account.Value,
                $"{strangers.Count} resting orders of another journal, first {strangers[0]}: no entries until they are gone or, "
                + $"if that journal was yours, listed: {OrderIds.ListTheirTags(strangers)}");
        return strangers;
    }
}
