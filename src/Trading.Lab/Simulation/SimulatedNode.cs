using System.Globalization;
using Trading.Domain;
using Trading.Gateways.Binance;
using Trading.Journal;
using Trading.Node;
using Trading.Node.Configuration;
using Trading.Node.Gateways;
using Trading.Node.Operators;
using Trading.Node.Positions;

namespace Trading.Lab.Simulation;

/// <summary>
/// One life of a whole node in a simulated world: from its start to its end or its killing. The next life is another
/// one over the same database and exchange.
/// </summary>
public sealed class SimulatedNode
{
    private readonly SimulatedNetwork _network;
    private readonly SeededRandom _ids;
    private readonly int _life;
    private readonly Action<string> _idMade;
    private int _idsMade;

    /// <param name="life">Number of this life: ids of two lives are never the same.</param>
    /// <param name="isReplaceable">Another node may take over: its lease ends unless it renews it.</param>
    /// <param name="looksAtLease">False only for a check of the checks: it takes its lease for valid for ever.</param>
    public SimulatedNode(
        VirtualWorld world, SimulatedVenue venue, SimulatedNetwork network, SimulatedDatabase database, NodeSettings settings,
        int life, bool isReplaceable, bool looksAtLease, Func<NodeParts, NodeParts> change, Action<Alert> alerted, Action<string> idMade,
        Action<string> log)
    {
        (_network, _life, _idMade) = (network, life, idMade);
        _ids = new SeededRandom(world.Random.NextBits());
        Process = world.Node("node");
        var lease = isReplaceable && new SimulatedLease(database, Process) is var renewed
            ? new Lease(renewed.Epoch, looksAtLease ? renewed.IsValid : static () => true)
            : new Lease(database.TakeEpoch(0), static () => true);
        Epoch = lease.Epoch;
        var address = isReplaceable ? $"10.0.0.{life}" : "10.0.0.1"; // another node is another machine
        var venues = new Venues(
            new VenueWire(network, venue, Process, address), Process.Time, settings.TagsOf(database.Id), lease);
        var parts = new NodeParts
        {
            Settings = settings,
            Time = Process.Time,
            Scheduler = Process,
            Journal = new MomentJournal(database.Connect(), network, Process),
            NewId = NewId,
            OpenAccount = isReplaceable
                ? account => venues.Open(account) is var gateway
                    ? gateway with { Sender = new EnteringSender(gateway.Sender, network, Process) }
                    : gateway
                : venues.Open,
            OpenPrices = venues.OpenPrices,
            Lease = lease,
            Alerted = alerted,
            Log = log,
        };
        Node = new TradingNode(change(parts));
    }

    /// <summary>Under which it writes.</summary>
    public long Epoch { get; }

    public VirtualNode Process { get; }
    public TradingNode Node { get; }

    /// <summary>Completes when it has taken up what the journal holds and listens.</summary>
    public Task Start() => Process.Start(() => Node.Start(CancellationToken.None));

    /// <summary>As by SIGKILL: nothing of it runs any further; what it has sent is on its way.</summary>
    public void Kill()
    {
        Process.Kill();
        _network.Abandon(Process);
    }

    private string NewId()
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{_life}-{++_idsMade}-{_ids.NextBits():x16}");
        _idMade(id);
        return id;
    }
}
