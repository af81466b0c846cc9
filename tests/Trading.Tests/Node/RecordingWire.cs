using System.Collections.Concurrent;
using System.Text.Json;
using Trading.Gateways;

namespace Trading.Tests.Node;

/// <summary>The production wire, and beside it every request as it left: what an exchange was sent, not what was meant.</summary>
internal sealed class RecordingWire(IWire wire) : IWire
{
    private static readonly string[] OfEachRequest =
        ["recvWindow", "timestamp", "signature", "newClientOrderId", "clientAlgoId", "origClientOrderId", "orderLinkId"];

    private readonly ConcurrentQueue<WireRequest> _sent = new();

    /// <summary>The next request to this path does not leave.</summary>
    public string? Withheld { get; set; }

    /// <summary>Requests that are no questions, oldest first: route and parameters in their order, without ids and signature.</summary>
    public IReadOnlyList<string> Orders(params string[] routes) =>
        [.. _sent.Where(request => request.Method != "GET" && routes.Any(route => PathOf(request).EndsWith(route, StringComparison.Ordinal)))
            .Select(request => $"{request.Method} {PathOf(request)} {string.Join(' ', Parameters(request))}")];

    /// <summary>Requests of any kind whose address or body names the text.</summary>
    public int Naming(string text) => _sent.Count(request =>
        request.Target.Contains(text, StringComparison.Ordinal) || request.Body.Contains(text, StringComparison.Ordinal));

    /// <summary>Which request, counted from 0, was the first of that method to name the text; -1: none.</summary>
    public int IndexOf(string method, string text) => _sent.ToList().FindIndex(request => request.Method == method
        && (request.Target.Contains(text, StringComparison.Ordinal) || request.Body.Contains(text, StringComparison.Ordinal)));

    public Task<WireAnswer> Send(WireRequest request, CancellationToken stop)
    {
        if (PathOf(request) == Withheld)
        {
            Withheld = null;
            return Task.FromResult(WireAnswer.Unsent);
        }

        _sent.Enqueue(request);
        return wire.Send(request, stop);
    }

    public Task<IWireSocket> Connect(Uri address, CancellationToken stop) => wire.Connect(address, stop);

    private static string PathOf(WireRequest request) => request.Target.Split('?')[0];

    private static IEnumerable<string> Parameters(WireRequest request)
    {
        var pairs = request.Body.StartsWith('{') ? OfJson(request.Body) : OfForm(request.Body.Length > 0 ? request.Body : request.Target.Split('?')[^1]);
        return pairs.Where(pair => !OfEachRequest.Contains(pair.Name)).Select(pair => $"{pair.Name}={pair.Value}");
    }

    private static List<(string Name, string Value)> OfJson(string body)
    {
        using var json = JsonDocument.Parse(body);
        return [.. json.RootElement.EnumerateObject().Select(field => (field.Name, field.Value.GetRawText()))];
    }

    private static List<(string Name, string Value)> OfForm(string text) =>
        [.. text.Split('&').Select(pair => pair.Split('=')).Select(pair => (pair[0], Uri.UnescapeDataString(pair[^1])))];
}
