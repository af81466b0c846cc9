using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Margin of isolated positions, and the risk limit: one tier, which the exchange applies by itself.</summary>
internal sealed class MarginRoutes(Venue venue, BybitOptions options, JsonText json)
{
    public const int RiskId = 1;
    public const string RiskLimit = "900000";
    private const int PerSecond = 10;
    private const int MarginDigits = 4;
    private const string Empty = "{}";
    private readonly PositionRow row = new(venue, options);

    public void Register(RouteTable routes)
    {
        routes.Add("POST", "/v5/position/add-margin", PerSecond, "setup", AddMargin);
        routes.Add("POST", "/v5/position/set-auto-add-margin", PerSecond, "setup", SetAutoAdd);
        routes.Add("POST", "/v5/position/set-risk-limit", PerSecond, "setup", SetRiskLimit);
        routes.Add("POST", "/v5/position/confirm-pending-mmr", PerSecond, "setup", r =>
        {
            MarketRoutes.Find(venue, r.Fields);
            return Empty;
        });
    }

    private string AddMargin(Request r)
    {
        var (f, account) = (r.Fields, r.Account);
        var instrument = MarketRoutes.Find(venue, f);
        f.Required("margin");
        var (amount, side) = (f.Decimal("margin"), Words.PositionSideOf(account, f.Number("positionIdx")));
        if (amount != decimal.Round(amount, MarginDigits)) throw BybitError.Param("margin invalid");
        var refusal = account.Find(instrument.Symbol, side) is { IsFlat: false }
            ? venue.Margins.Move(account, instrument, side, amount)
            : Refusal.NoPosition;
        if (refusal != Refusal.None) throw BybitError.Of(refusal);
        var position = account.Get(instrument.Symbol, side);
        var view = new PositionView(venue.NowUtc, position.Quantity, position.Entry, position.UpdatedUtc);
        return json.Object(w =>
        {
            w.WriteString("category", "linear");
            row.Write(w, account, instrument.Symbol, side, view, streamed: false);
        });
    }

    private string SetAutoAdd(Request r)
    {
        var (f, account) = (r.Fields, r.Account);
        var instrument = MarketRoutes.Find(venue, f);
        f.Required("autoAddMargin");
        var (on, side) = (f.Number("autoAddMargin"), Words.PositionSideOf(account, f.Number("positionIdx")));
        if (on is not (0 or 1)) throw BybitError.Param("autoAddMargin invalid");
        if (!venue.Setting(account, instrument.Symbol).Isolated)
            throw new BybitError(110076, "Only isolated mode can set auto-add-margin");
        var position = account.Get(instrument.Symbol, side);
        position.AutoAddMargin = on == 1;
        venue.Save(position);
        return Empty;
    }

    private string SetRiskLimit(Request r)
    {
        MarketRoutes.Find(venue, r.Fields);
        r.Fields.Required("riskId");
        Words.PositionSideOf(r.Account, r.Fields.Number("positionIdx"));
        if (r.Fields.Number("riskId") != RiskId)
            throw new BybitError(110031, "Non-existing risk limit info, please check the risk limit rules.");
        return $$"""{"riskId":{{RiskId}},"riskLimitValue":"{{RiskLimit}}","category":"linear"}""";
    }
}
