using System.Data.Common;
using System.Globalization;

namespace Trading.Node.Projections;

/// <summary>Columns by name, whichever engine they come from: SQLite holds decimals and times as text.</summary>
internal static class MonitoringColumns
{
    public static long Long(this DbDataReader row, string column) => Convert.ToInt64(row[column], CultureInfo.InvariantCulture);

    public static long? LongOrNull(this DbDataReader row, string column) => row[column] is DBNull ? null : row.Long(column);

    public static int? Int(this DbDataReader row, string column) => row[column] is DBNull ? null : (int)row.Long(column);

    public static string? Text(this DbDataReader row, string column) => row[column] as string;

    public static decimal? Number(this DbDataReader row, string column) => row[column] switch
    {
        DBNull => null,
        string text => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture),
        var number => Convert.ToDecimal(number, CultureInfo.InvariantCulture),
    };

    public static DateTime? Utc(this DbDataReader row, string column) => row[column] switch
    {
        DBNull => null,
        string text => DateTime.Parse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
        var time => (DateTime)time,
    };
}
