using System.Globalization;
using Trading.Domain;
using Trading.Gateways.Binance;
using Trading.Journal;
using Trading.Lab.Simulation.Mutations;
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
    /// <param name="off">Only a check of the checks switches something off.</param>
    public SimulatedNode(
        VirtualWorld world, SimulatedVenue venue, SimulatedNetwork network, SimulatedDatabase database, NodeSettings settings,
        int life, bool isReplaceable, Outside off, Func<NodeDependencies, NodeDependencies> change, Action<Alert> alerted, Action<string> idMade,
        Action<string> log)
    {
        (_network, _life, _idMade) = (network, life, idMade);
        _ids = new SeededRandom(world.Random.NextBits());
        Process = world.Node("node");
        var lease = isReplaceable && new SimulatedLease(database, Process) is var renewed
            ? new Lease(renewed.Epoch, off is Outside.Lease ? static () => true : renewed.IsValid)
            : new Lease(database.TakeEpoch(0), static () => true);
        Epoch = lease.Epoch;
        var address = isReplaceable ? $"10.0.0.{life}" : "10.0.0.1"; // another node is another machine
        var wire = new VenueWire(network, venue, Process, address);
        var venues = new Venues(wire, Process.Time, settings.TagsOf(database.Id), lease);
        Venues VenuesOf() => off is Outside.SharedWeight ? new Venues(wire, Process.Time, settings.TagsOf(database.Id), lease) : venues;
        var parts = new NodeDependencies
        {
            Settings = settings,
            Time = Process.Time,
            Scheduler = Process,
            Actors = VirtualActors.Configuration,
            Journal = new MomentJournal(database.Connect(), network, Process),
            NewId = NewId,
            OpenAccount = isReplaceable
                ? account => VenuesOf().Open(account) is var gateway
                    ? gateway with { Sender = new EnteringSender(gateway.Sender, network, Process) }
                    : gateway
                : account => VenuesOf().Open(account),
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

    /// <summary>
    /// Whether anything was said of the key. Bybit's lists name only what is held: what is flat has to be asked for by its
    /// symbol, as a wave sees to at first sight; where it was not yet, it is asked for now.
    /// </summary>
    public bool Knows(SimulatedAccount account, PositionKey key)
    {
        var node = Node.Accounts[account.Id];
        if (account.Exchange is not Exchange.Bybit || node.Observations.Names(key)) return true;
        node.Prepare(key.Symbol);
        return false;
    }

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
