namespace Trading.Domain.Positions;

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
