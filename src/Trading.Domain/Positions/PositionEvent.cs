namespace Trading.Domain.Positions;

/// <summary>
/// What happened to a position. The names and fields are the storage format: add, never rename; each has a stored sample
/// that every later version must read.
/// </summary>
public abstract record PositionEvent
{
    private PositionEvent()
    {
    }

    // Entry

    /// <summary>The slot is taken and the entry will be sent once under <paramref name="Order"/>.</summary>
    /// <param name="StopFirst">It is sent once its stop, intended with it, is confirmed to rest.</param>
    public sealed record EntryIntended(
        ClientOrderId Order, string SignalId, string Wave, Side Side, decimal Quantity, decimal ReferencePrice,
        ProtectionPlan Plan, DateTime AtUtc,
        bool StopFirst = false) : PositionEvent;

    /// <summary>The exchange showed that the entry did something: the first of stream, order answer, query or snapshot.</summary>
    /// <param name="Price">Average entry price as that source states it; zero where it has none.</param>
    public sealed record EntryVerified(
        ClientOrderId Order, VerifiedBy By, decimal Quantity, decimal Price, int ElapsedMs) : PositionEvent;

    public sealed record OutcomeLost(ClientOrderId Order, string Why) : PositionEvent;

    /// <summary>
    /// The entry will not fill any further. <paramref name="Executed"/> is greater than zero, but for one that was being
    /// closed by a quantity that turned out to be somebody else's.
    /// </summary>
    public sealed record EntryCompleted(
        ClientOrderId Order, string ExchangeOrderId, OrderStatus Status, decimal Executed, decimal AveragePrice) : PositionEvent;

    /// <summary>Nothing was opened: rejected, unfilled, never sent, or proven absent. Frees the slot.</summary>
    /// <param name="Code">Exchange code, 0 where it was not the exchange that said no.</param>
    public sealed record EntryFailed(
        ClientOrderId Order, int Code, string Why, EntryEnd How = EntryEnd.Rejected) : PositionEvent;

    /// <summary>A position this journal did not open is taken over under a policy.</summary>
    /// <param name="StopBase">Price the stop counts from: the entry, or the mark where the entry's stop was crossed already.</param>
    /// <param name="ChangedUtc">The exchange's time of the position's last change: what was traded since is not in the quantity.</param>
    /// <param name="Quote">Asset of its prices and profits; empty: what the account is kept in.</param>
    public sealed record PositionAdopted(
        Side Side, decimal Quantity, decimal EntryPrice, decimal StopBase, AdoptPolicy Policy, ProtectionPlan Plan,
        DateTime AtUtc, DateTime? ChangedUtc = null, string Quote = "") : PositionEvent;

    // Ledger

    /// <summary>A trade of this position, counted once by its trade id.</summary>
    /// <param name="Held">Base quantity held after it: a position report of the same moment may have told it before.</param>
    public sealed record OrderFilled(Trade Trade, decimal Held) : PositionEvent;

    /// <summary>Funding received (positive) or paid.</summary>
    /// <param name="Id">Its identity; empty in events of earlier builds.</param>
    public sealed record FundingBooked(decimal Amount, DateTime AtUtc, string Id = "", string Asset = Assets.OfAccounts) : PositionEvent;

    /// <summary>What the exchange took for a liquidation (negative), or added to what was left: counts as a fee.</summary>
    /// <param name="Id">Its identity.</param>
    public sealed record LiquidationCleared(decimal Amount, DateTime AtUtc, string Id, string Asset) : PositionEvent;

    /// <summary>
    /// One unit of the asset was worth that much of what the account is kept in: amounts in it that were moved in that
    /// minute count from here on, as estimates.
    /// </summary>
    public sealed record AssetPriced(string Asset, decimal Price, DateTime AtUtc) : PositionEvent;

    /// <summary>The quantity changed without an order of ours: partial close or increase by hand.</summary>
    /// <param name="AtUtc">The exchange's time of what said so; null: it gave none.</param>
    public sealed record QuantityChanged(decimal Quantity, decimal EntryPrice, string Why, DateTime? AtUtc = null) : PositionEvent;

    // Protection

    /// <param name="Replaces">The stop that stays until this one is confirmed; null for a first stop.</param>
    /// <param name="PartOf">
    /// The stop it completes, named by its first order: the market takes none so large. Null: the first, or the only one.
    /// </param>
    public sealed record StopIntended(
        ClientOrderId Stop, decimal Quantity, decimal Trigger, ClientOrderId? Replaces, StopCause Cause,
        ClientOrderId? PartOf = null) : PositionEvent;

