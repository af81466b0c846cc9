using System.Globalization;
using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>A fill or a funding payment as a row (protocol page, 7.5 and 11).</summary>
internal sealed class ExecutionRow(Venue venue)
{
    public void Write(Utf8JsonWriter w, Trade trade, bool streamed)
    {
        var account = venue.Account(trade.Account);
        var instrument = venue.Find(trade.Symbol)!;
        var stop = trade.StopId == 0 ? null : account.Stops.GetValueOrDefault(trade.StopId);
        var order = account.Orders.GetValueOrDefault(trade.OrderId);
        var (price, quantity) = (instrument.Spec.PricePrecision, instrument.Spec.QuantityPrecision);
        if (streamed) w.WriteString("category", "linear");
        w.WriteString("symbol", trade.Symbol);
        w.WriteString("orderId", Ids.Order(trade.StopId == 0 ? trade.OrderId : trade.StopId));
        w.WriteString("orderLinkId", Words.LinkIdOf(trade.ClientId, trade.OrderId, trade.StopId, trade.Origin));
        w.WriteString("side", Words.Of(trade.Side));
        w.Padded("orderPrice", order is { Price: > 0m } ? order.Price : trade.Price, price);
        w.Padded("orderQty", order?.Quantity ?? trade.Quantity, quantity);
        w.Padded("leavesQty", order is null ? 0m : order.Quantity - FilledUpTo(account, trade), quantity);
        w.WriteString(
            "createType", Words.CreateTypeOf(trade.Origin, stop, order?.ReduceOnly ?? Results.ClosedBy(trade) > 0m));
        w.WriteString("orderType", Words.Of(order?.Type ?? OrderType.Market));
        w.WriteString("stopOrderType", Words.StopTypeOf(stop));
        w.Trimmed("execFee", trade.Fee);
        w.WriteString("execId", Ids.Execution(trade.Id));
        w.Padded("execPrice", trade.Price, price);
        w.Padded("execQty", trade.Quantity, quantity);
        w.WriteString("execType", Words.ExecTypeOf(trade.Origin));
        w.Trimmed("execValue", trade.Price * trade.Quantity);
        w.MsText("execTime", trade.AtUtc);
        w.WriteBoolean("isMaker", trade.Maker);
        w.Trimmed("feeRate", decimal.Round(trade.FeeValue / (trade.Price * trade.Quantity), 6));
        w.Padded("closedSize", Results.ClosedBy(trade), quantity);
        w.WriteNumber("seq", Ids.Sequence(trade.Id));
        WriteRest(w, instrument.Mark, price, trade.FeeAsset);
        if (streamed) w.Trimmed("execPnl", trade.Realized);
    }

    /// <summary>Paid when execFee is positive.</summary>
    public void WriteFunding(Utf8JsonWriter w, Income funding, bool streamed)
    {
        var instrument = venue.Find(funding.Symbol)!;
        var (price, quantity) = (instrument.Spec.PricePrecision, instrument.Spec.QuantityPrecision);
        if (streamed) w.WriteString("category", "linear");
        w.WriteString("symbol", funding.Symbol);
        w.WriteString("orderId", Ids.Order(funding.Id));
        w.WriteString("orderLinkId", "");
        w.WriteString("side", funding.Quantity > 0m ? "Buy" : "Sell");
        w.WriteString("orderPrice", "0");
        w.WriteString("orderQty", "0");
        w.WriteString("leavesQty", "0");
        w.WriteString("createType", "");
        w.WriteString("orderType", "UNKNOWN");
        w.WriteString("stopOrderType", "UNKNOWN");
        w.Trimmed("execFee", -funding.Amount);
        w.WriteString("execId", Ids.Execution(funding.Id));
        w.Padded("execPrice", funding.Price, price);
        w.Padded("execQty", Math.Abs(funding.Quantity), quantity);
        w.WriteString("execType", "Funding");
        w.Trimmed("execValue", Math.Abs(funding.Quantity) * funding.Price);
        w.MsText("execTime", funding.AtUtc);
        w.WriteBoolean("isMaker", false);
        w.Trimmed("feeRate", funding.Rate);
        w.WriteString("closedSize", "0");
        w.WriteNumber("seq", Ids.Sequence(venue.Ids.Trade));
        WriteRest(w, funding.Price, price, funding.Asset);
        if (streamed) w.WriteString("execPnl", "0");
    }

    /// <summary>The early topic: no fee, no closed size; a maker does not see his id.</summary>
    public static void WriteFast(Utf8JsonWriter w, Instrument instrument, Trade trade)
    {
        w.WriteString("category", "linear");
        w.WriteString("symbol", trade.Symbol);
        w.WriteString("execId", Ids.Execution(trade.Id));
        w.Padded("execPrice", trade.Price, instrument.Spec.PricePrecision);
        w.Padded("execQty", trade.Quantity, instrument.Spec.QuantityPrecision);
        w.WriteString("orderId", Ids.Order(trade.StopId == 0 ? trade.OrderId : trade.StopId));
        w.WriteBoolean("isMaker", trade.Maker);
        w.WriteString(
            "orderLinkId",
            trade.Maker ? "" : Words.LinkIdOf(trade.ClientId, trade.OrderId, trade.StopId, trade.Origin));
        w.WriteString("side", Words.Of(trade.Side));
        w.WriteString("execTime", JsonFields.ToMs(trade.AtUtc).ToString(CultureInfo.InvariantCulture));
        w.WriteNumber("seq", Ids.Sequence(trade.Id));
    }

    private static decimal FilledUpTo(Account account, Trade trade) =>
        account.Trades.Where(t => t.OrderId == trade.OrderId && t.Id <= trade.Id).Sum(t => t.Quantity);

    private static void WriteRest(Utf8JsonWriter w, decimal mark, int digits, string feeAsset)
    {
        w.WriteString("feeCurrency", feeAsset);
        w.WriteString("isLeverage", "0");
        w.WriteString("marketUnit", "");
        w.Padded("markPrice", mark, digits);
        foreach (var name in (string[])["tradeIv", "markIv", "indexPrice", "underlyingPrice", "blockTradeId", "extraFees"])
            w.WriteString(name, "");
    }
}
