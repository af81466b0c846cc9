using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;

namespace Trading.Lab.Simulation.Mutations;

/// <summary>Takes the position's stop away before it sets the next.</summary>
internal sealed class PositionStopClearedFirst(IOrderSender sender) : PassingSender(sender)
{
    public override async Task<Outcome<StopView>> SendStop(
        PositionKey key, ClientOrderId id, Side protects, decimal quantity, decimal trigger, bool first, decimal improvement,
        CancellationToken stop)
    {
        if (!first) await Real.SendStop(key, id, protects, quantity, trigger: 0, first: true, improvement: 0, stop);
        return await Real.SendStop(key, id, protects, quantity, trigger, first, improvement, stop);
    }
}

/// <summary>Cancels a stop that was replaced in place by taking the position's away.</summary>
internal sealed class ReplacedStopCleared(IOrderSender sender) : PassingSender(sender)
{
    public override async Task<Outcome<bool>> CancelStop(PositionKey key, ClientOrderId id, CancellationToken stop)
    {
        await Real.SendStop(key, id, Side.Long, quantity: 0, trigger: 0, first: true, improvement: 0, stop);
        return Outcome.Done(true);
    }
}

/// <summary>Sends an entry without the stop that is to come with its fill.</summary>
internal sealed class NothingAttached(IOrderSender sender) : PassingSender(sender)
{
    public override Task<Outcome<OrderView>> SendEntry(
        PositionKey key, ClientOrderId id, Side side, decimal quantity, decimal? attachedStop, CancellationToken stop) =>
        Real.SendEntry(key, id, side, quantity, attachedStop: null, stop);
}

/// <summary>Takes a stop whose outcome nobody knows for one that rests.</summary>
internal sealed class UnknownStopRests(IOrderSender sender) : PassingSender(sender)
{
    public override async Task<Outcome<StopView>> SendStop(
        PositionKey key, ClientOrderId id, Side protects, decimal quantity, decimal trigger, bool first, decimal improvement,
        CancellationToken stop) =>
        await Real.SendStop(key, id, protects, quantity, trigger, first, improvement, stop) is var outcome && outcome is Unknown<StopView>
            ? Outcome.Done(new StopView(id, "", protects, quantity, trigger, ClosesPosition: false, OrderOrigin.Ours))
            : outcome;
}

/// <summary>Takes the acknowledgement of an order for its fill.</summary>
internal sealed class AcknowledgedIsFilled(IOrderSender sender) : PassingSender(sender)
{
    public override async Task<Outcome<OrderView>> SendEntry(
        PositionKey key, ClientOrderId id, Side side, decimal quantity, decimal? attachedStop, CancellationToken stop) =>
        Filled(await Real.SendEntry(key, id, side, quantity, attachedStop, stop), quantity);

    public override async Task<Outcome<OrderView>> SendClose(
        PositionKey key, ClientOrderId id, Side holding, decimal quantity, CancellationToken stop) =>
        Filled(await Real.SendClose(key, id, holding, quantity, stop), quantity);

    private static Outcome<OrderView> Filled(Outcome<OrderView> answer, decimal quantity) => answer is Done<OrderView> { Value: { Status: OrderStatus.New } taken }
        ? Outcome.Done(taken with { Status = OrderStatus.Filled, Executed = quantity })
        : answer;
}
