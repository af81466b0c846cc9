using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Trading.Node.Metrics;

/// <summary>Everything one node measures about trading, as the text format that Prometheus reads.</summary>
public sealed class MetricsText : IDisposable
{
    private const string Ours = "trading_";

    private static readonly double[] Bounds =
        [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 120];

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    /// <param name="node">The scope of its meters: other nodes of the process have texts of their own.</param>
    public MetricsText(NodeMeters node)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, node) && instrument.Name.StartsWith(Ours, StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Families and their series in ordinal order.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        lock (_gate)
        {
            foreach (var family in _families.Values.Where(family => family.IsGauge)) family.Series.Clear();
        }

        _listener.RecordObservableInstruments();
        lock (_gate)
        {
            foreach (var (name, family) in _families) family.Write(name, text);
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        lock (_gate)
        {
            if (!_families.TryGetValue(instrument.Name, out var family))
                _families.Add(instrument.Name, family = new Family(KindOf(instrument), instrument.Description ?? ""));
            if (!family.Series.TryGetValue(labels, out var series)) family.Series.Add(labels, series = new Series());
            series.Add(value, family.Kind);
        }
    }

    private static string KindOf(Instrument instrument)
    {
        var type = instrument.GetType();
        if (!type.IsGenericType) return "gauge";
        var open = type.GetGenericTypeDefinition();
        if (open == typeof(Histogram<>)) return "histogram";
        return open == typeof(Counter<>) ? "counter" : "gauge";
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var text = new StringBuilder();
        foreach (var tag in tags)
            text.Append(text.Length > 0 ? "," : "").Append(tag.Key).Append("=\"").Append(Escape($"{tag.Value}")).Append('"');
        return text.ToString();
    }

    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Text(double value) => value.ToString("0.#########", CultureInfo.InvariantCulture);

    private sealed class Family(string kind, string help)
    {
        public string Kind => kind;
        public bool IsGauge => kind == "gauge";
        public SortedDictionary<string, Series> Series { get; } = new(StringComparer.Ordinal);

        public void Write(string name, StringBuilder text)
        {
            if (help.Length > 0) text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
            foreach (var (labels, series) in Series)
            {
                if (kind == "histogram") series.WriteHistogram(name, labels, text);
                else Line(text, name, labels, Text(series.Value));
            }
        }

        private static void Line(StringBuilder text, string name, string labels, string value) =>
            text.Append(name).Append(labels.Length > 0 ? $"{{{labels}}}" : "").Append(' ').Append(value).Append('\n');
    }

    private sealed class Series
    {
        private readonly long[] _buckets = new long[Bounds.Length];
        private double _sum;
        private long _count;

        public double Value { get; private set; }

        public void Add(double value, string kind)
        {
            Value = kind == "counter" ? Value + value : value;
            if (kind != "histogram") return;
            _sum += value;
            _count++;
            for (var i = 0; i < Bounds.Length; i++)
                if (value <= Bounds[i]) _buckets[i]++;
        }

        public void WriteHistogram(string name, string labels, StringBuilder text)
        {
            var before = labels.Length > 0 ? labels + "," : "";
            for (var i = 0; i < Bounds.Length; i++)
                text.Append(name).Append("_bucket{").Append(before).Append("le=\"").Append(Text(Bounds[i])).Append("\"} ")
                    .Append(_buckets[i]).Append('\n');
            text.Append(name).Append("_bucket{").Append(before).Append("le=\"+Inf\"} ").Append(_count).Append('\n');
            var all = labels.Length > 0 ? $"{{{labels}}}" : "";
            text.Append(name).Append("_sum").Append(all).Append(' ').Append(Text(_sum)).Append('\n');
            text.Append(name).Append("_count").Append(all).Append(' ').Append(_count).Append('\n');
        }
    }
}
