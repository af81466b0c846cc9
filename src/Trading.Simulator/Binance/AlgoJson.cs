using System.Text.Json;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

internal static class AlgoJson
{
    /// <summary>Answer to a placement.</summary>
    public static void WritePlacement(Utf8JsonWriter w, StopOrder stop, SymbolSpec spec)
    {
        WriteHead(w, stop);
        w.WriteString("quantity", stop.ClosePosition ? "0" : JsonFields.Pad(stop.Quantity, spec.QuantityPrecision));
        w.WriteString("algoStatus", Words.Of(stop.Status));
        w.Padded("triggerPrice", stop.TriggerPrice, spec.PricePrecision);
        w.Padded("price", stop.Price, spec.PricePrecision);
        WriteTail(w, stop);
    }

    /// <summary>Rows of openAlgoOrders: decimals as a float is printed.</summary>
    public static void WriteOpen(Utf8JsonWriter w, StopOrder stop, SymbolSpec spec)
    {
        WriteHead(w, stop);
        w.WriteString("quantity", stop.ClosePosition ? "0" : Float(stop.Quantity));
        w.WriteString("algoStatus", Words.Of(stop.Status));
        w.WriteString("actualOrderId", "");
        w.WriteString("actualQty", "0.0");
        w.WriteString("triggerPrice", Float(stop.TriggerPrice));
        w.WriteString("price", Float(stop.Price));
        WriteTail(w, stop);
        WriteActivation(w, stop);
    }

    /// <summary>Rows of allAlgoOrders, and the answer to a query: with what has become of the order.</summary>
    public static void WriteRecord(Utf8JsonWriter w, StopOrder stop, SymbolSpec spec)
    {
        WriteHead(w, stop);
        w.WriteString("quantity", stop.ClosePosition ? "0" : JsonFields.Pad(stop.Quantity, spec.QuantityPrecision));
        w.WriteString("algoStatus", Words.Of(stop.Status));
        w.WriteString("actualOrderId", stop.OrderId == 0 ? "" : stop.OrderId.ToString());
        w.Padded("actualPrice", stop.ActualPrice, OrderJson.AverageDigits(spec));
        if (stop.OrderId != 0)
        {
            w.Padded("actualQty", stop.ActualQuantity, spec.QuantityPrecision);
            w.WriteString("actualType", stop.Type is StopType.Stop or StopType.TakeProfit ? "LIMIT" : "MARKET");
        }

        w.Padded("triggerPrice", stop.TriggerPrice, spec.PricePrecision);
        w.Padded("price", stop.Price, spec.PricePrecision);
        w.WriteString("tpOrderType", "");
        WriteTail(w, stop);
        WriteActivation(w, stop);
    }

    private static string Float(decimal value) =>
        JsonFields.Trim(value) is var text && text.Contains('.') ? text : text + ".0";

    private static void WriteActivation(Utf8JsonWriter w, StopOrder stop) =>
        w.WriteBoolean("isActivated", stop.Type == StopType.TrailingStopMarket && stop.Activated);

    private static void WriteHead(Utf8JsonWriter w, StopOrder stop)
    {
        w.WriteNumber("algoId", stop.Id);
        w.WriteString("clientAlgoId", stop.ClientId);
        w.WriteString("algoType", "CONDITIONAL");
        w.WriteString("orderType", Words.Of(stop.Type));
        w.WriteString("symbol", stop.Symbol);
        w.WriteString("side", Words.Of(stop.Side));
        w.WriteString("positionSide", Words.Of(stop.PositionSide));
        w.WriteString("timeInForce", Words.Of(stop.TimeInForce));
    }

    private static void WriteTail(Utf8JsonWriter w, StopOrder stop)
    {
        w.WriteNull("icebergQuantity");
        w.WriteString("selfTradePreventionMode", "EXPIRE_MAKER");
        w.WriteString("workingType", Words.Of(stop.Source));
        w.WriteString("priceMatch", Words.Of(stop.PriceMatch));
        w.WriteBoolean("closePosition", stop.ClosePosition);
        w.WriteBoolean("priceProtect", stop.PriceProtect);
        w.WriteBoolean("reduceOnly", stop.ReduceOnly);
        if (stop.Type == StopType.TrailingStopMarket)
        {
            w.Trimmed("activatePrice", stop.ActivatePrice);
            w.Trimmed("callbackRate", stop.CallbackRate);
        }

        w.Ms("createTime", stop.CreatedUtc);
        w.Ms("updateTime", stop.UpdatedUtc);
        w.Ms("triggerTime", stop.TriggeredUtc);
        w.Ms("goodTillDate", stop.GoodTillUtc);
    }
}
