using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Projections.MonitoringTables;

namespace Trading.Projections;

/// <summary>Rows of <c>monitoring.orders</c> and <c>monitoring.trades</c>: our orders from their intent on, and every fill.</summary>
internal static class OrderRows
{
    public static IEnumerable<RowChange> Of(JournalEntry entry, PositionEvent happened, BookedPosition p) => happened switch
    {
        EntryIntended e => [New(entry, p, e.Order, "entry", "MARKET", Buys(p, adds: true), e.Quantity)],
        StopIntended e => [New(entry, p, e.Stop, "stop", "STOP_MARKET", Buys(p, adds: false), e.Quantity, e.Trigger, CanonicalText.Of(e.Cause))],
        CloseIntended e => [New(entry, p, e.Order, "close", "MARKET", Buys(p, adds: false), e.Quantity > 0 ? e.Quantity : p.Held, cause: CanonicalText.Of(e.Reason))],
        EntryCompleted e => [Known(entry, e.Order, CanonicalText.Of(e.Status), new Cell("exchange_order_id", e.ExchangeOrderId))],
        EntryFailed e => [Known(entry, e.Order, "failed", new("code", e.Code), new("why", e.Why))],
        OutcomeLost e => [Known(entry, e.Order, "unknown", new Cell("why", e.Why))],
        StopConfirmed e =>
        [
            Known(entry, e.Stop, "live", new("exchange_order_id", e.ExchangeId), new("quantity", e.Quantity), new("trigger_price", e.Trigger)),
        ],
        StopRefused e => [Known(entry, e.Stop, e.MayRest ? "unknown" : "refused", new("code", e.Code), new("why", e.Why))],
        StopMoveRefused e => [Known(entry, e.Stop, e.MayRest ? "unknown" : "refused", new("code", e.Code), new("why", e.Why))],
        StopEnded e => [Known(entry, e.Stop, CanonicalText.Of(e.Status), new Cell("why", e.Why))],
        StopChangedExternally e => [Known(entry, e.Stop, "live", new("quantity", e.Quantity), new("trigger_price", e.Trigger))],
        HardStopIntended e => [New(entry, p, e.Stop, "stop", "STOP_MARKET", Buys(p, adds: false), p.Held, e.Trigger, "hard_loss")],
        HardStopConfirmed e => [Known(entry, e.Stop, "live", new Cell("exchange_order_id", e.ExchangeId))],
        HardStopEnded e => [Known(entry, e.Stop, e.MayRest ? "unknown" : "refused", new("code", e.Code), new("why", e.Why))],
        StopCleared e => [Known(entry, e.Stop, "canceled")],
        CloseAttemptFailed e => [Known(entry, e.Order, "failed", new("code", e.Code), new("why", e.Why))],
        OrderFilled e => Filled(entry, p, e.Trade),
        _ => [],
    };

    /// <summary>Fees that waited for that price: estimates from here on.</summary>
    /// <param name="before">The position before it was told.</param>
    public static IEnumerable<RowChange> Priced(BookedPosition p, BookedPosition before, AssetPriced priced) => before.UnpricedTrades
        .Where(fee => !p.UnpricedTrades.ContainsKey(fee.Key))
        .OrderBy(fee => fee.Key, StringComparer.Ordinal)
        .Select(fee => new RowChange.Change(
            Trades, [new("position_id", Text(p.Id)), new("trade_id", fee.Key)], [new("fee_quote", fee.Value.Fee * priced.Price)]));

    private static RowChange.Put New(
        JournalEntry entry, BookedPosition p, ClientOrderId order, string purpose, string type, string side, decimal quantity,
        decimal? trigger = null, string? cause = null) => new(Orders,
    [
        new("id", entry.Position), new("position_id", Text(p.Id)), new("client_order_id", order.Value),
        new("exchange_order_id", null), new("purpose", purpose), new("type", type), new("side", side),
        new("quantity", quantity), new("trigger_price", trigger), new("status", "intended"), new("filled", 0m),
        new("average_price", null), new("cause", cause), new("code", null), new("why", null),
        new("created_at", entry.WrittenUtc), new("updated_at", entry.WrittenUtc),
    ]);

    private static RowChange.Change Known(JournalEntry entry, ClientOrderId order, string status, params Cell[] more) => new(
        Orders, [new("client_order_id", order.Value)],
        [new("status", status), .. more, new("updated_at", entry.WrittenUtc)]);

    private static IEnumerable<RowChange> Filled(JournalEntry entry, BookedPosition p, Trade trade)
    {
        yield return new RowChange.Put(Trades,
        [
            new("id", entry.Position), new("position_id", Text(p.Id)), new("trade_id", trade.TradeId),
            new("order_id", trade.ExchangeOrderId), new("client_order_id", trade.Order.Value),
            new("side", trade.Bought is Side.Long ? "buy" : "sell"), new("price", trade.Price),
            new("quantity", trade.Quantity), new("fee", trade.Fee), new("fee_asset", trade.FeeAsset),
            new("fee_quote", IsConverted(trade) ? null : trade.Fee), new("fee_estimated", IsConverted(trade) ? 1 : 0),
            new("realized_pnl", trade.RealizedPnl), new("executed_at", trade.AtUtc), new("created_at", entry.WrittenUtc),
        ]);
        if (!p.Orders.TryGetValue(trade.Order.Value ?? "", out var order)) yield break;
        yield return Known(
            entry, trade.Order, order.Filled >= order.Quantity ? "filled" : "partially_filled",
            new("exchange_order_id", trade.ExchangeOrderId), new("filled", order.Filled),
            new("average_price", order.Value / order.Filled));
    }

    /// <summary>Its fee was paid in another asset than the account's.</summary>
    public static bool IsConverted(Trade trade) => trade.Fee != 0 && Assets.IsForeign(trade.FeeAsset);

    private static string Buys(BookedPosition p, bool adds) => p.Side == "long" == adds ? "buy" : "sell";

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
