namespace Trading.Simulator.Binance;

internal enum StreamKind
{
    ContractInfo, MarkPrice, Kline, ContinuousKline, Ticker, MiniTicker, Depth, BookTicker, AggTrade, Trade, ForceOrder,
}

/// <summary>What a market stream's name asks for (protocol page, section 9).</summary>
/// <param name="Symbol">In lower case, as in the name; empty for all symbols.</param>
internal sealed record StreamName(string Text, StreamKind Kind, string Symbol)
{
    /// <summary>Whole seconds between two frames; 0: at every change.</summary>
    public int Seconds { get; private init; }
    public KlineInterval? Interval { get; private init; }

    /// <summary>Continuous candles: the kind of contract, in upper case.</summary>
    public string ContractType { get; private init; } = "";

    /// <summary>The top of the book with so many levels; 0: its differences.</summary>
    public int Levels { get; private init; }

    /// <summary>Null: a name that means nothing. It is acknowledged and never delivers.</summary>
    public static StreamName? Parse(string text)
    {
        if (text.StartsWith('!')) return OfAll(text);
        var cut = text.IndexOf('@');
        if (cut <= 0 || text[..cut].Any(char.IsAsciiLetterUpper)) return null;
        var (symbol, wanted) = (text[..cut], text[(cut + 1)..]);
        return wanted switch
        {
            "markPrice@1s" => new(text, StreamKind.MarkPrice, symbol) { Seconds = 1 },
            "markPrice" or "markPrice@3s" => new(text, StreamKind.MarkPrice, symbol) { Seconds = 3 },
            "ticker" => new(text, StreamKind.Ticker, symbol) { Seconds = 2 },
            "miniTicker" => new(text, StreamKind.MiniTicker, symbol) { Seconds = 2 },
            "bookTicker" => new(text, StreamKind.BookTicker, symbol),
            "aggTrade" => new(text, StreamKind.AggTrade, symbol),
            "trade" => new(text, StreamKind.Trade, symbol),
            "forceOrder" => new(text, StreamKind.ForceOrder, symbol),
            _ when wanted.StartsWith("kline_", StringComparison.Ordinal) => Candles(text, symbol, wanted[6..]),
            _ when wanted.StartsWith("continuousKline_", StringComparison.Ordinal) => Continuous(text, symbol, wanted[16..]),
            _ when wanted.StartsWith("depth", StringComparison.Ordinal) => Book(text, symbol, wanted[5..]),
            _ => null,
        };
    }

    /// <summary>Books and trades are public, the others are on the market route, trades on both.</summary>
    public bool IsOn(StreamRoute route) => route switch
    {
        StreamRoute.Public or StreamRoute.Unrouted => Kind is StreamKind.BookTicker or StreamKind.Depth or StreamKind.Trade,
        StreamRoute.Market => Kind is not (StreamKind.BookTicker or StreamKind.Depth),
        _ => false,
    };

    private static StreamName? OfAll(string text) => text switch
    {
        "!markPrice@arr@1s" => new(text, StreamKind.MarkPrice, "") { Seconds = 1 },
        "!markPrice@arr" or "!markPrice@arr@3s" => new(text, StreamKind.MarkPrice, "") { Seconds = 3 },
        "!ticker@arr" => new(text, StreamKind.Ticker, "") { Seconds = 1 },
        "!miniTicker@arr" => new(text, StreamKind.MiniTicker, "") { Seconds = 1 },
        "!bookTicker" => new(text, StreamKind.BookTicker, ""),
        "!forceOrder@arr" => new(text, StreamKind.ForceOrder, ""),
        "!contractInfo" => new(text, StreamKind.ContractInfo, "") { Seconds = 1 },
        _ => null,
    };

    private static StreamName? Candles(string text, string symbol, string interval) =>
        KlineInterval.Of(interval) is { } length
            ? new(text, StreamKind.Kline, symbol) { Seconds = 1, Interval = length }
            : null;

    private static StreamName? Continuous(string text, string symbol, string interval)
    {
        var cut = symbol.IndexOf('_');
        if (cut <= 0 || KlineInterval.Of(interval) is not { } length) return null;
        return new(text, StreamKind.ContinuousKline, symbol[..cut])
        {
            Seconds = 1, Interval = length, ContractType = symbol[(cut + 1)..].ToUpperInvariant(),
        };
    }

    private static StreamName? Book(string text, string symbol, string rest)
    {
        var cut = rest.IndexOf('@');
        var (levels, speed) = cut < 0 ? (rest, "") : (rest[..cut], rest[cut..]);
        if (speed is not ("" or "@100ms" or "@250ms" or "@500ms") || levels is not ("" or "5" or "10" or "20")) return null;
        return new(text, StreamKind.Depth, symbol)
        {
            Levels = levels.Length == 0 ? 0 : int.Parse(levels), Seconds = levels.Length == 0 ? 0 : 1,
        };
    }
}
