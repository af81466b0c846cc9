using System.Diagnostics.Metrics;

namespace Trading.Gateways;

/// <summary>What the gateways measure. The meter is named after the assembly; names and units are contracts.md §4.</summary>
internal static class GatewayMeters
{
    private static readonly Meter Meter = new("Trading.Gateways");

    private static readonly Histogram<double> RequestWait =
        Meter.CreateHistogram<double>("trading_request_wait_seconds", "s", "Time a request waited for its budget.");

    private static readonly Counter<long> UnknownFrames =
        Meter.CreateCounter<long>("trading_unknown_frames_total", null, "Frames of a kind or form this build does not know.");

    public static void Waited(RequestClass kind, TimeSpan time) =>
        RequestWait.Record(time.TotalSeconds, new KeyValuePair<string, object?>("class", (int)kind));

    public static void UnknownFrame(string stream) => UnknownFrames.Add(1, new KeyValuePair<string, object?>("stream", stream));
}
