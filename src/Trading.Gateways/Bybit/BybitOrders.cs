using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways.Bybit;

/// <summary>
/// Orders of one account's positions on this node. Protective orders are reduce-only and name the position's index; the
/// stop is a property of the position (Full mode), replaced in place, and gone with the position.
/// </summary>
/// <remarks>An order is only acknowledged by its answer (protocol §0): what became of it is told by stream and query.</remarks>
public sealed class BybitOrders : IOrderSender
{
    private static readonly TimeSpan EntryPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProtectPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MovePatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PreparePatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ClockAllowance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadLag = TimeSpan.FromSeconds(3);

    /// <summary>The candle of a minute that has just begun may not be there yet: the one before it is.</summary>
    private static readonly TimeSpan CandleBefore = TimeSpan.FromMinutes(2);

    private readonly BybitRest _rest;
    private readonly BybitPages _pages;
    private readonly BybitTranslator _translator;
    private readonly BybitTrades _trades;
    private readonly VenueAccount _account;
    private readonly VenueClock _clock;
    private readonly Func<PositionKey, bool> _maySend;

    /// <param name="maySend">True while this node owns the position: the lease, on the monotonic clock.</param>
    public BybitOrders(BybitHost host, VenueAccount account, Func<PositionKey, bool> maySend)
    {
        _rest = new BybitRest(host, account);
        _pages = new BybitPages(_rest);
        _translator = new BybitTranslator(account);
        _trades = new BybitTrades(_rest, _translator);
        _account = account;
        _clock = host.Clock;
        _maySend = maySend;
    }

    public TimeSpan LatestEffect(OrderPurpose purpose) =>
        (purpose is OrderPurpose.Entry ? _account.EntryWindow : _account.OtherWindow) + ClockAllowance + ReadLag;

    public Task<Outcome<OrderView>> SendEntry(
        PositionKey key, ClientOrderId id, Side side, decimal quantity, decimal? attachedStop, CancellationToken stop) =>
        SendMarket(key, id, side, quantity, attachedStop is { } trigger ? FullStop(trigger) : [], Cost(RequestClass.Entry, EntryPatience, orders: 1), _account.EntryWindow, stop);

    public Task<Outcome<OrderView>> SendClose(PositionKey key, ClientOrderId id, Side holding, decimal quantity, CancellationToken stop) =>
        SendMarket(
            key, id, holding.Opposite(), quantity, quantity > 0 ? [("reduceOnly", "true")] : [("reduceOnly", "true"), ("closeOnTrigger", "true")], Cost(RequestClass.Protect, ProtectPatience, orders: 1),
            _account.OtherWindow, stop);

    /// <summary>
    /// The answer names no stop, so the position is read: done means that the exchange states this trigger for it.
    /// </summary>
    public async Task<Outcome<StopView>> SendStop(
        PositionKey key, ClientOrderId id, Side protects, decimal quantity, decimal trigger, bool first, decimal improvement,
        CancellationToken stop)
    {
        var cost = first
            ? Cost(RequestClass.Protect, ProtectPatience, orders: 1)
            : Cost(RequestClass.StopMove, MovePatience, orders: 1) with { MoveOf = key, Trigger = trigger, Improvement = improvement };
        var call = new RestCall(
            "POST", "/v5/position/trading-stop", cost,
            [.. Contract(key), ("positionIdx", Index(key)), .. FullStop(trigger)])
        { MaySend = () => _maySend(key) };
        var set = (await _rest.Call(call, stop)).Judge(static _ => Outcome.Done(true));
        if (set is not Done<bool>) return set.Undone<bool, StopView>();
        var read = await Row(key, RequestClass.Doubt, stop);
        if (read is not Done<PositionWire?> { Value: var row }) return new Unknown<StopView>("the stop is set and could not be read back");
        return row is not null && BybitTranslator.PositionStop(row) is { } found && found.Trigger == trigger && found.Protects == protects
            ? Outcome.Done(found with { Id = id, Origin = OrderOrigin.Ours })
            : new Unknown<StopView>($"the stop was accepted; the position states {row?.StopLoss}");
    }

    /// <summary>
    /// Nothing to do: a stop that was replaced was replaced in place, and the last one ends with its position. To clear the
    /// position's stop by the id of an older one would leave it naked.
    /// </summary>
    public Task<Outcome<bool>> CancelStop(PositionKey key, ClientOrderId id, CancellationToken stop) => Task.FromResult(Outcome.Done(true));

