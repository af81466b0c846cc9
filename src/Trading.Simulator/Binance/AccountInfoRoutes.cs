using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>The account in one answer: v3 with what is open, v2 with every symbol and its settings.</summary>
internal sealed class AccountInfoRoutes(Venue venue, JsonText json)
{
    private const int Digits = 8;
    private readonly PositionReads reads = new(venue);

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/fapi/v2/account", Security.Signed, 5, "account", Second);
        routes.Add("GET", "/fapi/v3/account", Security.Signed, 5, "account", Third);
    }

    private string Second(Request r) => json.Object(w =>
    {
        w.WriteNumber("feeTier", 0);
        w.WriteBoolean("feeBurn", r.Account.FeeBurn);
        w.WriteBoolean("canTrade", true);
        w.WriteBoolean("canDeposit", true);
        w.WriteBoolean("canWithdraw", true);
        w.WriteNumber("updateTime", 0);
        w.WriteBoolean("multiAssetsMargin", r.Account.MultiAssets);
        w.WriteNumber("tradeGroupId", -1);
        WriteSums(w, r.Account);
        w.WriteStartArray("positions");
        if (!r.EmptyPositions)
            foreach (var position in reads.All(r)) WriteSecond(w, r, position);
        w.WriteEndArray();
    });

    private string Third(Request r) => json.Object(w =>
    {
        WriteSums(w, r.Account);
        w.WriteStartArray("positions");
        if (!r.EmptyPositions)
            foreach (var position in reads.Open(r)) WriteThird(w, r, position);
        w.WriteEndArray();
    });

    private void WriteSums(Utf8JsonWriter w, Account account)
    {
        var ledger = venue.Ledger;
        var open = account.Positions.Where(p => !p.IsFlat).ToList();
        var unrealized = open.Sum(ledger.Unrealized);
        var initial = open.Sum(p => ledger.InitialMargin(account, p));
        var orders = ledger.OpenOrderMargin(account);
        var fields = new (string Name, decimal Value)[]
        {
            ("InitialMargin", initial + orders), ("MaintMargin", open.Sum(ledger.MaintenanceMargin)),
            ("WalletBalance", account.Wallet), ("UnrealizedProfit", unrealized),
            ("MarginBalance", account.Wallet + unrealized), ("PositionInitialMargin", initial),
            ("OpenOrderInitialMargin", orders), ("CrossWalletBalance", ledger.CrossWallet(account)),
            ("CrossUnPnl", ledger.CrossUnrealized(account)),
        };
        foreach (var (name, value) in fields) w.Padded("total" + name, value, Digits);
        WriteAvailable(w, account);
        w.WriteStartArray("assets");
        w.WriteStartObject();
        w.WriteString("asset", "USDT");
        foreach (var (name, value) in fields) w.Padded(char.ToLowerInvariant(name[0]) + name[1..], value, Digits);
        WriteAvailable(w, account);
        w.WriteBoolean("marginAvailable", true);
        w.Ms("updateTime", account.WalletUpdatedUtc);
        w.WriteEndObject();
        w.WriteEndArray();
    }

    private void WriteAvailable(Utf8JsonWriter w, Account account)
    {
        w.Padded("availableBalance", venue.Ledger.Available(account), Digits);
        w.Padded("maxWithdrawAmount", venue.Ledger.Available(account), Digits);
    }

    private void WriteSecond(Utf8JsonWriter w, Request r, Position position)
    {
        var view = reads.View(r, position);
        var setting = venue.Setting(r.Account, position.Symbol);
        var (initial, flat) = (reads.Initial(r.Account, position, view), view.Quantity == 0m);
        w.WriteStartObject();
        w.WriteString("symbol", position.Symbol);
        foreach (var (name, value) in (ReadOnlySpan<(string, decimal)>)[
            ("initialMargin", initial), ("maintMargin", reads.Maintenance(position, view))]) Amount(w, name, value);
        w.Padded("unrealizedProfit", reads.Unrealized(position, view), Digits);
        Amount(w, "positionInitialMargin", initial);
        w.WriteString("openOrderInitialMargin", "0");
        w.WriteString("leverage", setting.Leverage.ToString());
        w.WriteBoolean("isolated", setting.Isolated);
        w.WriteString("entryPrice", flat ? "0.0" : JsonFields.Trim(view.Entry));
        w.WriteString("breakEvenPrice", flat ? "0.0" : JsonFields.Trim(reads.BreakEven(position, view)));
        w.WriteString("maxNotional", AccountRoutes.MaxNotional);
        w.WriteString("positionSide", Words.Of(position.Side));
        w.Padded("positionAmt", view.Quantity, venue.Find(position.Symbol)!.Spec.QuantityPrecision);
        Amount(w, "notional", view.Quantity * reads.Mark(position));
        Amount(w, "isolatedWallet", position.IsolatedWallet);
        w.Ms("updateTime", view.UpdatedUtc);
        w.WriteString("bidNotional", "0");
        w.WriteString("askNotional", "0");
        w.WriteEndObject();
    }

    private void WriteThird(Utf8JsonWriter w, Request r, Position position)
    {
        var view = reads.View(r, position);
        w.WriteStartObject();
        w.WriteString("symbol", position.Symbol);
        w.WriteString("positionSide", Words.Of(position.Side));
        w.Trimmed("positionAmt", view.Quantity);
        w.Padded("unrealizedProfit", reads.Unrealized(position, view), Digits);
        w.Trimmed("isolatedMargin", reads.IsolatedMargin(position));
        w.Padded("notional", view.Quantity * reads.Mark(position), Digits);
        w.Trimmed("isolatedWallet", position.IsolatedWallet);
        w.Padded("initialMargin", reads.Initial(r.Account, position, view), Digits);
        w.Padded("maintMargin", reads.Maintenance(position, view), Digits);
        w.Ms("updateTime", view.UpdatedUtc);
        w.WriteEndObject();
    }

    private static void Amount(Utf8JsonWriter w, string name, decimal value)
    {
        if (value == 0m) w.WriteString(name, "0");
        else w.Padded(name, value, Digits);
    }
}
