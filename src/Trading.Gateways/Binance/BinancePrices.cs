using System.Text.Encodings.Web;
using System.Text.Json;
using Trading.Domain;

namespace Trading.Gateways.Binance;

/// <summary>Mark prices once a second (protocol §9).</summary>
public sealed class BinancePrices(BinanceHost host) : PriceFeed(host, new Dialect(host.Address))
{
    private sealed class Dialect(BinanceAddress address) : IPriceDialect
    {
        private static readonly JsonWriterOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        public Uri Address { get; } = new(address.Stream, "/market/ws");

        public byte[]? Ping => null;

        public byte[] Request(bool adds, IReadOnlyList<Symbol> symbols, int number)
        {
            using var bytes = new MemoryStream();
            using (var json = new Utf8JsonWriter(bytes, Unescaped))
            {
                json.WriteStartObject();
                json.WriteString("method", adds ? "SUBSCRIBE" : "UNSUBSCRIBE");
                json.WriteStartArray("params");
                foreach (var symbol in symbols) json.WriteStringValue($"{symbol.Value.ToLowerInvariant()}@markPrice@1s");
                json.WriteEndArray();
                json.WriteNumber("id", number);
                json.WriteEndObject();
            }

            return bytes.ToArray();
        }

        public bool TryRead(ReadOnlySpan<byte> frame, Span<char> symbol, out PriceFrame price) => MarkPriceFrame.TryRead(frame, symbol, out price);

        /// <summary>The answer to SUBSCRIBE: every name is acknowledged, even nonsense, so it proves nothing.</summary>
        public bool IsAnswer(ReadOnlySpan<byte> frame) => frame.StartsWith("{\"result\":null"u8) || frame.StartsWith("{\"id\":"u8);
    }
}
