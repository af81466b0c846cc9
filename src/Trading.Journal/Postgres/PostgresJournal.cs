using System.Globalization;
using Npgsql;
using Trading.Domain;

namespace Trading.Journal.Postgres;

/// <summary>
/// The journal in PostgreSQL, which several nodes may share. An append is fenced unless its epoch is that of its stream's
/// shard: also under a higher one, for then the database has forgotten what it gave out (a promoted standby that lagged).
/// </summary>
/// <remarks>
/// While the server is away, appends are answered Unknown, "not taken" where that is certain; the connection is made anew
/// with the next batch. A write ends within 3 s, a connection attempt within 2 s; callers keep shorter deadlines themselves.
/// </remarks>
public sealed class PostgresJournal : IJournal
{
    private const string Columns =
        "SELECT position, stream, version, epoch, command_id, type, type_version, json, written_at FROM ta_journal";

    /// <summary>The highest code point: no name that begins with a prefix sorts behind prefix + this.</summary>
    private const string Highest = "\U0010FFFF";

    /// <summary>A race lost to another process is told by its second try; more than two in a row are no race.</summary>
    private const int TriesAlone = 3;

    private readonly NpgsqlDataSource _source;
    private readonly string _name;
    private readonly int _shards;
    private readonly TimeProvider _time;
    private readonly AppendQueue _queue;
    private PostgresWriter? _writer;

    private PostgresJournal(NpgsqlDataSource source, string name, JournalId id, int shards, TimeProvider time)
    {
        (_source, _name, Id, _shards, _time) = (source, name, id, shards, time);
        _queue = new AppendQueue(Write, scheduler: null);
    }

    public JournalId Id { get; }

