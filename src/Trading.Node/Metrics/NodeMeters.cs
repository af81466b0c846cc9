using System.Diagnostics.Metrics;

namespace Trading.Node.Metrics;

/// <summary>What one node counts and measures; the names are those of contracts.md §4. Its meters carry it as their scope.</summary>
public sealed class NodeMeters : IDisposable
{
    private readonly Meter _meter;

    public NodeMeters()
    {
        _meter = MakeMeter();
        TimeToProtect = _meter.CreateHistogram<double>(
            "trading_time_to_protect_seconds", "s", "From the first fill, by the exchange's clock, to a confirmed stop for all of it");
        ClosureDetectionLag = _meter.CreateHistogram<double>(
            "trading_closure_detection_lag_seconds", "s", "From the last fill, by the exchange's clock, to the journaled closure");
        StopReplaceGap = _meter.CreateHistogram<double>(
            "trading_stop_replace_gap_seconds", "s", "Time without a confirmed stop while one was replaced or restored");
        TickToDecision = _meter.CreateHistogram<double>(
            "trading_tick_to_decision_seconds", "s", "From the price's turn in its position to the end of that turn");
        JournalAppend = _meter.CreateHistogram<double>(
            "trading_journal_append_seconds", "s", "From a position's decision to its durable events");
        PositionLookup = _meter.CreateHistogram<double>(
            "trading_position_lookup_seconds", "s", "How long the quantity for a stop was looked for");
        UnprotectedQuantitySeconds = _meter.CreateCounter<double>(
            "trading_unprotected_quantity_seconds_total", "USDT.s", "Quote value that was open without a confirmed stop, times seconds");
        DuplicatesPrevented = _meter.CreateCounter<long>("trading_duplicates_prevented_total");
        SignalsReceived = _meter.CreateCounter<long>(
            "trading_signals_received_total", null, "Signals that could be read, repeats included");
        SignalsRefused = _meter.CreateCounter<long>(
            "trading_signals_refused_total", null, "Signals that could be read and were refused or denied, and requests of nobody known");
        SignalsDead = _meter.CreateCounter<long>("trading_signals_dead_total", null, "Inputs that could not be read as a signal");
        SignalFailures = _meter.CreateCounter<long>("trading_signal_failures_total");
        Closures = _meter.CreateCounter<long>("trading_closures_total");
        PositionNotFound = _meter.CreateCounter<long>("trading_position_not_found_total");
        DuplicatePositions = _meter.CreateCounter<long>("trading_duplicate_positions_detected_total");
        Corrections = _meter.CreateCounter<long>("trading_reconcile_corrections_total");
        ProtectiveBeforeJournal = _meter.CreateCounter<long>("trading_protective_before_journal_total");
    }

    public Histogram<double> TimeToProtect { get; }
    public Histogram<double> ClosureDetectionLag { get; }
    public Histogram<double> StopReplaceGap { get; }
    public Histogram<double> TickToDecision { get; }
    public Histogram<double> JournalAppend { get; }
    public Histogram<double> PositionLookup { get; }
    public Counter<double> UnprotectedQuantitySeconds { get; }
    public Counter<long> DuplicatesPrevented { get; }
    public Counter<long> SignalsReceived { get; }
    public Counter<long> SignalsRefused { get; }
    public Counter<long> SignalsDead { get; }
    public Counter<long> SignalFailures { get; }
    public Counter<long> Closures { get; }
    public Counter<long> PositionNotFound { get; }

    /// <summary>A fill of an entry whose end was proven: what it bought stands beside what the journal knows.</summary>
    public Counter<long> DuplicatePositions { get; }
    public Counter<long> Corrections { get; }
    public Counter<long> ProtectiveBeforeJournal { get; }

    public void Dispose() => _meter.Dispose();

    /// <summary>Whoever watches a counter sees its first count only as a step from 0: those without labels begin there.</summary>
    public void BeginAtZero()
    {
        PositionNotFound.Add(0);
        DuplicatePositions.Add(0);
        ProtectiveBeforeJournal.Add(0);
    }

    /// <summary>Another one of this node.</summary>
    internal Meter MakeMeter() => new("Trading.Node", version: null, tags: null, scope: this);

    internal void Corrected(string kind) => Corrections.Add(1, Tag("kind", kind));

    internal void PreventedDuplicate(string reason) => DuplicatesPrevented.Add(1, Tag("reason", reason));

    internal static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
