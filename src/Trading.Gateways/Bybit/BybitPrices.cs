using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Trading.Domain;

namespace Trading.Gateways.Bybit;

/// <summary>
/// Mark prices from <c>tickers.{symbol}</c> (protocol §10): a snapshot, then deltas that state what has changed and leave
/// out the rest. A delta without a mark price shows that the symbol lives.
/// </summary>
public sealed class BybitPrices(BybitHost host) : PriceFeed(host, new Dialect(host.Address))
{
    private sealed class Dialect(BybitAddress address) : IPriceDialect
    {
        public Uri Address { get; } = new(address.Public, "/v5/public/linear");

        public byte[]? Ping { get; } = "{\"req_id\":\"ping\",\"op\":\"ping\"}"u8.ToArray();

        public byte[] Request(bool adds, IReadOnlyList<Symbol> symbols, int number) => Encoding.UTF8.GetBytes(
            $$"""{"req_id":"{{number}}","op":"{{(adds ? "subscribe" : "unsubscribe")}}","args":[{{string.Join(',', symbols.Select(symbol => $"\"tickers.{symbol.Value}\""))}}]}""");

        public bool TryRead(ReadOnlySpan<byte> frame, Span<char> symbol, out PriceFrame price) => TickerFrame.TryRead(frame, symbol, out price);

        public bool IsAnswer(ReadOnlySpan<byte> frame) => frame.IndexOf("\"op\":"u8) >= 0;
    }
}

/// <summary>Reads symbol, mark price and time from a ticker frame without allocating.</summary>
internal static class TickerFrame
{
    /// <summary>False for frames of another kind and for what cannot be read; never throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, Span<char> symbol, out PriceFrame frame)
    {
        frame = default;
        try
        {
            return Read(new Utf8JsonReader(bytes), symbol, out frame);
        }
        catch (Exception unreadable) when (WireJson.IsUnreadable(unreadable) || unreadable is ArgumentException)
        {
            return false;
        }
    }

    private static bool Read(Utf8JsonReader reader, Span<char> symbol, out PriceFrame frame)
    {
        frame = default;
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("topic"u8))
            {
                reader.Read();
                if (!reader.ValueSpan.StartsWith("tickers."u8)) return false;
            }
            else if (reader.ValueTextEquals("ts"u8))
            {
                reader.Read();
                frame = frame with { Time = reader.GetInt64() };
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                if (reader.TokenType is not JsonTokenType.StartObject || !ReadData(ref reader, symbol, ref frame)) return false;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return reader.TokenType is JsonTokenType.EndObject && frame is { Time: > 0, SymbolLength: > 0 };
    }

    private static bool ReadData(ref Utf8JsonReader reader, Span<char> symbol, ref PriceFrame frame)
    {
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isSymbol = reader.ValueTextEquals("symbol"u8);
            var isMark = reader.ValueTextEquals("markPrice"u8);
            reader.Read();
            if (isSymbol)
            {
                frame = frame with { SymbolLength = reader.CopyString(symbol) };
            }
            else if (isMark)
            {
                if (!Utf8Parser.TryParse(reader.ValueSpan, out decimal price, out var used) || used != reader.ValueSpan.Length || price <= 0)
                    return false;
                frame = frame with { Price = price };
            }
            else
            {
                reader.Skip();
            }
        }

        return true;
    }
}
