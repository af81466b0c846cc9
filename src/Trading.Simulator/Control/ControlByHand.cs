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
        if (exchange.Venue.Find(order.Symbol) is not { } instrument)
            throw new ControlRefused($"symbol '{order.Symbol}' is not listed");
        var tick = instrument.Tick with
        {
            AtUtc = exchange.NowUtc, Symbol = order.Symbol, Mark = order.Mark, Last = order.Last ?? order.Mark,
            Index = order.Mark,
        };
        exchange.Venue.SetPrice(tick, TimeSpan.FromSeconds(order.HoldSeconds));
        return new { order.Symbol, instrument.Mark, instrument.Last };
    }

    public object Symbol(SymbolOrder order)
    {
        if (exchange.Venue.Find(order.Symbol)?.Spec is not { } spec)
            throw new ControlRefused($"symbol '{order.Symbol}' is not listed");
        exchange.Venue.Change(spec with
        {
            Status = order.Status ?? spec.Status, DeliveryUtc = order.DeliveryUtc?.ToUniversalTime() ?? spec.DeliveryUtc,
            TickSize = order.TickSize ?? spec.TickSize, StepSize = order.StepSize ?? spec.StepSize,
            MinNotional = order.MinNotional ?? spec.MinNotional, MarketMaxQty = order.MarketMaxQty ?? spec.MarketMaxQty,
        });
        return exchange.Venue.Find(order.Symbol)!.Spec;
    }

    public object Open(PositionOrder order) => Row(exchange.Venue.Hand.Open(
        Of(order.Account), Named(order.Symbol), order.Quantity ?? throw new ControlRefused("quantity is missing")));

    public object Close(PositionOrder order) =>
        Row(exchange.Venue.Hand.Close(Of(order.Account), Named(order.Symbol), order.Quantity, order.Side));

    public object Order(HandOrder order) => Row(exchange.Venue.Hand.PlaceOrder(
        Of(order.Account), new OrderRequest(order.Symbol, order.Side, order.Type, order.Quantity)
        {
            Price = order.Price, ReduceOnly = order.ReduceOnly, PositionSide = order.PositionSide,
            ClientId = order.ClientId ?? "",
        }));

    public object Stop(HandStop order) => Row(exchange.Venue.Hand.PlaceStop(
        Of(order.Account), new StopRequest(order.Symbol, order.Side, order.Type, order.Quantity, order.TriggerPrice)
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
        return Row(exchange.Venue.Orders.Cancel(account, OrderDesk.Find(account, order.Id, order.ClientId ?? "")));
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
        exchange.Venue.Ledger.Credit(account, order.Quantity ?? throw new ControlRefused("quantity is missing"));
        return new { Account = account.Name, account.Wallet };
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
