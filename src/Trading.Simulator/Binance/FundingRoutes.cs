using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Funding: what was paid, and on what terms.</summary>
internal sealed class FundingRoutes(Venue venue, JsonText json)
{
    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/fapi/v1/fundingRate", Security.None, 0, "market", Rates);
        routes.Add("GET", "/fapi/v1/fundingInfo", Security.None, 0, "market", _ => Terms());
    }

    private string Rates(Request r)
    {
        var wanted = r.Params.Has("symbol")
            ? [venue.Find(r.Params.Text("symbol")) ?? throw BinanceError.Of(Refusal.UnknownSymbol)]
            : venue.Symbols.Select(s => venue.Find(s.Symbol)!);
        var (from, to) = (r.Params.Time("startTime") ?? DateTime.MinValue, r.Params.Time("endTime") ?? DateTime.MaxValue);
        var rows = wanted.SelectMany(i => i.Fundings.Select(f => (i.Symbol, Funding: f)))
            .Where(row => row.Funding.AtUtc >= from && row.Funding.AtUtc <= to);
        return json.Array(rows.TakeLast(r.Params.Limit(100, 1000)), static (w, row) =>
        {
            w.WriteString("symbol", row.Symbol);
            w.Padded("fundingRate", row.Funding.Rate, 8);
            w.Ms("fundingTime", row.Funding.AtUtc);
            w.Padded("markPrice", row.Funding.Mark, 8);
            w.WriteString("rateType", "FUNDING_RATE");
        });
    }

    private string Terms() => json.Array(venue.Symbols, static (w, spec) =>
    {
        w.WriteString("symbol", spec.Symbol);
        w.WriteString("adjustedFundingRateCap", "0.02000000");
        w.WriteString("adjustedFundingRateFloor", "-0.02000000");
        w.WriteNumber("fundingIntervalHours", 8);
        w.WriteBoolean("disclaimer", false);
    });
}
