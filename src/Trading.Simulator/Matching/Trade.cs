namespace Trading.Simulator.Matching;

/// <summary>One fill, with what it made of the position and the wallet.</summary>
public sealed record Trade
{
    public long Id { get; init; }
    public DateTime AtUtc { get; init; }
    public string Account { get; init; } = "";
    public string Symbol { get; init; } = "";
    public PositionSide PositionSide { get; init; }
    public long OrderId { get; init; }
    public string ClientId { get; init; } = "";
    public Origin Origin { get; init; }

    /// <summary>The conditional order behind it; 0 for none.</summary>
    public long StopId { get; init; }
    public Side Side { get; init; }
    public decimal Price { get; init; }
    public decimal Quantity { get; init; }

    /// <summary>In <see cref="FeeAsset"/>.</summary>
    public decimal Fee { get; init; }
    public string FeeAsset { get => field ?? Matching.Account.Quote; init; }

    /// <summary>The fee in USDT.</summary>
    public decimal FeeValue { get => FeeAsset == Matching.Account.Quote ? Fee : field; init; }
    public decimal Realized { get; init; }
    public bool Maker { get; init; }
    public decimal PositionBefore { get; init; }
    public decimal PositionAfter { get; init; }
}

public enum IncomeType { Transfer, RealizedPnl, Commission, FundingFee, InsuranceClear }

/// <summary>One change of the wallet.</summary>
public sealed record Income
{
    public long Id { get; init; }
    public DateTime AtUtc { get; init; }
    public string Account { get; init; } = "";
    public string Symbol { get; init; } = "";
    public IncomeType Type { get; init; }

    /// <summary>In <see cref="Asset"/>.</summary>
    public decimal Amount { get; init; }
    public string Asset { get => field ?? Matching.Account.Quote; init; }
    public long TradeId { get; init; }

    /// <summary>Funding: signed position, mark and rate it was paid on.</summary>
    public decimal Quantity { get; init; }
    public decimal Price { get; init; }
    public decimal Rate { get; init; }
}
