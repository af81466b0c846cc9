using System.Text;
using Microsoft.Data.Sqlite;

namespace Trading.Journal.Sqlite;

/// <summary>
/// The writing connection with its statements. One batch is one transaction and one flush to disk; a conflict, fence or
/// duplicate answers only its own append. After an exception the connection is not to be used again.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _look;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _advance;
    private readonly SqliteCommand _epoch;
    private readonly SqliteCommand _raise;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _savepoint;
    private readonly SqliteCommand _release;
    private readonly SqliteCommand _undo;

    public SqliteWriter(string path)
    {
        _connection = SqliteSchema.OpenWriter(path);
        _look = _connection.Statement(
            """
            SELECT (SELECT version FROM streams WHERE name=$stream),
                   (SELECT position FROM events WHERE stream=$stream AND command_id=$command AND command_ix=0)
            """, "$stream", "$command");
        _insert = _connection.Statement(
            """
            INSERT INTO events(stream, version, epoch, command_id, command_ix, type, type_version, json, written_utc)
            VALUES($stream, $version, $epoch, $command, $ix, $type, $type_version, $json, $written)
            """, "$stream", "$version", "$epoch", "$command", "$ix", "$type", "$type_version", "$json", "$written");
        _advance = _connection.Statement(
            "INSERT INTO streams VALUES($stream, $version) ON CONFLICT(name) DO UPDATE SET version=excluded.version",
            "$stream", "$version");
        _epoch = _connection.Statement("SELECT epoch FROM epochs WHERE shard=0");
        _raise = _connection.Statement("UPDATE epochs SET epoch=$epoch WHERE shard=0", "$epoch");
        _begin = _connection.Statement("BEGIN IMMEDIATE");
        _commit = _connection.Statement("COMMIT");
        _savepoint = _connection.Statement("SAVEPOINT one_append");
        _release = _connection.Statement("RELEASE one_append");
        _undo = _connection.Statement("ROLLBACK TO one_append");
    }

    /// <summary>Answers in the order asked. Throws when the transaction did not end in a commit: then nothing is known.</summary>
    /// <exception cref="SqliteException">The disk is full, gone or slow.</exception>
    public AppendResult[] Write(IReadOnlyList<AppendRequest> batch, DateTime nowUtc)
    {
        var written = SqliteTime.Text(nowUtc);
        var answers = new AppendResult[batch.Count];
        _begin.ExecuteNonQuery();
        var epoch = Convert.ToInt64(_epoch.ExecuteScalar());
        for (var i = 0; i < answers.Length; i++) answers[i] = WriteOne(batch[i], written, ref epoch);
        _commit.ExecuteNonQuery();
        return answers;
    }

    /// <exception cref="SqliteException">The disk is full, gone or slow.</exception>
    public long RaiseEpoch()
    {
        _begin.ExecuteNonQuery();
        var next = Convert.ToInt64(_epoch.ExecuteScalar()) + 1;
        _raise.With(next).ExecuteNonQuery();
        _commit.ExecuteNonQuery();
        return next;
    }

    public void Dispose()
    {
        foreach (var command in new[]
                 { _look, _insert, _advance, _epoch, _raise, _begin, _commit, _savepoint, _release, _undo }) command.Dispose();
        _connection.Dispose();
    }

    private AppendResult WriteOne(AppendRequest request, string written, ref long epoch)
    {
        if (request.Epoch < epoch) return new AppendResult.Fenced(epoch);
        if (Refusal(request) is { } refusal) return refusal;
        if (request.Epoch > epoch) _raise.With(epoch = request.Epoch).ExecuteNonQuery();
        return Insert(request, written);
    }

    private AppendResult? Refusal(AppendRequest request)
    {
        using var row = _look.With(request.Stream, request.CommandId).ExecuteReader();
        row.Read();
        if (!row.IsDBNull(1)) return new AppendResult.AlreadyDone(row.GetInt64(1));
        var version = row.IsDBNull(0) ? 0 : row.GetInt64(0);
        return version == request.ExpectedVersion ? null : new AppendResult.Conflict(version);
    }

    private AppendResult Insert(AppendRequest request, string written)
    {
        _savepoint.ExecuteNonQuery();
        try
        {
            for (var ix = 0; ix < request.Events.Count; ix++) InsertEvent(request, ix, written);
            var first = SQLitePCL.raw.sqlite3_last_insert_rowid(_connection.Handle) - request.Events.Count + 1;
            _advance.With(request.Stream, request.ExpectedVersion + request.Events.Count).ExecuteNonQuery();
            _release.ExecuteNonQuery();
            return new AppendResult.Appended(first);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_TOOBIG)
        {
            _undo.ExecuteNonQuery();
            _release.ExecuteNonQuery();
            return new AppendResult.Unknown($"not taken: {e.Message}");
        }
    }

    private void InsertEvent(AppendRequest request, int ix, string written)
    {
        var happened = request.Events[ix];
        _insert.With(
            request.Stream, request.ExpectedVersion + ix + 1, request.Epoch, request.CommandId, ix, happened.Type,
            happened.TypeVersion, Encoding.UTF8.GetString(happened.Json.Span), written).ExecuteNonQuery();
    }
}
