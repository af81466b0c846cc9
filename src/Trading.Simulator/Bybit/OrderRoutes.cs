using System.Text.Json;
using System.Text.RegularExpressions;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Orders and conditional orders in, changed and out (protocol page, section 7). An answer only acknowledges.</summary>
internal sealed partial class OrderRoutes(Venue venue, BybitOptions options, JsonText json)
{
    private const int PerSecond = 10;
    private const int BatchMax = 20;

    public void Register(RouteTable routes)
    {
        routes.Add("POST", "/v5/order/create", PerSecond, (f, _) => PurposeOf(f), r => Create(r.Account, r.Fields));
        routes.Add("POST", "/v5/order/amend", PerSecond, (f, a) => Lookup.Stop(a, f) is null ? "amend_order" : "stop",
            r => Amend(r.Account, r.Fields));
        routes.Add("POST", "/v5/order/cancel", PerSecond,
            (f, a) => Lookup.Stop(a, f) is null ? "cancel_order" : "cancel_stop", r => Cancel(r.Account, r.Fields));
        routes.Add("POST", "/v5/order/cancel-all", PerSecond,
            (f, _) => f.Text("orderFilter") == "StopOrder" ? "cancel_stop" : "cancel_order", CancelAll);
        routes.Add("POST", "/v5/order/create-batch", PerSecond, "entry", r => Batch(r, Create));
        routes.Add("POST", "/v5/order/amend-batch", PerSecond, "amend_order", r => Batch(r, Amend));
        routes.Add("POST", "/v5/order/cancel-batch", PerSecond, "cancel_order", r => Batch(r, Cancel));
    }

    private static string PurposeOf(Fields f)
    {
        if (f.Has("triggerPrice")) return f.Text("side") == "Buy" == (f.Text("triggerDirection") == "1") ? "stop" : "take_profit";
        return f.Flag("reduceOnly") ? "close" : "entry";
    }

    private string Create(Account account, Fields f)
    {
        var instrument = MarketRoutes.Find(venue, f);
        var side = Words.SideOf(f.Required("side"));
        var type = Words.OrderTypeOf(f.Required("orderType"));
        var positionSide = Words.PositionSideOf(account, f.Number("positionIdx"));
        var link = f.Text("orderLinkId");
        CheckLink(account, link);
        if (f.Flag("reduceOnly") && (f.Has("stopLoss") || f.Has("takeProfit")))
            throw BybitError.Param("reduce-only orders can not carry tp/sl");
        if (f.Has("triggerPrice")) return CreateStop(account, instrument, f, side, type, positionSide);
        return Place(account, instrument, RequestOf(account, instrument, f, side, type, positionSide) with
        {
            MatchDelay = venue.Chance.Delay(options.MatchDelay),
        });
    }

    /// <summary>A plain order as the fields ask for it.</summary>
    internal static OrderRequest RequestOf(
        Account account, Instrument instrument, Fields f, Side side, OrderType type, PositionSide positionSide) => new(
        instrument.Symbol, side, type, QuantityOf(account, instrument, f, side, positionSide))
    {
        ClientId = f.Text("orderLinkId"), PositionSide = positionSide, Price = type == OrderType.Limit ? f.Decimal("price") : 0m,
        TimeInForce = type == OrderType.Limit ? Words.TimeInForceOf(f.Text("timeInForce")) : TimeInForce.ImmediateOrCancel,
        ReduceOnly = f.Flag("reduceOnly"), WholePosition = ClosesAll(f),
        Attached = Barrier.Attached(instrument, f, AttachedStops.None, buys: side == Side.Buy),
    };

    private string Place(Account account, Instrument instrument, OrderRequest request)
    {
        var (order, refusal) = venue.Orders.Place(account, request);
        if (refusal is Refusal.PostOnlyRefused or Refusal.FillOrKillRefused)
        {
            // Acknowledged all the same; the end comes over the stream.
            order = venue.Orders.Create(account, request, request.Quantity);
            venue.Orders.End(
                account, order, OrderStatus.Canceled,
                refusal == Refusal.PostOnlyRefused ? EndReason.PostOnly : EndReason.FillOrKill);
        }

        if (order is null && refusal == Refusal.ReduceOnlyRejected
            && account.Find(instrument.Symbol, request.PositionSide) is { IsFlat: false })
            throw new BybitError(110017, "orderQty will be truncated to zero");
        return order is null ? throw BybitError.Of(refusal) : Acknowledge(order.Id, request.ClientId);
    }

