using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Lab.Simulation.Mutations;
using Trading.Node;

namespace Trading.Lab.Simulation;

/// <summary>
/// The lease of a node that another one may replace: counted on its own monotonic clock from before it was renewed, and
/// over before anybody takes its place (reliability §3.2, R2).
/// </summary>
internal sealed class SimulatedLease
{
    /// <summary>After its last renewal another node may take over.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FencesItselfAfter = Lasts * 0.9;
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(1);

    private readonly SimulatedDatabase _database;
    private readonly TimeProvider _time;
    private long _renewedAt;

    public SimulatedLease(SimulatedDatabase database, VirtualNode process)
    {
        (_database, _time, Epoch) = (database, process.Time, database.TakeEpoch(0));
        _renewedAt = _time.GetTimestamp();
        _ = process.Start(Renew);
    }

    public long Epoch { get; }

    public bool IsValid() => _time.GetElapsedTime(_renewedAt) < FencesItselfAfter;

    private async Task Renew()
    {
        while (_database.EpochOf(0) == Epoch)
        {
            _renewedAt = _time.GetTimestamp();
            await Task.Delay(RenewEvery, _time);
        }
    }
}

/// <summary>Tells of the moment between the decision to enter and the gateway's own check of the lease.</summary>
internal sealed class EnteringSender(IOrderSender sender, SimulatedNetwork network, VirtualNode process) : PassingSender(sender)
{
    public override async Task<Outcome<OrderView>> SendEntry(
        PositionKey key, ClientOrderId id, Side side, decimal quantity, decimal? attachedStop, CancellationToken stop)
    {
        network.Entering();
        if (process.IsPaused) await Task.Yield();
        return await Real.SendEntry(key, id, side, quantity, attachedStop, stop);
    }
}
