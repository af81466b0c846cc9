using System.Globalization;

namespace Trading.Journal.Sqlite;

/// <summary>Times as SQLite text, <c>yyyy-MM-dd HH:mm:ss.fff</c> UTC: sorts as it reads and works in SQLite's date functions.</summary>
internal static class SqliteTime
{
    private const string Format = "yyyy-MM-dd HH:mm:ss.fff";

    public static string Text(DateTime utc) => utc.ToString(Format, CultureInfo.InvariantCulture);

    public static DateTime Parse(string text) => DateTime.ParseExact(
        text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