    private string CreateStop(
        Account account, Instrument instrument, Fields f, Side side, OrderType type, PositionSide positionSide)
    {
        var direction = f.Number("triggerDirection");
        if (direction is not (1 or 2)) throw BybitError.Param("triggerDirection invalid");
        var (rises, limit) = (direction == 1, type == OrderType.Limit);
        var stops = rises == (side == Side.Buy);
        if (account.OpenStops.Count(s => !s.OnPosition && s.Symbol == instrument.Symbol) >= options.StopsPerSymbol)
            throw BybitError.Of(Refusal.TooManyStops);
        var (source, trigger) = (Words.SourceOf(f.Text("triggerBy")), Barrier.Trigger(instrument, f, 0m));
        var request = new StopRequest(
            instrument.Symbol, side, (stops, limit) switch
            {
                (true, false) => StopType.StopMarket, (true, true) => StopType.Stop,
                (false, false) => StopType.TakeProfitMarket, _ => StopType.TakeProfit,
            },
            ClosesAll(f) ? instrument.Spec.MarketMaxQty : f.Decimal("qty"), trigger)
        {
            ClientId = f.Text("orderLinkId"), PositionSide = positionSide, Price = limit ? f.Decimal("price") : 0m,
            Source = source, ReduceOnly = f.Flag("reduceOnly"), TimeInForce = Words.TimeInForceOf(f.Text("timeInForce")),
            Attached = Barrier.Attached(instrument, f, AttachedStops.None, side == Side.Buy, trigger),
        };
        var (stop, refusal) = venue.Stops.Place(account, request);
        if (refusal == Refusal.WouldTrigger) throw Barrier.Crossed(instrument, request.TriggerPrice, source, rises);
        return stop is null ? throw BybitError.Of(refusal) : Acknowledge(stop.Id, request.ClientId);
    }

    private static bool ClosesAll(Fields f) => f.Decimal("qty") == 0m && f.Flag("reduceOnly") && f.Flag("closeOnTrigger");

    /// <summary>0 with reduceOnly and closeOnTrigger means all of the position. In hedge mode the core does not trim.</summary>
    private static decimal QuantityOf(Account account, Instrument instrument, Fields f, Side side, PositionSide positionSide)
    {
        f.Required("qty");
        var quantity = f.Decimal("qty");
        var held = account.Find(instrument.Symbol, positionSide)?.Quantity ?? 0m;
        var closable = held != 0m && held > 0m == (side == Side.Sell) ? Math.Abs(held) : 0m;
        if (ClosesAll(f))
            return closable == 0m
                ? throw BybitError.Of(Refusal.ReduceOnlyRejected)
                : Math.Min(closable, instrument.Spec.MarketMaxQty);
        return account.Hedge && closable > 0m ? Math.Min(quantity, closable) : quantity;
    }

    private string Amend(Account account, Fields f)
    {
        MarketRoutes.Find(venue, f);
        if (Lookup.Stop(account, f) is { Status: StopStatus.New } stop) return AmendStop(account, stop, f);
        if (Lookup.Order(account, f) is not { IsOpen: true } order)
            throw new BybitError(110001, "order not exists or too late to replace");
        var quantity = f.Has("qty") ? f.Decimal("qty") : order.Quantity;
        var price = f.Has("price") ? f.Decimal("price") : order.Price;
        var brought = Barrier.Attached(venue.Find(order.Symbol)!, f, order.Attached, buys: order.Side == Side.Buy);
        var moves = quantity != order.Quantity || price != order.Price;
        if (!moves && brought == order.Attached) throw Unchanged();
        if (quantity <= order.Filled) throw new BybitError(110064, "The modified quantity is not larger than the filled one");
        if (brought != order.Attached && order.Filled > 0m)
            throw new BybitError(110059, "Not allowed to modify the TP/SL of a partially filled open order");
        if (!moves) venue.Orders.Attach(account, order, brought);
        else if (venue.Orders.Amend(account, order, quantity, price, brought).Refusal is var refusal && refusal != Refusal.None)
            throw BybitError.Of(refusal);
        return Acknowledge(
            order.StopId == 0 ? order.Id : order.StopId, Words.LinkIdOf(order.ClientId, order.Id, order.StopId, order.Origin));
    }

    private string AmendStop(Account account, StopOrder stop, Fields f)
    {
        var instrument = venue.Find(stop.Symbol)!;
        var trigger = Barrier.Trigger(instrument, f, stop.TriggerPrice);
        var quantity = f.Has("qty") ? f.Decimal("qty") : stop.Quantity;
        var source = Words.SourceOf(f.Text("triggerBy"), stop.Source);
        var brought = Barrier.Attached(instrument, f, stop.Attached, stop.Side == Side.Buy, trigger);
        var moves = trigger != stop.TriggerPrice || quantity != stop.Quantity || source != stop.Source;
        if (!moves && brought == stop.Attached) throw Unchanged();
        var refusal = moves ? venue.Stops.Amend(account, stop, trigger, quantity, source) : Refusal.None;
        if (refusal == Refusal.WouldTrigger)
            throw Barrier.Crossed(instrument, trigger, source, (stop.Side == Side.Buy) != stop.IsTakeProfit);
        if (refusal != Refusal.None) throw BybitError.Of(refusal);
        if (brought != stop.Attached) venue.Stops.Attach(account, stop, brought);
        return Acknowledge(stop.Id, Words.LinkIdOf(stop.ClientId, stop.Id, 0, stop.Origin));
    }

