using System.Globalization;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>What a ticker tells of a symbol, in the exchange's order; volumes and open interest are not simulated.</summary>
internal static class TickerFields
{
    private const int MinutesOfDay = 1440;
    private const int MinutesOfHour = 60;
    private const int FundingHours = 8;

    public static List<KeyValuePair<string, string>> Of(Instrument i)
    {
        var (day, hour, high, low) = Statistics(i);
        return
        [
            new("symbol", i.Symbol), new("tickDirection", "ZeroPlusTick"), new("price24hPcnt", Change(i.Last, day)),
            new("lastPrice", Price(i, i.Last)), new("prevPrice24h", Price(i, day)), new("highPrice24h", Price(i, high)),
            new("lowPrice24h", Price(i, low)), new("prevPrice1h", Price(i, hour)), new("markPrice", Price(i, i.Mark)),
            new("indexPrice", Price(i, i.Tick.Index)), new("openInterest", "0"), new("openInterestValue", "0"),
            new("singleOpenInterest", "0"), new("singleOpenInterestValue", "0"), new("turnover24h", "0"),
            new("volume24h", "0"),
            new("fundingIntervalHour", FundingHours.ToString(CultureInfo.InvariantCulture)), new("fundingCap", "0.00375"),
            new("nextFundingTime", JsonFields.ToMs(i.Tick.NextFundingUtc).ToString(CultureInfo.InvariantCulture)),
            new("fundingRate", JsonFields.Trim(i.Tick.FundingRate)), new("bid1Price", Price(i, i.Last)),
            new("bid1Size", Size(i)), new("ask1Price", Price(i, i.Last + i.Spec.TickSize)), new("ask1Size", Size(i)),
            new("preOpenPrice", ""), new("preQty", ""), new("curPreListingPhase", ""),
        ];
    }

    public static string Price(Instrument i, decimal price) => JsonFields.Pad(price, i.Spec.PricePrecision);

    public static string Size(Instrument i) => JsonFields.Pad(i.Spec.MarketMaxQty, i.Spec.QuantityPrecision);

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
