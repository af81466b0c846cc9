using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Gateways;
using Trading.Node.Operators;
using Trading.Node.Positions;
using Trading.Node.Probe;
using Trading.Node.Reconcile;
using Trading.Node.Hosting;

namespace Trading.Node.Gateways;

/// <summary>What the session actor of one account needs.</summary>
public sealed record SessionDependencies
{
    public required AccountId Id { get; init; }
    public required TimeProvider Time { get; init; }
    public required IAccountSession Session { get; init; }
    public required IOrderSender Sender { get; init; }
    public required ContractNews? Contracts { get; init; }
    public required SymbolBook Symbols { get; init; }
    public required PreparedSymbols Prepared { get; init; }
    public required ObservationsBook Observations { get; init; }
    public required UntradedPositions Untraded { get; init; }
    public required PositionBoard Board { get; init; }
    public required AlertBoard Alerts { get; init; }
    public required Region<PositionKey> Positions { get; init; }
    public required Reconciler Reconciler { get; init; }
    public required TimeSpan SyncEvery { get; init; }

    /// <summary>1 or more.</summary>
    public required int Leverage { get; init; }
    public required bool Isolated { get; init; }
    public required AccountPolicy Risk { get; init; }

    /// <summary>The positions the account can have on a symbol: one, or one a side.</summary>
    public required Func<Symbol, IReadOnlyList<PositionKey>> KeysOf { get; init; }

    /// <summary>Symbols this journal has traded before: prepared at start.</summary>
    public required IReadOnlyList<Symbol> KnownSymbols { get; init; }

    /// <summary>Must not wait.</summary>
    public required Action<AccountInput> TellAccount { get; init; }

    /// <summary>It was noted by the account, when it belonged to no one position.</summary>
    public required Func<CashReport, bool> IsNoted { get; init; }
    public required PriceRouter Prices { get; init; }
    public required ReconcileLedger Ledger { get; init; }
    public required VenueProbe Probe { get; init; }

    /// <summary>Test orders are part of the probe that runs by itself.</summary>
    public required bool ProbeWithOrders { get; init; }

    /// <summary>Must not wait.</summary>
    public required Func<ProbeReport, ProbeReport> Probed { get; init; }
    public required Action<string> UnknownFrame { get; init; }
    public required Action<string> Log { get; init; }

    /// <summary>Keys of this account whose actors are living, in order.</summary>
    public IReadOnlyList<PositionKey> LiveKeys => [.. Positions.Keys.Where(key => key.Account == Id)];
}
