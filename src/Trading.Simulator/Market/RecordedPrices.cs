namespace Trading.Simulator.Market;

/// <summary>The prices of one recorded symbol so far. Where the recording has mark prices, nothing is told before the
/// first one; where it has none, the mark is the last price.</summary>
internal sealed class RecordedPrices(SymbolSpec spec, bool hasMarks)
{
    private MarketTick told;
    private decimal mark, index, last, fundingRate;
    private DateTime nextFundingUtc;

    /// <summary>Null when the update changes nothing.</summary>
    public MarketTick? Apply(PriceUpdate update, DateTime atUtc)
    {
        mark = update.Mark ?? mark;
        index = update.Index ?? index;
        fundingRate = update.FundingRate ?? fundingRate;
        nextFundingUtc = update.NextFundingUtc ?? nextFundingUtc;
        last = update.Last ?? last;
        if (update is { Bid: { } bid, Ask: { } ask }) last = Within(bid, ask);

        var shownLast = last > 0m ? last : Math.Max(decimal.Round(mark / spec.TickSize), 1m) * spec.TickSize;
        var shownMark = hasMarks ? mark : last;
        if (shownMark <= 0m) return null;
        var tick = new MarketTick(
            atUtc, spec.Symbol, shownMark, shownLast, index > 0m ? index : shownMark, fundingRate, nextFundingUtc);
        if (tick == told with { AtUtc = atUtc }) return null;
        told = tick;
        return tick;
    }

    /// <summary>A last price outside the book could not be traded any more: the nearest side takes its place.</summary>
    private decimal Within(decimal bid, decimal ask) => last <= 0m ? bid : Math.Clamp(last, bid, ask);
}
