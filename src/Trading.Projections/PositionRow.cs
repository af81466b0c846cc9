namespace Trading.Projections;

/// <summary>Rows of <c>monitoring.positions</c>.</summary>
internal static class PositionRow
{
    /// <remarks>
    /// <c>quantity</c> is what is held while active, and the size that was opened once closed. <c>realized_pnl</c> is net.
    /// <c>leverage</c> is not journaled and stays empty.
    /// </remarks>
    public static RowChange.Put Of(PositionBook book, BookedPosition p, DateTime updatedUtc) => new(MonitoringTables.Positions,
    [
        new("id", p.Id), new("symbol", book.Symbol), new("exchange", book.Account), new("venue", book.Venue),
        new("position_side", book.Side), new("side", p.Side), new("status", p.IsActive ? "active" : "closed"),
        new("state", p.State), new("quantity", p.IsActive ? p.Held : p.EntryFilled),
        new("entry_price", p.EntryPrice > 0 ? p.EntryPrice : null), new("exit_price", p.ExitFilled > 0 ? p.Proceeds / p.ExitFilled : null),
        new("stop_price", p.StopPrice), new("trailing_state", p.TrailingState), new("leverage", null),
        new("exchange_order_id", p.ExchangeOrderId), new("signal_id", p.SignalId), new("wave", p.Wave),
        new("reason", p.Reason), new("closed_by", p.ClosedBy), new("realized_pnl", p.Money.Net), new("gross_pnl", p.Money.Realized),
        new("fees", p.Money.Fees), new("funding", p.Money.Funding), new("opened_at", p.OpenedUtc), new("closed_at", p.ClosedUtc),
        new("created_at", p.CreatedUtc), new("updated_at", updatedUtc),
    ]);

    /// <summary>
    /// <c>monitoring.estimates</c>, of a position whose money came in other assets too: what of its <c>realized_pnl</c> was
    /// converted, and what is not in it because its price is not known yet.
    /// </summary>
    public static RowChange.Put Estimate(BookedPosition p, DateTime updatedUtc) => new(MonitoringTables.Estimates,
    [
        new("id", p.Id), new("estimated_pnl", p.Money.Estimated), new("unpriced", p.Money.UnpricedText), new("updated_at", updatedUtc),
    ]);
}
