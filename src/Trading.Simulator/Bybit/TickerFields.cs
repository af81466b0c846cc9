using System.Globalization;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>What a ticker tells of a symbol, in the exchange's order.</summary>
internal static class TickerFields
{
    private const int MinutesOfDay = 1440;
    private const int MinutesOfHour = 60;
    private const int FundingHours = 8;

    public static List<KeyValuePair<string, string>> Of(Instrument i, DateTime nowUtc)
    {
        i.Candles.Roll(nowUtc);
        var (day, hour, high, low) = Statistics(i);
        var (trades, sum) = Traded(i);
        var held = Volumes.OpenInterest(i);
        return
        [
            new("symbol", i.Symbol), new("tickDirection", "ZeroPlusTick"), new("price24hPcnt", Change(i.Last, day)),
            new("lastPrice", Price(i, i.Last)), new("prevPrice24h", Price(i, day)), new("highPrice24h", Price(i, high)),
            new("lowPrice24h", Price(i, low)), new("prevPrice1h", Price(i, hour)), new("markPrice", Price(i, i.Mark)),
            new("indexPrice", Price(i, i.Tick.Index)), new("openInterest", Held(i, 2m * held)),
            new("openInterestValue", Value(i, 2m * held)), new("singleOpenInterest", Held(i, held)),
            new("singleOpenInterestValue", Value(i, held)), new("turnover24h", Volumes.Turnover(i, sum)),
            new("volume24h", Volumes.Of(i, trades)),
            new("fundingIntervalHour", FundingHours.ToString(CultureInfo.InvariantCulture)), new("fundingCap", "0.00375"),
            new("nextFundingTime", JsonFields.ToMs(i.Tick.NextFundingUtc).ToString(CultureInfo.InvariantCulture)),
            new("fundingRate", JsonFields.Trim(i.Tick.FundingRate)), new("bid1Price", Price(i, i.Bid(1))),
            new("bid1Size", Size(i)), new("ask1Price", Price(i, i.Ask(1))), new("ask1Size", Size(i)),
            new("preOpenPrice", ""), new("preQty", ""), new("curPreListingPhase", ""),
        ];
    }

    public static string Price(Instrument i, decimal price) => JsonFields.Pad(price, i.Spec.PricePrecision);

    public static string Size(Instrument i) => JsonFields.Pad(i.Spec.MarketMaxQty, i.Spec.QuantityPrecision);

    private static string Held(Instrument i, decimal held) => JsonFields.Pad(held, i.Spec.QuantityPrecision);

    private static string Value(Instrument i, decimal held) => JsonFields.Trim(decimal.Round(held * i.Mark, 4));

    private static (int Trades, decimal Sum) Traded(Instrument i)
    {
        var (trades, sum) = (0, 0m);
        for (var k = Math.Max(0, i.Candles.Count - MinutesOfDay); k < i.Candles.Count; k++)
        {
            ref readonly var bar = ref i.Candles[k];
            trades += bar.Count;
            sum += bar.Sum;
        }

        return (trades, sum);
    }

    private static string Change(decimal now, decimal before) =>
        before == 0m ? "0" : JsonFields.Pad((now - before) / before, 6);

    private static (decimal Day, decimal Hour, decimal High, decimal Low) Statistics(Instrument i)
    {
        var (day, hour, high, low) = (i.Last, i.Last, i.Last, i.Last);
        for (var k = i.Candles.Count - 1; k >= Math.Max(0, i.Candles.Count - MinutesOfDay); k--)
        {
            var bar = i.Candles[k];
            day = bar.Open;
            if (i.Candles.Count - k <= MinutesOfHour) hour = bar.Open;
            (high, low) = (Math.Max(high, bar.High), Math.Min(low, bar.Low));
        }

        return (day, hour, high, low);
    }
}
