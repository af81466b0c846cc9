using System.Globalization;
using Trading.Simulator.Matching;

namespace Trading.Simulator.Binance;

/// <summary>Several orders in one call (protocol page, section 7.5): each is answered for itself, in the order asked.</summary>
internal sealed class BatchRoutes(OrderRoutes orders, AmendRoutes amendments)
{
    private const int OrdersMax = 5;
    private const int CancelsMax = 10;

    public void Register(RouteTable routes)
    {
        routes.AddBatch("POST", "/fapi/v1/batchOrders", "entry", r => Each(r, orders.Place));
        routes.AddBatch("PUT", "/fapi/v1/batchOrders", "amend_order", r => Each(r, amendments.Amend));
        routes.Add("DELETE", "/fapi/v1/batchOrders", Security.Signed, 1, "cancel_order", Cancel);
    }

    private static string Each(Request r, Func<Account, Params, string> act)
    {
        var batch = r.Params.Objects("batchOrders");
        if (batch.Count is < 1 or > OrdersMax) throw new BinanceError(-4082, "Invalid number of batch place orders.");
        return Answers(batch.Select(p => Try(() => act(r.Account, p))));
    }

    private string Cancel(Request r)
    {
        r.Params.Required("symbol");
        var byId = r.Params.Has("orderIdList");
        var list = r.Params.Texts(byId ? "orderIdList" : "origClientOrderIdList");
        if (list.Count > CancelsMax) throw new BinanceError(-4032, "Exceed maximum cancel order size.");
        var named = list.Select(text => byId
            ? MatchingEngine.Find(r.Account, IdOf(text), "")
            : MatchingEngine.Find(r.Account, 0, text)).ToList();
        return Answers(named.Select(order => Try(() => orders.Cancel(r.Account, order))));
    }

    private static long IdOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? id
            : throw BinanceError.Invalid("orderIdList");

    private static string Answers(IEnumerable<string> parts) => "[" + string.Join(',', parts) + "]";

    private static string Try(Func<string> act)
    {
        try
        {
            return act();
        }
        catch (BinanceError error)
        {
            return error.Body;
        }
    }
}
