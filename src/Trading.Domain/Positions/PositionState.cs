using System.Collections.Immutable;

namespace Trading.Domain.Positions;

/// <summary>
/// The journaled life of one position: Flat, Opening, Open, Closing, and Flat again. A function of its events alone.
/// </summary>
public abstract record PositionState
{
    private PositionState()
    {
    }

    public static readonly PositionState Initial = new Flat();

    /// <summary>What is held or being opened; null while flat.</summary>
    public Holding? Held => this switch
    {
        Opening s => s.Holding,
        Open s => s.Holding,
        Closing s => s.Holding,
        _ => null,
    };

    /// <summary>Nothing is held that this journal knows of.</summary>
    /// <param name="Last">The closed position before: latecomers of its orders still belong to it.</param>
    public sealed record Flat(Holding? Last = null) : PositionState
    {
        /// <summary>Stops of ours that may still rest and must be cancelled.</summary>
        public ImmutableList<ClientOrderId> Surplus { get; init; } = [];

        /// <summary>When flat was proven, or what was before an entry that failed had ended; the default where no position was open before.</summary>
        public DateTime ClosedUtc { get; init; }

        /// <summary>The exchange's time of the newest fill before: a row that is not newer tells of a position that is gone.</summary>
        public DateTime LastFillUtc { get; init; }

        /// <summary>
        /// What changed by then may be of the position before: until its last fill where all are counted; where one was
        /// never told, the newest that was may be its entry's, or older, and it is until flat was proven.
        /// </summary>
        public DateTime EndedUtc => Last is { LedgerComplete: true } || LastFillUtc > ClosedUtc ? LastFillUtc : ClosedUtc;
    }

    /// <summary>The entry is intended and may be on its way, partly filled, or in doubt.</summary>
    public sealed record Opening(Holding Holding, EntryOrder Entry) : PositionState
    {
        /// <summary><see cref="Flat.EndedUtc"/> of before: it holds again where the entry comes to nothing.</summary>
        public DateTime BeforeEndedUtc { get; init; }
    }

    public sealed record Open(Holding Holding) : PositionState;

    /// <summary>A market close is under way. The stop stays until flat is proven.</summary>
    public sealed record Closing(Holding Holding, CloseAttempt Attempt) : PositionState;
}

/// <param name="InDoubt">Its fate is not known: it keeps its slot and blocks its key.</param>
/// <param name="VerifiedQuantity">What a source other than the fills says is open; zero until one spoke.</param>
/// <param name="VerifiedPrice">That source's entry price; zero where it has none.</param>
/// <param name="AwaitsStop">Not sent yet: its stop has to rest first.</param>
public sealed record EntryOrder(
    ClientOrderId Id, decimal Quantity, bool InDoubt = false, bool Verified = false, decimal VerifiedQuantity = 0,
    decimal VerifiedPrice = 0, bool Completed = false, bool AwaitsStop = false);

/// <param name="Sent">Quantity of this attempt.</param>
/// <param name="Number">1 for the first attempt.</param>
/// <param name="Standing">False when this attempt has ended and the next has not been intended yet.</param>
public sealed record CloseAttempt(
    ClientOrderId Id, decimal Sent, CloseReason Reason, int Number, decimal Filled = 0, bool InDoubt = false,
    bool Standing = true);

/// <summary>What is held, how it came about, and how it is protected.</summary>
/// <param name="Opened">Version of the opening event in the stream: names this position among those of its key.</param>
/// <param name="Policy">Null for a position we opened; the adoption policy for others.</param>
public sealed record Holding(long Opened, Side Side, ProtectionPlan Plan, AdoptPolicy? Policy)
{
    public string SignalId { get; init; } = "";
    public string Wave { get; init; } = "";
    public ClientOrderId EntryOrder { get; init; }
    public decimal ReferencePrice { get; init; }
    public DateTime OpenedUtc { get; init; }

    /// <summary>Base quantity held now, never negative.</summary>
    public decimal Quantity { get; init; }
    public decimal EntryPrice { get; init; }

    /// <summary>Price the first stop counts from.</summary>
    public decimal StopBase { get; init; }

    /// <summary>Trigger of the last confirmed stop: a stop that is lost is restored there.</summary>
    public decimal? LastTrigger { get; init; }

    /// <summary>Sum of the entry fills' quantity.</summary>
    public decimal Bought { get; init; }

    /// <summary>What our entry filled in all, once its end is known; its fills may be told later.</summary>
    public decimal Executed { get; init; }

    /// <summary>What our entry may still fill though it is being closed already; zero: the entry's end is known.</summary>
    public decimal EntryLeft { get; init; }

    /// <summary>Sum of entry fills' quantity × price.</summary>
    public decimal Cost { get; init; }

