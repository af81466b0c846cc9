namespace Trading.Simulator.Market;

/// <summary>What one recorded line says about a symbol; null: it says nothing about it.</summary>
internal readonly record struct PriceUpdate(DateTime AtUtc, string Symbol)
{
    public decimal? Mark { get; init; }
    public decimal? Index { get; init; }
    public decimal? FundingRate { get; init; }
    public DateTime? NextFundingUtc { get; init; }

    /// <summary>Price of a trade.</summary>
    public decimal? Last { get; init; }

    /// <summary>Best bid and ask; both or none.</summary>
    public decimal? Bid { get; init; }
    public decimal? Ask { get; init; }
}
