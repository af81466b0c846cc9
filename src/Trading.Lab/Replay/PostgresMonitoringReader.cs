using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using Trading.Domain;

namespace Trading.Lab.Replay;

/// <summary>The schema <c>monitoring</c> of a scenario's own database.</summary>
internal sealed partial class PostgresMonitoringReader(string database) : IMonitoringReader
{
    public bool HasCaughtUp => Read(
        """
        SELECT (SELECT CAST(value AS BIGINT) FROM monitoring.meta WHERE name = 'position')
            >= (SELECT COALESCE(MAX(position), 0) FROM ta_journal)
        """) is ["1"];

    public IReadOnlyList<string>? Read(string sql)
    {
        try
        {
            using var connection = new NpgsqlConnection($"{database};Pooling=False;Timeout=15"); // seconds; a server that was just restarted answers late on a busy machine
            connection.Open();
            using var command = new NpgsqlCommand(Translated(sql), connection);
            using var reader = command.ExecuteReader();
            var rows = new List<string>();
            while (reader.Read())
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))));
            return rows;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable)
        {
            return null;
        }
    }

    /// <summary>The reports' own statements as they were written, and JSON by path.</summary>
    private static string Translated(string sql) => sql switch
    {
        ReportStatements.Duplicates => ReportStatements.DuplicatesOnPostgres,
        ReportStatements.Ghosts => ReportStatements.GhostsOnPostgres,
        _ => JsonByPath().Replace(sql, match =>
            $"({match.Groups["column"].Value} #>> '{{{match.Groups["path"].Value.Replace('.', ',')}}}')"),
    };

    /// <summary>As SQLite writes it: truth is 1 or 0, also inside JSON.</summary>
    private static string Text(object value) => value switch
    {
        DBNull => "",
        bool truth => truth ? "1" : "0",
        "true" => "1",
        "false" => "0",
        decimal number => CanonicalText.Of(number),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
        Array items => string.Join(',', items.Cast<object>().Select(Text)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    [GeneratedRegex(@"json_extract\((?<column>[a-z.]+),\s*'\$\.(?<path>[a-z_.]+)'\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex JsonByPath();
}