    /// <summary>The exchange confirmed that the stop rests: from here on the position is protected by it.</summary>
    public sealed record StopConfirmed(
        ClientOrderId Stop, string ExchangeId, decimal Quantity, decimal Trigger, Source Source) : PositionEvent;

    /// <summary>A first stop was refused, was not sent, or was not found resting.</summary>
    /// <param name="MayRest">It was not found, which proves nothing: it is cancelled once another stop is confirmed.</param>
    public sealed record StopRefused(ClientOrderId Stop, int Code, string Why, bool MayRest = false) : PositionEvent;

    /// <summary>A replacement was refused or is in doubt: the old stop stands.</summary>
    public sealed record StopMoveRefused(ClientOrderId Stop, int Code, string Why, bool MayRest = false) : PositionEvent;

    /// <summary>The current stop no longer rests: triggered, cancelled, expired or rejected.</summary>
    public sealed record StopEnded(ClientOrderId Stop, StopStatus Status, string Why) : PositionEvent;

    /// <summary>Our stop rests where we did not put it: somebody moved it by hand.</summary>
    public sealed record StopChangedExternally(ClientOrderId Stop, decimal Quantity, decimal Trigger) : PositionEvent;

    /// <summary>The second layer: one stop at the hard loss that closes whatever is open, placed once and never moved.</summary>
    public sealed record HardStopIntended(ClientOrderId Stop, decimal Trigger) : PositionEvent;

    public sealed record HardStopConfirmed(ClientOrderId Stop, string ExchangeId) : PositionEvent;

    /// <summary>It was refused, is not found, or no longer rests.</summary>
    public sealed record HardStopEnded(ClientOrderId Stop, int Code, string Why, bool MayRest = false) : PositionEvent;

    /// <summary>A surplus stop of ours is gone, or never rested.</summary>
    public sealed record StopCleared(ClientOrderId Stop) : PositionEvent;

    public sealed record TrailingActivated(decimal BestPrice, decimal Trigger) : PositionEvent;

    /// <summary>How the quantity for a stop was found (incident 2025-11-10).</summary>
    public sealed record PositionLookup(
        LookupMethod LookupMethod, int LookupTimeMs, bool CacheHit, int RetryCount, decimal Quantity) : PositionEvent;

    public sealed record PositionNotFoundAbort(LookupAttempts LookupAttempts) : PositionEvent;

    /// <summary>`protect-within` passed without a confirmed stop.</summary>
    public sealed record ProtectionMissed(decimal Quantity, int DeadlineMs) : PositionEvent;

    // Doubt

    /// <summary>Whether the position is still open is not known.</summary>
    public sealed record PositionDoubted(string Why) : PositionEvent;

    /// <summary>Proven open again.</summary>
    public sealed record DoubtEnded(string Evidence) : PositionEvent;

    // Close

    /// <param name="Quantity">Zero: whatever is left, which no quantity can express.</param>
    public sealed record CloseIntended(
        ClientOrderId Order, decimal Quantity, CloseReason Reason, int Attempt, string By) : PositionEvent;

    /// <summary>One attempt ended without closing everything; the next follows.</summary>
    public sealed record CloseAttemptFailed(ClientOrderId Order, int Code, string Why) : PositionEvent;

    /// <summary>Flat is proven.</summary>
    /// <param name="Evidence">What proved it, in the operator's words.</param>
    /// <param name="AtUtc">When it was proven, on our clock; null in events of earlier builds.</param>
    public sealed record PositionClosed(CloseReason Reason, ClosedBy ClosedBy, string Evidence, DateTime? AtUtc = null) : PositionEvent;

    /// <summary>The true cause became known after the closure, from the fills.</summary>
    public sealed record ClosureExplained(CloseReason Reason) : PositionEvent;
}

/// <summary>Why an entry opened nothing. All but the last are failures at the exchange.</summary>
public enum EntryEnd
{
    Rejected,
    Unfilled,
    ProvenAbsent,

    /// <summary>It never left this node.</summary>
    NotSent,
}

public enum VerifiedBy
{
    Websocket,
    OrderAnswer,
    OrderQuery,
    PositionQuery,
}

public enum StopCause
{
    Initial,
    Trailing,
    Resize,
    Restore,

    /// <summary>The gain was enough for the break-even barrier.</summary>
    BreakEven,
}

public enum LookupMethod
{
    WebsocketCache,
    ExchangeApiAttempt1,
    ExchangeApiAttempt2,
    DatabaseFallback,
}

public sealed record LookupAttempts(bool CacheChecked, int ApiAttempts, bool DatabaseChecked);
