using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;

namespace Trading.Lab.Simulation.Mutations;

/// <summary>Takes the first "no such order" for proof, though the request may still arrive.</summary>
internal sealed class NoWaitBeforeAbsence(IOrderSender sender) : PassingSender(sender)
{
    public override TimeSpan LatestEffect(OrderPurpose purpose) => TimeSpan.Zero;
}

/// <summary>Says that an entry does not exist without asking.</summary>
internal sealed class NoQueryBeforeAbsence(IOrderSender sender) : PassingSender(sender)
{
    public override Task<Outcome<OrderView?>> QueryOrder(PositionKey key, ClientOrderId id, CancellationToken stop) =>
        OrderIds.PurposeOf(id) is OrderPurpose.Entry ? Task.FromResult(Outcome.Done<OrderView?>(null)) : Real.QueryOrder(key, id, stop);

    public override Task<Outcome<IReadOnlyList<Trade>>> ReadTrades(PositionKey key, DateTime sinceUtc, CancellationToken stop) =>
        Task.FromResult(Outcome.Done<IReadOnlyList<Trade>>([]));
}

/// <summary>Sends an entry again when its answer is lost, under the same id.</summary>
internal sealed class ResentEntry(IOrderSender sender) : PassingSender(sender)
{
    public override async Task<Outcome<OrderView>> SendEntry(
        PositionKey key, ClientOrderId id, Side side, decimal quantity, decimal? attachedStop, CancellationToken stop) =>
        await Real.SendEntry(key, id, side, quantity, attachedStop, stop) is var outcome && outcome is Unknown<OrderView>
            ? await Real.SendEntry(key, id, side, quantity, attachedStop, stop)
            : outcome;
}

/// <summary>Takes an entry whose answer is lost for refused.</summary>
internal sealed class UnknownEntryIsRefused(IOrderSender sender) : PassingSender(sender)
{
    public override async Task<Outcome<OrderView>> SendEntry(
        PositionKey key, ClientOrderId id, Side side, decimal quantity, decimal? attachedStop, CancellationToken stop) =>
        await Real.SendEntry(key, id, side, quantity, attachedStop, stop) is var outcome && outcome is Unknown<OrderView> unknown
            ? new Refused<OrderView>(-1007, unknown.Why)
            : outcome;
}

/// <summary>Takes a close whose answer is lost for filled.</summary>
internal sealed class UnknownCloseIsDone(IOrderSender sender, TimeProvider time) : PassingSender(sender)
{
    public override async Task<Outcome<OrderView>> SendClose(
        PositionKey key, ClientOrderId id, Side holding, decimal quantity, CancellationToken stop) =>
        await Real.SendClose(key, id, holding, quantity, stop) is var outcome && outcome is Unknown<OrderView>
            ? Outcome.Done(new OrderView(id, "", OrderStatus.Filled, quantity, null, time.GetUtcNow().UtcDateTime))
            : outcome;
}

/// <summary>Cancels the old stop before the new one is sent.</summary>
internal sealed class OldStopCancelledFirst(IOrderSender sender) : PassingSender(sender)
{
    private readonly Dictionary<PositionKey, ClientOrderId> _last = [];

    public override async Task<Outcome<StopView>> SendStop(
        PositionKey key, ClientOrderId id, Side protects, decimal quantity, decimal trigger, bool first, decimal improvement,
        CancellationToken stop)
    {
        if (!first && _last.TryGetValue(key, out var old)) await Real.CancelStop(key, old, stop);
        _last[key] = id;
        return await Real.SendStop(key, id, protects, quantity, trigger, first, improvement, stop);
    }
}

/// <summary>Believes that an empty list means flat.</summary>
internal sealed class EmptyListIsFlat(IOrderSender sender, TimeProvider time) : PassingSender(sender)
{
    public override async Task<Outcome<PositionRead>> ReadPosition(PositionKey key, bool routine, CancellationToken stop) =>
        await Real.ReadPosition(key, routine, stop) is var outcome && outcome is Done<PositionRead> { Value.Row: null }
            ? Outcome.Done(new PositionRead(new PositionRow(0, 0, time.GetUtcNow().UtcDateTime)))
            : outcome;
}

/// <summary>Never cancels a stop, and says it did.</summary>
internal sealed class StopsNotCancelled(IOrderSender sender) : PassingSender(sender)
{
    public override Task<Outcome<bool>> CancelStop(PositionKey key, ClientOrderId id, CancellationToken stop) =>
        Task.FromResult(Outcome.Done(true));
}
