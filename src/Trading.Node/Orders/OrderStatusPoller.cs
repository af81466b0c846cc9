using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;

namespace Trading.Node.Orders;

/// <summary>
/// What became of an order in doubt. Asks until the exchange shows the order, or until its absence is proven (design §4):
/// the request can no longer take effect, three reads in a row say that there is no such order, and no trade of the
/// account since the intent is left unexplained.
/// </summary>
internal sealed class OrderStatusPoller(PositionKey key, IOrderSender sender, TimeProvider time)
{
    private const int ReadsForProof = 3;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenProofs = TimeSpan.FromMilliseconds(500);

    private readonly long _began = time.GetTimestamp();

    public async Task<IReadOnlyList<PositionInput>> Ask(PositionEffect.Inquire e, CancellationToken stop)
    {
        var purpose = OrderIds.PurposeOf(e.Order) ?? OrderPurpose.Entry;
        var latestEffect = sender.LatestEffect(purpose);
        await Task.Delay(First, time, stop);
        for (var absences = 0; ;)
        {
            var late = time.GetElapsedTime(_began) >= latestEffect;
            switch (await sender.QueryOrder(key, e.Order, stop))
            {
                case Done<OrderView?> { Value: { } order }:
                    return [OrderExecutor.Report(order, Source.Query)];
                case Done<OrderView?> when purpose is OrderPurpose.Close: // late, it adds no exposure, and who waits for it may be naked (R6)
                    return [new PositionInput.ProvenAbsent(e.Order, "the exchange does not know it")];
                case Done<OrderView?> when late:
                    absences++;
                    break;
                case Done<OrderView?>:
                    break;
                default:
                    absences = 0;
                    break;
            }

            if (absences >= ReadsForProof && await Trades(e, stop) is { } trades)
            {
                var own = Own(trades, e.Order);
                if (own.Count > 0) return own;
                if (!trades.Any(trade => IsUnexplained(trade))) return [new PositionInput.ProvenAbsent(e.Order, Evidence(trades))];
                absences = 0;
            }

            await Task.Delay(absences > 0 ? BetweenProofs : Every, time, stop);
        }
    }

    private async Task<IReadOnlyList<Trade>?> Trades(PositionEffect.Inquire e, CancellationToken stop) =>
        await sender.ReadTrades(key, e.IntendedUtc, stop) is Done<IReadOnlyList<Trade>> done ? done.Value : null;

    private static List<PositionInput> Own(IReadOnlyList<Trade> trades, ClientOrderId order) =>
        [.. trades.Where(trade => trade.Order == order).Select(trade => new PositionInput.Traded(trade, Source.Query))];

    /// <summary>A trade whose order could not be named may be the order's own.</summary>
    private static bool IsUnexplained(Trade trade) => string.IsNullOrEmpty(trade.Order.Value);

    private string Evidence(IReadOnlyList<Trade> trades) => string.Create(
        CultureInfo.InvariantCulture,
        $"{ReadsForProof} reads without it, the last {time.GetElapsedTime(_began).TotalSeconds:0.0} s after the question began; "
        + $"{trades.Count} trades since the intent belong to other orders");
}
