using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Probe;

namespace Trading.Node.Gateways;

/// <summary>What the mailbox of an account's session actor holds.</summary>
public abstract record SessionMessage
{
    private SessionMessage()
    {
    }

    public sealed record Heard(SessionReport Report) : SessionMessage;

    /// <summary>The session itself ended, which it never should before the node does.</summary>
    public sealed record Ended(Exception? Why) : SessionMessage;

    /// <summary>Somebody doubts: a snapshot is wanted now.</summary>
    public sealed record SyncWanted(string Why) : SessionMessage;

    public sealed record SnapshotTaken(Outcome<AccountSnapshot> Outcome, long SessionEpoch) : SessionMessage;

    /// <summary>The snapshot that a new session waits for did not come in time: its reports go on without it.</summary>
    public sealed record HoldEnded : SessionMessage;

    /// <summary>Rules are read again: the time has come, or the exchange refused by a filter.</summary>
    public sealed record SymbolsWanted : SessionMessage;

    public sealed record SymbolsTaken(Outcome<IReadOnlyList<SymbolRules>> Outcome) : SessionMessage;

    public sealed record EquityWanted : SessionMessage;

    public sealed record EquityTaken(Outcome<AccountBalance> Outcome) : SessionMessage;

    public sealed record MarksDue : SessionMessage;

    /// <summary>A symbol may be traded soon: leverage, margin mode and its known amount are made true ahead of time.</summary>
    public sealed record PrepareWanted(Symbol Symbol) : SessionMessage;

    /// <param name="Begun">Moment of <see cref="PreparedSymbols"/> at which it began.</param>
    /// <param name="Rows">What the exchange said of the symbol's positions when it was asked for them first.</param>
    public sealed record Prepared(
        Symbol Symbol, bool Done, IReadOnlyList<(PositionKey Key, PositionRow Row)> Rows, DateTime ReadStartedUtc, long Begun, string Why) : SessionMessage;

    /// <summary>The venue probe is to run; whoever asks during a run gets the answer of that run.</summary>
    public sealed record ProbeWanted(bool WithOrders, Action<ProbeReport>? Reply = null) : SessionMessage;

    public sealed record ProbeEnded(ProbeReport Report) : SessionMessage;

    public sealed record StreamProbed(ProbeCheck Check) : SessionMessage;
}
