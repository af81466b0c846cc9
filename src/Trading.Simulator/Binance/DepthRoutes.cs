using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>The order book; nobody places orders for retail only, so that the RPI book is the same.</summary>
internal sealed class DepthRoutes(Venue venue, JsonText json)
{
    private static readonly long[] Limits = [5, 10, 20, 50, 100, 500, 1000];

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/fapi/v1/depth", Security.None, Weight, "market", Depth);
        routes.Add("GET", "/fapi/v1/rpiDepth", Security.None, 20, "market", Depth);
    }

    private static int Weight(Params p) =>
        p.Number("limit", 500) switch { <= 50 => 2, <= 100 => 5, <= 500 => 10, _ => 20 };

    private string Depth(Request r)
    {
        var i = venue.Find(r.Params.Required("symbol")) ?? throw BinanceError.Of(Refusal.UnknownSymbol);
        var limit = r.Params.Number("limit", 500);
        if (!Limits.Contains(limit)) throw new BinanceError(-4021, $"{limit} is not valid depth limit.");
        return json.Object(w =>
        {
            w.WriteNumber("lastUpdateId", i.BookId);
            w.Ms("E", venue.StampUtc);
            w.Ms("T", i.Tick.AtUtc);
            Levels.Write(w, "bids", i, Levels.Bids(i, (int)limit));
            Levels.Write(w, "asks", i, Levels.Asks(i, (int)limit));
        });
    }
}
