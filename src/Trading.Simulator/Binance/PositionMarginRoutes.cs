using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Margin of an isolated position: 1 puts, 2 takes back.</summary>
internal sealed class PositionMarginRoutes(Venue venue, JsonText json)
{
    private const int Puts = 1;
    private const int TakesBack = 2;

    public void Register(RouteTable routes)
    {
        routes.Add("POST", "/fapi/v1/positionMargin", Security.Signed, 1, "setup", Move);
        routes.Add("GET", "/fapi/v1/positionMargin/history", Security.Signed, 1, "account", History);
    }

    private string Move(Request r)
    {
        var instrument = venue.Find(r.Params.Required("symbol")) ?? throw BinanceError.Of(Refusal.UnknownSymbol);
        var amount = r.Params.RequiredDecimal("amount");
        var type = r.Params.RequiredNumber("type");
        if (type is not (Puts or TakesBack)) throw BinanceError.Invalid("type");
        if (amount <= 0m) throw BinanceError.Of(Refusal.AmountNotPositive);
        var side = Words.PositionSideOf(r.Params.Text("positionSide"));
        var refusal = venue.Margins.Move(r.Account, instrument, side, type == Puts ? amount : -amount);
        if (refusal != Refusal.None) throw BinanceError.Of(refusal);
        return json.Object(w =>
        {
            w.WriteNumber("amount", amount);
            w.WriteNumber("code", 200);
            w.WriteString("msg", "Successfully modify position margin.");
            w.WriteNumber("type", type);
        });
    }

    private string History(Request r)
    {
        var symbol = r.Params.Required("symbol");
        var type = r.Params.Number("type");
        var (from, to) = (r.Params.Time("startTime") ?? DateTime.MinValue, r.Params.Time("endTime") ?? DateTime.MaxValue);
        var rows = r.Account.Positions.Where(p => p.Symbol == symbol)
            .SelectMany(p => (p.MarginChanges ?? []).Select(change => (p.Side, Change: change)))
            .Where(row => row.Change.AtUtc >= from && row.Change.AtUtc <= to
                && (type == 0 || type == (row.Change.Amount > 0m ? Puts : TakesBack)))
            .OrderBy(row => row.Change.AtUtc).Take(r.Params.Limit(500, 1000));
        return json.Array(rows, (w, row) =>
        {
            w.WriteString("symbol", symbol);
            w.WriteNumber("type", row.Change.Amount > 0m ? Puts : TakesBack);
            w.WriteString("deltaType", "USER_ADJUST");
            w.Padded("amount", Math.Abs(row.Change.Amount), 8);
            w.WriteString("asset", "USDT");
            w.Ms("time", row.Change.AtUtc);
            w.WriteString("positionSide", Words.Of(row.Side));
        });
    }
}
