namespace Trading.Domain.Positions;

/// <summary>Who said it. The names are the journal's and the operator's words.</summary>
public enum Source
{
    /// <summary>The user stream.</summary>
    Stream,

    /// <summary>The answer to the order itself.</summary>
    OrderAnswer,

    /// <summary>A question about one order, position or list.</summary>
    Query,

    /// <summary>One coherent snapshot of the account.</summary>
    Snapshot,
}

public enum OrderStatus
{
    New,
    PartiallyFilled,
    Filled,
    Canceled,
    Expired,
    Rejected,
}

/// <summary>The life of a conditional order on the exchange (protocols/binance-usdm §8.4).</summary>
public enum StopStatus
{
    /// <summary>Rests on the exchange and will trigger: the only status that protects.</summary>
    Live,
    Triggering,
    Triggered,

    /// <summary>Done as a conditional order. Says nothing about its fill: read the regular order.</summary>
    Finished,
    Canceled,
    Expired,
    Rejected,
}

/// <summary>What a refusal means for the machine, whatever the venue's code for it.</summary>
public enum RejectKind
{
    Other,

    /// <summary>-2021, 110092, 110093 and their like: the stop would trigger at once.</summary>
    WouldTrigger,

    /// <summary>-2022, 110017: there is nothing to reduce, or other reduce-only orders stand in the way.</summary>
    NothingToReduce,

    /// <summary>10001 "zero position": the stop needs a position, and the exchange has none, not yet or no more.</summary>
    NoPosition,

    /// <summary>-4045: as many conditional orders rest as the account may have; a replacement needs one more for a moment.</summary>
    NoRoom,
}

/// <summary>Who made an order that is not one of this journal's.</summary>
public enum OrderOrigin
{
    Ours,
    Foreign,
    Liquidation,
    Adl,
    Settlement,

    /// <summary>The stop that is a property of the position (Bybit): whose it is, its price says.</summary>
    PositionStop,
}

/// <summary>A conditional order as the exchange lists it.</summary>
/// <param name="Quantity">Base quantity; zero when <paramref name="ClosesPosition"/>: it covers whatever is open.</param>
public sealed record StopView(
    ClientOrderId Id, string ExchangeId, Side Protects, decimal Quantity, decimal Trigger, bool ClosesPosition, OrderOrigin Origin)
{
    public bool Covers(decimal quantity) => ClosesPosition || Quantity >= quantity;
}

/// <summary>A position as the exchange states it. <paramref name="Amount"/> is signed: short is negative.</summary>
/// <param name="UpdatedUtc">The exchange's own time of the row; null where it gives none.</param>
public sealed record PositionRow(
    decimal Amount, decimal EntryPrice, DateTime? UpdatedUtc, decimal MarkPrice = 0, decimal LiquidationPrice = 0)
{
    /// <summary>What a read says was true at most this long before it was begun. No exchange states a bound: this is ours.</summary>
    public static readonly TimeSpan LagsAtMost = TimeSpan.FromSeconds(5);
}

/// <summary>One trade of ours or of the account, as stream or trade list state it.</summary>
/// <param name="TradeId">Unique within the symbol; the key by which a repeated fill is recognised.</param>
/// <param name="RealizedPnl">Of this fill, in quote, fees excluded.</param>
public sealed record Trade(
    ClientOrderId Order,
    string ExchangeOrderId,
    string TradeId,
    Side Bought,
    decimal Quantity,
    decimal Price,
    decimal Fee,
    string FeeAsset,
    decimal RealizedPnl,
    DateTime AtUtc,
    OrderOrigin Origin)
{
    /// <summary>What the trade did to the signed position amount.</summary>
    public decimal Signed => Bought is Side.Long ? Quantity : -Quantity;
}

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
    public sealed record ClosePosition(CloseReason Reason, string By) : PositionInput;

    /// <summary>The operator takes over what the policy left alone, as the exchange named it just now.</summary>
    public sealed record AdoptPosition(PositionRow Row, IReadOnlyList<StopView> Stops, AdoptPolicy Policy) : PositionInput;

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

    /// <summary>Funding paid (negative) or received for this symbol, in quote.</summary>
    public sealed record FundingPaid(decimal Amount, DateTime AtUtc) : PositionInput;

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

    public sealed record TimerFired(PositionTimer Timer) : PositionInput;
}

