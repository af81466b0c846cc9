using System.Text.Json;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Bybit V5's wire for linear perpetuals over the venue: REST by <see cref="Answer"/>, streams by
/// <see cref="Streams"/>. Every step is synchronous; times, losses and delays are told, not waited for.</summary>
public sealed class BybitSkin : IDisposable
{
    /// <summary>Where both of its wires begin.</summary>
    public const string Root = "/v5/";

    internal const string Exchange = "bybit";
    private const int UnknownCode = 10016;
    private readonly Venue venue;
    private readonly BybitOptions options;
    private readonly RouteTable routes = new();
    private readonly RateLimits limits;
    private readonly JsonText json = new();

    public BybitSkin(Venue venue, BybitOptions options)
    {
        this.venue = venue;
        this.options = options;
        limits = new RateLimits(options);
        venue.Agree(Exchange, new ExchangeTerms
        {
            TakerFee = options.TakerFee, MakerFee = options.MakerFee, OversizeStop = OversizeStop.Trim, AdlIsFree = true,
            StopsMax = int.MaxValue, OrdersMax = options.OrdersPerSymbol,
        });
        Streams = new BybitStreams(this, venue, options, json);
        new MarketRoutes(venue, json).Register(routes);
        new KlineRoutes(venue, json).Register(routes);
        new StatisticsRoutes(venue, json).Register(routes);
        new OrderRoutes(venue, options, json).Register(routes);
        new PreCheck(venue, json).Register(routes);
        new QueryRoutes(venue, options, json).Register(routes);
        new PositionRoutes(venue, options, json).Register(routes);
        new MarginRoutes(venue, options, json).Register(routes);
        new AccountRoutes(venue, options, json).Register(routes);
        new AssetRoutes(venue, json).Register(routes);
        new DisconnectProtection(venue, Streams).Register(routes);
    }

    public BybitStreams Streams { get; }

    /// <summary>Every route that is served, e.g. <c>GET /v5/market/time</c>.</summary>
    public IEnumerable<string> Routes => routes.All;

    /// <summary>Account name of a key: <c>bybit/sim-key-0001</c>.</summary>
    public static string AccountName(string key) => $"{Exchange}/{key}";

    /// <summary>Answers 403 to an address until the time.</summary>
    public void Ban(string address, DateTime untilUtc) => limits.Ban(address, untilUtc);

    /// <summary>Executes one call at the venue's present time.</summary>
    public WireAnswer Answer(WireCall call)
    {
        var answer = Execute(call);
        var delay = (int)venue.Chance.Delay(options.AnswerDelay).TotalMilliseconds;
        return delay == 0 ? answer : answer with { DelayMs = answer.DelayMs + delay };
    }

    public void Dispose() => json.Dispose();

    private WireAnswer Execute(WireCall call)
    {
        if (routes.Find(call.Method, call.Path) is not { } route)
            return routes.Knows(call.Path)
                ? new WireAnswer(400, Envelope(10001, $"Request method {call.Method} is not supported."))
                : new WireAnswer(404, "") { Headers = Trace.Headers(venue) };
        if (call.Method == "GET" && call.Body.Length > 0) return Forbidden("a GET carries no body");
        var key = call.Header("X-BAPI-API-KEY");
        var account = route.Signed && Signatures.SecretOf(key) is not null ? venue.Account(AccountName(key)) : Nobody;
        var fields = call.Method == "GET" ? Fields.OfQuery(call.Query) : Fields.OfBody(call.Body);
        if (fields is null) return new WireAnswer(400, Envelope(10001, "params error: the body is not a JSON object"));
        var faults = call.Resumed
            ? []
            : venue.Faults.TakeForCall(Facts(call, account, fields, route), venue.NowUtc);
        if (Before(call, account, faults) is { } early) return early;
        if (!limits.Admits(call.RemoteIp, venue.NowUtc)) return Forbidden("access too frequent");
        return After(Handle(call, route, new Request { Fields = fields, Account = account, Key = key }, faults), faults);
    }