    /// <summary>Makes or migrates the tables where needed.</summary>
    /// <param name="newId">Asked at the first opening.</param>
    /// <exception cref="JournalUnusableException">Not reachable, or written by a newer build.</exception>
    /// <exception cref="FormatException">Not a connection string.</exception>
    public static async Task<PostgresJournal> Open(string connectionString, TimeProvider time, Func<JournalId> newId)
    {
        var name = PostgresConnections.Name(connectionString);
        var source = PostgresConnections.Open(connectionString, PostgresConnections.JournalPurpose);
        try
        {
            var (id, shards) = await PostgresSchema.Prepare(source, name, newId);
            return new PostgresJournal(source, name, id, shards, time);
        }
        catch (JournalUnusableException)
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>Which shard's owner may write the stream.</summary>
    public int ShardOf(string stream) => Shards.Of(stream, _shards);

    public Task<AppendResult> Append(AppendRequest request) => _queue.Add(request);

    /// <summary>
    /// Makes this caller the owner of every shard, as a node that runs alone is: what is appended under another epoch from
    /// here on is fenced.
    /// </summary>
    /// <returns>The epoch to append under.</returns>
    /// <exception cref="IOException">The server cannot be reached.</exception>
    public Task<long> TakeEpoch() => Try(async () =>
    {
        await using var batch = _source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT FROM ta_shard ORDER BY shard_id FOR UPDATE"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand( // its own snapshot, taken after the rows are held: no epoch is given twice
            "UPDATE ta_shard SET owner=NULL, epoch=(SELECT MAX(epoch) + 1 FROM ta_shard), taken_at=clock_timestamp() RETURNING epoch"));
        await using var rows = await batch.ExecuteReaderAsync();
        await rows.NextResultAsync();
        await rows.ReadAsync();
        return rows.GetInt64(0);
    });

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) =>
        Events($"{Columns} WHERE stream=$1 AND version>$2 ORDER BY version LIMIT $3", stream, afterVersion, max);

    /// <summary>Commits are in the order of positions (see the writer's turn), so whatever is visible is final.</summary>
    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max) =>
        Events($"{Columns} WHERE position>$1 ORDER BY position LIMIT $2", afterPosition, max);

    public Task<IReadOnlyList<string>> Streams(string prefix) => Try<IReadOnlyList<string>>(async () =>
    {
        await using var command = Command(
            "SELECT stream FROM ta_journal WHERE version=1 AND stream>=$1 AND stream<$2 ORDER BY stream", prefix, prefix + Highest);
        await using var rows = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await rows.ReadAsync()) names.Add(rows.GetString(0));
        return names;
    });

    /// <summary>Writes what waits, then closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        _writer?.Dispose();
        await _source.DisposeAsync();
    }

    /// <summary>Where the server refused the whole statement because of one append, each is asked alone: nothing was written.</summary>
    private AppendResult[] Write(IReadOnlyList<AppendRequest> batch)
    {
        try
        {
            return Send(batch);
        }
        catch (PostgresException e) when (IsOfOneAppend(e))
        {
            return [.. batch.Select(WriteAlone)];
        }
        catch (NpgsqlException e)
        {
            AppendResult lost = new AppendResult.Unknown(WhyLost(e));
            return [.. batch.Select(_ => lost)];
        }
    }

    private AppendResult WriteAlone(AppendRequest request)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return Send([request])[0];
            }
            catch (PostgresException e) when (IsOfOneAppend(e))
            {
                if (tries == TriesAlone || e.SqlState[..2] == PostgresClasses.DataException)
                    return new AppendResult.Unknown($"not taken: {e.MessageText}");
            }
            catch (NpgsqlException e)
            {
                return new AppendResult.Unknown(WhyLost(e));
            }
        }
    }

    private AppendResult[] Send(IReadOnlyList<AppendRequest> batch)
    {
        var writer = _writer ?? Connect();
        _writer = null;
        try
        {
            var answers = writer.Write(batch, _shards, NowUtc());
            _writer = writer;
            return answers;
        }
        catch (PostgresException e) when (IsOfOneAppend(e))
        {
            _writer = writer;
            throw;
        }
        finally
        {
            if (_writer is null) writer.Dispose();
        }
    }

    private PostgresWriter Connect()
    {
        try
        {
            return new PostgresWriter(_source);
        }
        catch (NpgsqlException e)
        {
            throw new NotConnectedException(e);
        }
    }

    private DateTime NowUtc()
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }

    private static bool IsOfOneAppend(PostgresException e) => e.SqlState[..2]
        is PostgresClasses.DataException or PostgresClasses.IntegrityViolation or PostgresClasses.TransactionRollback;

    private static string WhyLost(NpgsqlException e) => e switch
    {
        NotConnectedException => $"not taken: {e.Message}",
        PostgresException answer => $"the server refused the batch: {answer.SqlState} {answer.MessageText}",
        _ => $"the answer is lost: {PostgresSchema.OneLine(e)}",
    };

    private Task<IReadOnlyList<RecordedEvent>> Events(string sql, params object[] values) =>
        Try<IReadOnlyList<RecordedEvent>>(async () =>
        {
            await using var command = Command(sql, values);
            await using var rows = await command.ExecuteReaderAsync();
            var events = new List<RecordedEvent>();
            while (await rows.ReadAsync())
                events.Add(new RecordedEvent(
                    rows.GetInt64(0), rows.GetString(1), rows.GetInt64(2), rows.GetInt64(3), rows.GetString(4), rows.GetString(5),
                    rows.GetInt32(6), rows.GetFieldValue<byte[]>(7), rows.GetDateTime(8)));
            return events;
        });

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = _source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    /// <summary>The server's troubles in the words of the contract.</summary>
    private async Task<T> Try<T>(Func<Task<T>> ask)
    {
        ObjectDisposedException.ThrowIf(_queue.IsClosed, this);
        try
        {
            return await ask();
        }
        catch (PostgresException e) when (e.SqlState[..2] == PostgresClasses.Damaged)
        {
            throw new JournalUnusableException(
                string.Create(CultureInfo.InvariantCulture, $"journal in PostgreSQL {_name} is damaged: {e.MessageText}: restore it from a backup"), e);
        }
        catch (NpgsqlException e)
        {
            throw new IOException($"journal in PostgreSQL {_name}: {PostgresSchema.OneLine(e)}", e);
        }
    }

    private sealed class NotConnectedException(NpgsqlException cause)
        : NpgsqlException($"the server cannot be reached: {PostgresSchema.OneLine(cause)}", cause);
}
