using System.Diagnostics.Metrics;

namespace Trading.Node.Metrics;

/// <summary>What this process counts and measures; the names are those of docs/metrics. All nodes of a process share them.</summary>
internal static class NodeMeters
{
    public const string MeterName = "Trading.Node";

    private static readonly Meter Meter = new(MeterName);

    public static readonly Histogram<double> TimeToProtect = Meter.CreateHistogram<double>(
        "trading_time_to_protect_seconds", "s", "From the first fill, by the exchange's clock, to a confirmed stop for all of it");

    public static readonly Histogram<double> ClosureDetectionLag = Meter.CreateHistogram<double>(
        "trading_closure_detection_lag_seconds", "s", "From the last fill, by the exchange's clock, to the journaled closure");

    public static readonly Histogram<double> StopReplaceGap = Meter.CreateHistogram<double>(
        "trading_stop_replace_gap_seconds", "s", "Time without a confirmed stop while one was replaced or restored");

    public static readonly Histogram<double> TickToDecision = Meter.CreateHistogram<double>(
        "trading_tick_to_decision_seconds", "s", "From the price's turn in its position to the end of that turn");

    public static readonly Histogram<double> JournalAppend = Meter.CreateHistogram<double>(
        "trading_journal_append_seconds", "s", "From a position's decision to its durable events");

    public static readonly Histogram<double> PositionLookup = Meter.CreateHistogram<double>(
        "trading_position_lookup_seconds", "s", "How long the quantity for a stop was looked for");

    public static readonly Counter<double> UnprotectedQuantitySeconds = Meter.CreateCounter<double>(
        "trading_unprotected_quantity_seconds_total", "USDT.s", "Quote value that was open without a confirmed stop, times seconds");

    public static readonly Counter<long> DuplicatesPrevented = Meter.CreateCounter<long>("trading_duplicates_prevented_total");
    public static readonly Counter<long> SignalFailures = Meter.CreateCounter<long>("trading_signal_failures_total");
    public static readonly Counter<long> Closures = Meter.CreateCounter<long>("trading_closures_total");
    public static readonly Counter<long> PositionNotFound = Meter.CreateCounter<long>("trading_position_not_found_total");

    /// <summary>A fill of an entry whose end was proven: what it bought stands beside what the journal knows.</summary>
    public static readonly Counter<long> DuplicatePositions = Meter.CreateCounter<long>("trading_duplicate_positions_detected_total");
    public static readonly Counter<long> Corrections = Meter.CreateCounter<long>("trading_reconcile_corrections_total");
    public static readonly Counter<long> ProtectiveBeforeJournal = Meter.CreateCounter<long>("trading_protective_before_journal_total");

    public static void Corrected(string kind) => Corrections.Add(1, Tag("kind", kind));

    public static void PreventedDuplicate(string reason) => DuplicatesPrevented.Add(1, Tag("reason", reason));

    public static void ProtectedBeforeJournal() => ProtectiveBeforeJournal.Add(1);

    public static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
