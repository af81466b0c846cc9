using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Insurance pool, deleveraging thresholds, price bands and forced closes as the exchange publishes them. The pool
/// is made up and never changes; only the contracts of USDT have one here.</summary>
internal sealed class PoolFrames(Venue venue, JsonText json)
{
    public const decimal PoolBalance = 1_000_000m;
    public const decimal TriggerRatio = -0.3m;
    public const decimal StopRatio = -0.25m;
    public const decimal TriggerBalance = 10_000m;

    public string Alerts(Topic topic) => Frame(topic, w =>
    {
        w.WriteStartArray("data");
        if (topic.Subject == "USDT")
            foreach (var spec in venue.Symbols) WriteAlert(w, spec.Symbol);
        w.WriteEndArray();
    });

    public string Pool(Topic topic) => Frame(topic, w =>
    {
        w.WriteStartArray("data");
        if (topic.Subject == "USDT")
        {
            w.WriteStartObject();
            w.WriteString("coin", "USDT");
            w.WriteString("symbols", string.Join(',', venue.Symbols.Select(s => s.Symbol)));
            w.Trimmed("balance", PoolBalance);
            w.MsText("updateTime", venue.StampUtc.Date);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    });

    public string Band(Topic topic, Instrument i) => json.Object(w =>
    {
        w.WriteString("topic", topic.Name);
        w.WriteStartObject("data");
        WriteBand(w, i);
        w.WriteEndObject();
        w.Ms("ts", venue.StampUtc);
    });

    /// <summary>Told by the side of the position that was closed.</summary>
    public string Liquidation(Topic topic, Instrument i, Trade trade) => Frame(topic, w =>
    {
        w.WriteStartArray("data");
        w.WriteStartObject();
        w.Ms("T", trade.AtUtc);
        w.WriteString("s", i.Symbol);
        w.WriteString("S", Words.Of(trade.Side == Side.Sell ? Side.Buy : Side.Sell));
        w.Padded("v", trade.Quantity, i.Spec.QuantityPrecision);
        w.Padded("p", trade.Price, i.Spec.PricePrecision);
        w.WriteEndObject();
        w.WriteEndArray();
    });

    public static void WriteBand(Utf8JsonWriter w, Instrument i)
    {
        w.WriteString("symbol", i.Symbol);
        w.WriteString("buyLmt", TickerFields.Price(i, i.RoundAgainst(i.Mark * i.Spec.PriceUp, Side.Sell)));
        w.WriteString("sellLmt", TickerFields.Price(i, i.RoundAgainst(i.Mark * i.Spec.PriceDown, Side.Buy)));
    }

    private static void WriteAlert(Utf8JsonWriter w, string symbol)
    {
        w.WriteStartObject();
        w.WriteString("c", "USDT");
        w.WriteString("s", symbol);
        w.WriteNumber("b", PoolBalance);
        w.WriteString("mb", "");
        w.WriteNumber("i_pr", TriggerRatio);
        w.WriteNumber("pr", 0);
        w.WriteNumber("adl_tt", TriggerBalance);
        w.WriteNumber("adl_sr", StopRatio);
        w.WriteEndObject();
    }

    private string Frame(Topic topic, Action<Utf8JsonWriter> write) => json.Object(w =>
    {
        w.WriteString("topic", topic.Name);
        w.WriteString("type", "snapshot");
        w.Ms("ts", venue.StampUtc);
        write(w);
    });
}
