using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Private topics (protocol page, section 11): what the venue told, in Bybit's words and order: execution.fast,
/// execution, order, position, wallet.</summary>
internal sealed class PrivateFrames(Venue venue, BybitOptions options, BybitStreams to, JsonText json)
{
    private readonly OrderRow orders = new(venue);
    private readonly ExecutionRow executions = new(venue);
    private readonly PositionRow positions = new(venue, options);
    private readonly WalletRow wallets = new(venue);

    /// <summary>Stops that went with a position: they are told in the message of the order that closed it.</summary>
    private readonly List<string> cleared = [];
    private long frame;

    public void Write(VenueEvent happened)
    {
        if (!to.Hears(happened.Account)) return;
        switch (happened)
        {
            case VenueEvent.TradeHinted e:
                PushFast(e);
                break;
            case VenueEvent.Traded e:
                PushFill(e);
                break;
            case VenueEvent.OrderAccepted { Order.Type: OrderType.Limit } e:
                PushOrder(e.Account, e.Order);
                break;
            case VenueEvent.OrderAmended e:
                PushOrder(e.Account, e.Order);
                break;
            case VenueEvent.OrderEnded e:
                PushOrder(e.Account, e.Order);
                break;
            case VenueEvent.StopChanged e:
                PushStop(e.Account, e.Stop);
                break;
            case VenueEvent.Funded e:
                PushFunding(e);
                break;
            case VenueEvent.LeverageChanged e:
                PushPositions(e.Account, e.Symbol);
                break;
            case VenueEvent.MarginMoved e:
                PushPosition(e.Account, e.Position.Symbol, e.Position.Side, NewId());
                break;
        }
    }

    private void PushFast(VenueEvent.TradeHinted e)
    {
        if (e.Trade.Origin is Origin.Liquidation or Origin.Adl or Origin.Settlement) return;
        var data = json.Object(w => ExecutionRow.WriteFast(w, venue.Find(e.Order.Symbol)!, e.Trade));
        Push(e.Account, "execution.fast", "", "fill", e.Order.Symbol, e.Order.ClientId, IdOf(e.Trade), data);
    }

    private void PushFill(VenueEvent.Traded e)
    {
        var (account, order, id) = (e.Account, e.Order, IdOf(e.Trade));
        var fill = json.Object(w => executions.Write(w, e.Trade, streamed: true));
        Push(account, "execution", Words.ExecTypeOf(e.Trade.Origin), "fill", order.Symbol, order.ClientId, id, fill);
        cleared.Add(json.Object(w => orders.Write(w, order, streamed: true)));
        var rows = string.Join(',', cleared);
        cleared.Clear();
        Push(account, "order", Words.StatusOf(order), "fill", order.Symbol, order.ClientId, id, rows);
        PushPosition(account, order.Symbol, order.PositionSide, id);
        PushWallet(account, order.Symbol);
    }

    /// <summary>A position is pushed with every change of an order, also when it has not changed itself.</summary>
    private void PushOrder(Account account, Order order)
    {
        var data = json.Object(w => orders.Write(w, order, streamed: true));
        Push(account, "order", Words.StatusOf(order), "order", order.Symbol, order.ClientId, NewId(), data);
        PushPosition(account, order.Symbol, order.PositionSide, NewId());
    }

    private void PushStop(Account account, StopOrder stop)
    {
        if (stop.Status is StopStatus.Triggered or StopStatus.Finished) return;
        var data = json.Object(w => orders.Write(w, stop, streamed: true));
        if (stop is { OnPosition: true, Status: StopStatus.Expired, Reason: "" })
        {
            cleared.Add(data);
            return;
        }

        Push(account, "order", Words.StatusOf(stop), "stop", stop.Symbol, stop.ClientId, NewId(), data);
        if (stop.Status != StopStatus.Triggering) PushPosition(account, stop.Symbol, stop.PositionSide, NewId());
    }

    private void PushFunding(VenueEvent.Funded e)
    {
        var paid = e.Account.Incomes[^1];
        var data = json.Object(w => executions.WriteFunding(w, paid, streamed: true));
        Push(e.Account, "execution", "Funding", "funding", paid.Symbol, "", NewId(), data);
        PushPosition(e.Account, paid.Symbol, e.Position.Side, NewId());
        PushWallet(e.Account, paid.Symbol);
    }

    private void PushPositions(Account account, string symbol)
    {
        foreach (var side in account.Hedge ? (PositionSide[])[PositionSide.Long, PositionSide.Short] : [PositionSide.Both])
            PushPosition(account, symbol, side, NewId());
    }

    private void PushPosition(Account account, string symbol, PositionSide side, string id)
    {
        var view = account.Find(symbol, side) is { } p
            ? new PositionView(venue.NowUtc, p.Quantity, p.Entry, p.UpdatedUtc)
            : default;
        var data = json.Object(w => positions.Write(w, account, symbol, side, view, streamed: true));
        Push(account, "position", "", "position", symbol, "", id, data);
    }

    private void PushWallet(Account account, string symbol)
    {
        var data = json.Object(w => wallets.Write(w, account));
        Push(account, "wallet", "", "balance", symbol, "", NewId(), data);
    }

    private void Push(
        Account account, string topic, string state, string kind, string symbol, string clientId, string id, string data)
    {
        var name = state.Length == 0 ? topic : $"{topic}/{state}";
        to.Push(account, topic, id, data, new FaultFacts(account.Name, symbol, "", "", name, clientId) { Kind = kind });
    }

    /// <summary>Shared by all messages of one fill.</summary>
    private static string IdOf(Trade trade) =>
        $"{AccountRoutes.UserOf(trade.Account)}_{trade.Symbol}_{Ids.Sequence(trade.Id)}";

    private string NewId() => Ids.Execution(++frame);
}
