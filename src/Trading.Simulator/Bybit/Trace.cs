using System.Globalization;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>What the exchange's front writes on an answer to find it again.</summary>
internal static class Trace
{
    public static IReadOnlyList<KeyValuePair<string, string>> Headers(Venue venue) =>
    [
        new("Traceid", $"{SplitAt(venue, 1)}{SplitAt(venue, 2)}"),
        new("Timenow", JsonFields.ToMs(venue.StampUtc).ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>Of the time alone: it draws nothing from the venue's chance.</summary>
    private static string SplitAt(Venue venue, long part) =>
        Market.SplitMix.At((ulong)venue.StampUtc.Ticks, part).ToString("x16", CultureInfo.InvariantCulture);
}
