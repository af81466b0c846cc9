using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Control;

/// <summary>Control calls that act: prices, positions, orders, sockets.</summary>
internal sealed class ControlByHand(Exchange exchange)
{
    private const string FirstKey = "sim-key-0001";

    public object Price(PriceOrder order)
    {
        if (exchange.Venue.Find(Named(order.Symbol)) is not { } instrument)
            throw new ControlRefused($"symbol '{order.Symbol}' is not listed");
        var mark = ControlBounds.Positive(order.Mark, "mark")!.Value;
        var tick = instrument.Tick with
        {
            AtUtc = exchange.NowUtc, Symbol = order.Symbol, Mark = mark, Index = mark,
            Last = ControlBounds.Positive(order.Last, "last") ?? mark,
        };
        exchange.Venue.SetPrice(tick, TimeSpan.FromSeconds(ControlBounds.Seconds(order.HoldSeconds, "hold_seconds")));
        return new { order.Symbol, instrument.Mark, instrument.Last };
    }

    public object Symbol(SymbolOrder order)
    {
        if (exchange.Venue.Find(Named(order.Symbol))?.Spec is not { } spec)
            throw new ControlRefused($"symbol '{order.Symbol}' is not listed");
        exchange.Venue.Change(spec with
        {
            Status = order.Status ?? spec.Status, DeliveryUtc = order.DeliveryUtc?.ToUniversalTime() ?? spec.DeliveryUtc,
            TickSize = ControlBounds.Positive(order.TickSize, "tick_size") ?? spec.TickSize,
            StepSize = ControlBounds.Positive(order.StepSize, "step_size") ?? spec.StepSize,
            MinQty = ControlBounds.Positive(order.MinQty, "min_qty") ?? Math.Max(spec.MinQty, order.StepSize ?? 0m),
            MinNotional = order.MinNotional ?? spec.MinNotional, MarketMaxQty = order.MarketMaxQty ?? spec.MarketMaxQty,
        });
        return exchange.Venue.Find(order.Symbol)!.Spec;
    }

    /// <summary>Refused as the exchange's own page refuses it.</summary>
    public object Settings(SettingsOrder order)
    {
        var (account, settings) = (Of(order.Account), exchange.Venue.Settings);
        if (order.Hedge is { } hedge) Settled(settings.SetMode(account, hedge));
        if (order.MultiAssets is { } all) Settled(settings.SetMultiAssets(account, all));
        if (order.Leverage is { } leverage) Settled(settings.SetLeverage(account, Listed(order.Symbol), leverage));
        if (order.Isolated is { } isolated)
        {
            IEnumerable<string> symbols = order.Symbol is { } one ? [one] : exchange.Venue.Symbols.Select(spec => spec.Symbol);
            foreach (var symbol in symbols) Settled(settings.SetMarginType(account, Listed(symbol), isolated));
        }

        return new { Account = account.Name, account.Hedge, account.MultiAssets, order.Symbol, Set = order.Symbol is null ? null : (object)exchange.Venue.Setting(account, order.Symbol) };
    }

    public object Open(PositionOrder order) => Row(exchange.Venue.Hand.Open(
        Of(order.Account), Named(order.Symbol), Amount(order)));

    public object Close(PositionOrder order) =>
        Row(exchange.Venue.Hand.Close(Of(order.Account), Named(order.Symbol), order.Quantity, order.Side));

    public object Order(HandOrder order) => Row(exchange.Venue.Hand.PlaceOrder(
        Of(order.Account), new OrderRequest(Named(order.Symbol), order.Side, order.Type, order.Quantity)
        {
            Price = order.Price, ReduceOnly = order.ReduceOnly, PositionSide = order.PositionSide,
            ClientId = order.ClientId ?? "",
        }));

    public object Stop(HandStop order) => Row(exchange.Venue.Hand.PlaceStop(
        Of(order.Account), new StopRequest(Named(order.Symbol), order.Side, order.Type, order.Quantity, order.TriggerPrice)
        {
            Source = order.Source, ReduceOnly = order.ReduceOnly, ClosePosition = order.ClosePosition,
            PositionSide = order.PositionSide, ClientId = order.ClientId ?? "",
        }));

    public object Move(StopRef order)
    {
        var account = Of(order.Account);
        var stop = StopDesk.Find(account, order.Id, order.ClientId ?? "");
        return Row(exchange.Venue.Hand.MoveStop(account, stop, order.TriggerPrice));
    }