    /// <summary>Sum of the quantity of fills against the position.</summary>
    public decimal Sold { get; init; }
    public decimal Realized { get; init; }
    public decimal Fees { get; init; }
    public decimal Funding { get; init; }

    /// <summary>The exchange's time of the newest fill counted; proofs of flat must not be older.</summary>
    public DateTime LastFillUtc { get; init; }

    /// <summary>The exchange's time of the newest word that set the quantity without a fill: trades until then are contained in it.</summary>
    public DateTime StatedUtc { get; init; }

    /// <summary>Counted fills of exactly that time: the exchange states an amount after each of them, all of that time too.</summary>
    public int FillsOfLastMoment { get; init; }

    /// <summary>The same once a fill of that time counts too.</summary>
    public int FillsOfLastMomentWith(DateTime atUtc) =>
        atUtc > LastFillUtc ? 1 : FillsOfLastMoment + (atUtc == LastFillUtc ? 1 : 0);

    /// <summary>The exchange's time of the newest fill of the positions before: what is not newer is theirs.</summary>
    public DateTime BeforeUtc { get; init; }

    /// <summary>The exchange's time of our entry's first counted fill; what others traded before it is not this position's.</summary>
    public DateTime FirstFillUtc { get; init; }

    /// <summary>Trades already counted. They outlive the order: exchanges repeat themselves late.</summary>
    public ImmutableHashSet<string> Trades { get; init; } = [];

    /// <summary>Counted quantity of each order that reduced it.</summary>
    public ImmutableDictionary<ClientOrderId, decimal> Reduced { get; init; } = ImmutableDictionary<ClientOrderId, decimal>.Empty;
    public ImmutableList<ClientOrderId> CloseOrders { get; init; } = [];
    public Protection Protection { get; init; } = new Protection.Unprotected();
    public Trailing Trailing { get; init; } = new Trailing.Waiting();

    /// <summary>The stop was moved to break-even and confirmed there.</summary>
    public bool AtBreakEven { get; init; }

    /// <summary>The second layer under the moving stop; null while there is none.</summary>
    public HardStop? Hard { get; init; }

    /// <summary>Stops of ours beside the current one that may still rest.</summary>
    public ImmutableList<ClientOrderId> Surplus { get; init; } = [];

    /// <summary>The latest whose outcome was not told in time, oldest first: a request under way may still set them.</summary>
    public ImmutableList<StopIntent> MayLand { get; init; } = [];

    /// <summary>Stops of ours that ended or were replaced: their late fills still belong here.</summary>
    public ImmutableList<ClientOrderId> FormerStops { get; init; } = [];
    public bool InDoubt { get; init; }

    /// <summary>First stops refused since a stop was last confirmed.</summary>
    public int StopsRefused { get; init; }
    public bool ProtectionMissed { get; init; }

    /// <summary>What we opened, or manage by policy: only this is ever closed by us.</summary>
    public bool Managed => Policy is null or AdoptPolicy.Manage;

    public decimal Net => Realized - Fees + Funding;

    /// <summary>Every fill that opened and closed it is counted.</summary>
    public bool LedgerComplete => Bought > 0 && Sold >= Bought;

    /// <summary>Quantity that confirmed stops cover. An intent covers nothing; a hard stop closes whatever is open.</summary>
    public decimal Covered => Hard is { Resting: true } ? Quantity : LiveStop?.Quantity ?? 0;

    public LiveStop? LiveStop => Protection switch
    {
        Protection.Protected { Stop: var stop } => stop,
        Protection.Moving { Old: var stop } => stop,
        _ => null,
    };

    /// <summary>The stop that was asked for and is not answered yet.</summary>
    public StopIntent? IntendedStop => Protection switch
    {
        Protection.Placing { Intent: var intent } => intent,
        Protection.Moving { Intent: var intent } => intent,
        _ => null,
    };

    /// <summary>Price at which closing at market nets zero: fees paid, funding and the taker fee of the exit included.</summary>
    /// <param name="takerFee">Fraction of the exit's quote value.</param>
    public decimal BreakEvenPrice(decimal takerFee)
    {
        if (Quantity <= 0) return EntryPrice;
        var carried = (Fees - Funding - Realized) / Quantity;
        return Side is Side.Long ? (EntryPrice + carried) / (1 - takerFee) : (EntryPrice - carried) / (1 + takerFee);
    }
}

/// <summary>How the open quantity is covered by a stop on the exchange.</summary>
public abstract record Protection
{
    private Protection()
    {
    }

    public abstract IEnumerable<ClientOrderId> Stops { get; }

    public sealed record Unprotected : Protection
    {
        public override IEnumerable<ClientOrderId> Stops => [];
    }

