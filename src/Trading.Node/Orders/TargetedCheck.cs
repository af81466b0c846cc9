using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Node.Orders;

/// <summary>
/// The targeted check of design §4, in its order: position by symbol, open conditional orders, our stop's regular order,
/// trades since the entry. It gathers evidence; the position machine judges it.
/// </summary>
internal sealed class TargetedCheck(PositionKey key, IOrderSender sender, TimeProvider time)
{
    /// <summary>A zero row is believed when it is there twice.</summary>
    private static readonly TimeSpan BetweenZeroes = TimeSpan.FromMilliseconds(500);

    public async Task<PositionInput> Run(PositionEffect.CheckPosition e, CancellationToken stop)
    {
        var started = time.NowUtc();
        var row = await Position(e.Cause is CheckCause.AfterStopMove, stop);
        if (e.Cause is CheckCause.AfterStopMove && row is null or { Row.Amount: not 0 })
            return new Checked(new CheckEvidence(started, row, null, null, null, null, e.Cause));

        var zeroAt = time.GetTimestamp();
        var stops = await sender.ReadStops(key, stop) is Done<IReadOnlyList<StopView>> read ? read.Value : null;
        var order = e.Stop is { } id ? await StopOrder(id, stop) : null;
        var trades = await sender.ReadTrades(key, e.SinceUtc, stop) is Done<IReadOnlyList<Trade>> done ? done.Value : null;
        var second = row is { IsExplicitZero: true } ? await Again(zeroAt, stop) : null;
        return new Checked(new CheckEvidence(started, row, second, stops, order, trades, e.Cause));
    }

    private async Task<PositionRead?> Position(bool routine, CancellationToken stop) =>
        await sender.ReadPosition(key, routine, stop) is Done<PositionRead> done ? done.Value : null;

    private async Task<OrderReported?> StopOrder(ClientOrderId id, CancellationToken stop) =>
        await sender.QueryOrder(key, id, stop) is Done<OrderView?> { Value: { } order }
            ? OrderExecutor.Report(order, Source.Query)
            : null;

    private async Task<PositionRead?> Again(long zeroAt, CancellationToken stop)
    {
        var wait = BetweenZeroes - time.GetElapsedTime(zeroAt);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, stop);
        return await Position(routine: false, stop);
    }
}
