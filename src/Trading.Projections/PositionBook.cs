using System.Collections.Immutable;
using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Projections;

/// <summary>
/// What the fold remembers between two events of one position's stream: the position of now, and the last one, whose late
/// fills and funding still belong to it. Kept beside the rows, so that a follower goes on where it stopped.
/// </summary>
/// <param name="Venue">The exchange's id.</param>
/// <param name="Side">both in one-way mode, else long or short.</param>
public sealed record PositionBook(
    string Account, string Venue, string Symbol, string Side, BookedPosition? Current = null, BookedPosition? Last = null)
{
    /// <exception cref="ProjectionException">The stream's name is not a position's.</exception>
    public static PositionBook Of(string stream, IReadOnlyDictionary<AccountId, Exchange> venues)
    {
        if (!PositionKey.TryParse(stream["position/".Length..], out var key))
            throw new ProjectionException($"stream {stream} does not name a position");
        var venue = Subject.VenueOf(key.Account.Value, venues);
        return new PositionBook(key.Account.Value, venue, key.Symbol.Value, key.Hedge?.Text() ?? "both");
    }

    internal Subject About(BookedPosition? of) => new(Account, Venue, Symbol, of?.SignalId, of?.Id);
}

/// <summary>One position from its opening event to flat, and its money.</summary>
/// <param name="Id">Journal position of the opening event.</param>
/// <param name="Side">long or short.</param>
public sealed record BookedPosition(long Id, string Side, DateTime OpenedUtc, DateTime CreatedUtc)
{
    public string? SignalId { get; init; }
    public string? Wave { get; init; }

    /// <summary>opening, open, closing or flat: the machine's state.</summary>
    public string State { get; init; } = "opening";

    /// <summary>Base quantity held now; zero once flat.</summary>
    public decimal Held { get; init; }
    public decimal EntryPrice { get; init; }
    public decimal? StopPrice { get; init; }
    public string TrailingState { get; init; } = "waiting";
    public string? ExchangeOrderId { get; init; }
    public string? Reason { get; init; }
    public string? ClosedBy { get; init; }
    public DateTime? ClosedUtc { get; init; }

    /// <summary>Of fills that added to the position: base quantity, and quantity × price.</summary>
    public decimal EntryFilled { get; init; }
    public decimal Cost { get; init; }

    /// <summary>Of fills against the position.</summary>
    public decimal ExitFilled { get; init; }
    public decimal Proceeds { get; init; }

    public PositionMoney Money { get; init; } = PositionMoney.None;

    /// <summary>Asset of its prices and profits; empty: what the account is kept in.</summary>
    public string Quote { get; init; } = "";

    /// <summary>Trades whose fee waits for the price of its asset, by id.</summary>
    public ImmutableDictionary<string, UnpricedMoney> UnpricedTrades { get; init; } = ImmutableDictionary<string, UnpricedMoney>.Empty;

    /// <summary>Orders of the stop that was asked for, and those of them that are not confirmed: it counts once all are.</summary>
    public ImmutableList<string> AskedStop { get; init; } = [];
    public ImmutableList<string> AwaitedStop { get; init; } = [];

    /// <summary>Orders of the stop that counts now.</summary>
    public ImmutableList<string> LiveStop { get; init; } = [];

    /// <summary>Orders by client id that may still fill.</summary>
    public ImmutableDictionary<string, BookedOrder> Orders { get; init; } = ImmutableDictionary<string, BookedOrder>.Empty;

    public bool IsActive => ClosedUtc is null;
}

/// <param name="Quantity">Base quantity ordered.</param>
public sealed record BookedOrder(decimal Quantity, decimal Filled = 0, decimal Value = 0);
