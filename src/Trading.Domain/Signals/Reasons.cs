namespace Trading.Domain.Signals;

/// <summary>Why a signal was not traded: the codes of journal, SQL, API and metrics. Add, never rename.</summary>
public static class Reasons
{
    /// <summary>The same id was delivered before, by this source or another.</summary>
    public const string DuplicateSignal = "duplicate_signal";

    /// <summary>A better ranked signal of the same wave names the same symbol.</summary>
    public const string DuplicateInWave = "duplicate_in_wave";

    /// <summary>The key is open or opening, or this wave has already had its one try at the symbol.</summary>
    public const string DuplicatePosition = "duplicate_position";
    public const string BelowCut = "below_cut";
    public const string Stale = "stale";
    public const string OutsidePosition = "outside_position";
    public const string NoSlot = "no_slot";
    public const string Cooldown = "cooldown";
    public const string Blocked = "blocked";
    public const string AccountState = "account_state";
    public const string StreamSuspect = "stream_suspect";
    public const string BelowMinNotional = "below_min_notional";
    public const string SymbolNotTrading = "symbol_not_trading";
    public const string PriceMoved = "price_moved";
    public const string NoAccount = "no_account";
    public const string SecondWriter = "second_writer";
    public const string KeyInDoubt = "key_in_doubt";
    public const string MaxNotional = "max_notional";
    public const string CoarseTick = "coarse_tick";
    public const string LiquidationNear = "liquidation_near";
    public const string ConditionalLimit = "conditional_limit";
    public const string Delisting = "delisting";

    /// <summary>Its createdAt lies further ahead of the exchange's clock than clocks differ.</summary>
    public const string FromTheFuture = "from_the_future";

    /// <summary>The same id names another symbol, side or intent of its wave: not taken, and in no journal.</summary>
    public const string IdTaken = "id_taken";

    /// <summary>The wave holds as many signals as it may: not taken, and in no journal.</summary>
    public const string WaveFull = "wave_full";

    /// <summary>A close, and nothing that was opened or is managed here is held on that symbol and side.</summary>
    public const string NotHeld = "not_held";

    /// <summary>A close of the same symbol and side came before it was opened.</summary>
    public const string Withdrawn = "withdrawn";

    public static IReadOnlyCollection<string> All { get; } =
    [
        DuplicateSignal, DuplicateInWave, DuplicatePosition, BelowCut, Stale, OutsidePosition, NoSlot, Cooldown,
        Blocked, AccountState, StreamSuspect, BelowMinNotional, SymbolNotTrading, PriceMoved, NoAccount, SecondWriter,
        KeyInDoubt,
        MaxNotional, CoarseTick, LiquidationNear, ConditionalLimit, Delisting, FromTheFuture, IdTaken, WaveFull, NotHeld,
        Withdrawn,
    ];

    /// <summary>A duplicate is a normal answer: counted as prevented, never as a failure.</summary>
    public static bool IsDuplicate(string reason) => reason is DuplicateSignal or DuplicateInWave or DuplicatePosition;
}
