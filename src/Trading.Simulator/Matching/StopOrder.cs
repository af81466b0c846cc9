using System.Text.Json.Serialization;

namespace Trading.Simulator.Matching;

public sealed record StopRequest(string Symbol, Side Side, StopType Type, decimal Quantity, decimal TriggerPrice)
{
    public string ClientId { get; init; } = "";
    public PositionSide PositionSide { get; init; }

    /// <summary>Limit price of Stop and TakeProfit.</summary>
    public decimal Price { get; init; }
    public PriceSource Source { get; init; }
    public bool ReduceOnly { get; init; }
    public bool ClosePosition { get; init; }
    public bool PriceProtect { get; init; }
    public TimeInForce TimeInForce { get; init; }

    /// <summary>When a GoodTillDate order expires, on the exchange's clock.</summary>
    public DateTime GoodTillUtc { get; init; }

    /// <summary>Stop and TakeProfit: the limit price is the book's at the trigger.</summary>
    public PriceMatch PriceMatch { get; init; }

    /// <summary>Trailing stops: where following begins; 0 = at once.</summary>
    public decimal ActivatePrice { get; init; }

    /// <summary>Trailing stops: percent from the best price, 0.1..20.</summary>
    public decimal CallbackRate { get; init; }

    /// <summary>Only for a conditional entry.</summary>
    public AttachedStops Attached { get; init; } = AttachedStops.None;
    public Origin Origin { get; init; } = Origin.Client;
}

/// <summary>A conditional order: it waits outside the order book and becomes a regular order when triggered.</summary>
public sealed class StopOrder
{
    public long Id { get; init; }
    public string Account { get; init; } = "";
    public string Symbol { get; init; } = "";
    public string ClientId { get; init; } = "";
    public Side Side { get; init; }
    public PositionSide PositionSide { get; init; }
    public StopType Type { get; init; }
    public TimeInForce TimeInForce { get; init; }

    /// <summary>When a GoodTillDate order expires, on the exchange's clock.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DateTime GoodTillUtc { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public PriceMatch PriceMatch { get; init; }
    public decimal Quantity { get; set; }
    public decimal Price { get; init; }
    public decimal TriggerPrice { get; set; }
    public PriceSource Source { get; set; }
    public bool ReduceOnly { get; init; }
    public bool ClosePosition { get; init; }
    public bool PriceProtect { get; init; }
    public decimal ActivatePrice { get; set; }
    public decimal CallbackRate { get; init; }

    /// <summary>Trailing stops on a position: distance from the best price, quote asset; 0 = by rate.</summary>
    public decimal TrailDistance { get; set; }

    /// <summary>Belongs to the position: follows its quantity, is moved in place, goes when it is flat.</summary>
    public bool OnPosition { get; init; }

    /// <summary>Client id of the order that brought it.</summary>
    public string ParentClientId { get; init; } = "";

    /// <summary>The order that brought it; 0 for none.</summary>
    public long ParentId { get; init; }

    /// <summary>On a position, but for a quantity of its own: one of many.</summary>
    public bool IsPart { get; init; }

    /// <summary>The other leg of a pair, which ends with this one; 0 for none.</summary>
    public long PairId { get; set; }
    public AttachedStops Attached { get; set; } = AttachedStops.None;

    /// <summary>Trailing stops: following has begun.</summary>
    public bool Activated { get; set; }
    public decimal BestPrice { get; set; }
    public Origin Origin { get; init; }
    public StopStatus Status { get; set; }

    /// <summary>Ended or moved by a hand outside, not by the account's client.</summary>
    public bool TakenByHand { get; set; }
    public string Reason { get; set; } = "";

    /// <summary>The regular order it became; 0 before.</summary>
    public long OrderId { get; set; }
    public decimal ActualPrice { get; set; }
    public decimal ActualQuantity { get; set; }
    public DateTime CreatedUtc { get; init; }
    public DateTime UpdatedUtc { get; set; }
    public DateTime TriggeredUtc { get; set; }

    public bool IsOpen => Status == StopStatus.New;
    public bool IsTakeProfit => Type is StopType.TakeProfit or StopType.TakeProfitMarket;

    /// <summary>Limits a loss: what counts as a stop in the truth log.</summary>
    public bool Protects => !IsTakeProfit && (Type != StopType.TrailingStopMarket || Activated);
}
