namespace Trading.Domain.Positions;

/// <summary>
/// What is to be done outside once the events of the same decision are durable. Every effect is answered by an input;
/// none is retried by its performer.
/// </summary>
public abstract record PositionEffect
{
    private PositionEffect()
    {
    }

    // Orders. Each is sent at most once under its id.

    /// <summary>Market entry. Answered by OrderReported, Rejected, NotSent or OutcomeUnknown.</summary>
    /// <param name="AttachedStop">Trigger of a stop that exists the moment the fill does; null where the venue has no such thing.</param>
    public sealed record SendEntry(ClientOrderId Order, Side Side, decimal Quantity, decimal? AttachedStop = null) : PositionEffect;

    /// <summary>Reduce-only conditional stop for the side it protects; quantity zero: for whatever is open. Answered by StopReported, Rejected, NotSent, OutcomeUnknown.</summary>
    public sealed record SendStop(
        ClientOrderId Stop, Side Protects, decimal Quantity, decimal Trigger, bool First, decimal Improvement) : PositionEffect
    {
        /// <summary>
        /// Its entry leaves once it rests: nothing is open yet, so it is journaled before it is sent like the entry itself,
        /// and it is not sent late.
        /// </summary>
        public bool BeforeEntry { get; init; }
    }

    /// <summary>Cancels a conditional order of ours. Answered by CancelAnswered or OutcomeUnknown.</summary>
    public sealed record CancelStop(ClientOrderId Stop) : PositionEffect;

    /// <summary>Reduce-only market order against the held side; quantity zero: whatever is left. Answered like an entry.</summary>
    public sealed record SendClose(ClientOrderId Order, Side Holding, decimal Quantity) : PositionEffect;

    // Questions.

    /// <summary>
    /// Finds out what became of an order in doubt: by client id, first after 250 ms, then every second, until it is seen
    /// or proven absent (design §4). Answered by OrderReported (and Traded) or ProvenAbsent; asks on until then.
    /// </summary>
    /// <param name="IntendedUtc">No account trade since then may belong to an unknown order.</param>
    public sealed record Inquire(ClientOrderId Order, DateTime IntendedUtc) : PositionEffect;

    /// <summary>One question about an order whose price or end is missing. Answered by OrderReported; no answer: nothing.</summary>
    public sealed record QueryOrder(ClientOrderId Order) : PositionEffect;

    /// <summary>Position query, two attempts 200 ms apart. Answered by QuantityLookedUp.</summary>
    public sealed record LookUpQuantity : PositionEffect;

    /// <summary>Open conditional orders of the symbol. Answered by StopsRead; again until answered, every 250 ms.</summary>
    public sealed record ReadStops : PositionEffect;

    /// <summary>What the exchange demands of orders on the symbol, read anew. Answered by RulesRead.</summary>
    public sealed record ReadRules : PositionEffect;

    /// <summary>Answered by MarkRead.</summary>
    public sealed record ReadMark : PositionEffect;

    /// <summary>The targeted check of design §4, in its order. Answered by Checked.</summary>
    public sealed record CheckPosition(ClientOrderId? Stop, DateTime SinceUtc, CheckCause Cause) : PositionEffect;

    /// <summary>What one unit of the asset was worth then. Answered by AssetQuoted; asks on until then.</summary>
    public sealed record PriceAsset(string Asset, DateTime AtUtc) : PositionEffect;

    /// <summary>Account trades of the symbol since then. Answered by Traded for each.</summary>
    public sealed record ReadTrades(DateTime SinceUtc) : PositionEffect;

    // Own house.

    public sealed record StartTimer(PositionTimer Timer, TimeSpan Due) : PositionEffect;

    public sealed record CancelTimer(PositionTimer Timer) : PositionEffect;

    /// <summary>All deadlines of this position end with it.</summary>
    public sealed record CancelAllTimers : PositionEffect;

    /// <summary>Mark prices of this symbol are wanted from here on.</summary>
    public sealed record WatchPrice : PositionEffect;

    public sealed record DropPrice : PositionEffect;

    /// <summary>Tells the account: a slot is taken, freed, a deadline missed, a stop confirmed.</summary>
    public sealed record TellAccount(AccountNews News) : PositionEffect;

    public sealed record AlertOperator(AlertKind Kind, string Text) : PositionEffect;
}

public enum AccountNews
{
    /// <summary>The entry ended without a position: its slot is free.</summary>
    EntryFailed,

    /// <summary>A position is open (own or adopted): it holds a slot.</summary>
    Opened,

    /// <summary>Flat is proven: the slot is free.</summary>
    Closed,

    /// <summary>`protect-within` was missed: entries pause.</summary>
    ProtectionMissed,

    /// <summary>A stop was confirmed: a pause for a miss may end.</summary>
    StopConfirmed,
}

public enum AlertKind
{
    EntryUnverified,
    EntryInDoubt,
    Unprotected,
    PositionNotFound,
    CloseSlow,
    PositionInDoubt,
    StrayFill,
    StopStuck,
    StopChangedExternally,
    OutsidePosition,
    StopRefused,

    /// <summary>Money moved in an asset that has no price: it does not count.</summary>
    NoPrice,
}