    /// <summary>An order may for a moment be in neither list, then in both (protocol §7.5). A stop has no id to ask for.</summary>
    public async Task<Outcome<OrderView?>> QueryOrder(PositionKey key, ClientOrderId id, CancellationToken stop)
    {
        if (OrderIds.PurposeOf(id) is OrderPurpose.Stop) return Outcome.Done<OrderView?>(null);
        foreach (var path in (string[])["/v5/order/realtime", "/v5/order/history"])
        {
            var call = new RestCall("GET", path, Cost(RequestClass.Doubt, ReadPatience), [.. Contract(key), ("orderLinkId", id.Value)]);
            var found = (await _rest.Call(call, stop)).Judge(body =>
                BybitJson.Result<Page<OrderWire>>(body).List is [var row, ..]
                    ? Known(BybitTranslator.Order(row, id))
                    : Outcome.Done<OrderView?>(null));
            if (found is not Done<OrderView?> { Value: null }) return found;
        }

        return Outcome.Done<OrderView?>(null);
    }

    public async Task<Outcome<PositionRead>> ReadPosition(PositionKey key, bool routine, CancellationToken stop) =>
        await Rows(key, routine ? RequestClass.Sync : RequestClass.Doubt, stop) is var read && read is Done<Dictionary<PositionKey, PositionWire>> { Value: var rows }
            ? Outcome.Done(rows.TryGetValue(key, out var row)
                ? new PositionRead(BybitTranslator.Row(row))
                : PositionRead.Missing with { InOtherMode = rows.Keys.Any(key.IsOfOtherMode) })
            : read.Undone<Dictionary<PositionKey, PositionWire>, PositionRead>();

    /// <summary>
    /// The position's own stop, then what rests beside it. By its symbol a flat position is listed too (protocol §8.1): an
    /// answer without the row says nothing of its stop.
    /// </summary>
    public async Task<Outcome<IReadOnlyList<StopView>>> ReadStops(PositionKey key, CancellationToken stop)
    {
        var read = await Row(key, RequestClass.Doubt, stop);
        if (read is not Done<PositionWire?> { Value: var row }) return read.Undone<PositionWire?, IReadOnlyList<StopView>>();
        if (row is null) return new Unknown<IReadOnlyList<StopView>>("the answer names no position, so none of its stops");
        var call = new RestCall(
            "GET", "/v5/order/realtime", Cost(RequestClass.Doubt, ReadPatience),
            [.. Contract(key), ("orderFilter", "StopOrder"), ("limit", "50")]);
        var others = await _pages.Read<OrderWire>(call, stop);
        if (others is not Done<IReadOnlyList<OrderWire>> { Value: var orders}) return others.Undone<IReadOnlyList<OrderWire>, IReadOnlyList<StopView>>();
        var own = BybitTranslator.PositionStop(row);
        return Outcome.Done<IReadOnlyList<StopView>>(
            [.. own is null ? [] : (StopView[])[own], .. _translator.OtherStops(orders).Where(other => other.Key == key).Select(other => other.Stop)]);
    }

    public Task<Outcome<IReadOnlyList<Trade>>> ReadTrades(PositionKey key, DateTime sinceUtc, CancellationToken stop) =>
        _trades.Read(key, sinceUtc, stop);

    public async Task<Outcome<decimal>> ReadMark(Symbol symbol, CancellationToken stop)
    {
        var call = new RestCall(
            "GET", "/v5/market/tickers", Cost(RequestClass.Doubt, ReadPatience), ("category", "linear"), ("symbol", symbol.Value))
        { Auth = RestAuth.None };
        return (await _rest.Call(call, stop)).Judge(body =>
            BybitJson.Result<Page<TickerWire>>(body).List.FirstOrDefault(row => row.Symbol == symbol.Value) is { MarkPrice: > 0 and var mark }
                ? Outcome.Done(mark)
                : new Unknown<decimal>("no mark price"));
    }

    public async Task<Outcome<decimal>> ReadMarkAt(Symbol symbol, DateTime atUtc, CancellationToken stop)
    {
        var call = new RestCall(
            "GET", "/v5/market/mark-price-kline", Cost(RequestClass.Sync, ReadPatience), ("category", "linear"), ("symbol", symbol.Value),
            ("interval", "1"), ("start", Time(atUtc - CandleBefore)), ("end", Time(atUtc)), ("limit", "3"))
        { Auth = RestAuth.None };
        var answer = (await _rest.Call(call, stop)).Judge(static body => Outcome.Done(BybitTranslator.NewestClose(body)));
        return answer switch
        {
            Done<decimal?> { Value: { } mark } => Outcome.Done(mark),
            Done<decimal?> => await ReadMark(symbol, stop),
            _ => answer.Undone<decimal?, decimal>(),
        };
    }

