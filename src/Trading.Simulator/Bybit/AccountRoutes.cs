using System.Globalization;
using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>The account itself: money, mode, fees, and what its key may do (protocol page, sections 6 and 8).</summary>
internal sealed class AccountRoutes(Venue venue, BybitOptions options, JsonText json)
{
    private const int FirstUser = 700_112_000;
    private readonly WalletRow wallet = new(venue);

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/v5/account/wallet-balance", 50, "account", Balance);
        routes.Add("GET", "/v5/account/info", 50, "account", Info);
        routes.Add("GET", "/v5/account/fee-rate", 5, "account", FeeRate);
        routes.Add("GET", "/v5/user/query-api", 10, "account", KeyInfo);
    }

    /// <summary>Margin mode is the account's: every symbol has the same.</summary>
    public static bool IsIsolated(Account account) => account.Settings.Values.Any(s => s.Isolated);

    public static string UserOf(string accountName) =>
        (FirstUser + int.Parse(accountName.AsSpan(accountName.Length - 4), CultureInfo.InvariantCulture))
            .ToString(CultureInfo.InvariantCulture);

    private string Balance(Request r)
    {
        if (r.Fields.Required("accountType") != "UNIFIED") throw BybitError.Param("accountType only support UNIFIED");
        return json.Object(w =>
        {
            w.WriteStartArray("list");
            w.WriteStartObject();
            wallet.Write(w, r.Account);
            w.WriteEndObject();
            w.WriteEndArray();
        });
    }

    private string Info(Request r) => json.Object(w =>
    {
        w.WriteString("marginMode", IsIsolated(r.Account) ? "ISOLATED_MARGIN" : "REGULAR_MARGIN");
        w.MsText("updatedTime", r.Account.WalletUpdatedUtc);
        w.WriteNumber("unifiedMarginStatus", 5);
        w.WriteString("dcpStatus", "OFF");
        w.WriteNumber("timeWindow", 10);
        w.WriteNumber("smpGroup", 0);
        w.WriteBoolean("isMasterTrader", false);
        w.WriteString("spotHedgingStatus", "OFF");
    });

    private string FeeRate(Request r)
    {
        MarketRoutes.CheckCategory(r.Fields);
        var symbols = r.Fields.Has("symbol")
            ? [MarketRoutes.Find(venue, r.Fields).Spec]
            : venue.Symbols;
        var terms = venue.Terms(r.Account);
        return Pages.Write(json, symbols, r.Fields, 1000, 1000, (w, spec) =>
        {
            w.WriteString("symbol", spec.Symbol);
            w.Trimmed("takerFeeRate", terms.TakerFee);
            w.Trimmed("makerFeeRate", terms.MakerFee);
        });
    }

    private string KeyInfo(Request r) => json.Object(w =>
    {
        w.WriteString("id", UserOf(r.Account.Name));
        w.WriteString("note", "simulator");
        w.WriteString("apiKey", r.Key);
        w.WriteNumber("readOnly", 0);
        w.WriteString("secret", "");
        w.WriteStartObject("permissions");
        Permission(w, "ContractTrade", "Order", "Position");
        Permission(w, "Spot");
        Permission(w, "Options");
        Permission(w, "Derivatives", "DerivativesTrade");
        if (options.WithdrawKeys.Contains(r.Key)) Permission(w, "Wallet", "AccountTransfer", "Withdraw");
        else Permission(w, "Wallet");
        Permission(w, "Exchange");
        Permission(w, "Earn");
        w.WriteEndObject();
        w.WriteStartArray("ips");
        foreach (var address in options.BoundAddresses) w.WriteStringValue(address);
        w.WriteEndArray();
        w.WriteNumber("type", 1);
        w.WriteNumber("deadlineDay", 90);
        w.WriteString("expiredAt", venue.StampUtc.AddDays(90).ToString("s", CultureInfo.InvariantCulture) + "Z");
        w.WriteString("createdAt", venue.StampUtc.AddDays(-1).ToString("s", CultureInfo.InvariantCulture) + "Z");
        w.WriteNumber("unified", 0);
        w.WriteNumber("uta", 1);
        w.WriteNumber("userID", long.Parse(UserOf(r.Account.Name), CultureInfo.InvariantCulture));
        w.WriteNumber("inviterID", 0);
        w.WriteString("vipLevel", "No VIP");
        w.WriteBoolean("isMaster", true);
        w.WriteString("parentUid", "0");
    });

    private static void Permission(Utf8JsonWriter w, string name, params string[] granted)
    {
        w.WriteStartArray(name);
        foreach (var one in granted) w.WriteStringValue(one);
        w.WriteEndArray();
    }
}
