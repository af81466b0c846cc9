using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Orders, fills and results as they were (protocol page, 7.5).</summary>
internal sealed class QueryRoutes(Venue venue, BybitOptions options, JsonText json)
{
    private const int PerSecond = 50;
    private static readonly TimeSpan UnfilledKept = TimeSpan.FromHours(24);
    private readonly OrderRow orders = new(venue);
    private readonly ExecutionRow executions = new(venue);

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/v5/order/realtime", PerSecond, PurposeOf, Realtime);
        routes.Add("GET", "/v5/order/history", PerSecond, "query_order", History);
        routes.Add("GET", "/v5/execution/list", PerSecond, "trades", Executions);
        routes.Add("GET", "/v5/position/closed-pnl", PerSecond, "trades", ClosedPnl);
        routes.Add("GET", "/v5/account/transaction-log", 25, "trades", TransactionLog);
    }

    private static string PurposeOf(Fields f, Account account) =>
        f.Has("orderId") || f.Has("orderLinkId") ? Lookup.Stop(account, f) is null ? "query_order" : "query_stop"
        : f.Text("orderFilter") == "StopOrder" ? "list_stops" : "query_order";

    private string Realtime(Request r)
    {
        MarketRoutes.CheckCategory(r.Fields);
        var f = r.Fields;
        if (f.Has("orderId") || f.Has("orderLinkId"))
            return Write(f, All(r.Account).Where(o => Is(r.Account, f, o) && Visible(o)));
        if (!f.Has("symbol") && !f.Has("settleCoin") && !f.Has("baseCoin"))
            throw BybitError.Param("symbol, baseCoin or settleCoin is required");
        var filter = f.Text("orderFilter");
        return Write(f, All(r.Account).Where(o => (f.Text("openOnly") == "1") != IsOpen(o) && Visible(o) && Covers(f, SymbolOf(o))
            && (filter.Length == 0 || (filter == "StopOrder") == o is StopOrder)));
    }

    private string History(Request r)
    {
        MarketRoutes.CheckCategory(r.Fields);
        var f = r.Fields;
        var (from, to) = Pages.Window(f, venue.StampUtc);
        var byId = f.Has("orderId") || f.Has("orderLinkId");
        var status = f.Text("orderStatus");
        return Write(f, All(r.Account).Where(o => !IsOpen(o) && (status.Length == 0 || status == StatusOf(o)) && (byId ? Is(r.Account, f, o) : Covers(f, SymbolOf(o)))
            && CreatedUtc(o) >= from && CreatedUtc(o) <= to && InHistory(o)));
    }

    private string Write(Fields f, IEnumerable<object> rows) => Pages.Write(json, rows, f, 20, 50, (w, row) =>
    {
        if (row is Order order) orders.Write(w, order, streamed: false);
        else orders.Write(w, (StopOrder)row, streamed: false);
    });

    /// <summary>Newest first; a triggered conditional order is the order it became.</summary>
    private static IEnumerable<object> All(Account account) => account.OrderHistory.Cast<object>()
        .Concat(account.StopHistory.Where(s => s.OrderId == 0)).OrderByDescending(CreatedUtc);

    private bool Visible(object row) =>
        venue.StampUtc - CreatedUtc(row) >= TimeSpan.FromMilliseconds(options.OrderReadLagMs);

    private bool InHistory(object row)
    {
        var (endedUtc, filled) = row is Order order ? (order.UpdatedUtc, order.Filled) : (((StopOrder)row).UpdatedUtc, 0m);
        var age = venue.StampUtc - endedUtc;
        return age >= TimeSpan.FromMilliseconds(options.HistoryLagMs) && (filled > 0m || age < UnfilledKept);
    }

    private static bool Is(Account account, Fields f, object row) =>
        ReferenceEquals(row, Lookup.Order(account, f)) || ReferenceEquals(row, Lookup.Stop(account, f));

    private static bool IsOpen(object row) => row is Order order
        ? order.IsOpen
        : ((StopOrder)row).Status is StopStatus.New or StopStatus.Triggering;

    private static string StatusOf(object row) =>
        row is Order order ? Words.StatusOf(order) : Words.StatusOf((StopOrder)row);

    private static string SymbolOf(object row) => row is Order order ? order.Symbol : ((StopOrder)row).Symbol;

    private static DateTime CreatedUtc(object row) => row is Order order ? order.CreatedUtc : ((StopOrder)row).CreatedUtc;

    private static bool Covers(Fields f, string symbol) => !f.Has("symbol") || f.Text("symbol") == symbol;

    /// <summary>Newest first; with an order's id nothing else filters.</summary>
    private string Executions(Request r)
    {
        MarketRoutes.CheckCategory(r.Fields);
        var (f, account) = (r.Fields, r.Account);
        var (from, to) = Pages.Window(f, venue.StampUtc);
        var byId = f.Has("orderId") || f.Has("orderLinkId");
        var order = byId ? Lookup.Order(account, f) : null;
        var wanted = f.Text("execType");
        var trades = account.Trades.Where(t => byId
            ? t.OrderId == order?.Id
            : Covers(f, t.Symbol) && t.AtUtc >= from && t.AtUtc <= to
                && (wanted.Length == 0 || wanted == Words.ExecTypeOf(t.Origin)));
        var fundings = account.Incomes.Where(i => i.Type == IncomeType.FundingFee && !byId && Covers(f, i.Symbol)
            && i.AtUtc >= from && i.AtUtc <= to && wanted is "" or "Funding");
        var rows = trades.Select(t => (t.AtUtc, Row: (object)t)).Concat(fundings.Select(i => (i.AtUtc, Row: (object)i)))
            .Reverse().OrderByDescending(x => x.AtUtc).Select(x => x.Row);
        return Pages.Write(json, rows, f, 50, 100, (w, row) =>
        {
            if (row is Trade trade) executions.Write(w, trade, streamed: false);
            else executions.WriteFunding(w, (Income)row, streamed: false);
        });
    }

    /// <summary>One row per closing order, newest first.</summary>
    private string ClosedPnl(Request r)
    {
        MarketRoutes.CheckCategory(r.Fields);
        var (f, account) = (r.Fields, r.Account);
        var (from, to) = Pages.Window(f, venue.StampUtc);
        var known = venue.StampUtc.AddMilliseconds(-options.HistoryLagMs);
        var rows = account.Trades.Where(t => Covers(f, t.Symbol)).GroupBy(t => t.OrderId)
            .Select(g => (Fills: g.ToList(), Result: Results.OfOrder(venue, account, [.. g])))
            .Where(x => x.Result is not null && x.Fills[^1].AtUtc >= from && x.Fills[^1].AtUtc <= to && x.Fills[^1].AtUtc <= known)
            .Reverse();
        return Pages.Write(json, rows, f, 50, 100, (w, row) =>
        {
            var (first, last, result) = (row.Fills[0], row.Fills[^1], row.Result!);
            var spec = venue.Find(first.Symbol)!.Spec;
            w.WriteString("symbol", first.Symbol);
            w.WriteString("orderId", Ids.Order(first.StopId == 0 ? first.OrderId : first.StopId));
            w.WriteString("side", Words.Of(first.Side));
            w.Padded("qty", row.Fills.Sum(t => t.Quantity), spec.QuantityPrecision);
            w.Padded("orderPrice", first.Price, spec.PricePrecision);
            w.WriteString("orderType", Words.Of(account.Orders.GetValueOrDefault(first.OrderId)?.Type ?? OrderType.Market));
            w.WriteString("execType", Words.ExecTypeOf(first.Origin));
            w.Padded("closedSize", result.Closed, spec.QuantityPrecision);
            w.Trimmed("cumEntryValue", result.EntryValue);
            w.Trimmed("avgEntryPrice", decimal.Round(result.EntryValue / result.Closed, 8));
            w.Trimmed("cumExitValue", result.ExitValue);
            w.Trimmed("avgExitPrice", decimal.Round(result.ExitValue / result.Closed, 8));
            w.Trimmed("closedPnl", result.Net);
            w.WriteString("fillCount", result.Fills.ToString());
            w.Trimmed("leverage", venue.Setting(account, first.Symbol).Leverage);
            w.Trimmed("openFee", result.OpenFee);
            w.Trimmed("closeFee", result.CloseFee);
            w.MsText("createdTime", first.AtUtc);
            w.MsText("updatedTime", last.AtUtc.AddMilliseconds(options.PositionClockAheadMs));
        });
    }

    /// <summary>Here funding is positive when received, and size is signed.</summary>
    private string TransactionLog(Request r)
    {
        var (f, account) = (r.Fields, r.Account);
        var (from, to) = Pages.Window(f, venue.StampUtc);
        var balances = new Dictionary<string, decimal>();
        var rows = account.Incomes.Select(i => (
            Income: i, Balance: balances[i.Asset] = balances.GetValueOrDefault(i.Asset) + i.Amount)).ToList();
        rows.Reverse();
        var kept = rows.Where(x => x.Income.AtUtc >= from && x.Income.AtUtc <= to
            && (!f.Has("type") || f.Text("type") == TypeOf(x.Income)));
        return Pages.Write(json, kept, f, 20, 50, (w, row) =>
        {
            var (income, type) = (row.Income, TypeOf(row.Income));
            var trade = account.Trades.Find(t => t.Id == income.TradeId);
            var (fee, funding) = (income.Type == IncomeType.Commission, income.Type == IncomeType.FundingFee);
            w.WriteString("id", $"{income.Id}");
            w.WriteString("symbol", income.Symbol);
            w.WriteString("category", income.Symbol.Length == 0 ? "" : "linear");
            w.WriteString("side", trade is null ? income.Quantity < 0m ? "Sell" : "Buy" : Words.Of(trade.Side));
            w.WriteString("type", type);
            w.WriteString("transSubType", "");
            w.Trimmed("qty", trade?.Quantity ?? Math.Abs(income.Quantity));
            w.Trimmed("size", trade?.PositionAfter ?? income.Quantity);
            w.Trimmed("tradePrice", trade?.Price ?? income.Price);
            w.WriteString("currency", income.Asset);
            w.WriteString("funding", funding ? JsonFields.Trim(income.Amount) : "");
            w.Trimmed("fee", fee ? -income.Amount : 0m);
            w.Trimmed("cashFlow", fee || funding ? 0m : income.Amount);
            w.Trimmed("change", income.Amount);
            w.Trimmed("cashBalance", row.Balance);
            w.Trimmed("feeRate", fee ? venue.Terms(account).TakerFee : income.Rate);
            w.WriteString("orderId", trade is null ? "" : Ids.Order(trade.StopId == 0 ? trade.OrderId : trade.StopId));
            w.WriteString(
                "orderLinkId",
                trade is null ? "" : Words.LinkIdOf(trade.ClientId, trade.OrderId, trade.StopId, trade.Origin));
            w.WriteString("tradeId", trade is null ? "" : Ids.Execution(trade.Id));
            w.WriteString("bonusChange", "");
            w.WriteString("extraFees", "");
            w.MsText("transactionTime", income.AtUtc);
        });
    }

    private static string TypeOf(Income income) => income.Type switch
    {
        IncomeType.FundingFee => "SETTLEMENT", IncomeType.Transfer => "TRANSFER_IN", _ => "TRADE",
    };
}