    /// <summary>A first stop is intended and not confirmed.</summary>
    public sealed record Placing(StopIntent Intent) : Protection
    {
        public override IEnumerable<ClientOrderId> Stops => Intent.Ids;
    }

    /// <summary>Confirmed by the exchange: answer with id, stream event or read-back.</summary>
    public sealed record Protected(LiveStop Stop) : Protection
    {
        public override IEnumerable<ClientOrderId> Stops => Stop.Ids;
    }

    /// <summary>The old stop rests until the new one is confirmed.</summary>
    public sealed record Moving(LiveStop Old, StopIntent Intent) : Protection
    {
        public override IEnumerable<ClientOrderId> Stops => Old.Ids.Concat(Intent.Ids);
    }
}


/// <summary>The second layer, which closes whatever is open.</summary>
/// <param name="Resting">The exchange confirmed it.</param>
public sealed record HardStop(ClientOrderId Id, decimal Trigger, bool Resting = false);

public abstract record Trailing
{
    private Trailing()
    {
    }

    public sealed record Off : Trailing;

    public sealed record Waiting : Trailing;

    /// <param name="BestPrice">Best price at the last confirmed move; what came since is in <see cref="Sightings"/>.</param>
    public sealed record Active(decimal BestPrice) : Trailing;
}

/// <summary>
/// What the machine has seen and need not journal: lost with the process, learned again from the exchange.
/// </summary>
public sealed record Sightings
{
    /// <summary>Signed amount told by the current session of the user stream; null: it has told nothing yet.</summary>
    public decimal? StreamAmount { get; init; }
    public DateTime StreamAtUtc { get; init; }

    /// <summary>Signed amount from any source that names it; an entry needs an explicit zero here.</summary>
    public decimal? KnownAmount { get; init; }
    public DateTime KnownAtUtc { get; init; }

    public bool IsKnownOpen => KnownAmount is not (null or 0);

    /// <summary>Signed amount of the newest position row, or of an ended session of the stream, and the exchange's time of its last change.</summary>
    public decimal? RowAmount { get; init; }
    public DateTime RowAtUtc { get; init; }

    /// <summary>Latest mark price; zero until one was seen.</summary>
    public decimal Mark { get; init; }

    /// <summary>Best mark in the position's favour since it opened, as far as this process saw it.</summary>
    public decimal BestPrice { get; init; }

    /// <summary>The protection deadline is running.</summary>
    public bool DeadlineRunning { get; init; }

    /// <summary>No source gave the entry price in time: the reference price serves for the first stop.</summary>
    public bool PriceOverdue { get; init; }

    /// <summary>The exchange's time of the newest fill that an order's state told of, counted as a trade or not.</summary>
    public DateTime FilledAtUtc { get; init; }

    /// <summary>The exchange's time at which an order was told to have ended partly filled: its last fill is not later.</summary>
    public DateTime EndedAtUtc { get; init; }

    /// <summary>The close that was told to have filled for all we know of, while nothing says yet that this is all there was.</summary>
    public ClientOrderId CloseFilled { get; init; }

    /// <summary>Until then a close that was not found may still reach the exchange: it would reduce whatever it finds.</summary>
    public DateTime CloseMayArriveUntilUtc { get; init; }

    /// <summary><see cref="PositionInput.StopsRead"/> is awaited: several orders of one stop may go unanswered, one list tells of all.</summary>
    public bool ReadingStops { get; init; }

    /// <summary>When this process learned that the current stop rests.</summary>
    public DateTime StopConfirmedUtc { get; init; }

    /// <summary>A stop of ours that the journal does not know rests, and was left because no other was seen to.</summary>
    public bool StrayRests { get; init; }

    /// <summary>A trailing step waits for <see cref="PositionInput.QuantityLookedUp"/>.</summary>
    public bool LookingUp { get; init; }

    /// <summary>A targeted check is under way.</summary>
    public bool Checking { get; init; }

    /// <summary>The check under way began before our stop was known to fire.</summary>
    public bool CheckIsOlder { get; init; }

    /// <summary>Checks since the doubt began that proved nothing.</summary>
    public int ChecksWithoutProof { get; init; }

    /// <summary>When a stop move was last followed by a position read (at most one per 10 s).</summary>
    public DateTime LastMoveReadUtc { get; init; }

    /// <summary>Status of our stop while it triggers: explains a closure that follows.</summary>
    public StopStatus? StopProgress { get; init; }

    /// <summary>The mark has passed our stop; <see cref="PositionTimer.StopDue"/> is running.</summary>
    public bool StopIsDue { get; init; }

    /// <summary>Latest order on the symbol that is not ours: explains a closure that follows.</summary>
    public OrderOrigin? OutsideOrigin { get; init; }

