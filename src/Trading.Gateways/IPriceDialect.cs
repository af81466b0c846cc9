using Trading.Domain;

namespace Trading.Gateways;

/// <summary>What differs between the price sockets of exchanges.</summary>
internal interface IPriceDialect
{
    Uri Address { get; }

    /// <summary>Sent every 20 s; null where the exchange pings itself.</summary>
    byte[]? Ping { get; }

    /// <summary>One message that adds or drops these subscriptions.</summary>
    /// <param name="number">1, 2, 3 … on this connection.</param>
    byte[] Request(bool adds, IReadOnlyList<Symbol> symbols, int number);

    /// <summary>False for frames of another kind and for what cannot be read; never throws, allocates nothing.</summary>
    bool TryRead(ReadOnlySpan<byte> frame, Span<char> symbol, out PriceFrame price);

    /// <summary>An answer to a request or ping of ours.</summary>
    bool IsAnswer(ReadOnlySpan<byte> frame);
}

/// <summary>A mark price as a frame states it.</summary>
/// <param name="Price">Zero where the frame shows that the symbol lives and repeats no price.</param>
/// <param name="Time">Milliseconds since 1970 on the exchange's clock.</param>
/// <param name="SymbolLength">Characters written to the buffer of the symbol.</param>
internal readonly record struct PriceFrame(decimal Price, long Time, int SymbolLength)
{
    public const int LongestSymbol = 64;
}
