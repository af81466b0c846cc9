namespace Trading.Domain.Positions;

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
