using System.Text.Json;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

internal enum OrderShape
{
    /// <summary>Placement acknowledged: status NEW and zero quantities, whatever has happened since.</summary>
    Ack,

    /// <summary>Placement (RESULT) and cancel: no average price, no quote sum.</summary>
    Placement,

    /// <summary>Queries and lists.</summary>
    Query,
}

internal static class OrderJson
{
    public static void Write(Utf8JsonWriter w, Order order, SymbolSpec spec, OrderShape shape)
    {
        var price = spec.PricePrecision;
        var quantity = spec.QuantityPrecision;
        var filled = shape == OrderShape.Ack ? 0m : order.Filled;
        w.WriteNumber("orderId", order.Id);
        w.WriteString("symbol", order.Symbol);
        w.WriteString("status", shape == OrderShape.Ack ? "NEW" : Words.Of(order.Status));
        w.WriteString("clientOrderId", order.ClientId);
        w.Padded("price", order.Price, price);
        if (shape == OrderShape.Query) w.Padded("avgPrice", order.AveragePrice, Math.Max(5, price + 3));
        w.Padded("origQty", order.Quantity, quantity);
        w.Padded("executedQty", filled, quantity);
        if (shape == OrderShape.Query) w.Padded("cumQuote", order.FilledQuote, 5);
        else w.Padded("cumQty", filled, quantity);
        w.WriteString("timeInForce", Words.Of(order.TimeInForce));
        w.WriteString("type", Words.Of(order.Type));
        w.WriteBoolean("reduceOnly", order.ReduceOnly);
        w.WriteBoolean("closePosition", order.ClosePosition);
        w.WriteString("side", Words.Of(order.Side));
        w.WriteString("positionSide", Words.Of(order.PositionSide));
        w.Padded("stopPrice", 0m, price);
        w.WriteString("workingType", "CONTRACT_PRICE");
        w.WriteBoolean("priceProtect", false);
        w.WriteString("origType", Words.Of(order.Type));
        w.WriteString("priceMatch", "NONE");
        w.WriteString("selfTradePreventionMode", "EXPIRE_MAKER");
        w.WriteNumber("goodTillDate", 0);
        if (shape == OrderShape.Query) w.Ms("time", order.CreatedUtc);
        w.Ms("updateTime", shape == OrderShape.Ack ? order.CreatedUtc : order.UpdatedUtc);
    }
}
