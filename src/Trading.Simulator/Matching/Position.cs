using System.Text.Json.Serialization;

namespace Trading.Simulator.Matching;

/// <summary>How a position looked from a moment on; kept for delayed reads.</summary>
public readonly record struct PositionView(DateTime SinceUtc, decimal Quantity, decimal Entry, DateTime UpdatedUtc);

/// <summary>Margin put to an isolated position by its owner, or taken back (negative).</summary>
public readonly record struct MarginChange(DateTime AtUtc, decimal Amount);

/// <summary>One position of an account: (symbol, side). Quantity is signed, short is negative.</summary>
public sealed class Position
{
    private const int ViewsKept = 16;
    private readonly List<PositionView> views = [];

    public string Account { get; init; } = "";
    public string Symbol { get; init; } = "";
    public PositionSide Side { get; init; }
    public decimal Quantity { get; set; }
    public decimal Entry { get; set; }

    /// <summary>Fees and realised losses to earn back before the position is even; quote asset.</summary>
    public decimal Burden { get; set; }

    /// <summary>Realised since ever on this symbol, fees excluded.</summary>
    public decimal Realized { get; set; }
    public decimal IsolatedWallet { get; set; }

    /// <summary>Takes margin from the wallet by itself before it would be liquidated.</summary>
    public bool AutoAddMargin { get; set; }

    /// <summary>What the exchange is closing it for at this moment.</summary>
    [JsonIgnore]
    public Origin? ForcedBy { get; set; }

    /// <summary>What its owner moved, oldest first; null: nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public List<MarginChange>? MarginChanges { get; set; }

    /// <summary>Time of the last change; <see cref="DateTime.MinValue"/> when there never was one.</summary>
    public DateTime UpdatedUtc { get; set; }

    /// <summary>Last fill that changed it; 0 = never traded.</summary>
    public long TradeId { get; set; }

    /// <summary>First fill ever, and first fill of the present (or last) holding.</summary>
    public DateTime CreatedUtc { get; set; }
    public DateTime OpenedUtc { get; set; }

    /// <summary>Result after fees and funding: of the present (or last) holding, and since ever.</summary>
    public decimal HoldingNet { get; set; }
    public decimal TotalNet { get; set; }

    public bool IsFlat => Quantity == 0m;
    public decimal BreakEven => IsFlat ? 0m : Entry + (Burden / Quantity);

    public decimal UnrealizedAt(decimal mark) => IsFlat ? 0m : (mark - Entry) * Quantity;

    /// <summary>Adds to the result after fees and funding.</summary>
    public void Earn(decimal net)
    {
        HoldingNet += net;
        TotalNet += net;
    }

    /// <summary>Remembers how it looks from now on, for reads that lag.</summary>
    public void Keep(DateTime nowUtc)
    {
        if (views.Count == ViewsKept) views.RemoveAt(0);
        views.Add(new PositionView(nowUtc, Quantity, Entry, UpdatedUtc));
    }

    /// <summary>How it looked at a time in the past.</summary>
    public PositionView ViewAt(DateTime utc)
    {
        for (var i = views.Count - 1; i >= 0; i--)
            if (views[i].SinceUtc <= utc) return views[i];
        return new PositionView(utc, 0m, 0m, DateTime.MinValue);
    }
}