    private string Cancel(Account account, Fields f)
    {
        MarketRoutes.Find(venue, f);
        if (Lookup.Stop(account, f) is { } stop && stop.OrderId == 0)
        {
            if (venue.Stops.Cancel(account, stop).Refusal != Refusal.None) throw BybitError.Of(Refusal.UnknownOrder);
            return Acknowledge(stop.Id, Words.LinkIdOf(stop.ClientId, stop.Id, 0, stop.Origin));
        }

        var order = Lookup.Order(account, f);
        if (order is not { IsOpen: true, Type: OrderType.Limit }) throw BybitError.Of(Refusal.UnknownOrder);
        venue.Orders.Cancel(account, order);
        return Acknowledge(
            order.StopId == 0 ? order.Id : order.StopId,
            Words.LinkIdOf(order.ClientId, order.Id, order.StopId, order.Origin));
    }

    /// <summary>Without a filter it takes the stops of positions too.</summary>
    private string CancelAll(Request r)
    {
        var (account, f) = (r.Account, r.Fields);
        MarketRoutes.CheckCategory(f);
        if (!f.Has("symbol") && !f.Has("baseCoin") && !f.Has("settleCoin"))
            throw BybitError.Param("symbol, baseCoin or settleCoin is required");
        var (filter, only) = (f.Text("orderFilter"), f.Text("stopOrderType"));
        var ended = new List<(long Id, string Link)>();
        if (filter != "StopOrder")
            foreach (var order in account.OpenOrders.FindAll(o => Covers(f, o.Symbol) && o.Type == OrderType.Limit))
            {
                venue.Orders.Cancel(account, order);
                ended.Add((order.StopId == 0 ? order.Id : order.StopId, Words.LinkIdOf(order.ClientId, order.Id, order.StopId, order.Origin)));
            }

        if (filter is not ("Order" or "OpenOrder"))
            foreach (var stop in account.OpenStops.FindAll(s => Covers(f, s.Symbol) && !(only == "Stop" && s.OnPosition)))
            {
                venue.Stops.Cancel(account, stop);
                ended.Add((stop.Id, Words.LinkIdOf(stop.ClientId, stop.Id, 0, stop.Origin)));
            }

        return json.Object(w =>
        {
            w.WriteStartArray("list");
            foreach (var (id, link) in ended)
            {
                w.WriteStartObject();
                WriteIds(w, id, link);
                w.WriteEndObject();
            }

            w.WriteEndArray();
            w.WriteString("success", "1");
        });
    }

    private bool Covers(Fields f, string symbol) => f.Has("symbol") ? symbol == f.Text("symbol")
        : !f.Has("baseCoin") || venue.Find(symbol)?.Spec.BaseAsset == f.Text("baseCoin");

    private string Batch(Request r, Func<Account, Fields, string> act)
    {
        MarketRoutes.CheckCategory(r.Fields);
        var items = r.Fields.Items("request");
        if (items.Count is < 1 or > BatchMax) throw BybitError.Param($"request takes 1 to {BatchMax} orders");
        var (results, codes) = (new List<string>(), new List<string>());
        foreach (var item in items)
        {
            item.Add("category", "linear");
            var (done, refused) = Try(() => act(r.Account, item));
            using var ids = JsonDocument.Parse(done ?? "{}");
            results.Add(json.Object(w =>
            {
                w.WriteString("category", "linear");
                w.WriteString("symbol", item.Text("symbol"));
                w.WriteString("orderId", done is null ? "" : ids.RootElement.GetProperty("orderId").GetString());
                w.WriteString("orderLinkId", item.Text("orderLinkId"));
                w.WriteString("createAt", done is null ? "" : JsonFields.ToMs(venue.StampUtc).ToString());
            }));
            codes.Add(json.Object(w =>
            {
                w.WriteNumber("code", refused?.Code ?? 0);
                w.WriteString("msg", refused?.Message ?? "OK");
            }));
        }

        r.ExtInfo = $$"""{"list":[{{string.Join(',', codes)}}]}""";
        return $$"""{"list":[{{string.Join(',', results)}}]}""";
    }

    private static (string? Done, BybitError? Refused) Try(Func<string> act)
    {
        try
        {
            return (act(), null);
        }
        catch (BybitError error)
        {
            return (null, error);
        }
    }

    internal static void CheckLink(Account account, string link)
    {
        if (link.Length == 0) return;
        if (!LinkForm().IsMatch(link)) throw BybitError.Param("orderLinkId invalid");
        if (MatchingEngine.Find(account, 0, link) is not null || StopDesk.Find(account, 0, link) is not null)
            throw BybitError.Of(Refusal.DuplicateClientId);
    }

    private static BybitError Unchanged() => new(
        10001, "The order remains unchanged as the parameters entered match the existing ones.");

    private string Acknowledge(long number, string link) => json.Object(w => WriteIds(w, number, link));

    private static void WriteIds(Utf8JsonWriter w, long number, string link)
    {
        w.WriteString("orderId", Ids.Order(number));
        w.WriteString("orderLinkId", link);
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,36}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LinkForm();
}
