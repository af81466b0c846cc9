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
        else if (DoubledIn(element) is { } doubled) Fail("signal", doubled, "the field is given twice: which of the two is meant?");
    }

    public delegate bool TryParse<T>(string? text, out T value);

    public bool IsObject => _object.ValueKind is JsonValueKind.Object;
    public SignalFault? Fault { get; private set; }

    /// <summary>A name that an object has twice; null: none. A reader that takes the last would guess.</summary>
    public static string? DoubledIn(JsonElement element)
    {
        if (element.ValueKind is not JsonValueKind.Object) return null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        return element.EnumerateObject().Select(field => field.Name).FirstOrDefault(name => !names.Add(name));
    }

    public void Fail(string field, string? value, string reason) =>
        Fault ??= SignalFault.Of(_index, field, value, reason);

    /// <param name="reason">Its code: the signal can be read, and is not taken.</param>
    public void Refuse(string reason, string field, string? value, string why) =>
        Fault ??= SignalFault.Of(_index, field, value, why) with { Refusal = reason };

    /// <summary>The first field with its value; null: there is none.</summary>
    public (string Name, string Value)? First()
    {
        if (!IsObject) return null;
        foreach (var field in _object.EnumerateObject()) return (field.Name, Raw(field.Name) ?? "");
        return null;
    }

    /// <summary>Text of a string or number; null when absent, null or of another kind.</summary>
    public string? Text(string field) => Find(field) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    public bool Has(string field) => Find(field) is not null;

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
        if (Find(field) is null) return null;
        if (SourceTime.TryParse(Text(field), out var utc)) return utc;
        Fail(field, Raw(field),
            "expected an ISO-8601 time such as \"2025-10-17T19:21:02.512Z\", or Unix seconds or milliseconds");
        return null;
    }

    /// <summary>A text that its sender was to fill in and did not, as a template of TradingView leaves it.</summary>
    public void RefusePlaceholders(string[] known)
    {
        if (!IsObject) return;
        foreach (var field in _object.EnumerateObject().Where(field => known.Contains(field.Name, StringComparer.Ordinal)))
            if (Text(field.Name) is { } text && UnreadableBody.PlaceholderIn(text) is { } placeholder)
                Fail(field.Name, text, $"the sender did not fill in {placeholder}");
    }

    /// <summary>A field that says what is to be done must not be passed over because it is spelled in another way.</summary>
    public void RefuseSpellingsOf(string field)
    {
        if (!IsObject) return;
        foreach (var other in _object.EnumerateObject().Where(other => other.Name != field && Letters(other.Name) == Letters(field)))
            Fail(field, other.Name, $"the field is spelled '{field}'");
    }

    private static string Letters(string name) => string.Concat(name.Where(char.IsLetter)).ToLowerInvariant();

    public Fields? Child(string field) => Find(field) is { } child ? new Fields(child, _index) : null;

    /// <summary>Fields with other names as one JSON object; null when there are none.</summary>
    public string? Unknown(string[] known)
    {
        var unknown = _object.EnumerateObject().Where(p => !known.Contains(p.Name, StringComparer.Ordinal)).ToList();
        return unknown.Count == 0
            ? null
            : $"{{{string.Join(',', unknown.Select(p => $"{JsonSerializer.Serialize(p.Name)}:{SecretFields.Json(p.Name, p.Value)}"))}}}";
    }

    private JsonElement? Find(string field) =>
        IsObject && _object.TryGetProperty(field, out var value) && value.ValueKind is not JsonValueKind.Null
            ? value
            : null;

    private string? Raw(string field) => Text(field) ?? Find(field)?.GetRawText();
}
