using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Trading.Domain.Signals;

/// <summary>
/// Fields whose name says that a secret is in them. What a sender puts there by mistake reaches no journal, no table and no
/// log: only that the field was there is kept.
/// </summary>
public static partial class SecretFields
{
    public const string NotKept = "(not kept)";

    /// <summary>True for <c>secret</c>, <c>apiKey</c>, <c>API_KEY</c>, <c>accessToken</c> and the like.</summary>
    public static bool IsNamed(string name) => Name().IsMatch(name);

    /// <summary>The value as JSON, with such fields of it emptied at any depth.</summary>
    public static string Json(string name, JsonElement value)
    {
        if (IsNamed(name)) return JsonSerializer.Serialize(NotKept);
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.String)) return value.GetRawText();
        return Emptied(JsonNode.Parse(value.GetRawText()))!.ToJsonString();
    }

    /// <summary>A text that may be no JSON at all, with the values after such names emptied.</summary>
    public static string Masked(string text) => NameAndValue().Replace(text, "${name}" + NotKept);

    /// <summary>A text inside may be a body of its own, or words with a secret after its name.</summary>
    private static JsonNode? Emptied(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            for (var i = 0; i < array.Count; i++) Replace(array[i], emptied => array[i] = emptied);
        }
        else if (node is JsonObject fields)
        {
            foreach (var name in fields.Select(static field => field.Key).ToList())
                if (IsNamed(name)) fields[name] = NotKept;
                else Replace(fields[name], emptied => fields[name] = emptied);
        }
        else if (node is JsonValue text && text.TryGetValue(out string? words) && Masked(words) is var masked && masked != words)
        {
            return masked;
        }

        return node;
    }

    private static void Replace(JsonNode? node, Action<JsonNode?> put)
    {
        if (Emptied(node) is var emptied && !ReferenceEquals(emptied, node)) put(emptied);
    }

    private const string Words = "secret|pass[-_ ]?phrase|pass[-_ ]?word|passwd|api[-_ ]?key|private[-_ ]?key|token|credential";

    [GeneratedRegex(Words, RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    /// <summary>A name with the quotes of JSON, HTML or a web form around it, a colon or equals sign, and what follows.</summary>
    [GeneratedRegex(
        "(?<name>[\\w-]*(?:" + Words + ")[\\w-]*(?:\"|'|&quot;|&#34;|%22)?\\s*(?::|=|%3A|%3D)\\s*)(?:\"(?:[^\"\\\\]|\\\\.)*\"?|&(?:quot|#34);[^&]*|[^,&}\\]\\s]+)",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex NameAndValue();
}
