using Trading.Simulator.Matching;

namespace Trading.Simulator.Truth;

/// <summary>Why a position was without enough live stops.</summary>
public enum GapKind
{
    /// <summary>From the first fill to the first stop, or flat.</summary>
    First,

    /// <summary>Our own order made the position larger than its stops.</summary>
    Growth,

    /// <summary>The client itself took a stop away before another covered the position.</summary>
    Gap,

    /// <summary>A hand outside took the stop away or made the position larger.</summary>
    Outside,

    /// <summary>The exchange ended the stop without closing the position: rejected, expired, stuck triggering.</summary>
    Venue,
}

/// <summary>A time during which live stops covered less than the position. Open while <see cref="ToUtc"/> is null.</summary>
public sealed record Unprotected(GapKind Kind, DateTime FromUtc, DateTime? ToUtc, decimal QuantityMax)
{
    public double MillisecondsAt(DateTime nowUtc) => ((ToUtc ?? nowUtc) - FromUtc).TotalMilliseconds;
}

/// <summary>One position from its first fill to flat.</summary>
public sealed record PositionTruth
{
    public required string Account { get; init; }
    public required string Symbol { get; init; }
    public PositionSide Side { get; init; }
    public bool Long { get; init; }

    /// <summary>Client id of the order that opened it.</summary>
    public required string EntryClientId { get; init; }
    public Origin OpenedBy { get; init; }
    public DateTime OpenedUtc { get; init; }
    public DateTime? ClosedUtc { get; init; }
    public Origin? ClosedBy { get; init; }
    public decimal Quantity { get; init; }

    /// <summary>Client orders other than the first that made it larger: each is a double.</summary>
    public required IReadOnlyList<string> DuplicateClientIds { get; init; }
    public required IReadOnlyList<Unprotected> Intervals { get; init; }
}

/// <summary>One order as the exchange knows it.</summary>
public sealed record OrderTruth(
    string Account, string Symbol, string ClientId, string Kind, string Side, decimal Quantity, decimal Filled,
    string Status, Origin Origin, DateTime CreatedUtc);

/// <summary>What really happened, from the matching core's own knowledge.</summary>
public sealed record TruthReport
{
    public DateTime AtUtc { get; init; }

    /// <summary>Longest of First, Growth, Outside, Venue.</summary>
    public long MaxUnprotectedMs { get; init; }

    /// <summary>Longest of Gap.</summary>
    public long MaxGapMs { get; init; }
    public int DuplicatePositions { get; init; }

    /// <summary>Open positions not covered right now.</summary>
    public int UnprotectedNow { get; init; }
    public required IReadOnlyList<PositionTruth> Positions { get; init; }
    public required IReadOnlyList<OrderTruth> Orders { get; init; }
}
