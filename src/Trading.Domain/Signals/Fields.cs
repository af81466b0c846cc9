using System.Globalization;
using System.Text.Json;

namespace Trading.Domain.Signals;

/// <summary>The fields of one JSON object, read with the first fault remembered.</summary>
internal sealed class Fields
{
    private const int LongestId = 128;

    /// <summary>Prices and scores lie far within; beyond, a product of two would not fit a decimal.</summary>
    private const decimal Greatest = 1_000_000_000_000m;
    private readonly JsonElement _object;
    private readonly int _index;

    public Fields(JsonElement element, int index)
    {
        (_object, _index) = (element, index);
        if (!IsObject) Fail("signal", element.GetRawText(), "expected a JSON object");
    }

    public delegate bool TryParse<T>(string? text, out T value);

    public bool IsObject => _object.ValueKind is JsonValueKind.Object;
    public SignalFault? Fault { get; private set; }

    public void Fail(string field, string? value, string reason) =>
        Fault ??= SignalFault.Of(_index, field, value, reason);

    /// <summary>Text of a string or number; null when absent, null or of another kind.</summary>
    public string? Text(string field) => Find(field) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    public string? Id(string field)
    {
        var text = Text(field);
        var isWhole = Find(field) is not { ValueKind: JsonValueKind.Number } || text!.All(char.IsAsciiDigit);
        if (text is { Length: > 0 and <= LongestId } && isWhole && !text.Any(char.IsControl)) return text;
        Fail(field, Raw(field),
            $"expected a string of 1 to {LongestId} characters or an integer, the same in every delivery");
        return null;
    }

    public T Required<T>(string field, TryParse<T> parse, string expected, out T value)
    {
        if (!parse(Text(field), out value))
            Fail(field, Raw(field), Find(field) is null ? $"missing: {expected}" : $"expected {expected}");
        return value;
    }

    public decimal? Number(string field, bool mustBePositive = false)
    {
        if (Find(field) is null) return null;
        if (decimal.TryParse(Text(field), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && Math.Abs(value) <= Greatest && (value >= 1 / Greatest || !mustBePositive)) return value;
        Fail(field, Raw(field), mustBePositive
            ? "expected a decimal above 0 such as \"2.31\""
            : "expected a decimal such as \"0.91\"");
        return null;
    }

    public int? WholeNumber(string field)
    {
        if (Find(field) is null) return null;
        if (int.TryParse(Text(field), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0)
            return value;
        Fail(field, Raw(field), "expected a whole number above 0");
        return null;
    }

    public DateTime? Time(string field)
    {
        if (Find(field) is not { } found) return null;
        if (found.ValueKind is JsonValueKind.String && DateTime.TryParse(
            found.GetString(), CultureInfo.InvariantCulture,
            DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var utc))
            return utc;
        Fail(field, Raw(field), "expected an ISO-8601 time such as \"2025-10-17T19:21:02.512Z\"");
        return null;
    }

    public Fields? Child(string field) => Find(field) is { } child ? new Fields(child, _index) : null;

    /// <summary>Fields with other names as one JSON object; null when there are none.</summary>
    public string? Unknown(string[] known)
    {
        var unknown = _object.EnumerateObject().Where(p => !known.Contains(p.Name, StringComparer.Ordinal)).ToList();
        return unknown.Count == 0
            ? null
            : $"{{{string.Join(',', unknown.Select(p => $"{JsonSerializer.Serialize(p.Name)}:{p.Value.GetRawText()}"))}}}";
    }

    private JsonElement? Find(string field) =>
        IsObject && _object.TryGetProperty(field, out var value) && value.ValueKind is not JsonValueKind.Null
            ? value
            : null;

    private string? Raw(string field) => Text(field) ?? Find(field)?.GetRawText();
}
