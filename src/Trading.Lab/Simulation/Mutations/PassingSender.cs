using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;

namespace Trading.Lab.Simulation.Mutations;

/// <summary>An order sender that passes everything on; a mutation overrides the one thing it spoils.</summary>
internal abstract class PassingSender(IOrderSender sender) : IOrderSender
{
    protected IOrderSender Real => sender;

    public virtual Task<Outcome<OrderView>> SendEntry(
        PositionKey key, ClientOrderId id, Side side, decimal quantity, decimal? attachedStop, CancellationToken stop) =>
        sender.SendEntry(key, id, side, quantity, attachedStop, stop);

    public virtual Task<Outcome<StopView>> SendStop(
        PositionKey key, ClientOrderId id, Side protects, decimal quantity, decimal trigger, bool first, decimal improvement,
        CancellationToken stop) => sender.SendStop(key, id, protects, quantity, trigger, first, improvement, stop);

    public virtual Task<Outcome<bool>> CancelStop(PositionKey key, ClientOrderId id, CancellationToken stop) =>
        sender.CancelStop(key, id, stop);

    public virtual Task<Outcome<OrderView>> SendClose(
        PositionKey key, ClientOrderId id, Side holding, decimal quantity, CancellationToken stop) =>
        sender.SendClose(key, id, holding, quantity, stop);

    public virtual Task<Outcome<OrderView?>> QueryOrder(PositionKey key, ClientOrderId id, CancellationToken stop) =>
        sender.QueryOrder(key, id, stop);

    public virtual Task<Outcome<PositionRead>> ReadPosition(PositionKey key, bool routine, CancellationToken stop) =>
        sender.ReadPosition(key, routine, stop);

    public virtual Task<Outcome<IReadOnlyList<StopView>>> ReadStops(PositionKey key, CancellationToken stop) =>
        sender.ReadStops(key, stop);

    public virtual Task<Outcome<IReadOnlyList<Trade>>> ReadTrades(PositionKey key, DateTime sinceUtc, CancellationToken stop) =>
        sender.ReadTrades(key, sinceUtc, stop);

    public Task<Outcome<decimal>> ReadMark(Symbol symbol, CancellationToken stop) => sender.ReadMark(symbol, stop);

    public Task<Outcome<decimal>> ReadMarkAt(Symbol symbol, DateTime atUtc, CancellationToken stop) => sender.ReadMarkAt(symbol, atUtc, stop);

    public Task<Outcome<bool>> Prepare(Symbol symbol, int leverage, bool isolated, CancellationToken stop) =>
        sender.Prepare(symbol, leverage, isolated, stop);

    public virtual TimeSpan LatestEffect(OrderPurpose purpose) => sender.LatestEffect(purpose);
}
