using System.Globalization;
using System.Text.Json;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Parameters of a call, decoded; names in any case. On duplicates the query wins over the body.</summary>
internal sealed class Params
{
    /// <summary>Far enough for every date, near enough that a window of days can be added.</summary>
    private const long MsMax = 253_000_000_000_000;
    private const long SpanMsMax = 365L * 86_400_000;

    /// <summary>As they came: of two with one name the later counts.</summary>
    private readonly List<(string Name, string Value)> values = new(12);

    public Params(string query, string body)
    {
        Read(body);
        Read(query);
    }

    private Params(JsonElement fields)
    {
        foreach (var field in fields.EnumerateObject())
            if (JsonInput.Scalar(field.Value) is { } value) values.Add((field.Name, value));
    }

    public string Text(string name)
    {
        for (var i = values.Count - 1; i >= 0; i--)
            if (values[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return values[i].Value;
        return "";
    }

    public bool Has(string name) => Text(name).Length > 0;

    public string Required(string name) => Text(name) is { Length: > 0 } value ? value : throw BinanceError.Missing(name);

    public decimal Decimal(string name) => Has(name) ? Parse(name) : 0m;

    public decimal RequiredDecimal(string name)
    {
        Required(name);
        return Parse(name);
    }

    public long Number(string name, long otherwise = 0)
    {
        if (!Has(name)) return otherwise;
        var text = Text(name);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) return value;
        throw text.TrimStart('-').All(char.IsAsciiDigit) ? BinanceError.Invalid(name) : BinanceError.Missing(name);
    }

    public long RequiredNumber(string name)
    {
        Required(name);
        return Number(name);
    }

    /// <summary>How many rows, between 1 and the maximum.</summary>
    public int Limit(int otherwise, int max) => (int)Math.Clamp(Number("limit", otherwise), 1, max);

    /// <summary>True or false, in any case; absent is false.</summary>
    public bool Flag(string name) =>
        Has(name) && (bool.TryParse(Text(name), out var value) ? value : throw BinanceError.Invalid(name));

    public bool RequiredFlag(string name)
    {
        Required(name);
        return Flag(name);
    }

    /// <summary>A time in ms, or null.</summary>
    public DateTime? Time(string name) =>
        !Has(name) ? null : Number(name) is >= 0 and <= MsMax and var ms ? JsonFields.FromMs(ms) : throw BinanceError.Invalid(name);

    /// <summary>A span in ms, from 0 to a year.</summary>
    public TimeSpan Span(string name) =>
        RequiredNumber(name) is >= 0 and <= SpanMsMax and var ms ? TimeSpan.FromMilliseconds(ms) : throw BinanceError.Invalid(name);

    /// <summary>A list of objects, each read like the parameters of a call.</summary>
    public IReadOnlyList<Params> Objects(string name) => List(
        name, item => item.ValueKind == JsonValueKind.Object ? new Params(item) : throw BinanceError.Invalid(name));

    /// <summary>A list of texts or numbers.</summary>
    public IReadOnlyList<string> Texts(string name) =>
        List(name, item => JsonInput.Scalar(item) is { Length: > 0 } text ? text : throw BinanceError.Invalid(name));

    private List<T> List<T>(string name, Func<JsonElement, T> read)
    {
        if (!JsonInput.TryRead(Required(name), out var document)) throw BinanceError.Missing(name);
        using (document)
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Select(read)]
                : throw BinanceError.Invalid(name);
    }

    private decimal Parse(string name) =>
        decimal.TryParse(Text(name), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new BinanceError(-1100, $"Illegal characters found in parameter '{name}'.");

    private void Read(string text)
    {
        foreach (var range in text.AsSpan().Split('&'))
        {
            var pair = text.AsSpan(range);
            var cut = pair.IndexOf('=');
            if (cut <= 0) continue;
            values.Add((Decode(pair[..cut].ToString()), Decode(pair[(cut + 1)..].ToString())));
        }
    }

    private static string Decode(string text) =>
        text.Contains('%') || text.Contains('+') ? Uri.UnescapeDataString(text.Replace('+', ' ')) : text;
}