/// <summary>Evidence of a targeted check; null means the question was not answered.</summary>
/// <param name="Row">Position by symbol; <see cref="PositionRead.Missing"/> when the answer had no row.</param>
/// <param name="SecondRow">The same question at least 500 ms later, asked when the first said zero.</param>
/// <param name="StopOrder">The regular order spawned by our stop, by client id.</param>
/// <param name="Trades">Account trades of the symbol since the entry.</param>
public sealed record CheckEvidence(
    DateTime StartedUtc,
    PositionRead? Row,
    PositionRead? SecondRow,
    IReadOnlyList<StopView>? Stops,
    PositionInput.OrderReported? StopOrder,
    IReadOnlyList<Trade>? Trades,
    CheckCause Cause);

/// <summary>A position query's answer: a row, or no row, which is not a position of zero.</summary>
public sealed record PositionRead(PositionRow? Row)
{
    public static readonly PositionRead Missing = new((PositionRow?)null);

    public bool IsExplicitZero => Row is { Amount: 0 };
}

public enum CheckCause
{
    /// <summary>A cancel, stop end, -2022, stop move or suspect stream started it.</summary>
    Doubt,

    /// <summary>A snapshot did not name the position, or said zero.</summary>
    Snapshot,

    /// <summary>The position read that follows every stop move.</summary>
    AfterStopMove,
}

/// <summary>The machine's own deadlines. One of each kind can run per position.</summary>
public enum PositionTimer
{
    /// <summary>10 s after the intent: an entry nobody verified is doubt and an alert, never a rollback.</summary>
    VerifyEntry,

    /// <summary>`protect-within`, 3 s by default: then the position closes.</summary>
    Protect,

    /// <summary>600 ms after a first stop was sent without an answer: read it back.</summary>
    StopAnswer,

    /// <summary>Next attempt of a close, or again every second when it cannot be sent.</summary>
    CloseAgain,

    /// <summary>10 s after the first close attempt: alert.</summary>
    CloseSlow,

    /// <summary>Next targeted check after 1, 2, 5 s.</summary>
    CheckAgain,

    /// <summary>Next try of the hard stop.</summary>
    HardStop,

    /// <summary>10 s after a stop was loosened by hand: ours is set beside it.</summary>
    RestoreStop,

    /// <summary>3 s in TRIGGERING without an order: close.</summary>
    StopStuck,

    /// <summary>3 s after the mark has passed our stop, and nobody tells that it fires: the exchange is asked.</summary>
    StopDue,

    /// <summary>A filled entry whose fills did not all come by stream: read the trades.</summary>
    FillsMissing,

    /// <summary>max-age, then one hour more.</summary>
    Aged,

    /// <summary>What was learned for this position is dropped; the actor may be passivated.</summary>
    Settle,
}

public enum CloseReason
{
    StopLoss,
    TrailingStop,
    TakeProfit,
    BreakEven,
    Aged,
    Manual,
    External,
    Liquidation,
    Adl,
    Settlement,
    Rollback,
    ProtectionDeadline,
    DuplicateCleanup,
}

/// <summary>How flat was proven.</summary>
public enum ClosedBy
{
    WebsocketClosure,
    OrderAnswer,
    TargetedCheck,
    SyncCleanup,
}

/// <summary>What is done when somebody loosens our stop by hand. A tighter one is respected, a missing one never.</summary>
public enum ManualStopPolicy
{
    Restore,
    Respect,
}

/// <summary>What is done with a position that this journal did not open.</summary>
public enum AdoptPolicy
{
    Ignore,
    ProtectOnly,
    Manage,
    Alert,
}
