using System.Globalization;

namespace Trading.Gateways;

/// <summary>How values are written to an exchange.</summary>
internal static class WireText
{
    /// <summary>Canonical text: invariant, no exponent, no trailing zeros.</summary>
    public static string Of(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    public static long Milliseconds(DateTime utc) => (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    /// <summary>Null where the exchange's number is no time, e.g. the 0 of a row that was never updated.</summary>
    public static DateTime? Time(long milliseconds) =>
        milliseconds is > 0 and < 253_402_300_800_000 ? DateTime.UnixEpoch.AddMilliseconds(milliseconds) : null;
}