    /// <summary>Margin mode belongs to the whole account here (protocol §6): it is looked at first, and set only where it differs.</summary>
    public async Task<Outcome<bool>> Prepare(Symbol symbol, int leverage, bool isolated, CancellationToken stop)
    {
        var wanted = isolated ? BybitTranslator.IsolatedMargin : "REGULAR_MARGIN";
        var info = (await _rest.Call(new RestCall("GET", "/v5/account/info", Cost(RequestClass.Entry, PreparePatience)), stop))
            .Judge(static body => Outcome.Done(BybitJson.Result<AccountInfo>(body).MarginMode));
        if (info is not Done<string> { Value: var mode }) return info.Undone<string, bool>();
        if (mode != wanted && await Set("/v5/account/set-margin-mode", stop, ("setMarginMode", wanted)) is var margin and not Done<bool>)
            return margin;
        return await SetLeverage(symbol, leverage, stop);
    }

    internal Task<Outcome<bool>> SetLeverage(Symbol symbol, int leverage, CancellationToken stop)
    {
        var value = BybitTranslator.Number(leverage);
        return Set(
            "/v5/position/set-leverage", stop,
            ("category", "linear"), ("symbol", symbol.Value), ("buyLeverage", value), ("sellLeverage", value));
    }

    private async Task<Outcome<bool>> Set(string path, CancellationToken stop, params (string, string)[] parameters) =>
        (await _rest.Call(new RestCall("POST", path, Cost(RequestClass.Entry, PreparePatience), parameters), stop))
            .Judge(static _ => Outcome.Done(true));

    private async Task<Outcome<OrderView>> SendMarket(
        PositionKey key, ClientOrderId id, Side buys, decimal quantity, (string, string)[] more, RequestCost cost, TimeSpan window,
        CancellationToken stop)
    {
        var call = new RestCall(
            "POST", "/v5/order/create", cost,
            [
                .. Contract(key), ("side", buys is Side.Long ? "Buy" : "Sell"), ("orderType", "Market"), ("qty", WireText.Of(quantity)),
                ("positionIdx", Index(key)), .. more, ("orderLinkId", id.Value),
            ])
        { Window = window, MaySend = () => _maySend(key) };
        return (await _rest.Call(call, stop)).Judge(body =>
            BybitJson.Result<Acknowledgement>(body) is var ack && ack.OrderLinkId == id.Value
                ? Outcome.Done(new OrderView(id, ack.OrderId, OrderStatus.New, 0, null, _clock.UtcNow))
                : new Unknown<OrderView>($"the answer is about order {ack.OrderLinkId}"));
    }

    /// <summary>Done(null): the answer has no row of that key.</summary>
    private async Task<Outcome<PositionWire?>> Row(PositionKey key, RequestClass kind, CancellationToken stop) =>
        await Rows(key, kind, stop) is var read && read is Done<Dictionary<PositionKey, PositionWire>> { Value: var rows }
            ? Outcome.Done(rows.GetValueOrDefault(key))
            : read.Undone<Dictionary<PositionKey, PositionWire>, PositionWire?>();

    private async Task<Outcome<Dictionary<PositionKey, PositionWire>>> Rows(PositionKey key, RequestClass kind, CancellationToken stop)
    {
        var call = new RestCall("GET", "/v5/position/list", Cost(kind, ReadPatience), Contract(key));
        return (await _rest.Call(call, stop)).Judge(body =>
        {
            var rows = _translator.Positions(BybitJson.Result<Page<PositionWire>>(body).List);
            if (rows.TryGetValue(key, out var row)) BybitTranslator.Amount(row); // an unreadable row is no answer
            return Outcome.Done(rows);
        });
    }

    private static Outcome<OrderView?> Known(Outcome<OrderView> order) =>
        order is Done<OrderView> done ? Outcome.Done<OrderView?>(done.Value) : order.Undone<OrderView, OrderView?>();

    private static (string, string)[] Contract(PositionKey key) => [("category", "linear"), ("symbol", key.Symbol.Value)];

    /// <summary>One stop for the whole position, whatever its size becomes.</summary>
    private static (string, string)[] FullStop(decimal trigger) =>
        [("tpslMode", "Full"), ("stopLoss", WireText.Of(trigger)), ("slTriggerBy", "MarkPrice"), ("slOrderType", "Market")];

    private static string Time(DateTime utc) => WireText.Milliseconds(utc).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Index(PositionKey key) => BybitTranslator.Number(BybitTranslator.PositionIdx(key));

    private RequestCost Cost(RequestClass kind, TimeSpan patience, int orders = 0) => new(kind, _account.Id, 1, orders, patience);
}
