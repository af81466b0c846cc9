using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Settings and balances of an account (protocol page, section 6).</summary>
internal sealed class AccountRoutes(Venue venue, JsonText json)
{
    /// <summary>Largest notional of a symbol, whatever the leverage.</summary>
    public const string MaxNotional = "30000000";

    /// <summary>Answer to a setting that was made.</summary>
    public const string Success = """{"code":200,"msg":"success"}""";
    private const int Digits = 8;

    public void Register(RouteTable routes)
    {
        routes.Add("POST", "/fapi/v1/leverage", Security.Signed, 1, "setup", SetLeverage);
        routes.Add("POST", "/fapi/v1/marginType", Security.Signed, 1, "setup", SetMarginType);
        routes.Add("GET", "/fapi/v1/accountConfig", Security.Signed, 5, "account", AccountConfig);
        routes.Add("GET", "/fapi/v1/symbolConfig", Security.Signed, 5, "account", SymbolConfig);
        routes.Add("GET", "/fapi/v1/leverageBracket", Security.Signed, 1, "account", Brackets);
        routes.Add("GET", "/fapi/v1/commissionRate", Security.Signed, 20, "account", Commission);
        routes.Add("GET", "/fapi/v2/balance", Security.Signed, 5, "account", Balance);
        routes.Add("GET", "/fapi/v3/balance", Security.Signed, 5, "account", Balance);
    }

    private string SetLeverage(Request r)
    {
        var instrument = Find(r.Params);
        var leverage = (int)Math.Clamp(r.Params.RequiredNumber("leverage"), 0, int.MaxValue);
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
            _ => throw BinanceError.Invalid("marginType"),
        };
        var refusal = venue.Settings.SetMarginType(r.Account, instrument, isolated);
        return refusal == Refusal.None ? Success : throw BinanceError.Of(refusal);
    }

    private string AccountConfig(Request r) => json.Object(w =>
    {
        w.WriteNumber("feeTier", 0);
        w.WriteBoolean("canTrade", true);
        w.WriteBoolean("canDeposit", true);
        w.WriteBoolean("canWithdraw", true);
        w.WriteBoolean("dualSidePosition", r.Account.Hedge);
        w.WriteNumber("updateTime", 0);
        w.WriteBoolean("multiAssetsMargin", r.Account.MultiAssets);
        w.WriteNumber("tradeGroupId", -1);
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

    private static string[] AssetsOf(Account account) => account.FeeWallet > 0m ? [Account.Quote, account.FeeAsset] : [Account.Quote];

    private string Balance(Request r) => json.Array(AssetsOf(r.Account), (w, asset) =>
    {
        var (account, isQuote) = (r.Account, asset == Account.Quote);
        w.WriteString("accountAlias", "SimA");
        w.WriteString("asset", asset);
        w.Padded("balance", isQuote ? account.Wallet : account.FeeWallet, Digits);
        w.Padded("crossWalletBalance", isQuote ? venue.Ledger.CrossWallet(account) : account.FeeWallet, Digits);
        w.Padded("crossUnPnl", isQuote ? venue.Ledger.CrossUnrealized(account) : 0m, Digits);
        w.Padded("availableBalance", isQuote ? venue.Ledger.Available(account) : account.FeeWallet, Digits);
        w.Padded("maxWithdrawAmount", isQuote ? venue.Ledger.Available(account) : account.FeeWallet, Digits);
        w.WriteBoolean("marginAvailable", true);
        w.Ms("updateTime", account.WalletUpdatedUtc);
    });

    private IEnumerable<string> Wanted(Params parameters) =>
        parameters.Has("symbol") ? [Find(parameters).Symbol] : venue.Symbols.Select(s => s.Symbol);

    private Instrument Find(Params parameters) =>
        venue.Find(parameters.Required("symbol")) ?? throw BinanceError.Of(Refusal.UnknownSymbol);
}
