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

    /// <summary>A placement that was only tried: documented with average price and quote sum.</summary>
    Test,

    /// <summary>A change: as a placement, with the pair.</summary>
    Amended,

    /// <summary>Queries and lists.</summary>
    Query,

    /// <summary>allOrders: with the pair, and without padding where there is nothing (recorded 2026-09).</summary>
    History,
}

internal static class OrderJson
{
    public static void Write(Utf8JsonWriter w, Order order, SymbolSpec spec, OrderShape shape)
    {
        var fresh = shape is OrderShape.Ack or OrderShape.Test;
        var asked = shape is OrderShape.Query or OrderShape.History;
        w.WriteNumber("orderId", order.Id);
        w.WriteString("symbol", order.Symbol);
        if (shape is OrderShape.Amended or OrderShape.History) w.WriteString("pair", Words.PairOf(order.Symbol));
        w.WriteString("status", fresh ? "NEW" : Words.Of(order.Status));
        w.WriteString("clientOrderId", order.ClientId);
        Amount(w, "price", order.Price, spec.PricePrecision, shape);
        if (asked || shape == OrderShape.Test) w.Padded("avgPrice", fresh ? 0m : order.AveragePrice, AverageDigits(spec));
        w.Padded("origQty", order.Quantity, spec.QuantityPrecision);
        Amount(w, "executedQty", fresh ? 0m : order.Filled, spec.QuantityPrecision, shape);
        if (asked || shape == OrderShape.Test) Amount(w, "cumQuote", fresh ? 0m : order.FilledQuote, AverageDigits(spec), shape);
        if (shape == OrderShape.History) w.WriteString("cumBase", "0");
        if (!asked) w.Padded("cumQty", fresh ? 0m : order.Filled, spec.QuantityPrecision);
        w.WriteString("timeInForce", Words.Of(order.TimeInForce));
        w.WriteString("type", Words.Of(order.Type));
        w.WriteBoolean("reduceOnly", order.ReduceOnly);
        w.WriteBoolean("closePosition", order.ClosePosition);
        w.WriteString("side", Words.Of(order.Side));
        w.WriteString("positionSide", Words.Of(order.PositionSide));
        Amount(w, "stopPrice", 0m, spec.PricePrecision, shape);
        w.WriteString("workingType", "CONTRACT_PRICE");
        w.WriteBoolean("priceProtect", false);
        w.WriteString("origType", Words.Of(order.Type));
        w.WriteString("priceMatch", Words.Of(order.PriceMatch));
        w.WriteString("selfTradePreventionMode", "EXPIRE_MAKER");
        w.Ms("goodTillDate", order.GoodTillUtc);
        if (asked) w.Ms("time", order.CreatedUtc);
        w.Ms("updateTime", fresh ? order.CreatedUtc : order.UpdatedUtc);
    }

    /// <summary>Averages and sums carry one digit more than prices, five at least.</summary>
    public static int AverageDigits(SymbolSpec spec) => Math.Max(5, spec.PricePrecision + 1);

    private static void Amount(Utf8JsonWriter w, string name, decimal value, int digits, OrderShape shape)
    {
        if (shape == OrderShape.History && value == 0m) w.WriteString(name, "0");
        else w.Padded(name, value, digits);
    }
}
