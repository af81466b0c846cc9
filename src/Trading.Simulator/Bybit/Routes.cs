using Trading.Simulator.Matching;

namespace Trading.Simulator.Bybit;

/// <summary>One call on its way through the skin.</summary>
internal sealed class Request
{
    public required Fields Fields { get; init; }

    /// <summary>Stands for nobody on market data.</summary>
    public required Account Account { get; init; }
    public required string Key { get; init; }

    /// <summary>Fault: position reads find nothing.</summary>
    public bool EmptyPositions { get; set; }

    /// <summary>Fault: position reads see the state of that long ago.</summary>
    public TimeSpan PositionLag { get; set; }

    /// <summary>What the envelope carries as retExtInfo.</summary>
    public string ExtInfo { get; set; } = "{}";
}

/// <summary>One endpoint: calls per second and account (0 = public), what faults know it by, and its handler, which
/// answers with <c>result</c> and refuses by <see cref="BybitError"/>.</summary>
internal sealed record Route(int PerSecond, Func<Fields, Account, string> Purpose, Func<Request, string> Handle)
{
    public bool Signed => PerSecond > 0;
}

internal sealed class RouteTable
{
    private readonly Dictionary<(string Method, string Path), Route> routes = [];

    /// <summary>What is served: method and path.</summary>
    public IEnumerable<string> All => routes.Keys.Select(k => $"{k.Method} {k.Path}").Order(StringComparer.Ordinal);

    public Route? Find(string method, string path) => routes.GetValueOrDefault((method, path));

    public bool Knows(string path) => routes.Keys.Any(k => k.Path == path);

    public void Add(string method, string path, int perSecond, string purpose, Func<Request, string> handle) =>
        routes[(method, path)] = new Route(perSecond, (_, _) => purpose, handle);

    public void Add(
        string method, string path, int perSecond, Func<Fields, Account, string> purpose,
        Func<Request, string> handle) => routes[(method, path)] = new Route(perSecond, purpose, handle);
}
