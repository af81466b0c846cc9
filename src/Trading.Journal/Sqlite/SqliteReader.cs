using Microsoft.Data.Sqlite;

namespace Trading.Journal.Sqlite;

/// <summary>A read-only connection with its statements; one caller at a time. Sees what is committed.</summary>
internal sealed class SqliteReader : IDisposable
{
    private const string Columns =
        "SELECT position, stream, version, epoch, command_id, type, type_version, json, written_utc FROM events";

    /// <summary>The highest code point: no name that begins with a prefix sorts behind prefix + this.</summary>
    private const string Highest = "\U0010FFFF";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _stream;
    private readonly SqliteCommand _all;
    private readonly SqliteCommand _names;

    public SqliteReader(string path)
    {
        _connection = SqliteSchema.OpenReader(path);
        _stream = _connection.Statement(
            $"{Columns} WHERE stream=$stream AND version>$after ORDER BY version LIMIT $max", "$stream", "$after", "$max");
        _all = _connection.Statement($"{Columns} WHERE position>$after ORDER BY position LIMIT $max", "$after", "$max");
        _names = _connection.Statement(
            "SELECT name FROM streams WHERE name>=$first AND name<$last ORDER BY name", "$first", "$last");
    }

    public IReadOnlyList<RecordedEvent> Stream(string stream, long afterVersion, int max) =>
        Events(_stream.With(stream, afterVersion, max));

    public IReadOnlyList<RecordedEvent> All(long afterPosition, int max) => Events(_all.With(afterPosition, max));

    public IReadOnlyList<string> Names(string prefix)
    {
        var names = new List<string>();
        using var rows = _names.With(prefix, prefix + Highest).ExecuteReader();
        while (rows.Read()) names.Add(rows.GetString(0));
        return names;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _all.Dispose();
        _names.Dispose();
        _connection.Dispose();
    }

    private static List<RecordedEvent> Events(SqliteCommand query)
    {
        var events = new List<RecordedEvent>();
        using var rows = query.ExecuteReader();
        while (rows.Read())
            events.Add(new RecordedEvent(
                rows.GetInt64(0), rows.GetString(1), rows.GetInt64(2), rows.GetInt64(3), rows.GetString(4), rows.GetString(5),
                rows.GetInt32(6), rows.GetFieldValue<byte[]>(7), SqliteTime.Parse(rows.GetString(8))));
        return events;
    }
}
