using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>User data events (protocol page, section 10): what the venue told, in Binance's words.</summary>
internal sealed class UserFrames(Venue venue, JsonText json)
{
    public void Write(VenueEvent happened, BinanceStreams to)
    {
        switch (happened)
        {
            case VenueEvent.TradeHinted e:
                to.PushUser(e.Account, "TRADE_LITE", "", e.Order.Symbol, e.Order.ClientId, TradeLite(e));
                break;
            case VenueEvent.OrderAccepted e:
                PushOrder(to, e.Account, e.Order, "NEW", null);
                break;
            case VenueEvent.BalanceChanged e:
                to.PushUser(e.Account, "ACCOUNT_UPDATE", "ORDER", e.Position.Symbol, "",
                    AccountUpdate(e.Account, "ORDER", e.Position, 0m, ""));
                break;
            case VenueEvent.Traded e:
                PushOrder(to, e.Account, e.Order, "TRADE", e.Trade);
                break;
            case VenueEvent.OrderAmended e:
                PushOrder(to, e.Account, e.Order, "AMENDMENT", null);
                break;
            case VenueEvent.OrderEnded e:
                PushOrder(to, e.Account, e.Order, Words.Of(e.Order.Status), null);
                break;
            case VenueEvent.StopChanged e:
                to.PushUser(e.Account, "ALGO_UPDATE", Words.Of(e.Stop.Status), e.Stop.Symbol, e.Stop.ClientId,
                    AlgoUpdate(e.Stop));
                break;
            case VenueEvent.Funded e:
                var isolated = venue.Setting(e.Account, e.Position.Symbol).Isolated;
                to.PushUser(e.Account, "ACCOUNT_UPDATE", "FUNDING_FEE", e.Position.Symbol, "", AccountUpdate(
                    e.Account, "FUNDING_FEE", isolated ? e.Position : null, e.Amount, e.Position.Symbol));
                break;
            case VenueEvent.LiquidationCleared e:
                to.PushUser(e.Account, "ACCOUNT_UPDATE", "INSURANCE_CLEAR", e.Position.Symbol, "",
                    AccountUpdate(e.Account, "INSURANCE_CLEAR", e.Position, e.Amount, ""));
                break;
            case VenueEvent.LeverageChanged e:
                to.PushUser(e.Account, "ACCOUNT_CONFIG_UPDATE", "", e.Symbol, "", ConfigUpdate(e));
                break;
            case VenueEvent.AssetModeChanged e:
                to.PushUser(e.Account, "ACCOUNT_CONFIG_UPDATE", "", "", "", AssetMode(e.Account));
                break;
            case VenueEvent.MarginMoved e:
                to.PushUser(e.Account, "ACCOUNT_UPDATE", "MARGIN_TRANSFER", e.Position.Symbol, "",
                    AccountUpdate(e.Account, "MARGIN_TRANSFER", e.Position, 0m, ""));
                break;
            case VenueEvent.MarginTypeChanged e:
                to.PushUser(e.Account, "ACCOUNT_UPDATE", "MARGIN_TYPE_CHANGE", e.Symbol, "",
                    AccountUpdate(e.Account, "MARGIN_TYPE_CHANGE", Row(e), 0m, ""));
                break;
        }
    }

    public string ListenKeyExpired(string key) => json.Object(w =>
    {
        w.WriteString("e", "listenKeyExpired");
        w.Ms("E", venue.StampUtc);
        w.WriteString("listenKey", key);
    });

    private void PushOrder(BinanceStreams to, Account account, Order order, string execution, Trade? trade) =>
        to.PushUser(
            account, "ORDER_TRADE_UPDATE", execution, order.Symbol, order.ClientId,
            OrderUpdate(order, execution, trade));

