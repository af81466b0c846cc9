using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Modes of the whole account, and what it may do (protocol page, section 6).</summary>
internal sealed class AccountModeRoutes(Venue venue, BinanceOptions options, JsonText json)
{
    public void Register(RouteTable routes)
    {
        routes.Add("POST", "/fapi/v1/positionSide/dual", Security.Signed, 1, "setup", SetSides);
        routes.Add("GET", "/fapi/v1/positionSide/dual", Security.Signed, 30, "account",
            r => json.Object(w => w.WriteBoolean("dualSidePosition", r.Account.Hedge)));
        routes.Add("POST", "/fapi/v1/multiAssetsMargin", Security.Signed, 1, "setup", SetMultiAssets);
        routes.Add("GET", "/fapi/v1/multiAssetsMargin", Security.Signed, 30, "account",
            r => json.Object(w => w.WriteBoolean("multiAssetsMargin", r.Account.MultiAssets)));
        routes.Add("POST", "/fapi/v1/feeBurn", Security.Signed, 1, "setup", SetFeeBurn);
        routes.Add("GET", "/fapi/v1/feeBurn", Security.Signed, 30, "account",
            r => json.Object(w => w.WriteBoolean("feeBurn", r.Account.FeeBurn)));
        routes.Add("GET", "/fapi/v1/rateLimit/order", Security.Signed, 1, "account", OrderLimits);
        routes.Add("GET", "/fapi/v1/apiTradingStatus", Security.Signed, p => p.Has("symbol") ? 1 : 10, "account", Indicators);
    }

    private string SetSides(Request r) =>
        venue.Settings.SetMode(r.Account, r.Params.RequiredFlag("dualSidePosition")) switch
        {
            Refusal.None => AccountRoutes.Success,
            Refusal.OrdersExist => throw new BinanceError(
                -4067, "Position side cannot be changed if there exists open orders."),
            Refusal.PositionExists => throw new BinanceError(
                -4068, "Position side cannot be changed if there exists position."),
            var refusal => throw BinanceError.Of(refusal),
        };

    private string SetMultiAssets(Request r)
    {
        var refusal = venue.Settings.SetMultiAssets(r.Account, r.Params.RequiredFlag("multiAssetsMargin"));
        return refusal == Refusal.None ? AccountRoutes.Success : throw BinanceError.Of(refusal);
    }

    private string SetFeeBurn(Request r)
    {
        venue.Settings.SetFeeBurn(r.Account, r.Params.RequiredFlag("feeBurn"));
        return AccountRoutes.Success;
    }

    private string OrderLimits(Request r) => json.Array(
        [("SECOND", 10, options.OrdersPerTenSeconds), ("MINUTE", 1, options.OrdersPerMinute)], static (w, limit) =>
        {
            w.WriteString("rateLimitType", "ORDERS");
            w.WriteString("interval", limit.Item1);
            w.WriteNumber("intervalNum", limit.Item2);
            w.WriteNumber("limit", limit.Item3);
        });

    /// <summary>The quantitative rules never lock an account here.</summary>
    private string Indicators(Request r) => json.Object(w =>
    {
        w.WriteStartObject("indicators");
        w.WriteStartArray("ACCOUNT");
        w.WriteStartObject();
        w.WriteString("indicator", "TMV");
        w.WriteNumber("value", 0);
        w.WriteNumber("triggerValue", 5);
        w.WriteNumber("plannedRecoverTime", 0);
        w.WriteBoolean("isLocked", false);
        w.WriteEndObject();
        w.WriteEndArray();
        w.WriteEndObject();
        w.Ms("updateTime", venue.StampUtc);
    });
}
