using System.Collections.Immutable;

namespace Trading.Domain.Positions;

/// <summary>What is held, how it came about, and how it is protected.</summary>
/// <param name="Opened">Version of the opening event in the stream: names this position among those of its key.</param>
/// <param name="Policy">Null for a position we opened; the adoption policy for others.</param>
public sealed record Holding(long Opened, Side Side, ProtectionPlan Plan, AdoptPolicy? Policy)
{
    public string SignalId { get; init; } = "";
    public string Wave { get; init; } = "";
    public ClientOrderId EntryOrder { get; init; }
    public decimal ReferencePrice { get; init; }
    public DateTime OpenedUtc { get; init; }

    /// <summary>Base quantity held now, never negative.</summary>
    public decimal Quantity { get; init; }
    public decimal EntryPrice { get; init; }

    /// <summary>Price the first stop counts from.</summary>
    public decimal StopBase { get; init; }

    /// <summary>Trigger of the last confirmed stop: a stop that is lost is restored there.</summary>
    public decimal? LastTrigger { get; init; }

    /// <summary>Sum of the entry fills' quantity.</summary>
    public decimal EntryFilled { get; init; }

    /// <summary>What our entry filled in all, once its end is known; its fills may be told later.</summary>
    public decimal Executed { get; init; }

    /// <summary>What our entry may still fill though it is being closed already; zero: the entry's end is known.</summary>
    public decimal LeavesQuantity { get; init; }

    /// <summary>Sum of entry fills' quantity × price.</summary>
    public decimal Cost { get; init; }

    /// <summary>Sum of the quantity of fills against the position.</summary>
    public decimal ExitFilled { get; init; }

    public PositionMoney Money { get; init; } = PositionMoney.None;

    /// <summary>Asset of its prices and profits; empty: what the account is kept in.</summary>
    public string Quote { get; init; } = "";

    /// <summary>What one unit of it was worth when that was read last; null: not read yet.</summary>
    public decimal? QuotePrice { get; init; } = 1;

    /// <summary>The exchange's time of the newest fill counted; proofs of flat must not be older.</summary>
    public DateTime LastFillUtc { get; init; }

    /// <summary>The exchange's time of the newest word that set the quantity without a fill: trades until then are contained in it.</summary>
    public DateTime StatedUtc { get; init; }

    /// <summary>Counted fills of exactly that time: the exchange states an amount after each of them, all of that time too.</summary>
    public int FillsOfLastMoment { get; init; }

    /// <summary>The same once a fill of that time counts too.</summary>
    public int FillsOfLastMomentWith(DateTime atUtc) =>
        atUtc > LastFillUtc ? 1 : FillsOfLastMoment + (atUtc == LastFillUtc ? 1 : 0);

    /// <summary>The exchange's time of the newest fill of the positions before: what is not newer is theirs.</summary>
    public DateTime BeforeUtc { get; init; }

    /// <summary>The exchange's time of our entry's first counted fill; what others traded before it is not this position's.</summary>
    public DateTime FirstFillUtc { get; init; }

    /// <summary>Trades already counted. They outlive the order: exchanges repeat themselves late.</summary>
    public ImmutableHashSet<string> Trades { get; init; } = [];

    /// <summary>Counted quantity of each order that reduced it.</summary>
    public ImmutableDictionary<ClientOrderId, decimal> Reduced { get; init; } = ImmutableDictionary<ClientOrderId, decimal>.Empty;
    public ImmutableList<ClientOrderId> CloseOrders { get; init; } = [];
    public Protection Protection { get; init; } = new Protection.Unprotected();
    public Trailing Trailing { get; init; } = new Trailing.Waiting();

    /// <summary>The stop was moved to break-even and confirmed there.</summary>
    public bool AtBreakEven { get; init; }

    /// <summary>The second layer under the moving stop; null while there is none.</summary>
    public HardStop? Hard { get; init; }

    /// <summary>Stops of ours beside the current one that may still rest.</summary>
    public ImmutableList<ClientOrderId> RedundantStops { get; init; } = [];

    /// <summary>
    /// The latest whose outcome was not told in time, or that were replaced, oldest first: a request under way may still set
    /// them.
    /// </summary>
    public ImmutableList<StopIntent> UnconfirmedStops { get; init; } = [];

    /// <summary>Stops of ours that ended or were replaced: their late fills still belong here.</summary>
    public ImmutableList<ClientOrderId> FormerStops { get; init; } = [];
    public bool InDoubt { get; init; }

    /// <summary>First stops refused since a stop was last confirmed.</summary>
    public int StopsRefused { get; init; }
    public bool ProtectionMissed { get; init; }

    /// <summary>What we opened, or manage by policy: only this is ever closed by us.</summary>
    public bool Managed => Policy is null or AdoptPolicy.Manage;

    public decimal Net => Money.Net;

    public bool WantsPrices => !Money.Unpriced.IsEmpty || QuotePrice is null;

    /// <summary>Assets whose price is missing, each with the oldest time it is missing for; null: now.</summary>
    public IEnumerable<(string Asset, DateTime? AtUtc)> PricesWanted =>
        Money.Unpriced.GroupBy(money => money.Asset, (asset, amounts) => (asset, (DateTime?)amounts.First().AtUtc))
            .Concat(QuotePrice is null && !Money.Unpriced.Exists(money => money.Asset == Quote) ? [(Quote, null)] : []);

    /// <summary>Every fill that opened and closed it is counted.</summary>
    public bool LedgerComplete => EntryFilled > 0 && ExitFilled >= EntryFilled;

    /// <summary>
    /// Quantity that confirmed stops cover. An intent covers nothing; a hard stop and the position's own that a hand has set
    /// close whatever is open.
    /// </summary>
    public decimal Covered => Hard is { Resting: true } || LiveStop is { } live && PositionStops.IsPositionStop(live.Id)
        ? Quantity
        : LiveStop?.Quantity ?? 0;

    public LiveStop? LiveStop => Protection switch
    {
        Protection.Protected { Stop: var stop } => stop,
        Protection.Moving { Old: var stop } => stop,
        _ => null,
    };

    /// <summary>The stop that was asked for and is not answered yet.</summary>
    public StopIntent? IntendedStop => Protection switch
    {
        Protection.Placing { Intent: var intent } => intent,
        Protection.Moving { Intent: var intent } => intent,
        _ => null,
    };

    /// <summary>Price at which closing at market nets zero: fees paid, funding and the taker fee of the exit included.</summary>
    /// <param name="takerFee">Fraction of the exit's quote value.</param>
    public decimal BreakEvenPrice(decimal takerFee)
    {
        if (Quantity <= 0) return EntryPrice;
        var carried = -Net / (QuotePrice ?? 1) / Quantity;
        return Side is Side.Long ? (EntryPrice + carried) / (1 - takerFee) : (EntryPrice - carried) / (1 + takerFee);
    }
}
