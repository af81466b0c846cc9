using System.Globalization;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Binance USD-M's wire over the venue: REST by <see cref="Answer"/>, streams by <see cref="Streams"/>.
/// Every step is synchronous; times, losses and delays are told, not waited for.</summary>
public sealed class BinanceSkin : IDisposable
{
    private readonly Venue venue;
    private readonly BinanceOptions options;
    private readonly RouteTable routes = new();
    private readonly RateLimits limits;
    private readonly JsonText json = new();

    public BinanceSkin(Venue venue, BinanceOptions options)
    {
        this.venue = venue;
        this.options = options;
        limits = new RateLimits(options);
        Streams = new BinanceStreams(venue, options, json);
        Streams.Api = new WsApi(this, options, Streams.Reply);
        RegisterMarket();
        RegisterAccount();
        var orders = new OrderRoutes(venue, json);
        orders.Register(routes);
        var amendments = new AmendRoutes(venue, json, orders);
        amendments.Register(routes);
        new BatchRoutes(orders, amendments).Register(routes);
        new AlgoRoutes(venue, options, json).Register(routes);
        new HistoryRoutes(venue, json).Register(routes);
        new ListenKeyRoutes(Streams, json).Register(routes);
    }

    public BinanceStreams Streams { get; }

    /// <summary>Every endpoint that is served, as "GET /fapi/v1/ping".</summary>
    public IEnumerable<string> Routes => routes.Names;

    /// <summary>Every method of the WebSocket API that is served.</summary>
    public static IEnumerable<string> ApiMethods => WsApi.MethodNames;

    /// <summary>Account name of a key: <c>binance/sim-key-0001</c>.</summary>
    public static string AccountName(string key) => "binance/" + key;

    /// <summary>Limits (429) or bans (418) an address from now on.</summary>
    public void Limit(string address, DateTime untilUtc, bool banned) => limits.Limit(address, untilUtc, banned);

    /// <summary>When the last ban ends; null: no address is banned.</summary>
    public DateTime? BannedUntilUtc => limits.BannedUntilUtc;

    /// <summary>Executes one call at the venue's present time.</summary>
    public WireAnswer Answer(WireCall call)
    {
        var answer = Execute(call);
        var delay = (int)venue.Chance.Delay(options.AnswerDelay).TotalMilliseconds;
        return delay == 0 ? answer : answer with { DelayMs = answer.DelayMs + delay };
    }

    public void Dispose() => json.Dispose();

    internal void Plan(TimeSpan delay, Action work) => venue.Plan(delay, work);

    private void RegisterMarket()
    {
        new MarketRoutes(venue, json).Register(routes);
        new ExchangeInfoRoutes(venue, options, json).Register(routes);
        new KlineRoutes(venue).Register(routes);
        new DepthRoutes(venue, json).Register(routes);
        new TradeRoutes(venue, json).Register(routes);
        new TickerRoutes(venue, json).Register(routes);
        new FundingRoutes(venue, json).Register(routes);
        new StatisticsRoutes(venue, json).Register(routes);
    }

    private void RegisterAccount()
    {
        new AccountRoutes(venue, json).Register(routes);
        new AccountModeRoutes(venue, options, json).Register(routes);
        new WalletRoutes(venue, options, json).Register(routes);
        new PositionRoutes(venue, json).Register(routes);
        new AccountInfoRoutes(venue, json).Register(routes);
        new PositionMarginRoutes(venue, json).Register(routes);
    }

    private WireAnswer Execute(WireCall call)
    {
        if (routes.Find(call.Method, call.Path) is not { } route)
            return new WireAnswer(
                404, BinanceError.Text(-5000, $"Path {call.Path}, Method {call.Method} is invalid"));
        var parameters = new Params(call.Query, call.Body);
        var faults = call.Resumed
            ? []
            : venue.Faults.TakeForCall(Facts(call, route, parameters), venue.NowUtc);
        if (Before(call, faults) is { } early) return early;
        if (limits.Refusal(call.RemoteIp, venue.NowUtc) is { } limited) return limited;
        return Count(call, route, parameters) ?? After(Handle(call, route, parameters, faults), faults);
    }

    /// <summary>Counts the weight of a call; what it weighs may depend on a parameter that cannot be read.</summary>
    private WireAnswer? Count(WireCall call, Route route, Params parameters)
    {
        try
        {
            return limits.Count(call.RemoteIp, route.Weight(parameters), venue.NowUtc);
        }
        catch (BinanceError error)
        {
            return limits.Count(call.RemoteIp, 1, venue.NowUtc) ?? new WireAnswer(error.Status, error.Body);
        }
    }

