using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Trading.Domain;
using Trading.Node.Signals;
using Trading.Projections;

namespace Trading.Node.Projections.Sqlite;

/// <summary>
/// <c>data/monitoring.db</c>: decimals as canonical text, times as <c>yyyy-MM-dd HH:mm:ss.fff</c>. A file that cannot be
/// read is moved aside, because all that matters in it is projected again.
/// </summary>
public sealed class SqliteMonitoring : IMonitoringDatabase
{
    private const int RejectedSignalsKept = 10_000;
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.fff";

    private static readonly JsonSerializerOptions BookJson = new() { IgnoreReadOnlyProperties = true };

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _statements = new(StringComparer.Ordinal);

    private readonly JournalId _journal;

    private SqliteMonitoring(SqliteConnection connection, JournalId journal) => (_connection, _journal) = (connection, journal);

    /// <param name="journal">The journal that is followed: rows of another one are dropped.</param>
    public static SqliteMonitoring Open(string path, JournalId journal)
    {
        try
        {
            return new SqliteMonitoring(SqliteMonitoringSchema.OpenWriter(path, journal), journal);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT)
        {
            MoveAside(path);
            return new SqliteMonitoring(SqliteMonitoringSchema.OpenWriter(path, journal), journal);
        }
    }

    public Task<long> Position()
    {
        lock (_gate)
        {
            var text = (string)Statement("SELECT value FROM meta WHERE name='position'").ExecuteScalar()!;
            return Task.FromResult(long.Parse(text, CultureInfo.InvariantCulture));
        }
    }

    public Task<IReadOnlyDictionary<string, PositionBook>> Books(IReadOnlyCollection<string> streams)
    {
        var books = new Dictionary<string, PositionBook>(StringComparer.Ordinal);
        lock (_gate)
        {
            foreach (var stream in streams)
                if (Statement("SELECT json FROM books WHERE stream=$0", stream).ExecuteScalar() is string json)
                    books.Add(stream, JsonSerializer.Deserialize<PositionBook>(json, BookJson)!);
        }

        return Task.FromResult<IReadOnlyDictionary<string, PositionBook>>(books);
    }

    public Task Write(IReadOnlyList<RowChange> changes, IReadOnlyDictionary<string, PositionBook> books, long position)
    {
        lock (_gate)
        {
            Statement("BEGIN IMMEDIATE").ExecuteNonQuery();
            try
            {
                foreach (var change in changes) Apply(change);
                foreach (var (stream, book) in books)
                    Statement("INSERT OR REPLACE INTO books VALUES($0, $1)", stream, JsonSerializer.Serialize(book, BookJson))
                        .ExecuteNonQuery();
                Statement("UPDATE meta SET value=$0 WHERE name='position'", position.ToString(CultureInfo.InvariantCulture))
                    .ExecuteNonQuery();
                Statement("COMMIT").ExecuteNonQuery();
            }
            catch (SqliteException)
            {
                SqliteMonitoringSchema.RollBack(_connection);
                throw;
            }
        }

        return Task.CompletedTask;
    }

    public Task Forget()
    {
        lock (_gate) SqliteMonitoringSchema.Begin(_connection, _journal);
        return Task.CompletedTask;
    }

    public Task Keep(IReadOnlyList<RejectedSignal> letters)
    {
        lock (_gate)
        {
            foreach (var letter in letters)
                Statement(
                    "INSERT INTO dead_letters(source, kind, payload, reason, created_at) VALUES($0, $1, $2, $3, $4)",
                    letter.Source, letter.Kind, letter.Payload, letter.Reason, letter.AtUtc).ExecuteNonQuery();
            Statement("DELETE FROM dead_letters WHERE id <= (SELECT MAX(id) FROM dead_letters) - $0", RejectedSignalsKept)
                .ExecuteNonQuery();
        }

        return Task.CompletedTask;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var statement in _statements.Values) statement.Dispose();
            _connection.Dispose();
        }
    }

    private static void MoveAside(string path)
    {
        File.Move(path, $"{path}.damaged", overwrite: true);
        File.Delete($"{path}-wal");
        File.Delete($"{path}-shm");
    }

    private void Apply(RowChange change)
    {
        var (sql, values) = change switch
        {
            RowChange.Put put => (Upsert(put), put.Values.Select(cell => cell.Value)),
            RowChange.Change some => (Update(some), some.Values.Concat(some.Key).Select(cell => cell.Value)),
            _ => throw new System.Diagnostics.UnreachableException($"{change}"),
        };
        Statement(sql, [.. values]).ExecuteNonQuery();
    }

    private static string Upsert(RowChange.Put put)
    {
        var columns = put.Values.Select(cell => cell.Column).ToList();
        var places = Enumerable.Range(0, columns.Count).Select(i => $"${i}");
        var others = columns.Skip(1).Select(column => $"{column}=excluded.{column}");
        return $"INSERT INTO {put.Table}({string.Join(',', columns)}) VALUES({string.Join(',', places)}) " +
               $"ON CONFLICT({columns[0]}) DO UPDATE SET {string.Join(',', others)}";
    }

    private static string Update(RowChange.Change change)
    {
        var sets = change.Values.Select((cell, i) => $"{cell.Column}=${i}");
        var keys = change.Key.Select((cell, i) => $"{cell.Column}=${change.Values.Count + i}");
        return $"UPDATE {change.Table} SET {string.Join(',', sets)} WHERE {string.Join(" AND ", keys)}";
    }

    private SqliteCommand Statement(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = _connection.CreateCommand();
            statement.CommandText = sql;
            for (var i = 0; i < values.Length; i++) statement.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            _statements.Add(sql, statement);
        }

        for (var i = 0; i < values.Length; i++) statement.Parameters[i].Value = Stored(values[i]);
        return statement;
    }

    private static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        decimal number => CanonicalText.Of(number),
        DateTime utc => utc.ToString(TimeFormat, CultureInfo.InvariantCulture),
        _ => value,
    };
}
