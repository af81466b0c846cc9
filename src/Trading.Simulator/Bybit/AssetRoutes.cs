using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>The account's coins: there is one, USDT, and nothing can be moved in or out.</summary>
internal sealed class AssetRoutes(Venue venue, JsonText json)
{
    private const string Usdt = "USDT";
    private const int CoinsMax = 20;

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/v5/asset/coin/query-info", 5, "account",
            _ => """{"rows":[{"name":"USDT","coin":"USDT","remainAmount":"0","chains":[]}]}""");
        routes.Add("GET", "/v5/asset/transfer/query-account-coins-balance", 5, "account", Balances);
        routes.Add("GET", "/v5/asset/transfer/query-account-coin-balance", 5, "account", Balance);
        routes.Add("GET", "/v5/account/withdrawal", 50, "account", Withdrawal);
        routes.Add("GET", "/v5/account/collateral-info", 50, "account", Collateral);
        routes.Add("GET", "/v5/account/smp-group", 50, "account", _ => """{"smpGroup":0}""");
    }

    private string Balances(Request r)
    {
        var type = r.Fields.Required("accountType");
        if (type == "UNIFIED") r.Fields.Required("coin");
        return json.Object(w =>
        {
            w.WriteString("memberId", AccountRoutes.UserOf(r.Account.Name));
            w.WriteString("accountType", type);
            w.WriteStartArray("balance");
            foreach (var coin in Coins(r.Fields.Has("coin") ? r.Fields.Text("coin") : Usdt))
            {
                w.WriteStartObject();
                WriteBalance(w, r.Account, type, coin);
                w.WriteEndObject();
            }

            w.WriteEndArray();
        });
    }

    private string Balance(Request r)
    {
        var (type, coin) = (r.Fields.Required("accountType"), r.Fields.Required("coin"));
        return json.Object(w =>
        {
            w.WriteString("accountType", type);
            w.WriteNumber("bizType", 1);
            w.WriteString("accountId", AccountRoutes.UserOf(r.Account.Name));
            w.WriteString("memberId", AccountRoutes.UserOf(r.Account.Name));
            w.WriteStartObject("balance");
            WriteBalance(w, r.Account, type, coin);
            w.WriteString("transferSafeAmount", "");
            w.WriteString("ltvTransferSafeAmount", "");
            w.WriteEndObject();
        });
    }

    private void WriteBalance(Utf8JsonWriter w, Account account, string type, string coin)
    {
        var held = type == "UNIFIED" && coin == Usdt;
        w.WriteString("coin", coin);
        w.Trimmed("walletBalance", held ? decimal.Round(account.Wallet, 8) : 0m);
        w.Trimmed("transferBalance", held ? Free(account) : 0m);
        w.WriteString("bonus", "0");
    }

    private string Withdrawal(Request r)
    {
        var coins = Coins(r.Fields.Required("coinName"));
        return json.Object(w =>
        {
            w.Trimmed("availableWithdrawal", coins[0] == Usdt ? Free(r.Account) : 0m);
            w.WriteStartObject("availableWithdrawalMap");
            foreach (var coin in coins.Distinct()) w.Trimmed(coin, coin == Usdt ? Free(r.Account) : 0m);
            w.WriteEndObject();
        });
    }

    private string Collateral(Request r) => json.Object(w =>
    {
        w.WriteStartArray("list");
        if (r.Fields.Text("currency") is "" or Usdt)
        {
            w.WriteStartObject();
            foreach (var (name, value) in ((string, string)[])
                [
                    ("currency", Usdt), ("hourlyBorrowRate", "0"), ("maxBorrowingAmount", "0"), ("freeBorrowingLimit", "0"),
                    ("freeBorrowAmount", "0"), ("borrowAmount", "0"), ("otherBorrowAmount", "0"), ("availableToBorrow", "0"),
                    ("borrowUsageRate", "0"), ("collateralRatio", "1"), ("freeBorrowingAmount", ""),
                ])
                w.WriteString(name, value);
            w.WriteBoolean("borrowable", false);
            w.WriteBoolean("marginCollateral", true);
            w.WriteBoolean("collateralSwitch", true);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    });

    private decimal Free(Account account) => decimal.Round(venue.Ledger.Available(account), 8);

    private static string[] Coins(string text) => text.Split(',') is { Length: <= CoinsMax } coins
        ? coins
        : throw BybitError.Param($"at most {CoinsMax} coins");
}
