using Trading.Simulator.Matching;

namespace Trading.Simulator.Bybit;

/// <summary>Which side of the price a stop or target must be on, and the exchange's way to say no. Its numbers are scaled
/// integers.</summary>
internal static class Barrier
{
    /// <summary>What an order brings along: what it brought already, and what the fields change of it ("0" removes).</summary>
    /// <param name="at">The price a conditional order waits for: its stops are judged from there; 0 = from the market's.</param>
    public static AttachedStops Attached(Instrument instrument, Fields f, AttachedStops before, bool buys, decimal at = 0m)
    {
        var partial = f.Text("tpslMode") switch
        {
            "" => before.Partial, "Full" => false, "Partial" => true, _ => throw BybitError.Param("tpslMode invalid"),
        };
        var after = new AttachedStops
        {
            Loss = f.Has("stopLoss") ? f.Decimal("stopLoss") : before.Loss,
            LossSource = Words.SourceOf(f.Text("slTriggerBy"), before.LossSource),
            LossLimit = Limit(f, "sl", partial, before.LossLimit),
            Profit = f.Has("takeProfit") ? f.Decimal("takeProfit") : before.Profit,
            ProfitSource = Words.SourceOf(f.Text("tpTriggerBy"), before.ProfitSource),
            ProfitLimit = Limit(f, "tp", partial, before.ProfitLimit),
        };
        if (after.IsEmpty) return AttachedStops.None;
        after = after with { Partial = partial };
        if (after.Loss != 0m && after.Loss != before.Loss) Check(instrument, after.Loss, after.LossSource, "sl", buys, lower: buys, at);
        if (after.Profit != 0m && after.Profit != before.Profit)
            Check(instrument, after.Profit, after.ProfitSource, "tp", buys, lower: !buys, at);
        foreach (var limit in (decimal[])[after.LossLimit, after.ProfitLimit])
            if (limit != 0m && OrderFilters.Price(instrument.Spec, limit) != Refusal.None) throw BybitError.Param("limit price invalid");
        return after;
    }

    /// <summary>The price a conditional order waits for, on the symbol's lattice.</summary>
    public static decimal Trigger(Instrument instrument, Fields f, decimal otherwise)
    {
        if (!f.Has("triggerPrice")) return otherwise;
        var refusal = OrderFilters.Price(instrument.Spec, f.Decimal("triggerPrice"));
        return refusal == Refusal.None ? f.Decimal("triggerPrice") : throw BybitError.Of(refusal);
    }

    /// <summary>A limit price, which only a part may have; 0 = at market.</summary>
    public static decimal Limit(Fields f, string word, bool partial, decimal before = 0m)
    {
        var type = f.Text(word + "OrderType") switch
        {
            "" => before > 0m ? "Limit" : "Market", "Market" => "Market", "Limit" => "Limit",
            _ => throw BybitError.Param($"{word}OrderType invalid"),
        };
        if (type == "Market") return 0m;
        if (!partial) throw BybitError.Param($"{word}OrderType Limit needs tpslMode Partial");
        if (before == 0m) f.Required(word + "LimitPrice");
        return f.Has(word + "LimitPrice") ? f.Decimal(word + "LimitPrice") : before;
    }

    public static void Check(
        Instrument instrument, decimal price, PriceSource source, string word, bool buys, bool lower, decimal at = 0m)
    {
        if (OrderFilters.Price(instrument.Spec, price) != Refusal.None) throw BybitError.Param($"{word} price invalid");
        var reference = at > 0m ? at : instrument.Price(source);
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
