using System.Globalization;
using System.Text.Json;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Fields of a call: the decoded query of a GET, the JSON object of a POST.</summary>
internal sealed class Fields
{
    /// <summary>Fourteen digits: the year 5138.</summary>
    private const long TimeMaxMs = 99_999_999_999_999;
    private readonly Dictionary<string, string> values = [];

    private Fields()
    {
    }

    public static Fields OfQuery(string query)
    {
        var fields = new Fields();
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var cut = pair.IndexOf('=');
            if (cut > 0) fields.values[Uri.UnescapeDataString(pair[..cut])] = Uri.UnescapeDataString(pair[(cut + 1)..]);
        }

        return fields;
    }

    /// <summary>Null when the text is no JSON object.</summary>
    public static Fields? OfBody(string body)
    {
        if (!JsonInput.TryRead(body.Length == 0 ? "{}" : body, out var document)) return null;
        using (document) return Of(document.RootElement);
    }

    /// <summary>Null for anything but an object.</summary>
    public static Fields? Of(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object) return null;
        var fields = new Fields();
        foreach (var field in element.EnumerateObject())
            if (field.Value.ValueKind != JsonValueKind.Null) fields.values[field.Name] = field.Value.ToString();
        return fields;
    }

    public string Text(string name) => values.GetValueOrDefault(name, "");

    /// <summary>Sets a field that is not there.</summary>
    public void Add(string name, string value) => values.TryAdd(name, value);

    public bool Has(string name) => Text(name).Length > 0;

    public string Required(string name) =>
        Text(name) is { Length: > 0 } value ? value : throw BybitError.Param($"{name} is required");

    public decimal Decimal(string name) => !Has(name) ? 0m
        : decimal.TryParse(
            Text(name), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var value)
        ? value
        : throw BybitError.Param($"{name} is not a number");

    public long Number(string name, long otherwise = 0) => !Has(name) ? otherwise
        : long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
        : throw BybitError.Param($"{name} is not an integer");

    public bool Flag(string name) => string.Equals(Text(name), "true", StringComparison.OrdinalIgnoreCase);

    public int Limit(int otherwise, int max) => (int)Math.Clamp(Number("limit", otherwise), 1, max);

    /// <summary>A time in ms; refuses what no calendar has.</summary>
    public DateTime Time(string name, DateTime otherwise) => !Has(name) ? otherwise
        : Number(name) is >= 0 and <= TimeMaxMs and var ms ? JsonFields.FromMs(ms)
        : throw BybitError.Param($"{name} invalid");

    /// <summary>Items of an array field.</summary>
    public IReadOnlyList<Fields> Items(string name)
    {
        if (!JsonInput.TryRead(Required(name), out var document)) throw BybitError.Param($"{name} is not an array");
        using (document)
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Select(item => Of(item) ?? throw BybitError.Param($"{name} holds what is no order"))]
                : throw BybitError.Param($"{name} is not an array");
    }
}
