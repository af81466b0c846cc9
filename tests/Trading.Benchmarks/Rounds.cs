using System.Globalization;

namespace Trading.Benchmarks;

/// <summary>Five rounds of a measurement, A and B interleaved by the caller; the median stands, the spread is printed.</summary>
internal sealed class Rounds
{
    public const int Count = 5;
    private readonly List<double> _values = [];

    public double Median => _values.Order().ElementAt(_values.Count / 2);

    /// <summary>What is said of a ratio below a third of its budget, which noise does not explain; nothing of any other.</summary>
    public static IEnumerable<string> Gross(string what, double ratio, double budget) => ratio * 3 >= budget
        ? []
        : [string.Create(CultureInfo.InvariantCulture, $"{what}: ratio {ratio:0.00} is below a third of its budget {budget}")];

    public void Add(double value) => _values.Add(value);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Median:n0} ({_values.Min():n0} to {_values.Max():n0})");
}