    private WireAnswer Handle(WireCall call, Route route, Params parameters, IReadOnlyList<Fault> faults)
    {
        var account = "";
        try
        {
            if (route.Security != Security.None)
            {
                var key = Signatures.CheckKey(call);
                if (route.Security == Security.Signed)
                    Signatures.CheckSigned(call, parameters, key, venue.StampUtc);
                account = AccountName(key);
            }

            if (route.CountsAsOrder && !limits.CountOrders(account, route, venue.NowUtc))
                throw new BinanceError(-1015, "Too many new orders; current limit is reached.", 429);
            var request = new Request
            {
                Params = parameters, Account = account.Length > 0 ? venue.Account(account) : Nobody,
            };
            foreach (var fault in faults)
            {
                if (fault.Do == FaultAction.EmptyPositions) request.EmptyPositions = true;
                if (fault.Do == FaultAction.LagPositions) request.PositionLag = TimeSpan.FromMilliseconds(fault.Ms);
            }

            return Dress(new WireAnswer(200, route.Handle(request)), call, route, account);
        }
        catch (BinanceError error)
        {
            return Dress(new WireAnswer(error.Status, error.Body), call, route, account);
        }
    }

    /// <summary>Stands in where a call has no account.</summary>
    private static Account Nobody => new("");

    private WireAnswer Dress(WireAnswer answer, WireCall call, Route route, string account)
    {
        var headers = new List<KeyValuePair<string, string>>(3)
        {
            new("X-MBX-USED-WEIGHT-1M",
                limits.UsedWeight(call.RemoteIp, venue.NowUtc).ToString(CultureInfo.InvariantCulture)),
        };
        if (route.CountsAsOrder && account.Length > 0)
        {
            var (ten, minute) = limits.OrderCounts(account, venue.NowUtc);
            headers.Add(new("X-MBX-ORDER-COUNT-10S", ten.ToString(CultureInfo.InvariantCulture)));
            headers.Add(new("X-MBX-ORDER-COUNT-1M", minute.ToString(CultureInfo.InvariantCulture)));
        }

        return answer with { Headers = headers };
    }

    private WireAnswer? Before(WireCall call, IReadOnlyList<Fault> faults)
    {
        foreach (var fault in faults)
            switch (fault.Do)
            {
                case FaultAction.LoseRequest:
                    return Lost;
                case FaultAction.DelayRequest:
                    return new WireAnswer(0, "") { Fate = WireFate.Later, DelayMs = fault.Ms };
                case FaultAction.UnknownNotExecuted:
                    return Unknown;
                case FaultAction.Unavailable:
                    return new WireAnswer(503, """{"code":-1000,"msg":"Service Unavailable."}""");
                case FaultAction.Refuse:
                    return new WireAnswer(
                        fault.Status == 0 ? 400 : fault.Status,
                        BinanceError.Text(fault.Code, fault.Message ?? BinanceError.MessageOf(fault.Code)));
                case FaultAction.RateLimit:
                    var until = venue.NowUtc.AddMilliseconds(fault.Ms == 0 ? 1000 : fault.Ms);
                    limits.Limit(call.RemoteIp, until, fault.Status == 418);
                    return limits.Refusal(call.RemoteIp, venue.NowUtc);
            }

        return null;
    }

    private static WireAnswer After(WireAnswer answer, IReadOnlyList<Fault> faults)
    {
        foreach (var fault in faults)
            answer = fault.Do switch
            {
                FaultAction.LoseAnswer => answer with { Fate = WireFate.Lost },
                FaultAction.UnknownExecuted => Unknown,
                FaultAction.DelayAnswer => answer with { DelayMs = answer.DelayMs + fault.Ms },
                _ => answer,
            };
        return answer;
    }

    private static WireAnswer Lost { get; } = new(0, "") { Fate = WireFate.Lost };

    private static WireAnswer Unknown { get; } = new(
        503, """{"code":-1000,"msg":"Unknown error, please check your request or try again later."}""");

    private static FaultFacts Facts(WireCall call, Route route, Params parameters)
    {
        var key = call.Header("X-MBX-APIKEY");
        var id = parameters.Text("newClientOrderId") + parameters.Text("clientAlgoId")
            + parameters.Text("origClientOrderId");
        return new FaultFacts(
            key.Length == 0 ? "" : AccountName(key), parameters.Text("symbol"), $"{call.Method} {call.Path}",
            route.Purpose(parameters), "", id);
    }
}
