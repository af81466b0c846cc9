using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Journal;
using Trading.Node.Gateways;
using Trading.Node.Metrics;
using Trading.Node.Operators;
using Trading.Node.Orders;

namespace Trading.Node.Positions;

/// <summary>The right to write and to send for a shard. A node that has lost it must not send what adds exposure.</summary>
/// <param name="Epoch">Raised with every owner; the journal fences older ones.</param>
public sealed record Lease(long Epoch, Func<bool> IsValid)
{
    /// <summary>The one node of an embedded journal: its lock on the data folder is the lease.</summary>
    public static Lease OnlyNode { get; } = new(1, static () => true);
}

/// <summary>What all positions of one account share.</summary>
public sealed record PositionDependencies
{
    public required AccountId Account { get; init; }
    public required TimeProvider Time { get; init; }
    public required Func<string> NewId { get; init; }
    public required IJournal Journal { get; init; }
    public required NodeMeters Meters { get; init; }
    public required Lease Lease { get; init; }
    public required IOrderSender Sender { get; init; }
    public required IAccountSession Session { get; init; }
    public required SymbolBook Symbols { get; init; }
    public required ObservationsBook Observations { get; init; }
    public required PriceRouter Prices { get; init; }
    public required PositionPolicy Policy { get; init; }
    public Decide Decide { get; init; } = PositionMachine.Decide;
    public required PositionBoard Board { get; init; }
    public required AlertBoard Alerts { get; init; }

    /// <summary>The exchange's rules of its symbols are read anew; false: it did not tell them in time.</summary>
    public required Func<CancellationToken, Task<bool>> ReadRules { get; init; }

    /// <summary>A slot is taken or freed, a deadline missed, a stop confirmed. Must not wait.</summary>
    public required Action<PositionKey, AccountNews, PositionState> TellAccount { get; init; }

    /// <summary>The account is halted: nothing is adopted, no stop trails, nothing is closed for its age. What protects goes on.</summary>
    public required Func<bool> IsHalted { get; init; }

    /// <summary>The venue probe of this start saw that a stop rests without a position; asked only where stop-first is configured.</summary>
    public required Func<bool> AllowsStopFirst { get; init; }

    /// <summary>The node is on its way to a stop: nothing is entered any more, no stop trails, nothing is closed for its age.</summary>
    public required Func<bool> IsStopping { get; init; }

    /// <summary>Stops, closes and cancels of this node that are not answered yet.</summary>
    public required OrdersUnderWay Orders { get; init; }

    /// <summary>Told of every event in the order of its stream, when it is durable and its effects are under way. Must not wait.</summary>
    public required Action<PositionHappened> Happened { get; init; }

    /// <summary>A protective order left before its append was answered.</summary>
    public required Action<PositionKey, PositionEffect> ProtectedAhead { get; init; }
}
