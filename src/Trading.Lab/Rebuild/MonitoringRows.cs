using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Trading.Domain;
using Trading.Projections;

namespace Trading.Lab.Rebuild;

/// <summary>
/// The projected rows as text that is the same on every engine: decimals canonical, times in milliseconds. Read in pages,
/// so that no statement is long and no table has to fit into memory.
/// </summary>
internal static class MonitoringRows
{
    private const int RowsPerPage = 5_000;
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.fff";
    private const char Between = '\u001f';
    private const char Nothing = '\u0000';

    /// <summary>All that operators read. The fold's own memory is none of it.</summary>
    public static readonly string[] Tables =
    [
        MonitoringTables.Events, MonitoringTables.Positions, MonitoringTables.Orders, MonitoringTables.Trades,
        MonitoringTables.Estimates,
        MonitoringTables.Signals, MonitoringTables.Waves,
    ];

    /// <summary>SHA-256 over every row of every table.</summary>
    public static string Hash(DbConnection connection)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var table in Tables)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{table}\n"));
            foreach (var (_, text) in Of(connection, table)) hash.AppendData(Encoding.UTF8.GetBytes($"{text}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Rows by id.</summary>
    public static IEnumerable<(long Id, string Text)> Of(DbConnection connection, string table)
    {
        for (var after = long.MinValue; ;)
        {
            var page = Page(connection, table, after);
            foreach (var row in page) yield return row;
            if (page.Count < RowsPerPage) yield break;
            after = page[^1].Id;
        }
    }

    private static List<(long Id, string Text)> Page(DbConnection connection, string table, long after)
    {
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture, $"SELECT * FROM monitoring.{table} WHERE id > {after} ORDER BY id LIMIT {RowsPerPage}");
        using var row = command.ExecuteReader();
        var page = new List<(long, string)>(RowsPerPage);
        var text = new StringBuilder();
        while (row.Read())
        {
            text.Clear();
            for (var i = 0; i < row.FieldCount; i++) text.Append(Text(row.GetValue(i))).Append(Between);
            page.Add((Convert.ToInt64(row["id"], CultureInfo.InvariantCulture), text.ToString()));
        }

        return page;
    }

    private static string Text(object value) => value switch
    {
        DBNull => $"{Nothing}",
        decimal number => CanonicalText.Of(number),
        DateTime utc => utc.ToString(TimeFormat, CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
