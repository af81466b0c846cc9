using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Journal;
using Trading.Node.Configuration;
using Trading.Node.Metrics;
using Trading.Node.Operators;
using Trading.Node.Positions;
using Trading.Node.Signals;

namespace Trading.Node;

/// <summary>
/// Everything a node is made of and cannot make itself: time, scheduler, ids, journal and the ways to the exchanges.
/// With virtual time, one thread and wires in memory the same node runs inside a simulation.
/// </summary>
public sealed record NodeDependencies
{
    public required NodeSettings Settings { get; init; }
    public required TimeProvider Time { get; init; }

    /// <summary>All that actors do runs here.</summary>
    public required TaskScheduler Scheduler { get; init; }

    /// <summary>Stands above the configuration of actors that this build brings along; a simulation has its own dispatchers.</summary>
    public Akka.Configuration.Config? Actors { get; init; }
    public required IJournal Journal { get; init; }

    /// <summary>Ids that are never the same again, also after a restart.</summary>
    public required Func<string> NewId { get; init; }
    public required Func<AccountSettings, AccountGateway> OpenAccount { get; init; }

    /// <summary>Mark prices of the exchange of that account; called once per exchange.</summary>
    public required Func<AccountSettings, IPriceFeed> OpenPrices { get; init; }
    public Lease Lease { get; init; } = Lease.OnlyNode;

    /// <summary>What this node counts; not disposed by it.</summary>
    public NodeMeters Meters { get; init; } = new();

    /// <summary>One line for the log file.</summary>
    public Action<string> Log { get; init; } = static _ => { };

    /// <summary>Told of every event of every position, in order for each. Must not wait.</summary>
    public Action<PositionHappened> Happened { get; init; } = static _ => { };
    public Action<Alert> Alerted { get; init; } = static _ => { };

    /// <summary>Told of every input that was not taken as a signal. Must not wait.</summary>
    public Action<RejectedSignal> KeepRejectedSignal { get; init; } = static _ => { };

    /// <summary>What positions decide by. Only a simulation that shows what each rule is for passes another.</summary>
    public Decide Decide { get; init; } = PositionMachine.Decide;

    /// <summary>Longest time a member of the position group stays without a message before it is passivated.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>Both halves of a gateway, and its probe.</summary>
public sealed record AccountGateway(IAccountSession Session, IOrderSender Sender, IVenueProbe Probe)
{
    /// <summary>Null where the exchange tells nothing of its contracts (Bybit).</summary>
    public ContractNews? Contracts { get; init; }
}
