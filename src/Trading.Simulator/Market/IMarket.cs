namespace Trading.Simulator.Market;

/// <summary>One price observation of one symbol. Prices in the quote asset, <paramref name="FundingRate"/> as a
/// fraction per funding interval (0.0001 = 0.01 %).</summary>
/// <param name="AtUtc">When the exchange sees it.</param>
/// <param name="Symbol">Upper case, the exchange's id.</param>
/// <param name="Mark">Price that triggers MARK_PRICE stops, liquidates, and values positions.</param>
/// <param name="Last">Price at which market orders fill (before slippage) and CONTRACT_PRICE stops trigger.</param>
/// <param name="Index">Index price; only shown.</param>
/// <param name="FundingRate">Rate paid by longs to shorts at <paramref name="NextFundingUtc"/>.</param>
/// <param name="NextFundingUtc">Next funding time; <see cref="DateTime.MinValue"/> when there is none.</param>
public readonly record struct MarketTick(
    DateTime AtUtc, string Symbol, decimal Mark, decimal Last, decimal Index, decimal FundingRate,
    DateTime NextFundingUtc);

/// <summary>Where prices come from. Only changes are delivered: the venue repeats the last price to its streams
/// every second by itself. Deterministic, no clock of its own, never called by two threads at once.</summary>
public interface IMarket
{
    /// <summary>Filters and contract terms of every symbol. Read again on every use; a source may change a
    /// status (delisting) by replacing an element.</summary>
    IReadOnlyList<SymbolSpec> Symbols { get; }

    /// <summary>When the next tick is due; null when none is left.</summary>
    DateTime? NextAtUtc { get; }

    /// <summary>Takes the next tick due at or before <paramref name="nowUtc"/>, in order of time.</summary>
    bool TryTake(DateTime nowUtc, out MarketTick tick);

    /// <summary>Tells the side of the open position (+1 long, -1 short, 0 none or both), so that a bar replay can
    /// play the adverse extreme first.</summary>
    void Hint(string symbol, int openSide);

    /// <summary>Where the prices come from and how they are played, in a sentence for the operator.</summary>
    string Describe() => "prices as they are set";
}
