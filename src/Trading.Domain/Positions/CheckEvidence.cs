namespace Trading.Domain.Positions;

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

    /// <summary>No row of the position, but rows of its symbol: the account is in the other position mode.</summary>
    public bool InOtherMode { get; init; }

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
