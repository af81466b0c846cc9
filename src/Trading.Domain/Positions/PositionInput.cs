namespace Trading.Domain.Positions;

/// <summary>
/// Everything a position is asked or told. Commands may be denied. Reports are what the exchange said and are never
/// refused. Timers are the machine's own deadlines coming back.
/// </summary>
public abstract record PositionInput
{
    private PositionInput()
    {
    }

    // Commands: somebody wants something.

    /// <param name="ReferencePrice">Mark price at selection; the entry price is known only from the exchange.</param>
    public sealed record OpenPosition(
        string SignalId, string Wave, Side Side, decimal Quantity, decimal ReferencePrice, ProtectionPlan Plan) : PositionInput
    {
        /// <summary>Later than this nobody waits for it any more: a wish that lay in a mailbox must not open. Null: no end.</summary>
        public DateTime? ExpiresUtc { get; init; }
    }

    /// <param name="By">Who asked, for the record.</param>
    public sealed record ClosePosition(CloseReason Reason, string By) : PositionInput
    {
        /// <summary>Only a position of this side that was opened or is managed here; null: whatever is held.</summary>
        public Side? OfSide { get; init; }
    }

    /// <summary>The operator takes over what the policy left alone, as the exchange named it just now.</summary>
    /// <param name="ReadStartedUtc">On our clock, or earlier: the read was not begun before.</param>
    public sealed record AdoptPosition(PositionRow Row, IReadOnlyList<StopView> Stops, AdoptPolicy Policy, DateTime ReadStartedUtc) : PositionInput;

    // Reports on orders.

    /// <summary>State of one of our regular orders; <paramref name="AveragePrice"/> null where the answer carries none.</summary>
    /// <param name="Code">Exchange's reason for an end without fill, e.g. an expiry reason.</param>
    public sealed record OrderReported(
        ClientOrderId Order, string ExchangeOrderId, OrderStatus Status, decimal Executed, decimal? AveragePrice,
        DateTime AtUtc, Source Source, string Code = "") : PositionInput;

    public sealed record Traded(Trade Trade, Source Source) : PositionInput;

    /// <summary>An order of the exchange or of somebody else appeared on the symbol: the likely cause of what follows.</summary>
    public sealed record OutsideOrder(string ExchangeOrderId, OrderOrigin Origin, DateTime AtUtc) : PositionInput;

    /// <summary>The exchange proved that the request did nothing.</summary>
    public sealed record Rejected(
        ClientOrderId Order, int Code, string Message, RejectKind Kind = RejectKind.Other) : PositionInput;

    /// <summary>The request left, or may have left, and its fate is not known.</summary>
    public sealed record OutcomeUnknown(ClientOrderId Order, string Why) : PositionInput;

    /// <summary>Never left this node (budget, lease, journal, offline): the exchange cannot have it.</summary>
    public sealed record NotSent(ClientOrderId Order, string Why) : PositionInput;

    /// <summary>
    /// Proof of absence of design §4: late enough, three reads, and no unexplained trade. Of a close only that it was not
    /// found: late, it adds no exposure, so it is not waited for.
    /// </summary>
    public sealed record ProvenAbsent(ClientOrderId Order, string Evidence) : PositionInput;

    // Reports on protection.

    public sealed record StopReported(
        ClientOrderId Stop, string ExchangeId, StopStatus Status, decimal Quantity, decimal Trigger,
        DateTime AtUtc, Source Source, string Code = "") : PositionInput;

    /// <summary>The open conditional orders of the symbol, read at <paramref name="ReadStartedUtc"/>.</summary>
    public sealed record StopsRead(IReadOnlyList<StopView> Stops, DateTime ReadStartedUtc) : PositionInput;

    /// <summary>A cancel was answered: gone now, or it was not open (-2011/-2013).</summary>
    public sealed record CancelAnswered(ClientOrderId Stop, bool WasOpen) : PositionInput;

    // Reports on the position.

    /// <summary>A position event of the user stream; <paramref name="ByOrder"/> false for funding, margin and the like.</summary>
    public sealed record PositionStreamed(decimal Amount, decimal EntryPrice, DateTime AtUtc, bool ByOrder) : PositionInput;

    /// <summary>Funding, or what else moved this position's money without a trade.</summary>
    public sealed record CashMoved(Cash Cash) : PositionInput;

    /// <summary>Answer to <see cref="PositionEffect.PriceAsset"/>: what one unit was worth. Null: the exchange lists no price of it.</summary>
    public sealed record AssetQuoted(string Asset, DateTime AtUtc, decimal? Price) : PositionInput;

    /// <summary>This key's share of a snapshot. <paramref name="Row"/> null: absent, which proves nothing.</summary>
    public sealed record SnapshotShare(PositionRow? Row, IReadOnlyList<StopView> Stops, DateTime StartedUtc) : PositionInput;

    /// <summary>Answer to <see cref="PositionEffect.LookUpQuantity"/> when the stream's state was not usable.</summary>
    /// <param name="Amount">Signed; null when the exchange did not name the position in any attempt.</param>
    /// <param name="Attempts">API attempts made, 1 or 2.</param>
    /// <param name="UpdatedUtc">The exchange's time of the row; null where it gives none.</param>
    public sealed record QuantityLookedUp(decimal? Amount, int Attempts, int ElapsedMs, DateTime? UpdatedUtc = null) : PositionInput;

    /// <summary>What the targeted check of design §4 found. Parts that were not answered are null: unknown.</summary>
    public sealed record Checked(CheckEvidence Evidence) : PositionInput;

    // Market.

    /// <summary>Latest mark price with its extremes since the last one the machine saw. Quote currency.</summary>
    public sealed record MarkMoved(decimal Price, decimal Lowest, decimal Highest, DateTime AtUtc) : PositionInput;

    /// <summary>The mark as read on purpose, after a refusal that says it was crossed.</summary>
    public sealed record MarkRead(decimal? Price) : PositionInput;

    // Circumstances.

    /// <summary>The actor was started and its journal replayed: take up what was under way.</summary>
    public sealed record Recovered : PositionInput;

    /// <summary>A new session of the user stream: what the old one told is no longer "current".</summary>
    public sealed record StreamRestarted(long SessionEpoch) : PositionInput;

    public sealed record RulesChanged(SymbolRules Rules) : PositionInput;

    /// <summary>Answer to <see cref="PositionEffect.ReadRules"/>: decisions go by the rules of now; false: nobody told them in time.</summary>
    public sealed record RulesRead(bool Told) : PositionInput;

    public sealed record TimerFired(PositionTimer Timer) : PositionInput;
}
