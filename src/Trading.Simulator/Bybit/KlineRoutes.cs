using System.Globalization;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Candles over REST, newest first (protocol page, 5.3).</summary>
internal sealed class KlineRoutes(Venue venue, JsonText json)
{
    private const int PremiumDigits = 6;

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/v5/market/kline", 0, "market", r => Rows(r, i => i.Candles, Traded));
        routes.Add("GET", "/v5/market/mark-price-kline", 0, "market", r => Rows(r, i => i.MarkCandles, Prices));
        routes.Add("GET", "/v5/market/index-price-kline", 0, "market", r => Rows(r, i => i.IndexCandles, Prices));
        routes.Add("GET", "/v5/market/premium-index-price-kline", 0, "market", r => Rows(r, i => i.MarkCandles, Premium));
    }

    private string Rows(
        Request r, Func<Instrument, Candles> candlesOf, Func<Instrument, Interval, Candle, IEnumerable<string>> columns)
    {
        r.Fields.Add("category", "linear");
        var i = MarketRoutes.Find(venue, r.Fields);
        var interval = Interval.Of(r.Fields.Required("interval")) ?? throw BybitError.Param("interval invalid");
        var (from, to) = (r.Fields.Time("start", DateTime.MinValue), r.Fields.Time("end", DateTime.MaxValue));
        var candles = candlesOf(i);
        candles.Roll(venue.NowUtc);
        var bars = candles.Merge(interval.StartOf).Where(b => b.OpenUtc >= from && b.OpenUtc <= to).Reverse()
            .Take(r.Fields.Limit(200, 1000)).ToList();
        return json.Object(w =>
        {
            w.WriteString("symbol", i.Symbol);
            w.WriteString("category", "linear");
            w.WriteStartArray("list");
            foreach (var bar in bars)
            {
                w.WriteStartArray();
                w.WriteStringValue(JsonFields.ToMs(bar.OpenUtc).ToString(CultureInfo.InvariantCulture));
                foreach (var column in columns(i, interval, bar)) w.WriteStringValue(column);
                w.WriteEndArray();
            }

            w.WriteEndArray();
        });
    }

    private static IEnumerable<string> Prices(Instrument i, Interval interval, Candle bar) =>
        [.. ((decimal[])[bar.Open, bar.High, bar.Low, bar.Close]).Select(price => TickerFields.Price(i, price))];

    private static IEnumerable<string> Traded(Instrument i, Interval interval, Candle bar) =>
    [
        .. Prices(i, interval, bar), Volumes.Of(i, bar.Count), Volumes.Turnover(i, bar.Sum),
    ];

    /// <summary>How far the mark is above the index, as a fraction; high and low are those of the ends.</summary>
    private static IEnumerable<string> Premium(Instrument i, Interval interval, Candle mark)
    {
        var index = i.IndexCandles.Between(mark.OpenUtc, interval.EndOf(mark.OpenUtc)) ?? mark;
        var (open, close) = ((mark.Open - index.Open) / index.Open, (mark.Close - index.Close) / index.Close);
        return [.. ((decimal[])[open, Math.Max(open, close), Math.Min(open, close), close])
            .Select(premium => JsonFields.Pad(decimal.Round(premium, PremiumDigits), PremiumDigits))];
    }
}
