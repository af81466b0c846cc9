using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionEvent;

namespace Trading.Projections;

/// <summary>A position's stream as rows of positions, orders, trades and events.</summary>
internal static class PositionFold
{
    private const string ExecutionFailed = "signal_execution_failed";

    public static Folded Fold(PositionBook book, JournalEntry entry, PositionEvent happened)
    {
        var next = Remember(book, entry, happened);
        var about = Touched(next, happened);
        List<RowChange> changes = [EventRow.Of(entry, next.About(about), SeverityOf(happened), DataOf(entry, happened))];
        if (happened is EntryFailed { How: not EntryEnd.NotSent } failed)
            changes.Add(EventRow.Derived(
                entry, next.About(about), ExecutionFailed, EventRow.Error, EventRow.With(entry.Json, ("reason", failed.Why))));
        if (about is not null)
        {
            changes.Add(PositionRow.Of(next, about, entry.WrittenUtc));
            changes.AddRange(OrderRows.Of(entry, happened, about));
            if (happened is AssetPriced || !about.Money.Unpriced.IsEmpty && MovesMoney(happened))
                changes.Add(PositionRow.Estimate(about, entry.WrittenUtc));
            if (happened is AssetPriced priced) changes.AddRange(OrderRows.Priced(about, (book.Current ?? book.Last)!, priced));
        }

        return new Folded(changes, next);
    }

    private static bool MovesMoney(PositionEvent happened) => happened is OrderFilled or FundingBooked or LiquidationCleared;

    private static PositionBook Remember(PositionBook book, JournalEntry entry, PositionEvent happened) => happened switch
    {
        EntryIntended e => Begin(book, entry, Intended(e, entry)),
        PositionAdopted e => Begin(book, entry, Adopted(e, entry)),
        EntryFailed => End(book, entry, p => p with { Reason = "entry_failed", Held = 0 }),
        PositionClosed e => End(book, entry, p => p with
        {
            Reason = CanonicalText.Of(e.Reason),
            ClosedBy = CanonicalText.Of(e.ClosedBy),
            Held = 0,
        }),
        ClosureExplained e => Latest(book, p => p with { Reason = CanonicalText.Of(e.Reason) }),
        OrderFilled e => Latest(book, p => Filled(p, e)),
        FundingBooked e => Latest(book, p => p with { Money = p.Money.With(new UnpricedMoney(e.Asset, e.AtUtc, Funding: e.Amount)) }),
        LiquidationCleared e => Latest(book, p => p with { Money = p.Money.With(new UnpricedMoney(e.Asset, e.AtUtc, Fee: -e.Amount)) }),
        AssetPriced e => Latest(book, p => p with
        {
            Money = p.Money.Priced(e.Asset, e.Price, e.AtUtc),
            UnpricedTrades = p.UnpricedTrades.RemoveRange(
                p.UnpricedTrades.Where(fee => fee.Value.IsPricedBy(e.Asset, e.AtUtc)).Select(fee => fee.Key)),
        }),
        StopCleared e => Latest(book, p => p with { Orders = p.Orders.Remove(e.Stop.Value) }),
        _ when book.Current is { } current => book with { Current = Change(current, entry, happened) },
        _ => throw new ProjectionException(
            $"{happened.GetType().Name} at position {entry.Position} ({entry.Stream}) while no position is open"),
    };

    private static PositionBook Begin(PositionBook book, JournalEntry entry, BookedPosition opened) => book.Current is null
        ? book with { Current = opened, Last = null }
        : throw new ProjectionException($"a second opening at position {entry.Position} ({entry.Stream})");

    private static PositionBook End(PositionBook book, JournalEntry entry, Func<BookedPosition, BookedPosition> end) =>
        book.Current is { } current
            ? book with
            {
                Current = null,
                Last = end(current) with { State = "flat", ClosedUtc = entry.WrittenUtc, StopPrice = null, LiveStop = [] },
            }
            : throw new ProjectionException($"an end without a beginning at position {entry.Position} ({entry.Stream})");

    /// <summary>What may come late belongs to the closed position while no other has been opened.</summary>
    private static PositionBook Latest(PositionBook book, Func<BookedPosition, BookedPosition> change) => book switch
    {
        { Current: { } current } => book with { Current = change(current) },
        { Last: { } last } => book with { Last = change(last) },
        _ => book,
    };

    private static BookedPosition? Touched(PositionBook book, PositionEvent happened) =>
        book.Current ?? (happened is EntryFailed or PositionClosed or ClosureExplained or OrderFilled or StopCleared
            or FundingBooked or LiquidationCleared or AssetPriced
            ? book.Last
            : null);

