using System.Globalization;

namespace Trading.Simulator.Bybit;

/// <summary>The core's numbers in Bybit's form. An order keeps its id through the trigger: it is its conditional
/// order's.</summary>
internal static class Ids
{
    private const ulong Factor = 0x9E3779B97F4A7C15;
    private const ulong Inverse = 0xF1DE83E19937733D;
    private const long FirstSequence = 140_612_148_000_000;

    public static string Order(long number)
    {
        var (a, b) = (unchecked((ulong)number * Factor), unchecked((ulong)number * Inverse));
        return Text(a, b);
    }

    /// <summary>0 for a text that is no id of this exchange.</summary>
    public static long OrderNumber(string id) =>
        id.Length == 36 && ulong.TryParse(
            id[..18].Replace("-", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture,
            out var mixed)
            ? unchecked((long)(mixed * Inverse))
            : 0;

    public static string Execution(long number) =>
        Text(unchecked((ulong)number * Inverse), unchecked((ulong)~number * Factor));

    /// <summary>Cross sequence of a fill; grows over the whole exchange.</summary>
    public static long Sequence(long trade) => trade == 0 ? -1 : FirstSequence + trade;

    private static string Text(ulong a, ulong b) => string.Create(
        CultureInfo.InvariantCulture,
        $"{a >> 32:x8}-{(a >> 16) & 0xFFFF:x4}-{a & 0xFFFF:x4}-{b >> 48:x4}-{b & 0xFFFF_FFFF_FFFF:x12}");
}
