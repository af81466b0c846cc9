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

    /// <param name="Begun">Moment of <see cref="PreparedSymbols"/> at which it began.</param>
    public sealed record SnapshotTaken(Outcome<AccountSnapshot> Outcome, long SessionEpoch, long Begun) : SessionMessage;

    /// <summary>The snapshot that a new session waits for did not come in time: its reports go on without it.</summary>
    public sealed record HoldEnded : SessionMessage;

    /// <summary>Rules are read again: the time has come, the exchange refused by a filter, or its stream tells that they have changed.</summary>
    /// <param name="Changed">The stream's word: nothing is entered there before they have been read.</param>
    /// <remarks>A sender is answered by <see cref="SymbolsAnswer"/>, of a read that began after this.</remarks>
    public sealed record SymbolsWanted(Symbol? Changed = null) : SessionMessage;

    /// <param name="Told">False: the exchange did not answer.</param>
    public sealed record SymbolsAnswer(bool Told) : SessionMessage;

    public sealed record SymbolsTaken(Outcome<IReadOnlyList<SymbolRules>> Outcome) : SessionMessage;

    public sealed record EquityWanted : SessionMessage;

    public sealed record EquityTaken(Outcome<AccountBalance> Outcome) : SessionMessage;

    public sealed record MarksDue : SessionMessage;

    /// <summary>What was paid without a trade is compared with the exchange's list.</summary>
    public sealed record CashWanted : SessionMessage;

    /// <summary>Something was paid since then, and perhaps nobody was told.</summary>
    public sealed record CashMissed(DateTime SinceUtc) : SessionMessage;

    public sealed record CashTaken(Outcome<IReadOnlyList<CashReport>> Outcome, DateTime SinceUtc) : SessionMessage;

    /// <summary>A symbol may be traded soon: leverage, margin mode and its known amount are made true ahead of time.</summary>
    public sealed record PrepareWanted(Symbol Symbol) : SessionMessage;

    /// <param name="Begun">Moment of <see cref="PreparedSymbols"/> at which it began.</param>
    /// <param name="Rows">What the exchange said of the symbol's positions when it was asked for them first.</param>
    public sealed record Prepared(
        Symbol Symbol, bool Done, IReadOnlyList<(PositionKey Key, PositionRow Row)> Rows, DateTime ReadStartedUtc, long Begun, string Why) : SessionMessage
    {
        /// <summary>The exchange has refused, for a reason that does not pass by itself; <see cref="Why"/> has its words.</summary>
        public bool Refused { get; init; }

        /// <summary>The reason is how the account is set, and not the symbol's.</summary>
        public bool OfAccount { get; init; }
    }

    /// <summary>The exchange has answered as it would not to an account that is as the probe found it: it is looked at again.</summary>
    public sealed record AccountDoubted(string Why) : SessionMessage;

    /// <summary>The venue probe is to run; whoever asks during a run gets the answer of that run.</summary>
    /// <remarks>A sender is answered by the report.</remarks>
    public sealed record ProbeWanted(bool WithOrders) : SessionMessage;

    public sealed record ProbeEnded(ProbeReport Report) : SessionMessage;

    public sealed record StreamProbed(ProbeCheck Check) : SessionMessage;
}
