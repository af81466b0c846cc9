using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Trading.Gateways.Binance;

/// <summary>
/// Reads symbol, mark price and time from a <c>markPriceUpdate</c> without allocating. The fields that follow the price are
/// not looked at, so a frame costs less than a full pass; that it ends as an object shows that it was not cut.
/// </summary>
internal static class MarkPriceFrame
{
    /// <summary>False for frames of another kind and for what cannot be read; never throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, Span<char> symbol, out PriceFrame frame)
    {
        frame = default;
        if (bytes.Length < 2 || bytes[^1] != (byte)'}') return false;
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
        var isMarkPrice = false;
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan.Length == 1 ? reader.ValueSpan[0] : (byte)0;
            reader.Read();
            switch (name)
            {
                case (byte)'e':
                    if (!reader.ValueTextEquals("markPriceUpdate"u8)) return false;
                    isMarkPrice = true;
                    break;
                case (byte)'E': frame = frame with { Time = reader.GetInt64() }; break;
                case (byte)'s': frame = frame with { SymbolLength = reader.CopyString(symbol) }; break;
                case (byte)'p':
                    if (!Utf8Parser.TryParse(reader.ValueSpan, out decimal price, out var used) || used != reader.ValueSpan.Length) return false;
                    if (price > WireJson.Greatest) return false;
                    frame = frame with { Price = price };
                    break;
                default: reader.Skip(); break;
            }

            if (isMarkPrice && frame is { Price: > 0, Time: > 0, SymbolLength: > 0 }) return true;
        }

        return false;
    }
}
