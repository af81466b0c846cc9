using System.Collections.Concurrent;
using Trading.Node.Metrics;
using static Trading.Node.Metrics.NodeMeters;

namespace Trading.Node.Signals;

/// <summary>What each source sent since the start of this process, and why some of it was not taken. For status and metrics.</summary>
/// <remarks>Sources are names of the configuration and reasons are codes of this program: both are few.</remarks>
public sealed class SignalTally(NodeMeters meters)
{
    /// <summary>Who sent a request that carries no known secret.</summary>
    public const string Unknown = "unknown";

    private readonly ConcurrentDictionary<string, long> _received = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Source, string Reason), long> _refused = new();
    private readonly ConcurrentDictionary<(string Source, string Reason), long> _dead = new();

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<SourceTally> Sources =>
    [
        .. _received.Keys.Concat(_refused.Keys.Select(key => key.Source)).Concat(_dead.Keys.Select(key => key.Source))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(source => new SourceTally(
                source, _received.GetValueOrDefault(source), Of(source, _refused), Of(source, _dead))),
    ];

    /// <summary>They could be read; repeats count too.</summary>
    public void Received(string source, int signals)
    {
        if (signals == 0) return;
        _received.AddOrUpdate(source, signals, (_, before) => before + signals);
        meters.SignalsReceived.Add(signals, Tag("source", source));
    }

    /// <summary>Read, and refused at the door or denied by its wave.</summary>
    public void Refused(string source, string reason)
    {
        _refused.AddOrUpdate((source, reason), 1, static (_, before) => before + 1);
        meters.SignalsRefused.Add(1, Tag("source", source), Tag("reason", reason));
    }

    /// <summary>It could not be read.</summary>
    /// <param name="kind">As in its dead letter.</param>
    public void Dead(string source, string kind)
    {
        _dead.AddOrUpdate((source, kind), 1, static (_, before) => before + 1);
        meters.SignalsDead.Add(1, Tag("source", source), Tag("reason", kind));
    }

    private static SortedDictionary<string, long> Of(string source, ConcurrentDictionary<(string Source, string Reason), long> counts) =>
        new(counts.Where(count => count.Key.Source == source).ToDictionary(count => count.Key.Reason, count => count.Value),
            StringComparer.Ordinal);
}

/// <param name="Refused">By reason.</param>
/// <param name="Dead">By kind of dead letter.</param>
public sealed record SourceTally(
    string Source, long Received, IReadOnlyDictionary<string, long> Refused, IReadOnlyDictionary<string, long> Dead);