    /// <summary>Tries of the step that is being moved; never more than two.</summary>
    public int MoveTries { get; init; }

    /// <summary>The step that was given up; the next must be better than this trigger.</summary>
    public decimal? DroppedTrigger { get; init; }

    /// <summary>When a move of the stop could not leave for want of budget or room; the next waits a little.</summary>
    public DateTime? MovePausedUtc { get; init; }

    /// <summary>Trigger of a stop refused as "would trigger" that waits for <see cref="PositionInput.MarkRead"/>.</summary>
    public decimal? AwaitsMark { get; init; }

    /// <summary>When flat was last proven, on our clock; a read of the position soon after may still be of before.</summary>
    public DateTime ClosedAtUtc { get; init; }

    /// <summary>Hard stops that were refused or lost: from the third on the next waits longer.</summary>
    public int HardStopTries { get; init; }

    /// <summary>When this process sent the hard stop, or learned that it rests.</summary>
    public DateTime HardStopKnownUtc { get; init; }

    /// <summary>The next hard stop waits for <see cref="PositionTimer.HardStop"/>.</summary>
    public bool HardStopWaits { get; init; }

    public bool CloseAlerted { get; init; }
    public bool OutsideAlerted { get; init; }

    /// <summary>max-age has passed: break-even or better closes.</summary>
    public bool IsAged { get; init; }

    /// <summary>Times the trades of a closed position were asked for.</summary>
    public int SettleTries { get; init; }

    /// <summary>Its confirmed stop rests for all of it and does not fire: what other stops there are may go.</summary>
    public bool StandsFor(Holding held) => held.Covered >= held.Quantity && StopProgress is null && IsTold(held);

    /// <summary>
    /// Somebody outside has told in this life what is held, and it is no more than we know of. After a start the journal's
    /// word is enough for more protection, never for less: what a hand added while the node was away is covered by what
    /// rests, and by nothing else.
    /// </summary>
    public bool IsTold(Holding held) => KnownAmount is { } told && told * held.Side.Sign() <= held.Quantity;
}

/// <summary>What surrounds a decision: all of it input, none of it clock or chance.</summary>
/// <param name="Version">Version of the last journaled event of the stream.</param>
/// <param name="NowUtc">Receipt time of the input, from the node's clock corrected to the exchange's.</param>
public sealed record PositionContext(
    PositionKey Key, JournalId Journal, long Version, DateTime NowUtc, SymbolRules Rules, PositionPolicy Policy)
{
    public ClientOrderId OrderIdFor(long version, OrderPurpose purpose) => OrderIds.For(Journal, Key.Stream, version, purpose);
}

/// <summary>Rules of the account that do not travel with the position.</summary>
/// <param name="ProtectWithin">From the moment a fill is learned of to a confirmed stop, else market close.</param>
/// <param name="StopAnswerWithin">Until a stop that is needed is looked for: nothing else covers the position.</param>
/// <param name="TrimsOversizeStop">The probe has shown that an oversize reduce-only stop is trimmed, not refused.</param>
/// <param name="AttachesStop">The venue takes a stop with the entry: it is there the moment the fill is (Bybit).</param>
/// <param name="TakerFee">Fraction of quote value, for break-even.</param>
/// <param name="StopFirst">The stop rests before the entry is sent, where the venue takes a reduce-only stop without a position (Binance).</param>
/// <param name="HardLoss">Distance of the second layer from the entry as a fraction; null: one layer (the default).</param>
/// <param name="Tags">Journal tags whose orders are ours.</param>
public sealed record PositionPolicy(
    TimeSpan ProtectWithin,
    TimeSpan VerifyAlert,
    TimeSpan StopAnswerWithin,
    AdoptPolicy Adopt,
    ProtectionPlan AdoptPlan,
    bool TrimsOversizeStop,
    bool AttachesStop,
    decimal TakerFee,
    ManualStopPolicy OnManualStop,
    decimal? HardLoss,
    bool StopFirst,
    IReadOnlyCollection<string> Tags)
{
    public static PositionPolicy Default(JournalId journal) => new(
        ProtectWithin: TimeSpan.FromSeconds(3),
        VerifyAlert: TimeSpan.FromSeconds(10),
        StopAnswerWithin: TimeSpan.FromMilliseconds(600),
        Adopt: AdoptPolicy.ProtectOnly,
        AdoptPlan: new ProtectionPlan(),
        TrimsOversizeStop: false,
        AttachesStop: false,
        TakerFee: 0.0005m,
        OnManualStop: ManualStopPolicy.Restore,
        HardLoss: null,
        StopFirst: false,
        Tags: [journal.Tag]);
}
