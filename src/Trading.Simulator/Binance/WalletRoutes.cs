using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>What clients ask of the spot product's wallet on their way to a futures order: here it is empty.</summary>
internal sealed class WalletRoutes(Venue venue, BinanceOptions options, JsonText json)
{
    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/sapi/v1/system/status", Security.None, 1, "market",
            _ => """{"status":0,"msg":"normal"}""");
        routes.Add("GET", "/sapi/v1/capital/config/getall", Security.Signed, 10, "account", _ => "[]");
        routes.Add("GET", "/sapi/v1/margin/allPairs", Security.Key, 1, "account", _ => "[]");
        routes.Add("GET", "/sapi/v1/account/apiRestrictions", Security.Signed, 1, "account", Restrictions);
    }

    /// <summary>The wallet API's word on the key, as developers.binance.com shows it.</summary>
    private string Restrictions(Request r) => json.Object(w =>
    {
        w.WriteBoolean("ipRestrict", options.KeysAreBound);
        w.Ms("createTime", venue.StampUtc.AddDays(-1));
        w.WriteBoolean("enableReading", true);
        w.WriteBoolean("enableWithdrawals", options.WithdrawKeys.Contains(r.Account.Name.Split('/')[^1]));
        w.WriteBoolean("enableInternalTransfer", false);
        w.WriteBoolean("enableMargin", false);
        w.WriteBoolean("enableFutures", true);
        w.WriteBoolean("permitsUniversalTransfer", false);
        w.WriteBoolean("enableVanillaOptions", false);
        w.WriteBoolean("enableFixApiTrade", false);
        w.WriteBoolean("enableFixReadOnly", false);
        w.WriteBoolean("enableSpotAndMarginTrading", false);
        w.WriteBoolean("enablePortfolioMarginTrading", false);
    });
}
