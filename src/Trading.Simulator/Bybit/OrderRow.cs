using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>An order, a conditional order or a position's stop as one row (protocol page, 7.5 and 11).</summary>
internal sealed class OrderRow(Venue venue)
{
    /// <summary>How far a market order's bound is from the price it filled at.</summary>
    private const decimal Bound = 0.05m;

    public void Write(Utf8JsonWriter w, Order order, bool streamed)
    {
        var instrument = venue.Find(order.Symbol)!;
        var account = venue.Account(order.Account);
        var stop = order.StopId == 0 ? null : account.Stops.GetValueOrDefault(order.StopId);
        var (price, quantity) = (instrument.Spec.PricePrecision, instrument.Spec.QuantityPrecision);
        var number = order.StopId == 0 ? order.Id : order.StopId;
        WriteHead(
            w, streamed, number, Words.LinkIdOf(order.ClientId, order.Id, order.StopId, order.Origin),
            ParentOf(account, stop));
        w.WriteString("symbol", order.Symbol);
        w.Padded("price", PriceOf(instrument, order), price);
        w.Padded("qty", order.Quantity, quantity);
        w.WriteString("side", Words.Of(order.Side));
        w.WriteNumber("positionIdx", Words.IndexOf(order.PositionSide));
        w.WriteString("orderStatus", Words.StatusOf(order));
        w.WriteString("createType", Words.CreateTypeOf(order.Origin, stop, order.ReduceOnly));
        w.WriteString("cancelType", Words.CancelTypeOf(order));
        w.WriteString("rejectReason", Words.RejectReasonOf(order));
        w.WriteString("avgPrice", order.Filled == 0m ? "" : JsonFields.Trim(decimal.Round(order.AveragePrice, 8)));
        w.Padded("leavesQty", order.IsOpen ? order.Leaves : 0m, quantity);
        w.Trimmed("leavesValue", order.IsOpen ? order.Leaves * order.Price : 0m);
        w.Padded("cumExecQty", order.Filled, quantity);
        w.Trimmed("cumExecValue", order.FilledQuote);
        var fills = account.Trades.FindAll(t => t.OrderId == order.Id);
        var fee = fills.Sum(t => t.Fee);
        w.Trimmed("cumExecFee", fee);
        w.WriteString("timeInForce", Words.TimeInForceOf(order.Type, order.TimeInForce));
        w.WriteString("orderType", Words.Of(order.Type));
        w.WriteString("stopOrderType", streamed && stop is null ? "" : Words.StopTypeOf(stop));
        WriteTrigger(w, stop, price);
        WriteAttached(w, order.Attached, Words.ModeOf(order.Attached, stop, streamed), price);
        w.WriteBoolean("reduceOnly", order.ReduceOnly);
        w.WriteBoolean("closeOnTrigger", order.ClosePosition);
        WriteTail(w, order.CreatedUtc, order.UpdatedUtc);
        WriteFees(w, fills);
        if (streamed) WriteStreamed(w, Results.OfOrder(venue, account, fills)?.Net ?? 0m);
    }

    public void Write(Utf8JsonWriter w, StopOrder stop, bool streamed)
    {
        var instrument = venue.Find(stop.Symbol)!;
        var (price, quantity) = (instrument.Spec.PricePrecision, instrument.Spec.QuantityPrecision);
        var limit = stop.Type is StopType.Stop or StopType.TakeProfit;
        WriteHead(
            w, streamed, stop.Id, Words.LinkIdOf(stop.ClientId, stop.Id, 0, stop.Origin),
            ParentOf(venue.Account(stop.Account), stop));
        w.WriteString("symbol", stop.Symbol);
        w.WriteString("price", limit ? JsonFields.Pad(stop.Price, price) : "0");
        w.Padded("qty", stop.Quantity, quantity);
        w.WriteString("side", Words.Of(stop.Side));
        w.WriteNumber("positionIdx", Words.IndexOf(stop.PositionSide));
        w.WriteString("orderStatus", Words.StatusOf(stop));
        w.WriteString(
            "createType", Words.CreateTypeOf(
                stop.OnPosition || stop.Origin == Origin.Client ? Origin.Conditional : stop.Origin, stop,
                stop.ReduceOnly));
        w.WriteString("cancelType", Words.CancelTypeOf(stop));
        w.WriteString("rejectReason", Words.StatusOf(stop) == "Rejected" ? "EC_Others" : "EC_NoError");
        w.WriteString("avgPrice", "");
        w.Padded("leavesQty", stop.IsOpen ? stop.Quantity : 0m, quantity);
        w.WriteString("leavesValue", "0");
        w.WriteString("cumExecQty", "0");
        w.WriteString("cumExecValue", "0");
        w.WriteString("cumExecFee", "0");
        w.WriteString("timeInForce", limit ? Words.TimeInForceOf(OrderType.Limit, stop.TimeInForce) : "IOC");
        w.WriteString("orderType", limit ? "Limit" : "Market");
        w.WriteString("stopOrderType", Words.StopTypeOf(stop));
        WriteTrigger(w, stop, price);
        WriteAttached(w, stop.Attached, Words.ModeOf(stop.Attached, stop, streamed), price);
        w.WriteBoolean("reduceOnly", stop.ReduceOnly);
        w.WriteBoolean("closeOnTrigger", stop.ReduceOnly);
        WriteTail(w, stop.CreatedUtc, stop.UpdatedUtc);
        WriteFees(w, []);
        if (streamed) WriteStreamed(w, 0m);
    }