    private string OrderUpdate(Order order, string execution, Trade? trade) => json.Object(w =>
    {
        var fresh = execution == "NEW";
        WriteTimes(w, "ORDER_TRADE_UPDATE");
        w.WriteStartObject("o");
        w.WriteString("s", order.Symbol);
        w.WriteString("c", order.ClientId);
        w.WriteString("S", Words.Of(order.Side));
        w.WriteString("o", order.Origin == Origin.Liquidation ? "LIQUIDATION" : Words.Of(order.Type));
        w.WriteString("f", Words.Of(order.TimeInForce));
        w.Trimmed("q", order.Quantity);
        w.Trimmed("p", order.Price);
        w.Trimmed("ap", fresh ? 0m : decimal.Round(order.AveragePrice, 12));
        w.WriteString("sp", "0");
        w.WriteString("x", execution);
        w.WriteString("X", fresh ? "NEW" : Words.Of(order.Status));
        w.WriteNumber("i", order.Id);
        w.Trimmed("l", trade?.Quantity ?? 0m);
        w.Trimmed("z", fresh ? 0m : order.Filled);
        w.Trimmed("L", trade?.Price ?? 0m);
        w.Trimmed("n", trade?.Fee ?? 0m);
        w.WriteString("N", trade?.FeeAsset ?? "USDT");
        w.Ms("T", venue.StampUtc);
        w.WriteNumber("t", trade?.Id ?? 0);
        w.WriteString("b", "0");
        w.WriteString("a", "0");
        w.WriteBoolean("m", trade?.Maker ?? false);
        w.WriteBoolean("R", order.ReduceOnly);
        w.WriteString("wt", "CONTRACT_PRICE");
        w.WriteString("ot", order.Origin == Origin.Liquidation ? "LIQUIDATION" : Words.Of(order.Type));
        w.WriteString("ps", Words.Of(order.PositionSide));
        w.WriteBoolean("cp", order.ClosePosition);
        w.Trimmed("rp", trade?.Realized ?? 0m);
        w.WriteBoolean("pP", false);
        w.WriteNumber("si", 0);
        w.WriteNumber("ss", 0);
        w.WriteString("V", "EXPIRE_MAKER");
        w.WriteString("pm", Words.Of(order.PriceMatch));
        w.Ms("gtd", order.GoodTillUtc);
        w.WriteString("er", fresh ? "0" : Words.Of(order.EndReason));
        w.WriteEndObject();
    });

    private string TradeLite(VenueEvent.TradeHinted e) => json.Object(w =>
    {
        var spec = venue.Find(e.Order.Symbol)!.Spec;
        w.WriteString("e", "TRADE_LITE");
        w.Ms("E", venue.StampUtc);
        w.Ms("T", venue.StampUtc);
        w.WriteString("s", e.Order.Symbol);
        w.Trimmed("q", e.Order.Quantity);
        w.Padded("p", e.Order.Price, spec.PricePrecision);
        w.WriteBoolean("m", e.Trade.Maker);
        w.WriteString("c", e.Order.ClientId);
        w.WriteString("S", Words.Of(e.Order.Side));
        w.Padded("L", e.Trade.Price, spec.PricePrecision);
        w.Trimmed("l", e.Trade.Quantity);
        w.WriteNumber("t", e.Trade.Id);
        w.WriteNumber("i", e.Order.Id);
    });

    private string AccountUpdate(
        Account account, string reason, Position? position, decimal change, string fundedSymbol) => json.Object(w =>
    {
        WriteTimes(w, "ACCOUNT_UPDATE");
        w.WriteStartObject("a");
        w.WriteString("m", reason);
        if (fundedSymbol.Length > 0) w.WriteString("S", fundedSymbol);
        w.WriteStartArray("B");
        WriteBalance(w, Account.Quote, account.Wallet, venue.Ledger.CrossWallet(account), change);
        if (account.FeeAsset != Account.Quote && reason == "ORDER") WriteBalance(w, account.FeeAsset, account.FeeWallet, account.FeeWallet, 0m);
        w.WriteEndArray();
        w.WriteStartArray("P");
        if (position is not null) WritePosition(w, account, position);
        w.WriteEndArray();
        w.WriteEndObject();
    });

    private static void WriteBalance(Utf8JsonWriter w, string asset, decimal wallet, decimal crossWallet, decimal change)
    {
        w.WriteStartObject();
        w.WriteString("a", asset);
        w.Padded("wb", wallet, 8);
        w.Padded("cw", crossWallet, 8);
        w.Trimmed("bc", change);
        w.WriteEndObject();
    }

