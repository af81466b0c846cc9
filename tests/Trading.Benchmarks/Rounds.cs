using System.Globalization;

namespace Trading.Benchmarks;

/// <summary>Five rounds of a measurement, A and B interleaved by the caller; the median stands, the spread is printed.</summary>
internal sealed class Rounds
{
    public const int Count = 5;
    private readonly List<double> _values = [];

    public double Median => _values.Order().ElementAt(_values.Count / 2);

    public void Add(double value) => _values.Add(value);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Median:n0} ({_values.Min():n0} to {_values.Max():n0})");
}
