using System.Text.RegularExpressions;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Reads what a client asks for out of its parameters, and refuses what the exchange refuses before it looks
/// at its book (protocol page, section 7.1).</summary>
internal static partial class OrderForm
{
    /// <summary>The last moment that a date may name: the end of the year 9999.</summary>
    private const long DateMsMax = 253_402_300_799_000;
    private static readonly TimeSpan DateAhead = TimeSpan.FromSeconds(600);

    public static OrderRequest Read(Venue venue, Account account, Params p)
    {
        var symbol = p.Required("symbol");
        var side = Words.SideOf(p.Required("side"));
        var type = TypeOf(p.Required("type"));
        var instrument = venue.Find(symbol) ?? throw BinanceError.Of(Refusal.UnknownSymbol);
        CheckUse(account, p, type);
        CheckClientId(p.Text("newClientOrderId"));
        var match = MatchOf(p, type == OrderType.Limit);
        var timeInForce = Words.TimeInForceOf(p.Text("timeInForce"));
        return new OrderRequest(symbol, side, type, p.RequiredDecimal("quantity"))
        {
            ClientId = p.Text("newClientOrderId"), PositionSide = Words.PositionSideOf(p.Text("positionSide")),
            Price = type == OrderType.Limit ? PriceOf(p, instrument, match, side) : 0m, PriceMatch = match,
            TimeInForce = timeInForce, GoodTillUtc = DateOf(p, timeInForce, venue.StampUtc),
            ReduceOnly = p.Flag("reduceOnly"),
        };
    }

    public static void CheckClientId(string id)
    {
        if (id.Length > 0 && !ClientIdForm().IsMatch(id))
            throw new BinanceError(-4015, "Client order id is not valid.");
    }

    /// <summary>How the placement is to be answered.</summary>
    public static OrderShape AnswerOf(Params p) => p.Text("newOrderRespType") switch
    {
        "" or "ACK" => OrderShape.Ack,
        "RESULT" => OrderShape.Placement,
        _ => throw new BinanceError(-1136, "Invalid newOrderRespType."),
    };

    /// <param name="priced">The type has a limit price.</param>
    public static PriceMatch MatchOf(Params p, bool priced)
    {
        var match = Words.PriceMatchOf(p.Text("priceMatch"));
        if (match == PriceMatch.None) return match;
        if (!priced)
            throw new BinanceError(-5038, "Price match only supports order type: LIMIT, STOP AND TAKE_PROFIT");
        return p.Has("price") ? throw BinanceError.NotRequired("price") : match;
    }

    /// <summary>The price sent, or the one that the book has for it.</summary>
    public static decimal PriceOf(Params p, Instrument instrument, PriceMatch match, Side side)
    {
        if (match == PriceMatch.None) return p.RequiredDecimal("price");
        var price = instrument.HasPrice ? instrument.Matched(match, side) : 0m;
        return price > 0m ? price : throw new BinanceError(-5041, "No depth matches this BBO order");
    }

    /// <summary>When an order with a date expires, in whole seconds; never for the others.</summary>
    public static DateTime DateOf(Params p, TimeInForce timeInForce, DateTime nowUtc)
    {
        if (timeInForce != TimeInForce.GoodTillDate) return default;
        var ms = p.RequiredNumber("goodTillDate") / 1000 * 1000;
        if (ms >= DateMsMax || ms <= JsonFields.ToMs(nowUtc + DateAhead))
            throw new BinanceError(
                -5040,
                "The goodTillDate timestamp must be greater than the current time plus 600 seconds and smaller than "
                + $"{DateMsMax} (UTC 9999-12-31 23:59:59)");
        return JsonFields.FromMs(ms);
    }

    private static OrderType TypeOf(string type) => type switch
    {
        "LIMIT" => OrderType.Limit,
        "MARKET" => OrderType.Market,
        _ when Words.StopTypeOf(type) is not null => throw new BinanceError(
            -4120, "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead."),
        _ => throw new BinanceError(-1116, "Invalid orderType."),
    };

    private static void CheckUse(Account account, Params p, OrderType type)
    {
        if (type == OrderType.Market && p.Has("timeInForce")) throw BinanceError.NotRequired("timeInForce");
        if (type == OrderType.Market && p.Has("price")) throw BinanceError.NotRequired("price");
        if (type == OrderType.Limit && !p.Has("timeInForce") && !p.Has("priceMatch"))
            throw BinanceError.Missing("timeInForce");
        if (account.Hedge && p.Has("reduceOnly")) throw BinanceError.NotRequired("reduceonly");
        if (p.Text("selfTradePreventionMode") is not ("" or "NONE" or "EXPIRE_TAKER" or "EXPIRE_MAKER" or "EXPIRE_BOTH"))
            throw new BinanceError(-5039, "Invalid self trade prevention mode");
    }

    [GeneratedRegex(@"^[\.A-Z\:/a-z0-9_-]{1,36}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClientIdForm();
}
