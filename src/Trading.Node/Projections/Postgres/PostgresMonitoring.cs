using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Trading.Domain;
using Trading.Journal;
using Trading.Journal.Postgres;
using Trading.Node.Signals;
using Trading.Projections;

namespace Trading.Node.Projections.Postgres;

/// <summary>Rows of the schema <c>monitoring</c>: decimals as <c>numeric</c>, times as <c>timestamptz</c>.</summary>
public sealed class PostgresMonitoring : IMonitoringDatabase
{
    private const int RejectedSignalsKept = 10_000;

    private static readonly JsonSerializerOptions BookJson = new() { IgnoreReadOnlyProperties = true };

    private readonly NpgsqlDataSource _source;
    private readonly JournalId _journal;
    private readonly IReadOnlyDictionary<string, NpgsqlDbType> _types;
    private long _position;

    private PostgresMonitoring(NpgsqlDataSource source, JournalId journal, IReadOnlyDictionary<string, NpgsqlDbType> types) =>
        (_source, _journal, _types) = (source, journal, types);

    /// <param name="journal">The journal that is followed: rows of another one are dropped.</param>
    /// <exception cref="JournalUnusableException">Not reachable, or the schema belongs to another program.</exception>
    public static async Task<PostgresMonitoring> Open(string connectionString, JournalId journal)
    {
        var source = PostgresConnections.Open(connectionString, "trading monitoring");
        try
        {
            return new PostgresMonitoring(source, journal, await PostgresMonitoringSchema.Prepare(source, journal));
        }
        catch (JournalUnusableException)
        {
            await source.DisposeAsync();
            throw;
        }
        catch (NpgsqlException e)
        {
            await source.DisposeAsync();
            throw new JournalUnusableException($"schema monitoring in {PostgresConnections.Name(connectionString)}: {e.Message}", e);
        }
    }

    /// <summary>A connection for the read side.</summary>
    public NpgsqlConnection OpenReader() => _source.OpenConnection();

    public async Task<long> Position()
    {
        await using var command = _source.CreateCommand("SELECT value::bigint FROM monitoring.meta WHERE name='position'");
        return _position = (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task<IReadOnlyDictionary<string, PositionBook>> Books(IReadOnlyCollection<string> streams)
    {
        await using var command = _source.CreateCommand("SELECT stream, json FROM monitoring.books WHERE stream=ANY($1)");
        command.Parameters.Add(new NpgsqlParameter { Value = streams.ToArray() });
        await using var rows = await command.ExecuteReaderAsync();
        var books = new Dictionary<string, PositionBook>(StringComparer.Ordinal);
        while (await rows.ReadAsync())
            books.Add(rows.GetString(0), JsonSerializer.Deserialize<PositionBook>(rows.GetString(1), BookJson)!);
        return books;
    }

    /// <exception cref="IOException">Another follower of the same schema has been faster: nothing was written.</exception>
    public async Task Write(IReadOnlyList<RowChange> changes, IReadOnlyDictionary<string, PositionBook> books, long position)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Advance(connection, position);
        await using (var batch = connection.CreateBatch())
        {
            foreach (var change in changes) batch.BatchCommands.Add(Command(change));
            foreach (var (stream, book) in books) batch.BatchCommands.Add(Command(stream, book));
            await batch.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
        _position = position;
    }

    public async Task Forget()
    {
        await PostgresMonitoringSchema.MakeAnew(_source, _journal);
        _position = 0;
    }

    public async Task Keep(IReadOnlyList<RejectedSignal> letters)
    {
        await using var batch = _source.CreateBatch();
        foreach (var letter in letters)
            batch.BatchCommands.Add(With(
                "INSERT INTO monitoring.dead_letters(source, kind, payload, reason, created_at) VALUES($1, $2, $3, $4, $5)",
                letter.Source, letter.Kind, letter.Payload.Replace("\0", "", StringComparison.Ordinal), letter.Reason, letter.AtUtc));
        batch.BatchCommands.Add(With(
            "DELETE FROM monitoring.dead_letters WHERE id <= (SELECT MAX(id) FROM monitoring.dead_letters) - $1", RejectedSignalsKept));
        await batch.ExecuteNonQueryAsync();
    }

    public void Dispose() => _source.Dispose();

    /// <summary>Takes the position's row first: of two followers one waits here, and then finds that its work is done.</summary>
    private async Task Advance(NpgsqlConnection connection, long position)
    {
        await using var command = new NpgsqlCommand(
            "UPDATE monitoring.meta SET value=$1 WHERE name='position' AND value=$2", connection);
        foreach (var value in new[] { position, _position })
            command.Parameters.Add(new NpgsqlParameter { Value = value.ToString(CultureInfo.InvariantCulture) });
        if (await command.ExecuteNonQueryAsync() != 1)
            throw new IOException("another node projects into the same schema monitoring");
    }

    private NpgsqlBatchCommand Command(RowChange change)
    {
        var (sql, cells) = change switch
        {
            RowChange.Put put => (Upsert(put), put.Values),
            RowChange.Change some => (Update(some), some.Values.Concat(some.Key)),
            _ => throw new System.Diagnostics.UnreachableException($"{change}"),
        };
        var command = new NpgsqlBatchCommand(sql);
        foreach (var cell in cells)
            command.Parameters.Add(new NpgsqlParameter
            {
                NpgsqlDbType = _types[$"{change.Table}.{cell.Column}"], Value = cell.Value ?? DBNull.Value,
            });
        return command;
    }

    private static NpgsqlBatchCommand Command(string stream, PositionBook book) => With(
        "INSERT INTO monitoring.books VALUES($1, $2) ON CONFLICT(stream) DO UPDATE SET json=excluded.json",
        stream, JsonSerializer.Serialize(book, BookJson));

    private static NpgsqlBatchCommand With(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private static string Upsert(RowChange.Put put)
    {
        var columns = put.Values.Select(cell => cell.Column).ToList();
        var places = Enumerable.Range(1, columns.Count).Select(i => $"${i}");
        var others = columns.Skip(1).Select(column => $"{column}=excluded.{column}");
        return $"INSERT INTO monitoring.{put.Table}({string.Join(',', columns)}) VALUES({string.Join(',', places)}) " +
               $"ON CONFLICT({columns[0]}) DO UPDATE SET {string.Join(',', others)}";
    }

    private static string Update(RowChange.Change change)
    {
        var sets = change.Values.Select((cell, i) => $"{cell.Column}=${i + 1}");
        var keys = change.Key.Select((cell, i) => $"{cell.Column}=${change.Values.Count + i + 1}");
        return $"UPDATE monitoring.{change.Table} SET {string.Join(',', sets)} WHERE {string.Join(" AND ", keys)}";
    }
}