    /// <summary>A changed margin type comes with the symbol's position, a flat one too (recorded 2022).</summary>
    private static Position Row(VenueEvent.MarginTypeChanged e)
    {
        var side = e.Account.Hedge ? PositionSide.Long : PositionSide.Both;
        return e.Account.Find(e.Symbol, side) ?? new Position { Account = e.Account.Name, Symbol = e.Symbol, Side = side };
    }

    private void WritePosition(Utf8JsonWriter w, Account account, Position p)
    {
        w.WriteStartObject();
        w.WriteString("s", p.Symbol);
        w.Trimmed("pa", p.Quantity);
        w.Trimmed("ep", p.Entry);
        w.Trimmed("cr", p.Realized);
        w.Trimmed("up", decimal.Round(venue.Ledger.Unrealized(p), 8));
        w.WriteString("mt", venue.Setting(account, p.Symbol).Isolated ? "isolated" : "cross");
        w.Trimmed("iw", decimal.Round(p.IsolatedWallet, 8));
        w.WriteString("ps", Words.Of(p.Side));
        w.WriteString("ma", "USDT");
        w.Trimmed("bep", decimal.Round(p.BreakEven, 8));
        w.WriteEndObject();
    }

    private string AlgoUpdate(StopOrder s) => json.Object(w =>
    {
        WriteTimes(w, "ALGO_UPDATE");
        w.WriteStartObject("o");
        w.WriteString("caid", s.ClientId);
        w.WriteNumber("aid", s.Id);
        w.WriteString("at", "CONDITIONAL");
        w.WriteString("o", Words.Of(s.Type));
        w.WriteString("s", s.Symbol);
        w.WriteString("S", Words.Of(s.Side));
        w.WriteString("ps", Words.Of(s.PositionSide));
        w.WriteString("f", Words.Of(s.TimeInForce));
        w.Trimmed("q", s.Quantity);
        w.WriteString("X", Words.Of(s.Status));
        w.WriteString("ai", s.OrderId == 0 ? "" : s.OrderId.ToString());
        if (s.OrderId != 0)
        {
            w.Trimmed("ap", decimal.Round(s.ActualPrice, 12));
            w.Trimmed("aq", s.ActualQuantity);
            w.WriteString("act", s.Type is StopType.Stop or StopType.TakeProfit ? "LIMIT" : "MARKET");
        }

        w.Trimmed("tp", s.TriggerPrice);
        w.Trimmed("p", s.Price);
        w.WriteString("V", "EXPIRE_MAKER");
        w.WriteString("wt", Words.Of(s.Source));
        w.WriteString("pm", Words.Of(s.PriceMatch));
        w.WriteBoolean("cp", s.ClosePosition);
        w.WriteBoolean("pP", s.PriceProtect);
        w.WriteBoolean("R", s.ReduceOnly);
        w.Ms("tt", s.TriggeredUtc);
        w.Ms("gtd", s.GoodTillUtc);
        w.WriteBoolean("ia", s.Type == StopType.TrailingStopMarket && s.Activated);
        if (s.Reason.Length > 0) w.WriteString("rm", s.Reason);
        w.WriteEndObject();
    });

    private string ConfigUpdate(VenueEvent.LeverageChanged e) => json.Object(w =>
    {
        WriteTimes(w, "ACCOUNT_CONFIG_UPDATE");
        w.WriteStartObject("ac");
        w.WriteString("s", e.Symbol);
        w.WriteNumber("l", e.Leverage);
        w.WriteEndObject();
    });

    private string AssetMode(Account account) => json.Object(w =>
    {
        WriteTimes(w, "ACCOUNT_CONFIG_UPDATE");
        w.WriteStartObject("ai");
        w.WriteBoolean("j", account.MultiAssets);
        w.WriteEndObject();
    });

    private void WriteTimes(Utf8JsonWriter w, string name)
    {
        w.WriteString("e", name);
        w.Ms("T", venue.StampUtc);
        w.Ms("E", venue.StampUtc);
    }
}
