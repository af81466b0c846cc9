using System.Globalization;
using System.Text;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Candle rows of any interval from the minute candles; volumes are not simulated and read 0.</summary>
internal static class KlineBars
{
    public static int? MinutesOf(string interval) => interval switch
    {
        "1m" => 1, "3m" => 3, "5m" => 5, "15m" => 15, "30m" => 30, "1h" => 60, "2h" => 120, "4h" => 240, "6h" => 360,
        "8h" => 480, "12h" => 720, "1d" => 1440,
        _ => null,
    };

    /// <summary>Oldest first from the start time, else the newest.</summary>
    public static string Rows(Instrument instrument, int minutes, DateTime? from, DateTime? to, int limit)
    {
        var bars = instrument.Candles.Merge(minutes)
            .Where(b => b.OpenUtc >= (from ?? DateTime.MinValue) && b.OpenUtc <= (to ?? DateTime.MaxValue)).ToList();
        var chosen = from is null ? bars.Skip(Math.Max(0, bars.Count - limit)) : bars.Take(limit);
        var text = new StringBuilder("[");
        foreach (var bar in chosen)
        {
            if (text.Length > 1) text.Append(',');
            Append(text, bar, minutes, instrument.Spec.PricePrecision);
        }

        return text.Append(']').ToString();
    }

    private static void Append(StringBuilder text, Candle bar, int minutes, int digits) => text.Append(
        CultureInfo.InvariantCulture,
        $"[{JsonFields.ToMs(bar.OpenUtc)},\"{JsonFields.Pad(bar.Open, digits)}\",\"{JsonFields.Pad(bar.High, digits)}\",")
        .Append(
        CultureInfo.InvariantCulture,
        $"\"{JsonFields.Pad(bar.Low, digits)}\",\"{JsonFields.Pad(bar.Close, digits)}\",\"0\",")
        .Append(
        CultureInfo.InvariantCulture,
        $"{JsonFields.ToMs(bar.OpenUtc.AddMinutes(minutes)) - 1},\"0\",{bar.Count},\"0\",\"0\",\"0\"]");
}
