using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Trading.Simulator.Wire;

/// <summary>JSON as a client sent it. What this reads can be read to its last text: half of a surrogate pair, which
/// only fails when its text is asked for, is no JSON here.</summary>
internal static class JsonInput
{
    /// <param name="document">To be disposed of by the caller; null when the text is no JSON.</param>
    public static bool TryRead(string text, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        try
        {
            var read = JsonDocument.Parse(text);
            if (IsWhole(read.RootElement)) document = read;
            else read.Dispose();
        }
        catch (JsonException)
        {
            // The caller hears it by the answer.
        }

        return document is not null;
    }

    /// <summary>A number, a word or a text as parameters have them; null for an object, a list and null.</summary>
    public static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    private static bool IsWhole(JsonElement element)
    {
        try
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String:
                    element.GetString();
                    return true;
                case JsonValueKind.Array:
                    return element.EnumerateArray().All(IsWhole);
                case JsonValueKind.Object:
                    return element.EnumerateObject().All(field => field.Name is not null && IsWhole(field.Value));
                default:
                    return true;
            }
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
