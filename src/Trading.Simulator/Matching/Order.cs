using System.Text.Json.Serialization;

namespace Trading.Simulator.Matching;

/// <summary>What a client asks for. Quantities in the base asset, prices in the quote asset.</summary>
public sealed record OrderRequest(string Symbol, Side Side, OrderType Type, decimal Quantity)
{
    public string ClientId { get; init; } = "";
    public PositionSide PositionSide { get; init; }
    public decimal Price { get; init; }
    public TimeInForce TimeInForce { get; init; }

    /// <summary>When a GoodTillDate order expires, on the exchange's clock.</summary>
    public DateTime GoodTillUtc { get; init; }
    public PriceMatch PriceMatch { get; init; }
    public bool ReduceOnly { get; init; }
    public Origin Origin { get; init; } = Origin.Client;

    /// <summary>Its quantity is whatever is open: no filter of quantities applies.</summary>
    public bool WholePosition { get; init; }

    public AttachedStops Attached { get; init; } = AttachedStops.None;

    /// <summary>From acceptance to the first matching of a market order.</summary>
    public TimeSpan MatchDelay { get; init; }
}

/// <summary>One change of an open order: how it was before.</summary>
public sealed record Amendment(long Id, DateTime AtUtc, decimal PriceBefore, decimal QuantityBefore)
{
    public decimal PriceAfter { get; init; }
    public decimal QuantityAfter { get; init; }
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

    /// <summary>When a GoodTillDate order expires, on the exchange's clock.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DateTime GoodTillUtc { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public PriceMatch PriceMatch { get; set; }
    public decimal Quantity { get; set; }
    public decimal Price { get; set; }

    /// <summary>Its changes, oldest first; null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public List<Amendment>? Amendments { get; set; }
    public bool ReduceOnly { get; init; }
    public bool ClosePosition { get; init; }
    public Origin Origin { get; init; }

    /// <summary>The conditional order that became this order; 0 for none.</summary>
    public long StopId { get; init; }

    public AttachedStops Attached { get; set; } = AttachedStops.None;
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
