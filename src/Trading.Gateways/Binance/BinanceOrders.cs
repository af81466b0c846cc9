using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways.Binance;

/// <summary>
/// Orders of one account's positions on this node. Protective orders are reduce-only: one-way mode says so with the flag,
/// hedge mode with position side and opposite side.
/// </summary>
public sealed class BinanceOrders : IOrderSender
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

    private readonly BinanceRest _rest;
    private readonly BinanceTranslator _translator;
    private readonly BinanceTrades _trades;
    private readonly VenueAccount _account;
    private readonly Func<PositionKey, bool> _maySend;

    /// <param name="maySend">True while this node owns the position: the lease, on the monotonic clock.</param>
    public BinanceOrders(BinanceHost host, VenueAccount account, Func<PositionKey, bool> maySend)
    {
        _rest = new BinanceRest(host, account);
        _translator = new BinanceTranslator(account.Id, account.Tags);
        _trades = new BinanceTrades(_rest, _translator);
        _account = account;
        _maySend = maySend;
    }

    public TimeSpan LatestEffect(OrderPurpose purpose) =>
        (purpose is OrderPurpose.Entry ? _account.EntryWindow : _account.OtherWindow) + ClockAllowance + ReadLag;

    public Task<Outcome<OrderView>> SendEntry(
        PositionKey key, ClientOrderId id, Side side, decimal quantity, decimal? attachedStop, CancellationToken stop) =>
        SendMarket(key, id, side, quantity, reduces: false, Cost(RequestClass.Entry, 0, 1, EntryPatience), _account.EntryWindow, stop);

    public Task<Outcome<OrderView>> SendClose(PositionKey key, ClientOrderId id, Side holding, decimal quantity, CancellationToken stop) =>
        SendMarket(
            key, id, holding.Opposite(), quantity, reduces: true, Cost(RequestClass.Protect, 0, 1, ProtectPatience), _account.OtherWindow, stop);

    public async Task<Outcome<StopView>> SendStop(
        PositionKey key, ClientOrderId id, Side protects, decimal quantity, decimal trigger, bool first, decimal improvement,
        CancellationToken stop)
    {
        var cost = first
            ? Cost(RequestClass.Protect, 0, 1, ProtectPatience)
            : Cost(RequestClass.StopMove, 0, 1, MovePatience);
        var closesAll = quantity == 0;
        if (!first && !closesAll) cost = cost with { MoveOf = key, Trigger = trigger, Improvement = improvement };
        var call = new RestCall(
            "POST", "/fapi/v1/algoOrder", cost,
            [
                ("algoType", "CONDITIONAL"), ("symbol", key.Symbol.Value), ("side", WireSide(protects.Opposite())),
                ("type", "STOP_MARKET"), closesAll ? ("closePosition", "true") : ("quantity", WireText.Of(quantity)),
                ("triggerPrice", WireText.Of(trigger)), ("workingType", "MARK_PRICE"),
                closesAll && key.Hedge is null ? ("positionSide", "BOTH") : Reducing(key), ("priceProtect", "false"), ("clientAlgoId", id.Value),
            ])
        { MaySend = () => _maySend(key) };
        var answer = await _rest.Call(call, stop);
        if (cost.MoveOf is not null && answer.Fate is Fate.Done) _rest.Host.Budget.RestsBesideOld(_account.Id, key);
        return answer.Judge(body => _translator.StopAnswer(body, id));
    }

    public async Task<Outcome<bool>> CancelStop(PositionKey key, ClientOrderId id, CancellationToken stop)
    {
        var call = new RestCall(
            "DELETE", "/fapi/v1/algoOrder", Cost(RequestClass.Resize, 1, 0, ReadPatience), ("clientAlgoId", id.Value))
        { MaySend = () => _maySend(key) };
        var answer = await _rest.Call(call, stop);
        _rest.Host.Budget.OldStopGone(_account.Id, key);
        if (answer is { Fate: Fate.Refused, Code: BinanceCodes.NotOpen or BinanceCodes.NoSuchOrder }) return Outcome.Done(false);
        return answer.Judge(body => WireJson.Parse<AlgoCancelAnswer>(body) is { Code: 200 } cancelled
            && cancelled.ClientAlgoId == id.Value ? Outcome.Done(true) : new Unknown<bool>("the answer is about another stop"));
    }

    public async Task<Outcome<OrderView?>> QueryOrder(PositionKey key, ClientOrderId id, CancellationToken stop)
    {
        var call = new RestCall(
            "GET", "/fapi/v1/order", Cost(RequestClass.Doubt, 1, 0, ReadPatience),
            ("symbol", key.Symbol.Value), ("origClientOrderId", id.Value));
        var answer = await _rest.Call(call, stop);
        if (answer is { Fate: Fate.Refused, Code: BinanceCodes.NoSuchOrder }) return Outcome.Done<OrderView?>(null);
        return answer.Judge(body => BinanceTranslator.Order(body, id) switch
        {
            Done<OrderView> order => Outcome.Done<OrderView?>(order.Value),
            Unknown<OrderView> doubt => new Unknown<OrderView?>(doubt.Why),
            _ => new Unknown<OrderView?>("not an order"),
        });
    }

    public async Task<Outcome<PositionRead>> ReadPosition(PositionKey key, bool routine, CancellationToken stop)
    {
        var call = new RestCall(
            "GET", "/fapi/v2/positionRisk", Cost(routine ? RequestClass.Sync : RequestClass.Doubt, 5, 0, ReadPatience),
            ("symbol", key.Symbol.Value));
        var answer = await _rest.Call(call, stop);
        return answer.Judge(body =>
        {
            var rows = _translator.Positions(WireJson.Parse<PositionRisk[]>(body));
            return Outcome.Done(rows.TryGetValue(key, out var row)
                ? new PositionRead(row)
                : PositionRead.Missing with { InOtherMode = rows.Keys.Any(key.IsOfOtherMode) });
        });
    }

    public async Task<Outcome<IReadOnlyList<StopView>>> ReadStops(PositionKey key, CancellationToken stop)
    {
        var call = new RestCall(
            "GET", "/fapi/v1/openAlgoOrders", Cost(RequestClass.Doubt, 1, 0, ReadPatience), ("symbol", key.Symbol.Value));
        var answer = await _rest.Call(call, stop);
        return answer.Judge(body =>
        {
            var stops = _translator.Stops(WireJson.Parse<AlgoOrder[]>(body));
            return Outcome.Done<IReadOnlyList<StopView>>([.. stops.Where(row => row.Key == key).Select(row => row.Stop)]);
        });
    }

    public Task<Outcome<IReadOnlyList<Trade>>> ReadTrades(PositionKey key, DateTime sinceUtc, CancellationToken stop) =>
        _trades.Read(key, sinceUtc, stop);

    public async Task<Outcome<decimal>> ReadMark(Symbol symbol, CancellationToken stop)
    {
        var call = new RestCall(
            "GET", "/fapi/v1/premiumIndex", Cost(RequestClass.Doubt, 1, 0, ReadPatience), ("symbol", symbol.Value))
        { Auth = RestAuth.None };
        var answer = await _rest.Call(call, stop);
        return answer.Judge(body => WireJson.Parse<PremiumIndex>(body) is { MarkPrice: > 0 } mark
            && mark.Symbol == symbol.Value ? Outcome.Done(mark.MarkPrice) : new Unknown<decimal>("no mark price"));
    }

    public async Task<Outcome<decimal>> ReadMarkAt(Symbol symbol, DateTime atUtc, CancellationToken stop)
    {
        var call = new RestCall(
            "GET", "/fapi/v1/markPriceKlines", Cost(RequestClass.Sync, 1, 0, ReadPatience), ("symbol", symbol.Value), ("interval", "1m"),
            ("startTime", Time(atUtc - CandleBefore)), ("endTime", Time(atUtc)), ("limit", "3"))
        { Auth = RestAuth.None };
        var answer = (await _rest.Call(call, stop)).Judge(static body => Outcome.Done(BinanceTranslator.LastClose(body)));
        return answer switch
        {
            Done<decimal?> { Value: { } mark } => Outcome.Done(mark),
            Done<decimal?> => await ReadMark(symbol, stop),
            _ => answer.Undone<decimal?, decimal>(),
        };
    }

    public async Task<Outcome<bool>> Prepare(Symbol symbol, int leverage, bool isolated, CancellationToken stop)
    {
        var margin = await _rest.Call(
            new RestCall(
                "POST", "/fapi/v1/marginType", Cost(RequestClass.Entry, 1, 0, PreparePatience),
                ("symbol", symbol.Value), ("marginType", isolated ? "ISOLATED" : "CROSSED")),
            stop);
        return margin.Fate is Fate.Done ? await SetLeverage(symbol, leverage, stop) : margin.Judge(static _ => Outcome.Done(true));
    }

    internal async Task<Outcome<bool>> SetLeverage(Symbol symbol, int leverage, CancellationToken stop)
    {
        var wanted = await _rest.Call(
            new RestCall(
                "POST", "/fapi/v1/leverage", Cost(RequestClass.Entry, 1, 0, PreparePatience),
                ("symbol", symbol.Value), ("leverage", WireText.Of(leverage))),
            stop);
        return wanted.Judge(body => WireJson.Parse<LeverageAnswer>(body).Leverage is var applied
            && applied == leverage ? Outcome.Done(true) : new Refused<bool>(-4028, $"leverage {leverage} was asked, {applied} applies"));
    }

    private async Task<Outcome<OrderView>> SendMarket(
        PositionKey key, ClientOrderId id, Side buys, decimal quantity, bool reduces, RequestCost cost, TimeSpan window,
        CancellationToken stop)
    {
        List<(string, string)> parameters = [("symbol", key.Symbol.Value), ("side", WireSide(buys)), ("type", "MARKET"), ("quantity", WireText.Of(quantity))];
        if (reduces || key.Hedge is not null) parameters.Add(Reducing(key));
        parameters.Add(("newClientOrderId", id.Value));
        parameters.Add(("newOrderRespType", "RESULT"));
        var call = new RestCall("POST", "/fapi/v1/order", cost, [.. parameters]) { Window = window, MaySend = () => _maySend(key) };
        var answer = await _rest.Call(call, stop);
        return answer.Judge(body => BinanceTranslator.Order(body, id));
    }

    /// <summary>In hedge mode the flag is refused: position side and opposite side say the same.</summary>
    private static (string, string) Reducing(PositionKey key) => key.Hedge switch
    {
        Side.Long => ("positionSide", "LONG"),
        Side.Short => ("positionSide", "SHORT"),
        _ => ("reduceOnly", "true"),
    };

    private static string Time(DateTime utc) => BinanceTranslator.WireId(WireText.Milliseconds(utc));

    private static string WireSide(Side buys) => buys is Side.Long ? "BUY" : "SELL";

    private RequestCost Cost(RequestClass kind, int weight, int orders, TimeSpan patience) => new(kind, _account.Id, weight, orders, patience);
}
