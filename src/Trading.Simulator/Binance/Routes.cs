using Trading.Simulator.Matching;

namespace Trading.Simulator.Binance;

internal enum Security { None, Key, Signed }

/// <summary>One call on its way through the skin.</summary>
internal sealed class Request
{
    public required Params Params { get; init; }
    public required Account Account { get; init; }

    /// <summary>Fault: position reads find nothing.</summary>
    public bool EmptyPositions { get; set; }

    /// <summary>Fault: position reads see the state of that long ago.</summary>
    public TimeSpan PositionLag { get; set; }
}

/// <summary>One endpoint. Weight and purpose (what faults match on) may depend on the parameters; the handler
/// answers with the body and refuses by <see cref="BinanceError"/>.</summary>
internal sealed record Route(
    Security Security, Func<Params, int> Weight, Func<Params, string> Purpose, Func<Request, string> Handle)
{
    /// <summary>What it counts against the account's order limits of ten seconds and of a minute; 0 = no order.</summary>
    public int OrdersOfTenSeconds { get; init; }
    public int OrdersOfMinute { get; init; }
    public bool CountsAsOrder => OrdersOfMinute > 0;
}

/// <summary>The endpoints by method and path.</summary>
internal sealed class RouteTable
{
    private readonly Dictionary<(string Method, string Path), Route> routes = [];

    /// <summary>Every endpoint as "GET /fapi/v1/ping".</summary>
    public IEnumerable<string> Names => routes.Keys.Select(k => $"{k.Method} {k.Path}");

    public Route? Find(string method, string path) => routes.GetValueOrDefault((method, path));

    public void Add(
        string method, string path, Security security, int weight, string purpose, Func<Request, string> handle) =>
        routes[(method, path)] = new Route(security, _ => weight, _ => purpose, handle);

    public void Add(
        string method, string path, Security security, Func<Params, int> weight, string purpose,
        Func<Request, string> handle) =>
        routes[(method, path)] = new Route(security, weight, _ => purpose, handle);

    /// <summary>A placement: no weight, one order.</summary>
    public void AddOrder(string method, string path, Func<Params, string> purpose, Func<Request, string> handle) =>
        routes[(method, path)] = new Route(Security.Signed, _ => 0, purpose, handle)
        {
            OrdersOfTenSeconds = 1, OrdersOfMinute = 1,
        };

    /// <summary>Several placements in one: weight 5, whatever their number.</summary>
    public void AddBatch(string method, string path, string purpose, Func<Request, string> handle) =>
        routes[(method, path)] = new Route(Security.Signed, _ => 5, _ => purpose, handle)
        {
            OrdersOfTenSeconds = 5, OrdersOfMinute = 1,
        };
}
