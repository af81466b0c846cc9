using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Node.Orders;

/// <summary>
/// Performs the effects of one position at the exchange, each once, and says what came of it in the position's words.
/// Orders are sent once; only questions are asked again.
/// </summary>
/// <param name="readRules">The rules of all symbols of the account, read anew; false: nobody told them in time.</param>
/// <remarks>Every request has the gateway's own deadline; every question ends with the actor that asked it.</remarks>
/// <param name="isListed">Whether the exchange has a contract of that name.</param>
public sealed class OrderExecutor(
    PositionKey key, IOrderSender sender, IAccountSession session, TimeProvider time, Func<CancellationToken, Task<bool>> readRules,
    Func<Symbol, bool> isListed)
{
    private static readonly TimeSpan StopsAgain = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LookUpAgain = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FollowFirst = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FollowAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan[] PriceAgain = [.. new[] { 1, 2, 5, 10, 30, 60 }.Select(seconds => TimeSpan.FromSeconds(seconds))];
    private const int LookUpAttempts = 2;
    private const int FollowAttempts = 8;

    /// <summary>Never throws but for cancellation; no inputs: nothing was learned, and the effect promises nothing.</summary>
    public async Task<IReadOnlyList<PositionInput>> Perform(PositionEffect effect, CancellationToken stop) => effect switch
    {
        SendEntry e => [await Entry(e, stop)],
        SendStop e => [await Stop(e, stop)],
        CancelStop e => [await Cancel(e, stop)],
        SendClose e => [await Close(e, stop)],
        Inquire e => await new OrderStatusPoller(key, sender, time).Ask(e, stop),
        QueryOrder e => await Query(e, stop),
        LookUpQuantity => [await LookUp(stop)],
        PositionEffect.ReadStops => [await Stops(stop)],
        PositionEffect.ReadMark => [await Mark(stop)],
        ReadRules => [new RulesRead(await readRules(stop))],
        CheckPosition e => [await new TargetedCheck(key, sender, time).Run(e, stop)],
        PriceAsset e => [await Price(e, stop)],
        PositionEffect.ReadTrades e => await Trades(e, stop),
        _ => throw new System.Diagnostics.UnreachableException($"{effect} is not the order executor's"),
    };

    private async Task<PositionInput> Entry(SendEntry e, CancellationToken stop) =>
        await Heard(e.Order, await sender.SendEntry(key, e.Order, e.Side, e.Quantity, e.AttachedStop, stop), stop);

    private async Task<PositionInput> Close(SendClose e, CancellationToken stop) =>
        await Heard(e.Order, await sender.SendClose(key, e.Order, e.Holding, e.Quantity, stop), stop);

    private async Task<PositionInput> Heard(ClientOrderId order, Outcome<OrderView> outcome, CancellationToken stop)
    {
        if (outcome is not Done<OrderView> done) return NotDone(order, outcome);
        session.ExpectEvent(order);
        return done.Value.Status is OrderStatus.New ? await Followed(done.Value, stop) : Report(done.Value, Source.OrderAnswer);
    }

    /// <summary>
    /// The answer says no more than that the order was accepted (always so on Bybit). Where the stream is deaf only a
    /// question tells what became of it.
    /// </summary>
    private async Task<PositionInput> Followed(OrderView accepted, CancellationToken stop)
    {
        for (var asked = 0; asked < FollowAttempts; asked++)
        {
            await Task.Delay(asked == 0 ? FollowFirst : FollowAgain, time, stop);
            if (await sender.QueryOrder(key, accepted.Id, stop) is Done<OrderView?> { Value: { } order }
                && order.Status is not (OrderStatus.New or OrderStatus.PartiallyFilled))
                return Report(order, Source.Query);
        }

        return new OutcomeUnknown(accepted.Id, "accepted, and not seen to end");
    }

    private async Task<PositionInput> Stop(SendStop e, CancellationToken stop)
    {
        var outcome = await sender.SendStop(
            key, e.Stop, e.Protects, e.Quantity, e.Trigger, e.First, e.Improvement, stop);
        if (outcome is not Done<StopView> done) return NotDone(e.Stop, outcome);
        session.ExpectEvent(e.Stop);
        return new StopReported(
            e.Stop, done.Value.ExchangeId, StopStatus.Live, done.Value.Quantity, done.Value.Trigger, Now, Source.OrderAnswer);
    }

    private async Task<PositionInput> Cancel(CancelStop e, CancellationToken stop) =>
        await sender.CancelStop(key, e.Stop, stop) is var outcome && outcome is Done<bool> done
            ? new CancelAnswered(e.Stop, done.Value)
            : NotDone(e.Stop, outcome);

    private static PositionInput NotDone<T>(ClientOrderId order, Outcome<T> outcome) => outcome switch
    {
        Refused<T> { Code: Refused<T>.NeverSent } refused => new NotSent(order, refused.Message),
        Refused<T> refused => new Rejected(order, refused.Code, refused.Message, refused.Kind),
        Unknown<T> unknown => new OutcomeUnknown(order, unknown.Why),
        _ => throw new System.Diagnostics.UnreachableException($"{outcome}"),
    };

    private async Task<IReadOnlyList<PositionInput>> Query(QueryOrder e, CancellationToken stop) =>
        await sender.QueryOrder(key, e.Order, stop) is Done<OrderView?> { Value: { } order }
            ? [Report(order, Source.Query)]
            : [];

    private async Task<PositionInput> LookUp(CancellationToken stop)
    {
        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var found = await sender.ReadPosition(key, routine: false, stop) is Done<PositionRead> { Value.Row: { } row } ? row : null;
            if (found is not null || attempt == LookUpAttempts)
                return new QuantityLookedUp(found?.Amount, attempt, (int)time.GetElapsedTime(started).TotalMilliseconds, found?.UpdatedUtc);
            await Task.Delay(LookUpAgain, time, stop);
        }
    }

    private async Task<PositionInput> Stops(CancellationToken stop)
    {
        while (true)
        {
            var started = Now;
            if (await sender.ReadStops(key, stop) is Done<IReadOnlyList<StopView>> done) return new StopsRead(done.Value, started);
            await Task.Delay(StopsAgain, time, stop);
        }
    }

    private async Task<PositionInput> Mark(CancellationToken stop) =>
        new MarkRead(await sender.ReadMark(key.Symbol, stop) is Done<decimal> done ? done.Value : null);

    private async Task<PositionInput> Price(PriceAsset e, CancellationToken stop)
    {
        if (Assets.MarketOf(e.Asset) is not { } market || !isListed(market)) return new AssetQuoted(e.Asset, e.AtUtc, null);
        for (var asked = 0; ; asked++)
        {
            if (await sender.ReadMarkAt(market, e.AtUtc, stop) is Done<decimal> done) return new AssetQuoted(e.Asset, e.AtUtc, done.Value);
            await Task.Delay(PriceAgain[Math.Min(asked, PriceAgain.Length - 1)], time, stop);
        }
    }

    private async Task<IReadOnlyList<PositionInput>> Trades(PositionEffect.ReadTrades e, CancellationToken stop) =>
        await sender.ReadTrades(key, e.SinceUtc, stop) is Done<IReadOnlyList<Trade>> done
            ? [.. done.Value.OrderByDescending(IsOfAnEntry).Select(trade => new Traded(trade, Source.Query))]
            : [];

    /// <summary>They come first: whether somebody else traded before or after, they say.</summary>
    private static bool IsOfAnEntry(Trade trade) => OrderIds.PurposeOf(trade.Order) is OrderPurpose.Entry;

    internal static OrderReported Report(OrderView order, Source source) => new(
        order.Id, order.ExchangeId, order.Status, order.Executed, order.AveragePrice, order.UpdatedUtc, source, order.Code);

    private DateTime Now => time.NowUtc();
}
