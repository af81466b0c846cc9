using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Settings and balances of an account (protocol page, section 6).</summary>
internal sealed class AccountRoutes(Venue venue, BinanceOptions options, JsonText json)
{
    private const string Success = """{"code":200,"msg":"success"}""";
    private const string MaxNotional = "30000000";
    private const int Digits = 8;

    public void Register(RouteTable routes)
    {
        routes.Add("POST", "/fapi/v1/leverage", Security.Signed, 1, "setup", SetLeverage);
        routes.Add("POST", "/fapi/v1/marginType", Security.Signed, 1, "setup", SetMarginType);
        routes.Add("POST", "/fapi/v1/positionSide/dual", Security.Signed, 1, "setup", SetMode);
        routes.Add("GET", "/fapi/v1/positionSide/dual", Security.Signed, 30, "account",
            r => json.Object(w => w.WriteBoolean("dualSidePosition", r.Account.Hedge)));
        routes.Add("GET", "/fapi/v1/multiAssetsMargin", Security.Signed, 30, "account",
            _ => """{"multiAssetsMargin":false}""");
        routes.Add("GET", "/fapi/v1/accountConfig", Security.Signed, 5, "account", AccountConfig);
        routes.Add("GET", "/fapi/v1/symbolConfig", Security.Signed, 5, "account", SymbolConfig);
        routes.Add("GET", "/fapi/v1/leverageBracket", Security.Signed, 1, "account", Brackets);
        routes.Add("GET", "/sapi/v1/account/apiRestrictions", Security.Signed, 1, "account", Restrictions);
        routes.Add("GET", "/fapi/v1/commissionRate", Security.Signed, 20, "account", Commission);
        routes.Add("GET", "/fapi/v2/balance", Security.Signed, 5, "account", Balance);
        routes.Add("GET", "/fapi/v3/balance", Security.Signed, 5, "account", Balance);
    }

    private string SetLeverage(Request r)
    {
        var instrument = Find(r.Params);
        r.Params.Required("leverage");
        var leverage = (int)Math.Clamp(r.Params.Number("leverage"), 0, int.MaxValue);
        var refusal = venue.Settings.SetLeverage(r.Account, instrument, leverage);
        if (refusal == Refusal.LeverageInvalid) throw new BinanceError(-4028, $"Leverage {leverage} is not valid");
        if (refusal != Refusal.None) throw BinanceError.Of(refusal);
        return json.Object(w =>
        {
            w.WriteNumber("leverage", leverage);
            w.WriteString("maxNotionalValue", MaxNotional);
            w.WriteString("symbol", instrument.Symbol);
        });
    }

    private string SetMarginType(Request r)
    {
        var instrument = Find(r.Params);
        var isolated = r.Params.Required("marginType") switch
        {
            "ISOLATED" => true,
            "CROSSED" => false,
            _ => throw new BinanceError(-4049, "Add margin only support for isolated position."),
        };
        var refusal = venue.Settings.SetMarginType(r.Account, instrument, isolated);
        return refusal == Refusal.None ? Success : throw BinanceError.Of(refusal);
    }

    private string SetMode(Request r)
    {
        r.Params.Required("dualSidePosition");
        return venue.Settings.SetMode(r.Account, r.Params.Flag("dualSidePosition")) switch
        {
            Refusal.None => Success,
            Refusal.OrdersExist => throw new BinanceError(
                -4067, "Position side cannot be changed if there exists open orders."),
            Refusal.PositionExists => throw new BinanceError(
                -4068, "Position side cannot be changed if there exists position."),
            var refusal => throw BinanceError.Of(refusal),
        };
    }

    private string AccountConfig(Request r) => json.Object(w =>
    {
        w.WriteNumber("feeTier", 0);
        w.WriteBoolean("canTrade", true);
        w.WriteBoolean("canDeposit", true);
        w.WriteBoolean("canWithdraw", true);
        w.WriteBoolean("dualSidePosition", r.Account.Hedge);
        w.WriteNumber("updateTime", 0);
        w.WriteBoolean("multiAssetsMargin", false);
        w.WriteNumber("tradeGroupId", -1);
    });

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

    private string SymbolConfig(Request r) => json.Array(Wanted(r.Params), (w, symbol) =>
    {
        var setting = venue.Setting(r.Account, symbol);
        w.WriteString("symbol", symbol);
        w.WriteString("marginType", setting.Isolated ? "ISOLATED" : "CROSSED");
        w.WriteBoolean("isAutoAddMargin", false);
        w.WriteNumber("leverage", setting.Leverage);
        w.WriteString("maxNotionalValue", MaxNotional);
    });

    private string Brackets(Request r) => json.Array(Wanted(r.Params), (w, symbol) =>
    {
        var spec = venue.Find(symbol)!.Spec;
        w.WriteString("symbol", symbol);
        w.WriteNumber("notionalCoef", 1.0m);
        w.WriteStartArray("brackets");
        w.WriteStartObject();
        w.WriteNumber("bracket", 1);
        w.WriteNumber("initialLeverage", spec.MaxLeverage);
        w.WriteNumber("notionalCap", 30000000);
        w.WriteNumber("notionalFloor", 0);
        w.WriteNumber("maintMarginRatio", spec.MaintMarginRate);
        w.WriteNumber("cum", 0.0m);
        w.WriteEndObject();
        w.WriteEndArray();
    });

    private string Commission(Request r) => json.Object(w =>
    {
        w.WriteString("symbol", Find(r.Params).Symbol);
        w.Padded("makerCommissionRate", venue.Options.MakerFee, 6);
        w.Padded("takerCommissionRate", venue.Options.TakerFee, 6);
        w.WriteString("rpiCommissionRate", "0.000050");
    });

    private string Balance(Request r) => json.Array([r.Account], (w, account) =>
    {
        w.WriteString("accountAlias", "SimA");
        w.WriteString("asset", "USDT");
        w.Padded("balance", account.Wallet, Digits);
        w.Padded("crossWalletBalance", venue.Ledger.CrossWallet(account), Digits);
        w.Padded("crossUnPnl", venue.Ledger.CrossUnrealized(account), Digits);
        w.Padded("availableBalance", venue.Ledger.Available(account), Digits);
        w.Padded("maxWithdrawAmount", venue.Ledger.Available(account), Digits);
        w.WriteBoolean("marginAvailable", true);
        w.Ms("updateTime", account.WalletUpdatedUtc);
    });

    private IEnumerable<string> Wanted(Params parameters) =>
        parameters.Has("symbol") ? [Find(parameters).Symbol] : venue.Symbols.Select(s => s.Symbol);

    private Instrument Find(Params parameters) =>
        venue.Find(parameters.Required("symbol")) ?? throw BinanceError.Of(Refusal.UnknownSymbol);
}
