using System.Collections.Immutable;

namespace Trading.Domain.Positions;

/// <summary>
/// What the machine has seen and need not journal: lost with the process, learned again from the exchange.
/// </summary>
public sealed record Observations
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

    /// <summary>
    /// The exchange's time of the newest word that the current stop rests, or ours, corrected to it, where an answer told.
    /// </summary>
    public DateTime StopStatedUtc { get; init; }

    /// <summary>A stop of ours that the journal does not know rests, and was left because no other was seen to.</summary>
    public bool StrayRests { get; init; }

    /// <summary>A trailing step waits for <see cref="PositionInput.QuantityLookedUp"/>.</summary>
    public bool LookingUp { get; init; }

    /// <summary>A targeted check is under way.</summary>
    public bool Checking { get; init; }

    /// <summary>What asked for a check while one was under way. That of a stop move is no answer: it may be dropped, and reads no stops.</summary>
    public CheckCause? CheckWanted { get; init; }

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

    /// <summary><see cref="PositionInput.RulesRead"/> is awaited.</summary>
    public bool ReadingRules { get; init; }

    /// <summary>The entry was refused because our rules of the symbol were old; it is sent once more by the rules of then.</summary>
    public EntryRefusal? EntryRefused { get; init; }

    /// <summary>When flat was last proven, on our clock; a read of the position soon after may still be of before.</summary>
    public DateTime ClosedAtUtc { get; init; }

    /// <summary>Stops that were refused or not sent since one was confirmed: the next waits longer each time.</summary>
    public int StopsInVain { get; init; }

    /// <summary>Since one was confirmed, a first stop has been tried by rules that were read because one was refused.</summary>
    public bool StopTriedByNewRules { get; init; }

    /// <summary>
    /// The exchange had no position to hang a stop on that is needed: the next waits for <see cref="PositionTimer.StopAnswer"/>, or
    /// for the stream to say that there is one.
    /// </summary>
    public bool StopWaits { get; init; }

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

    /// <summary>Assets whose price was asked for and is not told yet, or is not to be had.</summary>
    public ImmutableHashSet<string> AskedPrices { get; init; } = [];

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

/// <param name="Waits">For the rules to be read; false: it has been sent again, or has failed.</param>
public sealed record EntryRefusal(int Code, string Message, DateTime AtUtc, bool Waits);
