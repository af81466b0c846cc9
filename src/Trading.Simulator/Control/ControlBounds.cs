using System.Numerics;
using Trading.Simulator.Faults;

namespace Trading.Simulator.Control;

/// <summary>What a number given by hand may be. Beyond that the exchange could not go on: its clock or its sums would
/// overflow, or a price would be divided by nothing.</summary>
internal static class ControlBounds
{
    /// <summary>Three years.</summary>
    public const long MsMax = 100_000_000_000;
    private const double SecondsMax = 100_000_000;
    private const decimal AmountMax = 1_000_000_000_000_000m;

    public static Fault Check(Fault fault)
    {
        Within(fault.Ms, 0, int.MaxValue, "ms");
        Within(fault.Fraction, 0m, 1m, "fraction");
        if (fault.Seconds is { } seconds) Seconds(seconds, "seconds");
        return fault;
    }

    public static double Seconds(double value, string name) => Within(value, 0, SecondsMax, name);

    /// <summary>A quantity or an amount, of either sign.</summary>
    public static decimal Amount(decimal value, string name) => Within(value, -AmountMax, AmountMax, name);

    /// <summary>A price or a step of one; absent stays absent.</summary>
    public static decimal? Positive(decimal? value, string name) =>
        value is null or (> 0m and <= AmountMax) ? value : throw Refused(value.Value, name);

    public static T Within<T>(T value, T least, T most, string name)
        where T : INumber<T> => value >= least && value <= most ? value : throw Refused(value, name);

    private static ControlRefused Refused(IFormattable value, string name) => new($"{name} is {value}: it is out of range");
}
