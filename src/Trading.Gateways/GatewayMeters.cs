using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Trading.Gateways;

/// <summary>What the gateways of one node measure. The meter is named after the assembly; names and units are contracts.md §4.</summary>
public sealed class GatewayMeters : IDisposable
{
    private readonly Meter _meter;
    private readonly Histogram<double> _requestWait;
    private readonly Counter<long> _unknownFrames;
    private readonly ConcurrentBag<VenueHost> _hosts = [];

    /// <param name="scope">The node, so that another one in the same process does not count what this one does.</param>
    public GatewayMeters(object? scope = null)
    {
        _meter = new Meter("Trading.Gateways", version: null, tags: null, scope);
        _requestWait = _meter.CreateHistogram<double>("trading_request_wait_seconds", "s", "Time a request waited for its budget, also where it gave up.");
        _unknownFrames = _meter.CreateCounter<long>(
            "trading_unknown_frames_total", null, "Frames of a kind or form this build does not know.");
        _meter.CreateObservableGauge(
            "trading_rate_budget_used_ratio", () => _hosts.SelectMany(Uses), null, "Used part of what a class may use; from 1 on it waits.");
    }

    public void Dispose() => _meter.Dispose();

    internal void Waited(RequestClass kind, TimeSpan time) =>
        _requestWait.Record(time.TotalSeconds, new KeyValuePair<string, object?>("class", (int)kind));

    internal void Watch(VenueHost host) => _hosts.Add(host);

    internal void UnknownFrame(string stream) => _unknownFrames.Add(1, new KeyValuePair<string, object?>("stream", stream));

    private static IEnumerable<Measurement<double>> Uses(VenueHost host) =>
        from use in host.Budget.Uses()
        from kind in Enum.GetValues<RequestClass>()
        select new Measurement<double>(
            (double)use.UsedOf(kind),
            new KeyValuePair<string, object?>("budget", use.Account is { } account ? $"{account}_orders" : $"{host.Name}_weight"),
            new KeyValuePair<string, object?>("class", (int)kind));
}
