using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Positions: v2 names every symbol, v3 only those with a position or open orders.</summary>
internal sealed class PositionRoutes(Venue venue, JsonText json)
{
    private const int Digits = 8;

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/fapi/v2/positionRisk", Security.Signed, 5, "positions", RiskV2);
        routes.Add("GET", "/fapi/v3/positionRisk", Security.Signed, 5, "positions", RiskV3);
        routes.Add("GET", "/fapi/v3/account", Security.Signed, 5, "account", Summary);
        routes.Add("GET", "/fapi/v2/account", Security.Signed, 5, "account", Summary);
    }

    private string RiskV2(Request r)
    {
        if (r.EmptyPositions) return "[]";
        return json.Array(AllRows(r), (w, position) =>
        {
            var view = View(r, position);
            var setting = venue.Setting(r.Account, position.Symbol);
            WriteHead(w, position, view);
            w.Padded("liquidationPrice", Liquidation(r, position, view), Digits);
            w.WriteString("leverage", setting.Leverage.ToString());
            w.WriteString("maxNotionalValue", "30000000");
            w.WriteString("marginType", setting.Isolated ? "isolated" : "cross");
            w.Padded("isolatedMargin", IsolatedMargin(position), Digits);
            w.WriteString("isAutoAddMargin", "false");
            WriteNotional(w, position, view);
            w.Padded("isolatedWallet", position.IsolatedWallet, Digits);
            w.Ms("updateTime", view.UpdatedUtc);
        });
    }

    private string RiskV3(Request r)
    {
        if (r.EmptyPositions) return "[]";
        return json.Array(OpenRows(r), (w, position) =>
        {
            var view = View(r, position);
            WriteHead(w, position, view);
            w.Trimmed("liquidationPrice", Liquidation(r, position, view));
            w.Trimmed("isolatedMargin", IsolatedMargin(position));
            WriteNotional(w, position, view);
            w.WriteString("marginAsset", "USDT");
            w.Trimmed("isolatedWallet", position.IsolatedWallet);
            WriteMargins(w, r.Account, position, view);
            w.Padded("positionInitialMargin", Initial(r.Account, position, view), Digits);
            w.WriteString("openOrderInitialMargin", "0");
            w.WriteNumber("adl", view.Quantity == 0m ? 0 : 1);
            w.WriteString("bidNotional", "0");
            w.WriteString("askNotional", "0");
            w.Ms("updateTime", view.UpdatedUtc);
        });
    }

    private string Summary(Request r) => json.Object(w =>
    {
        var account = r.Account;
        var ledger = venue.Ledger;
        var open = account.Positions.Where(p => !p.IsFlat).ToList();
        var unrealized = open.Sum(ledger.Unrealized);
        var initial = open.Sum(p => ledger.InitialMargin(account, p));
        var maintenance = open.Sum(ledger.MaintenanceMargin);
        var orders = ledger.OpenOrderMargin(account);
        var fields = new (string Name, decimal Value)[]
        {
            ("InitialMargin", initial + orders), ("MaintMargin", maintenance), ("WalletBalance", account.Wallet),
            ("UnrealizedProfit", unrealized), ("MarginBalance", account.Wallet + unrealized),
            ("PositionInitialMargin", initial), ("OpenOrderInitialMargin", orders),
            ("CrossWalletBalance", ledger.CrossWallet(account)), ("CrossUnPnl", ledger.CrossUnrealized(account)),
        };
        foreach (var (name, value) in fields) w.Padded("total" + name, value, Digits);
        w.Padded("availableBalance", ledger.Available(account), Digits);
        w.Padded("maxWithdrawAmount", ledger.Available(account), Digits);
        w.WriteStartArray("assets");
        w.WriteStartObject();
        w.WriteString("asset", "USDT");
        foreach (var (name, value) in fields) w.Padded(char.ToLowerInvariant(name[0]) + name[1..], value, Digits);
        w.Padded("availableBalance", ledger.Available(account), Digits);
        w.Padded("maxWithdrawAmount", ledger.Available(account), Digits);
        w.Ms("updateTime", account.WalletUpdatedUtc);
        w.WriteEndObject();
        w.WriteEndArray();
        w.WriteStartArray("positions");
        if (!r.EmptyPositions)
            foreach (var position in OpenRows(r)) WriteAccountRow(w, r, position);
        w.WriteEndArray();
    });

    private void WriteAccountRow(Utf8JsonWriter w, Request r, Position position)
    {
        var view = View(r, position);
        w.WriteStartObject();
        w.WriteString("symbol", position.Symbol);
        w.WriteString("positionSide", Words.Of(position.Side));
        w.Trimmed("positionAmt", view.Quantity);
        w.Padded("unrealizedProfit", Unrealized(position, view), Digits);
        w.Trimmed("isolatedMargin", IsolatedMargin(position));
        w.Padded("notional", view.Quantity * Mark(position), Digits);
        w.Trimmed("isolatedWallet", position.IsolatedWallet);
        WriteMargins(w, r.Account, position, view);
        w.Ms("updateTime", view.UpdatedUtc);
        w.WriteEndObject();
    }

    private void WriteHead(Utf8JsonWriter w, Position position, PositionView view)
    {
        var spec = venue.Find(position.Symbol)!.Spec;
        w.WriteString("symbol", position.Symbol);
        w.WriteString("positionSide", Words.Of(position.Side));
        w.Padded("positionAmt", view.Quantity, spec.QuantityPrecision);
        w.WriteString("entryPrice", view.Quantity == 0m ? "0.0" : JsonFields.Trim(view.Entry));
        w.WriteString("breakEvenPrice", view.Quantity == 0m ? "0.0"
            : JsonFields.Trim(decimal.Round(view.Quantity == position.Quantity ? position.BreakEven : view.Entry, 8)));
        w.Padded("markPrice", Mark(position), Digits);
        w.Padded("unRealizedProfit", Unrealized(position, view), Digits);
    }

    private void WriteNotional(Utf8JsonWriter w, Position position, PositionView view)
    {
        if (view.Quantity == 0m) w.WriteString("notional", "0");
        else w.Padded("notional", view.Quantity * Mark(position), Digits);
    }

    private void WriteMargins(Utf8JsonWriter w, Account account, Position position, PositionView view)
    {
        w.Padded("initialMargin", Initial(account, position, view), Digits);
        w.Padded("maintMargin",
            Math.Abs(view.Quantity) * Mark(position) * venue.Find(position.Symbol)!.Spec.MaintMarginRate, Digits);
    }

    private decimal Initial(Account account, Position position, PositionView view) =>
        Math.Abs(view.Quantity) * Mark(position) / venue.Setting(account, position.Symbol).Leverage;

    private decimal Mark(Position position) => venue.Find(position.Symbol)!.Mark;

    private decimal Unrealized(Position position, PositionView view) =>
        view.Quantity == 0m ? 0m : (Mark(position) - view.Entry) * view.Quantity;

    private decimal IsolatedMargin(Position position) =>
        position.IsolatedWallet == 0m ? 0m : position.IsolatedWallet + venue.Ledger.Unrealized(position);

    private decimal Liquidation(Request r, Position position, PositionView view) =>
        view.Quantity == 0m ? 0m : venue.Ledger.LiquidationPrice(r.Account, position);

    private PositionView View(Request r, Position position) =>
        r.PositionLag == TimeSpan.Zero
            ? new PositionView(venue.NowUtc, position.Quantity, position.Entry, position.UpdatedUtc)
            : position.ViewAt(venue.NowUtc - r.PositionLag);

    private IEnumerable<Position> AllRows(Request r)
    {
        PositionSide[] sides = r.Account.Hedge ? [PositionSide.Long, PositionSide.Short] : [PositionSide.Both];
        foreach (var symbol in Wanted(r))
            foreach (var side in sides)
                yield return r.Account.Find(symbol, side)
                    ?? new Position { Account = r.Account.Name, Symbol = symbol, Side = side };
    }

    private IEnumerable<Position> OpenRows(Request r) => AllRows(r).Where(p =>
        View(r, p).Quantity != 0m
        || (!r.Account.Hedge && r.Account.OpenOrders.Exists(o => o.Symbol == p.Symbol)));

    private IEnumerable<string> Wanted(Request r)
    {
        if (!r.Params.Has("symbol")) return venue.Symbols.Select(s => s.Symbol);
        return venue.Find(r.Params.Text("symbol")) is { } instrument
            ? [instrument.Symbol]
            : throw BinanceError.Of(Refusal.UnknownSymbol);
    }
}
