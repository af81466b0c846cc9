using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways;

/// <summary>
/// Order half of a gateway: signs and sends the orders of positions, one attempt each, never a retry on its own but after
/// a refused timestamp, which proves that nothing happened: then once, with the same id.
/// "Reduce-only" is its word for whatever the venue and the position mode call it: there is no other way to send a
/// protective order.
/// </summary>
public interface IOrderSender
{
    /// <param name="attachedStop">Trigger of a stop that comes with the fill; null where none is wanted. Binance has no such thing.</param>
    Task<Outcome<OrderView>> SendEntry(
        PositionKey key, ClientOrderId id, Side side, decimal quantity, decimal? attachedStop, CancellationToken stop);

    /// <param name="quantity">Base quantity; 0: closes whatever is open when it triggers.</param>
    /// <param name="first">Quantity is without a stop (first stop, resize up: class 1); else a move (class 4).</param>
    /// <param name="improvement">Quote value the move secures; moves with more go first.</param>
    Task<Outcome<StopView>> SendStop(
        PositionKey key, ClientOrderId id, Side protects, decimal quantity, decimal trigger, bool first, decimal improvement,
        CancellationToken stop);

    /// <summary>
    /// Done(true): it rests no more, and that was to be expected. Done(false): it was not open (-2011/-2013). Where the
    /// stop is a property of the position there is nothing to cancel: it was replaced in place, or ends with the position.
    /// </summary>
    Task<Outcome<bool>> CancelStop(PositionKey key, ClientOrderId id, CancellationToken stop);

    /// <param name="quantity">Base quantity; 0: whatever is left, where the venue has such a market order (Bybit).</param>
    Task<Outcome<OrderView>> SendClose(PositionKey key, ClientOrderId id, Side holding, decimal quantity, CancellationToken stop);

    /// <summary>Done(null): the exchange says there is no such order, at this moment.</summary>
    Task<Outcome<OrderView?>> QueryOrder(PositionKey key, ClientOrderId id, CancellationToken stop);

    /// <param name="routine">The read that follows every stop move (class 5, dropped first); else a query in doubt.</param>
    Task<Outcome<PositionRead>> ReadPosition(PositionKey key, bool routine, CancellationToken stop);

    Task<Outcome<IReadOnlyList<StopView>>> ReadStops(PositionKey key, CancellationToken stop);

    /// <summary>Account trades of the symbol from that time on, oldest first, complete.</summary>
    Task<Outcome<IReadOnlyList<Trade>>> ReadTrades(PositionKey key, DateTime sinceUtc, CancellationToken stop);

    Task<Outcome<decimal>> ReadMark(Symbol symbol, CancellationToken stop);

    /// <summary>The mark of that minute; where the exchange keeps no candle of it, the mark of now.</summary>
    Task<Outcome<decimal>> ReadMarkAt(Symbol symbol, DateTime atUtc, CancellationToken stop);

    /// <summary>Makes leverage and margin mode true; "already set" is done. Never called for a symbol that is held.</summary>
    Task<Outcome<bool>> Prepare(Symbol symbol, int leverage, bool isolated, CancellationToken stop);

    /// <summary>
    /// How long after leaving such an order can still take effect and be missed by a read: its receive window, 1 s for
    /// clocks, 3 s of read lag (design §4, proof of absence).
    /// </summary>
    TimeSpan LatestEffect(OrderPurpose purpose);
}

/// <summary>A regular order as the exchange states it; <paramref name="AveragePrice"/> null where the answer carries none.</summary>
public sealed record OrderView(
    ClientOrderId Id, string ExchangeId, OrderStatus Status, decimal Executed, decimal? AveragePrice, DateTime UpdatedUtc,
    string Code = "");
