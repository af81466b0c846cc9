namespace Trading.Simulator.Matching;

/// <summary>Stop and target that an order brings along: the venue puts them on the position with its fills. Prices in the
/// quote asset; 0 = none.</summary>
public sealed record AttachedStops
{
    public static readonly AttachedStops None = new();

    public decimal Loss { get; init; }
    public PriceSource LossSource { get; init; }

    /// <summary>Limit price of the order that the stop becomes; 0 = at market. Only of a part.</summary>
    public decimal LossLimit { get; init; }
    public decimal Profit { get; init; }
    public PriceSource ProfitSource { get; init; }
    public decimal ProfitLimit { get; init; }

    /// <summary>As legs of their own for what the order fills; else for the whole position, in place of what is there.</summary>
    public bool Partial { get; init; }

    public bool IsEmpty => Loss == 0m && Profit == 0m;
}
