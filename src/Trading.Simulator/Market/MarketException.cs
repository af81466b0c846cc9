namespace Trading.Simulator.Market;

/// <summary>Market data or market options that cannot be used; the message says what, where and what to do.</summary>
public sealed class MarketException(string message) : Exception(message);
