using System.Text.Json;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Conditional orders (protocol page, section 8).</summary>
internal sealed class AlgoRoutes(Venue venue, BinanceOptions options, JsonText json)
{
    public void Register(RouteTable routes)
    {
        routes.AddOrder("POST", "/fapi/v1/algoOrder", Purpose, Place);
        routes.Add("GET", "/fapi/v1/algoOrder", Security.Signed, 1, "query_stop", Query);
        routes.Add("DELETE", "/fapi/v1/algoOrder", Security.Signed, 1, "cancel_stop", Cancel);
        routes.Add("GET", "/fapi/v1/openAlgoOrders", Security.Signed, p => p.Has("symbol") ? 1 : 40, "list_stops",
            r => List(r.Account.OpenStops.Where(s => Wanted(r, s)), AlgoJson.WriteOpen));
        routes.Add("GET", "/fapi/v1/allAlgoOrders", Security.Signed, 5, "list_stops", All);
        routes.Add("DELETE", "/fapi/v1/algoOpenOrders", Security.Signed, 1, "cancel_stop", CancelAll);
    }

    private static string Purpose(Params p) =>
        p.Text("type").StartsWith("TAKE_PROFIT", StringComparison.Ordinal) ? "take_profit" : "stop";

    private string Place(Request r)
    {
        var p = r.Params;
        if (p.Required("algoType") != "CONDITIONAL")
            throw BinanceError.Invalid("algoType");
        var symbol = p.Required("symbol");
        var side = Words.SideOf(p.Required("side"));
        var type = Words.StopTypeOf(p.Required("type")) ?? throw new BinanceError(-1116, "Invalid orderType.");
        if (venue.Find(symbol) is not { } instrument) throw BinanceError.Of(Refusal.UnknownSymbol);
        var closes = p.Flag("closePosition");
        CheckUse(r.Account, p, closes);
        OrderForm.CheckClientId(p.Text("clientAlgoId"));
        OrderForm.AnswerOf(p);
        var trailing = type == StopType.TrailingStopMarket;
        var limit = type is StopType.Stop or StopType.TakeProfit;
        var match = OrderForm.MatchOf(p, limit);
        var timeInForce = Words.TimeInForceOf(p.Text("timeInForce"));
        var request = new StopRequest(
            symbol, side, type, closes ? 0m : p.RequiredDecimal("quantity"),
            trailing ? 0m : p.RequiredDecimal("triggerPrice"))
        {
            ClientId = p.Text("clientAlgoId"), PositionSide = Words.PositionSideOf(p.Text("positionSide")),
            Price = limit && match == PriceMatch.None ? p.RequiredDecimal("price") : 0m, PriceMatch = match,
            Source = Words.SourceOf(p.Text("workingType")), ReduceOnly = p.Flag("reduceOnly"), ClosePosition = closes,
            PriceProtect = p.Flag("priceProtect"), TimeInForce = timeInForce,
            GoodTillUtc = OrderForm.DateOf(p, timeInForce, venue.StampUtc),
            ActivatePrice = p.Decimal("activatePrice"), CallbackRate = trailing ? p.RequiredDecimal("callbackRate") : 0m,
        };
        var (stop, refusal) = venue.Stops.Place(r.Account, request);
        if (stop is null) throw BinanceError.Of(refusal, instrument.Spec);
        return json.Object(w => AlgoJson.WritePlacement(w, stop, instrument.Spec));
    }

    private static void CheckUse(Account account, Params p, bool closes)
    {
        if (closes && p.Decimal("quantity") != 0m)
            throw new BinanceError(-4137, "Quantity must be zero with closePosition equals true.");
        if ((closes || account.Hedge) && p.Has("reduceOnly"))
            throw BinanceError.NotRequired("reduceonly");
    }

    private string Query(Request r)
    {
        var stop = Find(r);
        if (stop is null || (options.AlgoQueryByIdFails && stop.IsOpen && r.Params.Has("algoId")))
            throw new BinanceError(-2013, "Order does not exist.");
        return json.Object(w => AlgoJson.WriteRecord(w, stop, venue.Find(stop.Symbol)!.Spec));
    }

    private string Cancel(Request r)
    {
        var (stop, refusal) = venue.Stops.Cancel(r.Account, Find(r));
        if (stop is null) throw BinanceError.Of(refusal);
        return json.Object(w =>
        {
            w.WriteNumber("algoId", stop.Id);
            w.WriteString("clientAlgoId", stop.ClientId);
            w.WriteString("code", "200");
            w.WriteString("msg", "success");
        });
    }

    private string CancelAll(Request r)
    {
        var symbol = r.Params.Required("symbol");
        foreach (var stop in r.Account.OpenStops.FindAll(s => s.Symbol == symbol)) venue.Stops.Cancel(r.Account, stop);
        return """{"code":200,"msg":"The operation of cancel all open order is done."}""";
    }

    /// <summary>Newest first.</summary>
    private string All(Request r)
    {
        var limit = r.Params.Limit(500, 1000);
        var from = r.Params.Time("startTime") ?? DateTime.MinValue;
        var to = r.Params.Time("endTime") ?? DateTime.MaxValue;
        return List(r.Account.StopHistory.AsEnumerable().Reverse()
            .Where(s => Wanted(r, s) && s.CreatedUtc >= from && s.CreatedUtc <= to).Take(limit), AlgoJson.WriteRecord);
    }

    private static StopOrder? Find(Request r)
    {
        if (!r.Params.Has("algoId") && !r.Params.Has("clientAlgoId"))
            throw new BinanceError(-1102, "Param 'algoId' or 'clientAlgoId' must be sent, but both were empty/null!");
        return StopDesk.Find(r.Account, r.Params.Number("algoId"), r.Params.Text("clientAlgoId"));
    }

    private string List(IEnumerable<StopOrder> stops, Action<Utf8JsonWriter, StopOrder, SymbolSpec> write) =>
        json.Array(stops, (w, s) => write(w, s, venue.Find(s.Symbol)!.Spec));

    private static bool Wanted(Request r, StopOrder stop) =>
        (!r.Params.Has("symbol") || r.Params.Text("symbol") == stop.Symbol)
        && (!r.Params.Has("algoId") || r.Params.Number("algoId") == stop.Id);
}