    private WireAnswer Handle(WireCall call, Route route, Request request, IReadOnlyList<Fault> faults)
    {
        IReadOnlyList<KeyValuePair<string, string>> headers = [];
        try
        {
            if (route.Signed)
            {
                Signatures.Check(call, venue.StampUtc);
                if (!limits.Admits(Bucket(request.Account, call.Path), route.PerSecond, venue.NowUtc, out headers))
                    throw new BybitError(10006, BybitError.MessageOf(10006));
            }

            foreach (var fault in faults)
            {
                if (fault.Do == FaultAction.EmptyPositions) request.EmptyPositions = true;
                if (fault.Do == FaultAction.LagPositions) request.PositionLag = TimeSpan.FromMilliseconds(fault.Ms);
            }

            var result = IsElsewhere(call, request.Fields)
                ? $$"""{"category":"{{request.Fields.Text("category")}}","list":[],"nextPageCursor":""}"""
                : route.Handle(request);
            return new WireAnswer(200, Envelope(0, "OK", result, request.ExtInfo)) { Headers = headers };
        }
        catch (BybitError error)
        {
            return new WireAnswer(error.Status, Envelope(error.Code, error.Message)) { Headers = headers };
        }
    }

    /// <summary>The exchange has other categories too; here they are empty.</summary>
    private static bool IsElsewhere(WireCall call, Fields fields) =>
        call.Method == "GET" && fields.Text("category") is "spot" or "inverse" or "option";

    private WireAnswer? Before(WireCall call, Account account, IReadOnlyList<Fault> faults)
    {
        foreach (var fault in faults)
            switch (fault.Do)
            {
                case FaultAction.LoseRequest:
                    return new WireAnswer(0, "") { Fate = WireFate.Lost };
                case FaultAction.DelayRequest:
                    return new WireAnswer(0, "") { Fate = WireFate.Later, DelayMs = fault.Ms };
                case FaultAction.UnknownNotExecuted:
                    return Unknown(fault);
                case FaultAction.Unavailable:
                    return new WireAnswer(503, "Service Unavailable");
                case FaultAction.Refuse:
                    return new WireAnswer(
                        fault.Status == 0 ? 200 : fault.Status,
                        Envelope(fault.Code, fault.Message ?? BybitError.MessageOf(fault.Code)));
                case FaultAction.RateLimit:
                    var until = venue.NowUtc.AddMilliseconds(fault.Ms == 0 ? 1000 : fault.Ms);
                    if (fault.Status is 403 or 418) limits.Ban(call.RemoteIp, until);
                    else limits.Exhaust(Bucket(account, call.Path), until);
                    break;
            }

        return null;
    }

    private WireAnswer After(WireAnswer answer, IReadOnlyList<Fault> faults)
    {
        foreach (var fault in faults)
            answer = fault.Do switch
            {
                FaultAction.LoseAnswer => answer with { Fate = WireFate.Lost },
                FaultAction.UnknownExecuted => Unknown(fault),
                FaultAction.DelayAnswer => answer with { DelayMs = answer.DelayMs + fault.Ms },
                _ => answer,
            };
        return answer;
    }

    /// <summary>10016 unless the fault names another of the codes that leave the outcome open.</summary>
    private WireAnswer Unknown(Fault fault)
    {
        var code = fault.Code == 0 ? UnknownCode : fault.Code;
        return new WireAnswer(200, Envelope(code, BybitError.MessageOf(code)));
    }

    private static WireAnswer Forbidden(string text) => new(403, text);

    private static Account Nobody => new($"{Exchange}/nobody");

    private static string Bucket(Account account, string path) => $"{account.Name} {path}";

    private string Envelope(int code, string message, string result = "{}", string extInfo = "{}") =>
        $$"""{"retCode":{{code}},"retMsg":{{JsonSerializer.Serialize(message)}},"result":{{result}},"retExtInfo":{{extInfo}},"time":{{JsonFields.ToMs(venue.StampUtc)}}}""";

    private static FaultFacts Facts(WireCall call, Account account, Fields fields, Route route) => new(
        account.Name, fields.Text("symbol"), $"{call.Method} {call.Path}", route.Purpose(fields, account), "",
        fields.Text("orderLinkId"));
}
