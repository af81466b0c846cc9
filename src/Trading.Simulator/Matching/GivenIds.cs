using Trading.Simulator.Market;

namespace Trading.Simulator.Matching;

/// <summary>Client ids of orders that came without one: 22 letters and digits, the same for the same number.</summary>
internal static class GivenIds
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int Length = 22;

    public static string Of(long number)
    {
        var drawn = new UInt128(SplitMix.At((ulong)number, 1), SplitMix.At((ulong)number, 2));
        return string.Create(Length, drawn, static (text, rest) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                (rest, var digit) = UInt128.DivRem(rest, (UInt128)Alphabet.Length);
                text[i] = Alphabet[(int)digit];
            }
        });
    }

    /// <summary>True when the order of that number came without an id.</summary>
    public static bool IsOf(string clientId, long number) => clientId.Length == Length && clientId == Of(number);
}
