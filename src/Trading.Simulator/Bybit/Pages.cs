using System.Globalization;
using System.Text.Json;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Lists in pages. The cursor contains a character that must be encoded, like the exchange's.</summary>
internal static class Pages
{
    private const string CursorStart = "offset:";

    public static string Write<T>(
        JsonText json, IEnumerable<T> rows, Fields fields, int otherwise, int max, Action<Utf8JsonWriter, T> write)
    {
        var (from, limit) = (Offset(fields.Text("cursor")), fields.Limit(otherwise, max));
        var page = rows.Skip(from).Take(limit + 1).ToList();
        return json.Object(w =>
        {
            w.WriteString("category", "linear");
            w.WriteStartArray("list");
            foreach (var row in page.Take(limit))
            {
                w.WriteStartObject();
                write(w, row);
                w.WriteEndObject();
            }

            w.WriteEndArray();
            w.WriteString("nextPageCursor", page.Count > limit ? Cursor(from + limit) : "");
        });
    }

    /// <summary>Start and end time in ms; seven days at most, by default the last seven.</summary>
    public static (DateTime FromUtc, DateTime ToUtc) Window(Fields fields, DateTime nowUtc)
    {
        var to = fields.Time("endTime", nowUtc);
        var from = fields.Time("startTime", to.AddDays(-7));
        if (!fields.Has("endTime") && fields.Has("startTime") && nowUtc - from > TimeSpan.FromDays(7)) to = from.AddDays(7);
        if (to - from > TimeSpan.FromDays(7)) throw BybitError.Param("the time range is larger than 7 days");
        return (from, to);
    }

    private static string Cursor(int offset) =>
        Uri.EscapeDataString(CursorStart + offset.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sent back as it was given, or encoded once more.</summary>
    private static int Offset(string cursor)
    {
        if (cursor.Length == 0) return 0;
        var text = Uri.UnescapeDataString(cursor);
        return text.StartsWith(CursorStart, StringComparison.Ordinal)
            && int.TryParse(text[CursorStart.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw BybitError.Param("cursor invalid");
    }
}