    private static BookedPosition Change(BookedPosition p, JournalEntry entry, PositionEvent happened) => happened switch
    {
        EntryVerified e => p with
        {
            Held = Math.Max(p.Held, e.Quantity),
            EntryPrice = p.EntryFilled > 0 ? p.EntryPrice : e.Price,
        },
        EntryCompleted e => p with
        {
            State = "open",
            Held = Math.Max(0, e.Executed - p.ExitFilled),
            EntryPrice = e.AveragePrice,
            ExchangeOrderId = e.ExchangeOrderId,
        },
        QuantityChanged e when p.State == "opening" => p with { Held = e.Quantity },
        QuantityChanged e => p with { Held = e.Quantity, EntryPrice = e.EntryPrice > 0 ? e.EntryPrice : p.EntryPrice },
        StopIntended e => Asked(Ordered(p, e.Stop, e.Quantity), e),
        CloseIntended e => Ordered(p, e.Order, e.Quantity > 0 ? e.Quantity : p.Held) with { State = "closing" },
        StopConfirmed e => Confirmed(p, e),
        StopRefused or StopMoveRefused => p with { AskedStop = [], AwaitedStop = [] },
        StopEnded e when p.LiveStop.Remove(e.Stop.Value) is var left => p with { StopPrice = left.IsEmpty ? null : p.StopPrice, LiveStop = left },
        StopChangedExternally e => p with { StopPrice = e.Trigger },
        HardStopIntended e => Ordered(p, e.Stop, p.Held),
        TrailingActivated => p with { TrailingState = "active" },
        HardStopConfirmed or HardStopEnded => p,
        OutcomeLost or CloseAttemptFailed or PositionLookup
            or PositionNotFoundAbort or ProtectionMissed or PositionDoubted or DoubtEnded => p,
        _ => throw new ProjectionException($"no fold knows {happened.GetType().Name} at position {entry.Position}"),
    };

    private static BookedPosition Asked(BookedPosition p, StopIntended e) => e.PartOf is null
        ? p with { AskedStop = [e.Stop.Value], AwaitedStop = [e.Stop.Value] }
        : p with { AskedStop = p.AskedStop.Add(e.Stop.Value), AwaitedStop = p.AwaitedStop.Add(e.Stop.Value) };

    /// <summary>A stop in several orders counts with its last one; one that was not asked for is somebody's own.</summary>
    private static BookedPosition Confirmed(BookedPosition p, StopConfirmed e)
    {
        var awaited = p.AwaitedStop.Remove(e.Stop.Value);
        if (p.AwaitedStop.Contains(e.Stop.Value) && !awaited.IsEmpty) return p with { AwaitedStop = awaited };
        return p with
        {
            StopPrice = e.Trigger,
            LiveStop = p.AskedStop.Contains(e.Stop.Value) ? p.AskedStop : [e.Stop.Value],
            AskedStop = [],
            AwaitedStop = [],
        };
    }

    private static BookedPosition Intended(EntryIntended e, JournalEntry entry) => Ordered(
        new BookedPosition(entry.Position, e.Side.Text(), e.AtUtc, entry.WrittenUtc) { SignalId = e.SignalId, Wave = e.Wave },
        e.Order, e.Quantity);

    private static BookedPosition Adopted(PositionAdopted e, JournalEntry entry) =>
        new(entry.Position, e.Side.Text(), e.AtUtc, entry.WrittenUtc)
        {
            State = "open",
            Held = e.Quantity,
            EntryPrice = e.EntryPrice,
            EntryFilled = e.Quantity,
            Cost = e.Quantity * e.EntryPrice,
            Quote = e.Quote,
            TrailingState = e.Policy is AdoptPolicy.Manage ? "waiting" : "off",
        };

    private static BookedPosition Ordered(BookedPosition p, ClientOrderId order, decimal quantity) =>
        p with { Orders = p.Orders.SetItem(order.Value, new BookedOrder(quantity)) };

    private static BookedPosition Filled(BookedPosition p, OrderFilled e)
    {
        var trade = e.Trade;
        var value = trade.Quantity * trade.Price;
        var adds = trade.Bought.Text() == p.Side;
        var (bought, cost) = adds ? (p.EntryFilled + trade.Quantity, p.Cost + value) : (p.EntryFilled, p.Cost);
        return p with
        {
            OpenedUtc = adds && p.EntryFilled == 0 ? trade.AtUtc : p.OpenedUtc,
            ExchangeOrderId = adds ? p.ExchangeOrderId ?? trade.ExchangeOrderId : p.ExchangeOrderId,
            EntryFilled = bought,
            Cost = cost,
            ExitFilled = p.ExitFilled + (adds ? 0 : trade.Quantity),
            Proceeds = p.Proceeds + (adds ? 0 : value),
            Held = p.IsActive ? e.Held : 0,
            EntryPrice = adds ? cost / bought : p.EntryPrice,
            Money = p.Money.With(new UnpricedMoney(p.Quote, trade.AtUtc, Realized: trade.RealizedPnl)).With(FeeOf(trade)),
            UnpricedTrades = OrderRows.IsConverted(trade) ? p.UnpricedTrades.SetItem(trade.TradeId, FeeOf(trade)) : p.UnpricedTrades,
            Orders = !p.Orders.TryGetValue(trade.Order.Value ?? "", out var order) ? p.Orders : p.Orders.SetItem(
                trade.Order.Value!, order with { Filled = order.Filled + trade.Quantity, Value = order.Value + value }),
        };
    }

    private static UnpricedMoney FeeOf(Trade trade) => new(trade.FeeAsset, trade.AtUtc, Fee: trade.Fee);

    private static string DataOf(JournalEntry entry, PositionEvent happened) => happened is EntryVerified e
        ? EventRow.With(entry.Json, ("verified_by", CanonicalText.Of(e.By)))
        : entry.Json;

    private static string SeverityOf(PositionEvent happened) => happened switch
    {
        PositionLookup => EventRow.Debug,
        OutcomeLost or EntryFailed or StopRefused or StopMoveRefused or PositionDoubted or CloseAttemptFailed
            or StopChangedExternally or HardStopEnded => EventRow.Warning,
        ProtectionMissed or PositionNotFoundAbort => EventRow.Error,
        _ => EventRow.Info,
    };
}
