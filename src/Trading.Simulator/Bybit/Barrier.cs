using Trading.Simulator.Matching;

namespace Trading.Simulator.Bybit;

/// <summary>Which side of the price a stop or target must be on, and the exchange's way to say no. Its numbers are scaled
/// integers.</summary>
internal static class Barrier
{
    /// <summary>The price of a stop or target attached to an entry; 0 when absent.</summary>
    public static decimal Attached(Instrument instrument, Fields f, string name, string word, bool buys)
    {
        var price = f.Decimal(name);
        if (price == 0m) return 0m;
        Check(instrument, price, Words.SourceOf(f.Text(word + "TriggerBy")), word, buys, lower: buys == (word == "sl"));
        return price;
    }

    public static void Check(
        Instrument instrument, decimal price, PriceSource source, string word, bool buys, bool lower)
    {
        if (OrderFilters.Price(instrument.Spec, price) != Refusal.None) throw BybitError.Param($"{word} price invalid");
        var reference = instrument.Price(source);
        if (lower ? price < reference : price > reference) return;
        throw new BybitError(
            10001,
            $"{word}:{Scaled(instrument, price)} set for {(buys ? "Buy" : "Sell")} position should "
                + $"{(lower ? "lower" : "greater")} than base_price:{Scaled(instrument, reference)}??{Words.Of(source)}");
    }

    /// <summary>A conditional order whose price has already been passed.</summary>
    public static BybitError Crossed(Instrument instrument, decimal trigger, PriceSource source, bool rises)
    {
        var (a, b) = (Scaled(instrument, trigger), Scaled(instrument, instrument.Price(source)));
        return rises
            ? new BybitError(110092, $"expect Rising, but trigger_price[{a}] <= current[{b}]??{Words.Of(source)}")
            : new BybitError(110093, $"expect Falling, but trigger_price[{a}] >= current[{b}]??{Words.Of(source)}");
    }

    private static long Scaled(Instrument instrument, decimal price)
    {
        for (var digits = instrument.Spec.PricePrecision; digits > 0; digits--) price *= 10m;
        return (long)price;
    }
}
