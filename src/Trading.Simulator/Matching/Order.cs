namespace Trading.Simulator.Matching;

/// <summary>What a client asks for. Quantities in the base asset, prices in the quote asset.</summary>
public sealed record OrderRequest(string Symbol, Side Side, OrderType Type, decimal Quantity)
{
    public string ClientId { get; init; } = "";
    public PositionSide PositionSide { get; init; }
    public decimal Price { get; init; }
    public TimeInForce TimeInForce { get; init; }
    public bool ReduceOnly { get; init; }
    public Origin Origin { get; init; } = Origin.Client;

    /// <summary>Its quantity is whatever is open: no filter of quantities applies.</summary>
    public bool WholePosition { get; init; }

    /// <summary>Stop and take-profit the venue puts on the position with the first fill; 0 = none.</summary>
    public decimal StopLoss { get; init; }
    public PriceSource StopLossSource { get; init; }
    public decimal TakeProfit { get; init; }
    public PriceSource TakeProfitSource { get; init; }

    /// <summary>From acceptance to the first matching of a market order.</summary>
    public TimeSpan MatchDelay { get; init; }
}

/// <summary>A regular order. The current version of it is what the book keeps.</summary>
public sealed class Order
{
    public long Id { get; init; }
    public string Account { get; init; } = "";
    public string Symbol { get; init; } = "";
    public string ClientId { get; init; } = "";
    public Side Side { get; init; }
    public PositionSide PositionSide { get; init; }
    public OrderType Type { get; init; }
    public TimeInForce TimeInForce { get; init; }
    public decimal Quantity { get; set; }
    public decimal Price { get; set; }
    public bool ReduceOnly { get; init; }
    public bool ClosePosition { get; init; }
    public Origin Origin { get; init; }

    /// <summary>The conditional order that became this order; 0 for none.</summary>
    public long StopId { get; init; }

    /// <summary>What the venue puts on the position with the first fill; 0 = none.</summary>
    public decimal StopLoss { get; init; }
    public PriceSource StopLossSource { get; init; }
    public decimal TakeProfit { get; init; }
    public PriceSource TakeProfitSource { get; init; }
    public OrderStatus Status { get; set; }
    public EndReason EndReason { get; set; }
    public decimal Filled { get; set; }

    /// <summary>Sum of price x quantity of its fills.</summary>
    public decimal FilledQuote { get; set; }
    public DateTime CreatedUtc { get; init; }
    public DateTime UpdatedUtc { get; set; }

    public decimal Leaves => Quantity - Filled;
    public decimal AveragePrice => Filled == 0m ? 0m : FilledQuote / Filled;
    public bool IsOpen => Status is OrderStatus.New or OrderStatus.PartiallyFilled;
    public int Sign => Side == Side.Buy ? 1 : -1;
}
