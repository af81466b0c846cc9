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

    /// <summary>
    /// Money that was booked without a trade, oldest first. It outlives the position: what was booked for the one before is
    /// not booked again for the next.
    /// </summary>
    public ImmutableList<BookedCash> CashBooked { get; init; } = [];

    public bool HasBooked(Cash cash) => CashBooked.Exists(booked => booked.Is(cash));

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
        public ImmutableList<ClientOrderId> RedundantStops { get; init; } = [];

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
/// <param name="Working">False when this attempt has ended and the next has not been intended yet.</param>
public sealed record CloseAttempt(
    ClientOrderId Id, decimal Sent, CloseReason Reason, int Number, decimal Filled = 0, bool InDoubt = false,
    bool Working = true);
