using System.Collections.Immutable;
using Trading.Domain.Positions;
using Trading.Domain.Signals;

namespace Trading.Domain.Accounts;

public enum AccountMode
{
    Active,

    /// <summary>No entries; everything else goes on.</summary>
    Reducing,

    /// <summary>Only what protects goes on.</summary>
    Halted,
}

/// <summary>Who set a state, when and why; <paramref name="UntilUtc"/> null: until the operator ends it.</summary>
public sealed record AccountStatus(
    AccountMode Mode, string By, string Why, DateTime? SinceUtc, DateTime? UntilUtc, string Text)
{
    public bool EntriesAllowed => Mode is AccountMode.Active;
}

/// <summary>The journaled state of an account. A function of its events alone.</summary>
public sealed record AccountState
{
    public static readonly AccountState Initial = new();

    public Order? Paused { get; init; }
    public Order? HaltedBy { get; init; }

    /// <summary>The daily loss that stops entries until <see cref="Loss.UntilUtc"/>.</summary>
    public Loss? DailyLoss { get; init; }

    /// <summary>The daily loss rule rests until then.</summary>
    public DateTime? LossAsideUntilUtc { get; init; }

    /// <summary>
    /// The protection miss that stops entries; null when a stop was confirmed again or the operator resumed.
    /// </summary>
    public Miss? OpenMiss { get; init; }

    /// <summary>The latest misses since the account was last released, oldest first.</summary>
    public ImmutableList<DateTime> MissesUtc { get; init; } = [];

    /// <summary>Latest closure of each key: its cooldown.</summary>
    public ImmutableDictionary<PositionKey, Closure> Closures { get; init; } =
        ImmutableDictionary<PositionKey, Closure>.Empty;

    /// <summary>The day <see cref="Realized"/> belongs to, 00:00 UTC.</summary>
    public DateTime DayUtc { get; init; }

    /// <summary>Net of the positions that ended on <see cref="DayUtc"/>, and of cash that counts without one; in quote.</summary>
    public decimal Realized { get; init; }

    /// <summary>Cash that was noted and the symbol it was told with, empty for none; oldest first.</summary>
    public ImmutableList<(string Symbol, BookedCash Cash)> CashNoted { get; init; } = [];

    /// <summary>A list names the symbol of what a frame told without one.</summary>
    public bool HasNoted(Cash cash, Symbol? symbol) => CashNoted.Exists(noted =>
        (symbol is null || noted.Symbol.Length == 0 || noted.Symbol == symbol.Value.Value) && noted.Cash.Is(cash));

    public sealed record Order(string By, string Why, DateTime AtUtc);

    public sealed record Loss(decimal Net, decimal Limit, DateTime AtUtc, DateTime UntilUtc);

    public sealed record Miss(PositionKey Key, DateTime AtUtc, DateTime UntilUtc);

    public sealed record Closure(long Opened, decimal Net, DateTime AtUtc);
}

/// <summary>
/// What the account knows and need not journal: lost with the process, read again from the positions and the exchange.
/// </summary>
public sealed record AccountBook
{
    public static readonly AccountBook Empty = new();

    /// <summary>All positions were read: before that no slot is handed out.</summary>
    public bool Ready { get; init; }

    /// <summary>Keys that told of themselves before <see cref="Ready"/>: what was read of them is older.</summary>
    public ImmutableHashSet<PositionKey> ToldFirst { get; init; } = [];
    public ImmutableDictionary<PositionKey, Slot> Slots { get; init; } = ImmutableDictionary<PositionKey, Slot>.Empty;
    /// <summary>What the venue probe found wrong; null: nothing.</summary>
    public string? VenueFailure { get; init; }
    public bool StreamSuspect { get; init; }
    public string StreamWhy { get; init; } = "";
    public ImmutableList<ClientOrderId> SecondWriter { get; init; } = [];
    public int ConditionalOrders { get; init; }

    /// <summary>Slots handed out since the conditional orders were counted: each will cost one.</summary>
    public int GrantedSinceCount { get; init; }

    /// <summary>Null: not read yet.</summary>
    public decimal? Equity { get; init; }
    public ImmutableDictionary<Symbol, decimal> Marks { get; init; } = ImmutableDictionary<Symbol, decimal>.Empty;
}

/// <summary>A slot in use.</summary>
/// <param name="Held">False: handed out, and the position has not told of it yet.</param>
public sealed record Slot(
    PositionKey Key, string SignalId, Side Side, decimal Quantity, decimal Price, decimal Net, bool Held)
{
    public decimal Notional => Quantity * Price;
}

/// <summary>A slot handed out: what the position is to intend.</summary>
/// <param name="Quantity">Base quantity, rounded down to the symbol's step.</param>
/// <param name="ReferencePrice">The mark it was sized with.</param>
public sealed record SlotGrant(
    PositionKey Key, string SignalId, decimal Quantity, decimal ReferencePrice, ProtectionPlan Plan);

/// <summary>What surrounds a decision: all of it input, none of it clock or chance.</summary>
public sealed record AccountContext(AccountId Account, DateTime NowUtc, AccountPolicy Policy);

/// <param name="Grant">Answer to an accepted <see cref="AccountInput.RequestSlot"/>.</param>
/// <param name="Denial">Reason code (<see cref="Reasons"/>) of a denied one; null: cannot be said yet.</param>
/// <param name="Note">Why it was ignored or denied, with the numbers, for a human.</param>
public sealed record AccountDecision(
    IReadOnlyList<AccountEvent> Events, IReadOnlyList<AccountEffect> Effects, AccountBook Book, Verdict Verdict,
    SlotGrant? Grant = null, string? Denial = null, string Note = "");
