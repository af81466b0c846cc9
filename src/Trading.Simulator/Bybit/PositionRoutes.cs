using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Positions, their stops, and how they are held (protocol page, sections 6 and 8).</summary>
internal sealed class PositionRoutes(Venue venue, BybitOptions options, JsonText json)
{
    private const int PerSecond = 10;
    private const int PartsMax = 20;
    private const decimal LeverageStep = 0.01m;
    private const string Empty = "{}";
    private readonly PositionRow row = new(venue, options);

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/v5/position/list", 50, "positions", List);
        routes.Add("GET", "/v5/position/symbol-info", 50, "setup", SymbolInfo);
        routes.Add(
            "POST", "/v5/position/trading-stop", PerSecond,
            (f, _) => f.Has("stopLoss") || f.Has("trailingStop") ? "stop" : "take_profit", TradingStop);
        routes.Add("POST", "/v5/position/set-leverage", PerSecond, "setup", SetLeverage);
        routes.Add("POST", "/v5/position/switch-mode", PerSecond, "setup", SwitchMode);
        routes.Add("POST", "/v5/position/switch-isolated", PerSecond, "setup",
            _ => throw new BybitError(100028, "The API cannot be operated for unified account users"));
        routes.Add("POST", "/v5/account/set-margin-mode", 5, "setup", SetMarginMode);
    }

    /// <summary>By symbol always a row, a flat one too (two in hedge mode); by coin only what is open.</summary>
    private string List(Request r)
    {
        var (f, account) = (r.Fields, r.Account);
        MarketRoutes.CheckCategory(f);
        if (r.EmptyPositions) return Pages.Write(json, Array.Empty<int>(), f, 1, 1, static (_, _) => { });
        IEnumerable<(string Symbol, PositionSide Side, PositionView View)> rows;
        if (f.Has("symbol"))
        {
            var symbol = MarketRoutes.Find(venue, f).Symbol;
            PositionSide[] sides = account.Hedge ? [PositionSide.Long, PositionSide.Short] : [PositionSide.Both];
            rows = sides.Select(s => (symbol, s, View(account.Find(symbol, s), r.PositionLag)));
        }
        else if (f.Has("settleCoin"))
            rows = account.Positions.Select(p => (p.Symbol, p.Side, View(p, r.PositionLag))).Where(p => p.Item3.Quantity != 0m);
        else throw BybitError.Param("symbol or settleCoin is required");
        return Pages.Write(json, rows, f, 20, 200, (w, p) => row.Write(w, account, p.Symbol, p.Side, p.View, streamed: false));
    }

    private PositionView View(Position? position, TimeSpan lag) =>
        position is null ? default
        : lag == TimeSpan.Zero ? new PositionView(venue.NowUtc, position.Quantity, position.Entry, position.UpdatedUtc)
        : position.ViewAt(venue.NowUtc - lag);

    private string SymbolInfo(Request r)
    {
        var instrument = MarketRoutes.Find(venue, r.Fields);
        int[] indexes = r.Account.Hedge ? [1, 2] : [0];
        return Pages.Write(json, indexes, r.Fields, 2, 2, (w, index) =>
        {
            w.WriteString("symbol", instrument.Symbol);
            w.Trimmed("leverage", venue.Setting(r.Account, instrument.Symbol).Leverage);
            w.WriteString("side", "");
            w.WriteNumber("positionIdx", index);
        });
    }

    private string TradingStop(Request r)
    {
        var (f, account) = (r.Fields, r.Account);
        var instrument = MarketRoutes.Find(venue, f);
        if (f.Text("tpslMode") is not ("" or "Full" or "Partial")) throw BybitError.Param("tpslMode invalid");
        if (f.Has("slOrderType") && !f.Has("tpslMode"))
            throw new BybitError(10001, "slOrderType can not have a value when tpSlMode is empty");
        var side = Words.PositionSideOf(account, f.Number("positionIdx"));
        if (account.Find(instrument.Symbol, side) is not { IsFlat: false } position)
            throw new BybitError(10001, "can not set tp/sl/ts for zero position");
        if (f.Text("tpslMode") == "Partial") return AddLegs(account, instrument, position, f);
        foreach (var word in (string[])["tp", "sl"]) Barrier.Limit(f, word, partial: false);
        var loss = Leg(account, instrument, position, f, "stopLoss", StopType.StopMarket);
        var profit = Leg(account, instrument, position, f, "takeProfit", StopType.TakeProfitMarket);
        var trail = Trail(account, instrument, position, f);
        if (loss is null && profit is null && trail is null) throw new BybitError(34040, BybitError.MessageOf(34040));
        loss?.Invoke();
        profit?.Invoke();
        trail?.Invoke();
        return Empty;
    }

    /// <summary>A stop and a target of one call are a pair, of one size.</summary>
    private string AddLegs(Account account, Instrument instrument, Position position, Fields f)
    {
        var legs = Barrier.Attached(instrument, f, AttachedStops.None, buys: position.Quantity > 0m);
        var trail = Trail(account, instrument, position, f);
        if (legs.IsEmpty && trail is null) throw new BybitError(34040, BybitError.MessageOf(34040));
        if (!legs.IsEmpty)
        {
            var size = SizeOf(f, legs);
            if (OrderFilters.Quantity(instrument.Spec, size, market: true) != Refusal.None) throw BybitError.Param("size invalid");
            if (size > Math.Abs(position.Quantity))
                throw new BybitError(110058, "You can't set take profit and stop loss due to insufficient size of remaining position size.");
            var more = (legs.Loss > 0m ? 1 : 0) + (legs.Profit > 0m ? 1 : 0);
            if (PositionStops.Parts(account, position.Symbol, position.Side) + more > PartsMax)
                throw new BybitError(110061, "Not allowed to have more than 20 TP/SLs under Partial tpSlMode");
            venue.PositionStops.Add(account, position, size, legs);
        }

        trail?.Invoke();
        return Empty;
    }

    private static decimal SizeOf(Fields f, AttachedStops legs)
    {
        var (loss, profit) = (f.Decimal("slSize"), f.Decimal("tpSize"));
        if (legs.Loss > 0m && loss <= 0m) throw BybitError.Param("slSize is required");
        if (legs.Profit > 0m && profit <= 0m) throw BybitError.Param("tpSize is required");
        if (legs is { Loss: > 0m, Profit: > 0m } && loss != profit) throw BybitError.Param("tpSize and slSize must be equal");
        return legs.Loss > 0m ? loss : profit;
    }

    /// <summary>What is to be done for a stop or a target; null when nothing changes. Refuses before anything is done.</summary>
    private Action? Leg(Account account, Instrument instrument, Position position, Fields f, string name, StopType type)
    {
        if (!f.Has(name)) return null;
        var there = PositionStops.Find(account, position.Symbol, position.Side, type);
        var trigger = f.Decimal(name);
        if (trigger == 0m) return there is null ? null : () => venue.PositionStops.Remove(account, there);
        var (loses, buys) = (type == StopType.StopMarket, position.Quantity > 0m);
        var source = Words.SourceOf(f.Text(loses ? "slTriggerBy" : "tpTriggerBy"), there?.Source ?? PriceSource.Last);
        if (there is not null && there.TriggerPrice == trigger && there.Source == source) return null;
        Barrier.Check(instrument, trigger, source, loses ? "StopLoss" : "TakeProfit", buys, lower: buys == loses);
        return () => venue.PositionStops.Set(account, position, type, trigger, source);
    }

    private Action? Trail(Account account, Instrument instrument, Position position, Fields f)
    {
        if (!f.Has("trailingStop")) return null;
        var there = PositionStops.Find(account, position.Symbol, position.Side, StopType.TrailingStopMarket);
        var (distance, activation) = (f.Decimal("trailingStop"), f.Decimal("activePrice"));
        if (distance == 0m) return there is null ? null : () => venue.PositionStops.Remove(account, there);
        if (distance < 0m || distance % instrument.Spec.TickSize != 0m) throw BybitError.Param("trailingStop invalid");
        if (there is not null && there.TrailDistance == distance && there.ActivatePrice == activation) return null;
        var buys = position.Quantity > 0m;
        if (activation != 0m) Barrier.Check(instrument, activation, PriceSource.Last, "TrailingProfit", buys, lower: !buys);
        return () => venue.PositionStops.Trail(account, position, distance, activation);
    }

    private string SetLeverage(Request r)
    {
        var (f, account) = (r.Fields, r.Account);
        var instrument = MarketRoutes.Find(venue, f);
        f.Required("buyLeverage");
        f.Required("sellLeverage");
        var leverage = f.Decimal("buyLeverage");
        if (leverage != f.Decimal("sellLeverage")) throw BybitError.Param("buy leverage not equal sell leverage");
        if (leverage > instrument.Spec.MaxLeverage || leverage < 1m || leverage % LeverageStep != 0m)
            throw BybitError.Of(Refusal.LeverageInvalid);
        if (venue.Setting(account, instrument.Symbol).Leverage == leverage
            && account.Settings.ContainsKey(instrument.Symbol))
            throw new BybitError(110043, BybitError.MessageOf(110043));
        var refusal = venue.Settings.SetLeverage(account, instrument, leverage);
        return refusal == Refusal.None ? Empty : throw BybitError.Of(refusal);
    }

    /// <summary>The mode is the account's here, also when the call names one symbol.</summary>
    private string SwitchMode(Request r)
    {
        MarketRoutes.CheckCategory(r.Fields);
        if (!r.Fields.Has("symbol") && !r.Fields.Has("coin")) throw BybitError.Param("symbol or coin is required");
        var mode = r.Fields.Number("mode", -1);
        if (mode is not (0 or 3)) throw BybitError.Param("mode invalid");
        var refusal = venue.Settings.SetMode(r.Account, mode == 3);
        return refusal == Refusal.None ? Empty : throw BybitError.Of(refusal);
    }

    private string SetMarginMode(Request r)
    {
        var isolated = r.Fields.Required("setMarginMode") switch
        {
            "ISOLATED_MARGIN" => true, "REGULAR_MARGIN" => false, _ => throw BybitError.Param("setMarginMode invalid"),
        };
        if (AccountRoutes.IsIsolated(r.Account) == isolated) throw new BybitError(110026, BybitError.MessageOf(110026));
        if (r.Account.OpenOrders.Count > 0 || r.Account.Positions.Exists(p => !p.IsFlat))
            throw new BybitError(3400045, "Set margin mode failed");
        foreach (var spec in venue.Symbols) venue.Settings.SetMarginType(r.Account, venue.Find(spec.Symbol)!, isolated);
        return """{"reasons":[]}""";
    }
}
