using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trading.Gateways;

/// <summary>How JSON of an exchange is read: decimals are strings, names are case-sensitive, what must be there must be there.</summary>
internal static class WireJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new Bounded() },
    };

    /// <summary>No price, quantity or sum of a real account lies beyond; the product of two still fits a decimal.</summary>
    public const decimal Greatest = 10_000_000_000_000m;

    private const decimal WithoutEndingZeros = 1.0000000000000000000000000000m;

    public static T Parse<T>(ReadOnlyMemory<byte> body) =>
        JsonSerializer.Deserialize<T>(body.Span, Options) ?? throw new JsonException("null");

    /// <summary>A price that stands in a row without names.</summary>
    public static decimal Price(string? text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var price) && price > 0
            ? Within(price)
            : throw new JsonException("not a price");

    /// <summary>What the JSON reader throws for bytes that are not what was expected.</summary>
    public static bool IsUnreadable(Exception failure) =>
        failure is JsonException or InvalidOperationException or FormatException or OverflowException;

    /// <summary>
    /// A figure beyond all figures is not read: an actor that computed with it would fail, and fail again. One that was sent as
    /// 1148.0 is read as 1148, as the journal gives it back: a replayed state is the live one to the last digit.
    /// </summary>
    private static decimal Within(decimal value) =>
        Math.Abs(value) <= Greatest
            ? value / WithoutEndingZeros
            : throw new JsonException("beyond all figures of an account");

    private sealed class Bounded : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType switch
            {
                JsonTokenType.Number => Within(reader.GetDecimal()),
                JsonTokenType.String when decimal.TryParse(
                    reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => Within(value),
                _ => throw new JsonException("not a decimal"),
            };

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            throw new NotSupportedException("the wire is only read");
    }

    /// <summary>Some optional decimals are written as "" where they do not apply.</summary>
    internal sealed class BlankIsNull : JsonConverter<decimal?>
    {
        public override decimal? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType switch
            {
                JsonTokenType.Null => null,
                JsonTokenType.Number => Within(reader.GetDecimal()),
                JsonTokenType.String when reader.ValueTextEquals(""u8) => null,
                JsonTokenType.String when decimal.TryParse(
                    reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => Within(value),
                _ => throw new JsonException("not a decimal"),
            };

        public override void Write(Utf8JsonWriter writer, decimal? value, JsonSerializerOptions options) =>
            throw new NotSupportedException("the wire is only read");
    }
}