    private static decimal PriceOf(Instrument instrument, Order order)
    {
        if (order.Type == OrderType.Limit) return order.Price;
        var around = order.Filled == 0m ? instrument.Last : order.AveragePrice;
        return instrument.RoundAgainst(around * (1m + (order.Sign * Bound)), order.Side);
    }

    private static void WriteHead(Utf8JsonWriter w, bool streamed, long number, string linkId, string parent)
    {
        if (streamed) w.WriteString("category", "linear");
        w.WriteString("orderId", Ids.Order(number));
        w.WriteString("orderLinkId", linkId);
        w.WriteString("parentOrderLinkId", parent);
        w.WriteString("blockTradeId", "");
        w.WriteString("isLeverage", "");
        w.WriteString("orderIv", "");
        w.WriteString("marketUnit", "");
    }

    private static void WriteTrigger(Utf8JsonWriter w, StopOrder? stop, int digits)
    {
        var rises = stop is not null && (stop.Side == Side.Buy) != stop.IsTakeProfit;
        w.WriteString("triggerPrice", stop is null ? "" : JsonFields.Pad(stop.TriggerPrice, digits));
        w.WriteNumber("triggerDirection", stop is null ? 0 : rises ? 1 : 2);
        w.WriteString("triggerBy", stop is null ? "UNKNOWN" : Words.Of(stop.Source));
        w.WriteString("lastPriceOnCreated", stop is null ? "" : JsonFields.Pad(stop.BestPrice, digits));
    }

    private static void WriteAttached(Utf8JsonWriter w, AttachedStops brought, string mode, int digits)
    {
        w.WriteString("takeProfit", brought.Profit == 0m ? "" : JsonFields.Pad(brought.Profit, digits));
        w.WriteString("stopLoss", brought.Loss == 0m ? "" : JsonFields.Pad(brought.Loss, digits));
        w.WriteString("tpTriggerBy", brought.Profit == 0m ? "" : Words.Of(brought.ProfitSource));
        w.WriteString("slTriggerBy", brought.Loss == 0m ? "" : Words.Of(brought.LossSource));
        w.WriteString("tpslMode", mode);
        w.WriteString("tpLimitPrice", brought.ProfitLimit == 0m ? "0" : JsonFields.Pad(brought.ProfitLimit, digits));
        w.WriteString("slLimitPrice", brought.LossLimit == 0m ? "0" : JsonFields.Pad(brought.LossLimit, digits));
    }

    /// <summary>The client's own id of the order that brought a leg; empty where that had none.</summary>
    private static string ParentOf(Account account, StopOrder? leg) =>
        leg is not null && account.Orders.GetValueOrDefault(leg.ParentId) is { } parent
            ? Words.LinkIdOf(parent.ClientId, parent.Id, parent.StopId, parent.Origin)
            : leg?.ParentClientId ?? "";

    private static void WriteTail(Utf8JsonWriter w, DateTime createdUtc, DateTime updatedUtc)
    {
        w.WriteString("placeType", "");
        w.WriteString("smpType", "None");
        w.WriteNumber("smpGroup", 0);
        w.WriteString("smpOrderId", "");
        w.WriteString("slippageToleranceType", "UNKNOWN");
        w.WriteString("slippageTolerance", "");
        w.WriteString("extraFees", "");
        w.WriteBoolean("rpiTakerAccess", false);
        w.WriteString("rpiMatchedQty", "0");
        w.MsText("createdTime", createdUtc);
        w.MsText("updatedTime", updatedUtc);
    }

    private static void WriteFees(Utf8JsonWriter w, IReadOnlyList<Trade> fills)
    {
        w.WriteStartObject("cumFeeDetail");
        foreach (var paid in fills.GroupBy(t => t.FeeAsset, t => t.Fee).Where(paid => paid.Sum() != 0m)) w.Trimmed(paid.Key, paid.Sum());
        w.WriteEndObject();
    }

    private static void WriteStreamed(Utf8JsonWriter w, decimal closedPnl)
    {
        w.Trimmed("closedPnl", closedPnl);
        w.WriteString("feeCurrency", "");
    }
}
