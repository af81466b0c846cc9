using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Trading.Domain.Signals;

/// <summary>
/// What is wrong with a text that should be JSON, in words its sender can act on: the usual mistakes of templates and
/// web forms by their names, anything else by its place.
/// </summary>
public static class UnreadableBody
{
    private static readonly SearchValues<char> SmartQuotes = SearchValues.Create("\u201C\u201D\u201E\u2018\u2019");

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Without a byte order mark and the white space around it: both say nothing.</summary>
    public static ReadOnlyMemory<byte> Trimmed(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith(Utf8Mark)) body = body[Utf8Mark.Length..];
        return body.Trim(" \t\r\n"u8);
    }

    public static string Why(ReadOnlySpan<byte> body, JsonException error)
    {
        var text = Encoding.UTF8.GetString(body);
        return $"not JSON: {Known(text) ?? Sentence(error)} ({Place(error)})";
    }

    /// <summary>The first <c>{{…}}</c> of a text; null: there is none.</summary>
    public static string? PlaceholderIn(string text)
    {
        var begins = text.IndexOf("{{", StringComparison.Ordinal);
        var ends = begins < 0 ? -1 : text.IndexOf("}}", begins, StringComparison.Ordinal);
        return ends < 0 ? null : text[begins..(ends + 2)];
    }

    private static string? Known(string text)
    {
        if (text.Length == 0) return "the body is empty";
        if (text.Contains('\0')) return "the body is not UTF-8 text; send UTF-8";
        if (text.Contains("&quot;") || text.Contains("&#34;")) return "quotes are escaped as in HTML (&quot;); send plain \"";
        if (!text.AsSpan().TrimStart().StartsWith(['{']) && !text.AsSpan().TrimStart().StartsWith(['[']) && text.Contains('='))
            return "the body is a web form (name=value); send one JSON object";
        var outside = OutsideStrings(text, out var hasRawBreak);
        if (outside.AsSpan().ContainsAny(SmartQuotes)) return "typographic quotes stand where plain \" is needed";
        if (PlaceholderIn(outside) is { } placeholder) return $"the sender did not fill in {placeholder}";
        if (hasRawBreak) return "a line break stands inside a text; write it as \\n";
        if (outside.Contains("NaN") || outside.Contains("Infinity")) return "NaN and Infinity are no numbers in JSON; leave the field out";
        if (Contains(outside, ",}") || Contains(outside, ",]")) return "a comma stands before the closing bracket";
        return outside.Contains('\'') ? "single quotes stand where \" is needed" : null;
    }

    /// <summary>What is not inside quotes; there only are commas, names and numbers what they seem.</summary>
    private static string OutsideStrings(string text, out bool hasRawBreak)
    {
        var outside = new StringBuilder(text.Length);
        hasRawBreak = false;
        for (var (i, isInside) = (0, false); i < text.Length; i++)
        {
            if (text[i] == '"') isInside = !isInside;
            else if (isInside && text[i] == '\\') i++;
            else if (isInside) hasRawBreak |= text[i] is '\n' or '\r';
            else outside.Append(text[i]);
        }

        return outside.ToString();
    }

    private static bool Contains(string text, string pair) =>
        string.Concat(text.Where(c => !char.IsWhiteSpace(c))).Contains(pair, StringComparison.Ordinal);

    private static string Sentence(JsonException error) => error.Message.Split(". ")[0];

    private static string Place(JsonException error) => error is { LineNumber: { } line, BytePositionInLine: { } place }
        ? $"line {line + 1}, byte {place + 1}"
        : "no place is known";
}
