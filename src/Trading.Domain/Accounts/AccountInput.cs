using Trading.Domain.Positions;
using Trading.Domain.Signals;

namespace Trading.Domain.Accounts;

/// <summary>Everything an account is asked or told.</summary>
public abstract record AccountInput
{
    private AccountInput()
    {
    }

    // Commands.

    /// <summary>
    /// May this signal be traded, and how much of it? Asked before every intent; asking again is harmless.
    /// </summary>
    public sealed record RequestSlot(Signal Signal, MarketView Market) : AccountInput;

    /// <summary>The position denied the signal before intending anything, or its wave gave it up.</summary>
    public sealed record ReturnSlot(PositionKey Key, string SignalId) : AccountInput;

    public sealed record Pause(string By, string Why) : AccountInput;

    public sealed record Resume(string By, string Why) : AccountInput;

    public sealed record Halt(string By, string Why) : AccountInput;

    public sealed record Unhalt(string By, string Why) : AccountInput;

    // Reports.

    /// <summary>What a position tells about itself; <see cref="PositionFacts"/> after the news.</summary>
    public sealed record PositionTold(AccountNews News, PositionFacts Facts) : AccountInput;

    /// <summary>All positions of the account, read from their streams: slots may be handed out from here on.</summary>
    public sealed record PositionsRead(IReadOnlyList<PositionFacts> Positions) : AccountInput;

    /// <summary>The venue probe has ended.</summary>
    /// <param name="Failure">What it found wrong, with the remedy; null: nothing.</param>
    public sealed record VenueProbed(string? Failure) : AccountInput;

    public sealed record StreamHealthTold(bool Suspect, string Why) : AccountInput;

    /// <summary>Resting orders of our form with an unknown journal tag; empty: none any more.</summary>
    public sealed record SecondWriterTold(IReadOnlyList<ClientOrderId> Orders) : AccountInput;

    /// <summary>Open conditional orders of the account, foreign ones included.</summary>
    public sealed record ConditionalOrdersCounted(int Count) : AccountInput
    {
        /// <summary>Those of them that are stops of ours.</summary>
        public int Ours { get; init; }
    }

    /// <summary>Wallet and unrealised profit, in quote.</summary>
    public sealed record EquityRead(decimal Equity) : AccountInput;

    /// <summary>Money moved that belongs to no one position that is known.</summary>
    /// <param name="Symbol">Null where the exchange names none.</param>
    /// <param name="Counts">It is a result of trading positions of ours.</param>
    public sealed record CashTold(Cash Cash, Symbol? Symbol, bool Counts) : AccountInput;

    /// <summary>Latest marks of the symbols held, in what the account is kept in; for the open loss.</summary>
    public sealed record Marked(IReadOnlyDictionary<Symbol, decimal> Marks) : AccountInput;

    /// <summary>The actor was started and its journal replayed.</summary>
    public sealed record Recovered : AccountInput;
}

/// <summary>What the market says about one symbol when a slot is asked for.</summary>
/// <param name="Mark">Latest mark price; null: none known, which denies the entry.</param>
/// <param name="Rules">Null: the exchange does not list the symbol.</param>
/// <param name="Suspect">No frame of the symbol for too long.</param>
public sealed record MarketView(decimal? Mark, SymbolRules? Rules, bool Suspect = false)
{
    /// <summary>What the exchange applies to the account's positions on the symbol; null: it has not told.</summary>
    public decimal? Leverage { get; init; }
}

/// <summary>One position as its account needs to know it.</summary>
/// <param name="Opened">Version of its opening event in its stream; 0 when it never opened.</param>
/// <param name="SignalId">The signal it was opened by; empty when adopted, or when the key never was open.</param>
/// <param name="HoldsSlot">From EntryIntended or adoption until proven flat or failed.</param>
/// <param name="Quantity">Base quantity held or intended.</param>
/// <param name="Price">Entry price, or the reference price until it is known, in what the account is kept in.</param>
/// <param name="Net">Realised minus fees plus funding so far, in what the account is kept in.</param>
/// <param name="ClosedUtc">When flat was proven; null while it is held.</param>
public sealed record PositionFacts(
    PositionKey Key, long Opened, bool HoldsSlot, Side Side, decimal Quantity, decimal Price, decimal Net,
    string SignalId,
    DateTime? ClosedUtc = null)
{
    public decimal Notional => Quantity * Price;
}
