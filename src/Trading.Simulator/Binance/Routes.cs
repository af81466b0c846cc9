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
    /// <summary>Counts against the account's order limits.</summary>
    public bool CountsAsOrder { get; init; }
}

/// <summary>The endpoints by method and path.</summary>
internal sealed class RouteTable
{
    private readonly Dictionary<(string Method, string Path), Route> routes = [];

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
        routes[(method, path)] = new Route(Security.Signed, _ => 0, purpose, handle) { CountsAsOrder = true };
}
