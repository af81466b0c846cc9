using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Trading.Domain;

namespace Trading.Journal;

/// <summary>
/// The JSON of events: snake_case names; decimals, times, enums, keys and ids as canonical text; every field written,
/// nulls too, so that a default that changes later changes nothing that was written.
/// </summary>
public static class EventJson
{
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = new SnakeCaseNames(),
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            IgnoreReadOnlyProperties = true,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            Converters = { new DecimalText(), new UtcText(), new EnumText(), new ValueText() },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private static string Text(ref Utf8JsonReader reader, string what) => reader.TokenType is JsonTokenType.String
        ? reader.GetString()!
        : throw new JsonException($"{what} is not a string but {reader.TokenType}");

    private sealed class SnakeCaseNames : JsonNamingPolicy
    {
        public override string ConvertName(string name) => CanonicalText.SnakeCase(name);
    }

    private sealed class DecimalText : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = Text(ref reader, "decimal");
            return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out var value)
                ? value
                : throw new JsonException($"'{text}' is not a decimal");
        }

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteStringValue(CanonicalText.Of(value));
    }

    private sealed class UtcText : JsonConverter<DateTime>
    {
        public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = Text(ref reader, "time");
            return CanonicalText.TryUtc(text, out var utc) ? utc : throw new JsonException($"'{text}' is not an ISO-8601 time");
        }

        public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) =>
            writer.WriteStringValue(CanonicalText.Of(value));
    }

    private sealed class EnumText : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(EnumText<>).MakeGenericType(typeToConvert))!;
    }

    private sealed class EnumText<T> : JsonConverter<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<string, T> ByText = Enum.GetValues<T>().ToDictionary(value => CanonicalText.Of(value));
        private static readonly Dictionary<T, string> ByValue = ByText.ToDictionary(pair => pair.Value, pair => pair.Key);

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = Text(ref reader, typeof(T).Name);
            return ByText.TryGetValue(text, out var value) ? value : throw new JsonException($"'{text}' is not a {typeof(T).Name}");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(ByValue[value]);
    }

    /// <summary>
    /// The domain's small structs that are one text: those with <c>Parse(string)</c>, or made from one string. Empty text
    /// is the struct that holds nothing.
    /// </summary>
    private sealed class ValueText : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            typeToConvert is { IsValueType: true, IsEnum: false, IsPrimitive: false }
            && typeToConvert.Assembly == typeof(PositionKey).Assembly
            && (Parser(typeToConvert) is not null || Maker(typeToConvert) is not null);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options)
        {
            var delegateType = typeof(Func<,>).MakeGenericType(typeof(string), typeToConvert);
            var read = Parser(typeToConvert) is { } parse
                ? parse.CreateDelegate(delegateType)
                : MakeFrom(Maker(typeToConvert)!, delegateType);
            return (JsonConverter)Activator.CreateInstance(typeof(ValueText<>).MakeGenericType(typeToConvert), read)!;
        }

        private static MethodInfo? Parser(Type type) => type.GetMethod("Parse", [typeof(string)]);

        private static ConstructorInfo? Maker(Type type) => type.GetConstructor([typeof(string)]);

        private static Delegate MakeFrom(ConstructorInfo maker, Type delegateType)
        {
            var text = System.Linq.Expressions.Expression.Parameter(typeof(string));
            return System.Linq.Expressions.Expression.Lambda(
                delegateType, System.Linq.Expressions.Expression.New(maker, text), text).Compile();
        }
    }

    private sealed class ValueText<T>(Func<string, T> parse) : JsonConverter<T>
        where T : struct
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = Text(ref reader, typeof(T).Name);
            if (text.Length == 0) return default;
            try
            {
                return parse(text);
            }
            catch (FormatException e)
            {
                throw new JsonException(e.Message, e);
            }
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
