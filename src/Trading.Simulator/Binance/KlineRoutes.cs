using System.Globalization;
using System.Text;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Candles of trades, marks, indexes and premiums. What was before the exchange began, or more than 1,500
/// minutes ago, is not there.</summary>
internal sealed class KlineRoutes(Venue venue)
{
    private const int RowsMax = 1500;
    private const int IndexDigits = 8;
    private static readonly string[] ContractTypes =
        ["PERPETUAL", "CURRENT_QUARTER", "NEXT_QUARTER", "TRADIFI_PERPETUAL"];

    public void Register(RouteTable routes)
    {
        Add("klines", r => Rows(r, Of(r), Trades));
        Add("continuousKlines", r => Rows(r, Continuous(r), Trades));
        Add("markPriceKlines", r => Rows(r, Of(r), Marks));
        Add("indexPriceKlines", r => Rows(r, OfPair(r), Indexes));
        Add("premiumIndexKlines", r => Rows(r, Of(r), Premiums));

        void Add(string name, Func<Request, string> handle) =>
            routes.Add("GET", "/fapi/v1/" + name, Security.None, Weight, "market", handle);
    }

    /// <summary>The symbol of a pair and kind of contract; null when none of that kind is listed.</summary>
    public static Instrument? Find(Venue venue, string pair, string contractType) =>
        venue.Symbols.FirstOrDefault(s => Words.PairOf(s.Symbol) == pair && s.ContractType == contractType) is { } spec
            ? venue.Find(spec.Symbol)
            : null;

    private static int Weight(Params parameters) =>
        !parameters.Has("limit") ? 5
        : parameters.Number("limit") switch { <= 100 => 1, <= 500 => 2, <= 1000 => 5, _ => 10 };

    private Instrument Of(Request r) =>
        venue.Find(r.Params.Required("symbol")) ?? throw BinanceError.Of(Refusal.UnknownSymbol);

    private Instrument OfPair(Request r) => venue.Find(r.Params.Required("pair")) ?? throw InvalidPair();

    private Instrument? Continuous(Request r)
    {
        var (pair, type) = (r.Params.Required("pair"), r.Params.Required("contractType"));
        if (!ContractTypes.Contains(type)) throw new BinanceError(-4104, "Invalid contract type");
        if (!venue.Symbols.Any(s => Words.PairOf(s.Symbol) == pair)) throw InvalidPair();
        return Find(venue, pair, type);
    }

    /// <summary>Oldest first from the start time, else the newest.</summary>
    private string Rows(Request r, Instrument? instrument, Func<Instrument, KlineInterval, IEnumerable<Row>> read)
    {
        var interval = KlineInterval.Of(r.Params.Required("interval"))
            ?? throw new BinanceError(-1120, "Invalid interval.");
        var limit = r.Params.Number("limit", 500);
        if (limit is < 1 or > RowsMax) throw BinanceError.Invalid("limit");
        var (from, to) = (r.Params.Time("startTime"), r.Params.Time("endTime") ?? DateTime.MaxValue);
        if (instrument is null) return "[]";
        var rows = read(instrument, interval)
            .Where(row => row.OpenUtc >= (from ?? DateTime.MinValue) && row.OpenUtc <= to).ToList();
        var text = new StringBuilder("[");
        foreach (var row in from is null ? rows.TakeLast((int)limit) : rows.Take((int)limit))
        {
            if (text.Length > 1) text.Append(',');
            text.Append(CultureInfo.InvariantCulture, $"[{JsonFields.ToMs(row.OpenUtc)},{row.Prices},\"{row.Volume}\",")
                .Append(CultureInfo.InvariantCulture, $"{JsonFields.ToMs(interval.EndOf(row.OpenUtc)) - 1},\"{row.Quote}\",")
                .Append(CultureInfo.InvariantCulture, $"{row.Count},\"{row.Volume}\",\"{row.Quote}\",\"0\"]");
        }

        return text.Append(']').ToString();
    }

    private IEnumerable<Candle> Candles(Candles of, KlineInterval interval)
    {
        of.Roll(venue.NowUtc);
        return of.Merge(interval.StartOf);
    }

    private IEnumerable<Row> Trades(Instrument i, KlineInterval interval) => Candles(i.Candles, interval).Select(bar =>
        new Row(bar.OpenUtc, Prices(bar, i.Spec.PricePrecision), bar.Count)
        {
            Volume = JsonFields.Pad(KlineFrames.VolumeOf(bar, i), i.Spec.QuantityPrecision),
            Quote = JsonFields.Pad(KlineFrames.QuoteOf(bar, i), 5),
        });

    private IEnumerable<Row> Marks(Instrument i, KlineInterval interval) => Candles(i.MarkCandles, interval)
        .Select(bar => new Row(bar.OpenUtc, Prices(bar, IndexDigits), bar.Count));

    private IEnumerable<Row> Indexes(Instrument i, KlineInterval interval) => Candles(i.IndexCandles, interval)
        .Select(bar => new Row(bar.OpenUtc, Prices(bar, IndexDigits), bar.Count));

    /// <summary>Mark over index where both are known: at the open and at the close.</summary>
    private IEnumerable<Row> Premiums(Instrument i, KlineInterval interval) =>
        Candles(i.MarkCandles, interval).Zip(Candles(i.IndexCandles, interval), (mark, index) =>
        {
            var (open, close) = (Premium(mark.Open, index.Open), Premium(mark.Close, index.Close));
            var bar = new Candle { Open = open, High = Math.Max(open, close), Low = Math.Min(open, close), Close = close };
            return new Row(mark.OpenUtc, Prices(bar, IndexDigits), mark.Count);
        });

    private static decimal Premium(decimal mark, decimal index) => index == 0m ? 0m : (mark - index) / index;

    private static string Prices(Candle bar, int digits) =>
        $"\"{JsonFields.Pad(bar.Open, digits)}\",\"{JsonFields.Pad(bar.High, digits)}\","
        + $"\"{JsonFields.Pad(bar.Low, digits)}\",\"{JsonFields.Pad(bar.Close, digits)}\"";

    private static BinanceError InvalidPair() => new(-4144, "Invalid pair");

    private readonly record struct Row(DateTime OpenUtc, string Prices, int Count)
    {
        public string Volume { get; init; } = "0";
        public string Quote { get; init; } = "0";
    }
}