    /// <summary>A stop by that id, else a regular order.</summary>
    public object Cancel(StopRef order)
    {
        var account = Of(order.Account);
        if (StopDesk.Find(account, order.Id, order.ClientId ?? "") is { } stop)
            return Row(exchange.Venue.Hand.CancelStop(account, stop));
        return Row(exchange.Venue.Orders.Cancel(account, MatchingEngine.Find(account, order.Id, order.ClientId ?? "")));
    }

    public object Liquidate(PositionOrder order)
    {
        var position = Position(order);
        exchange.Venue.Risk.Liquidate(Of(order.Account), position);
        return new { position.Symbol, position.Quantity };
    }

    public object Deleverage(PositionOrder order)
    {
        var position = Position(order);
        exchange.Venue.Risk.Deleverage(Of(order.Account), position, order.Quantity ?? Math.Abs(position.Quantity));
        return new { position.Symbol, position.Quantity };
    }

    public object Deposit(PositionOrder order)
    {
        var account = Of(order.Account);
        exchange.Venue.Ledger.Credit(account, Amount(order));
        return new { Account = account.Name, account.Wallet };
    }

    public object Fees(FeeOrder order)
    {
        var account = Of(order.Account);
        if (!exchange.Venue.Fees.PayIn(account, order.Asset, order.Quantity ?? exchange.Venue.Options.FeeBalance))
            throw new ControlRefused($"asset '{order.Asset}' has no price: {order.Asset}USDT is not listed or was never quoted; USDT takes it back");
        return new { Account = account.Name, account.FeeAsset, account.FeeWallet };
    }

    public object Fund(FundingOrder order)
    {
        if (exchange.Venue.Find(order.Symbol) is not { HasPrice: true } instrument)
            throw new ControlRefused($"symbol '{order.Symbol}' is not listed, or has no price");
        return new { order.Symbol, Paid = exchange.Venue.Ledger.PayFunding(instrument, order.Rate, exchange.NowUtc) };
    }

    public object Sockets(SocketOrder order)
    {
        var (of, account) = (order.Of ?? "all", order.Account is null ? null : Of(order.Account));
        List<StreamConnection> chosen =
            [.. exchange.Binance.Streams.Select(of, account), .. exchange.Bybit.Streams.Select(of, account)];
        if (order.Do == "close") foreach (var connection in chosen) connection.Drop();
        else if (order.Do == "silence") foreach (var connection in chosen) connection.Silent = true;
        else throw new ControlRefused($"do is '{order.Do}'; it takes close or silence");
        return new { Sockets = chosen.Count };
    }

    public object ExpireListenKey(SocketOrder order)
    {
        exchange.Binance.Streams.Keys.Expire(Of(order.Account));
        return new { Expired = true };
    }

    private Position Position(PositionOrder order) =>
        Of(order.Account).Find(Named(order.Symbol), order.Side) is { IsFlat: false } position
            ? position
            : throw new ControlRefused($"no open position of {order.Symbol} on that account");

    /// <summary>By key, by its number ("2"), both on Binance, or by account name ("bybit/sim-key-0001"); the first account by default.</summary>
    private Account Of(string? account) => account switch
    {
        null or "" => exchange.Account(FirstKey),
        _ when account.Contains('/') => exchange.Venue.Account(account),
        _ when int.TryParse(account, out var number) => exchange.Account($"sim-key-{number:0000}"),
        _ => exchange.Account(account),
    };

    private Instrument Listed(string? symbol) =>
        exchange.Venue.Find(Named(symbol)) ?? throw new ControlRefused($"symbol '{symbol}' is not listed");

    private static void Settled(Refusal refusal)
    {
        if (refusal is not (Refusal.None or Refusal.MarginTypeSame or Refusal.ModeSame or Refusal.MultiAssetsSame))
            throw new ControlRefused($"refused: {refusal}");
    }

    private static decimal Amount(PositionOrder order) =>
        ControlBounds.Amount(order.Quantity ?? throw new ControlRefused("quantity is missing"), "quantity");

    private static string Named(string? symbol) => symbol ?? throw new ControlRefused("symbol is missing");

    private static object Row((Order? Order, Refusal Refusal) result) =>
        result.Order is { } o
            ? new { o.Id, o.ClientId, o.Status, o.Filled, o.AveragePrice }
            : throw new ControlRefused($"refused: {result.Refusal}");

    private static object Row((StopOrder? Stop, Refusal Refusal) result) =>
        result.Stop is { } s
            ? new { s.Id, s.ClientId, s.Status, s.TriggerPrice }
            : throw new ControlRefused($"refused: {result.Refusal}");
}
