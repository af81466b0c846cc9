using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Trading.Journal.Postgres;

/// <summary>The writing connection with its statements; one caller at a time. After an exception that is not the server's own answer it is not to be used again.</summary>
/// <remarks>
/// A batch is one statement in one round trip without BEGIN: one flush to disk, and nothing that a client which freezes
/// half-way could hold. It judges every append by itself and answers with verdicts instead of errors, so a conflict, fence
/// or duplicate refuses only its own append.
/// </remarks>
internal sealed class PostgresWriter : IDisposable
{
    /// <summary>
    /// <para>fence: the row lock waits for whoever is changing the epoch and then sees what he wrote; comparing without the
    /// lock would let a former owner in.</para>
    /// <para>turn: from here to the commit one batch at a time, in all processes, so that positions become visible in their
    /// order. Without it a batch with positions 1 and 3 may be read before 2 is committed, and a follower at 3 would never
    /// see 2; hiding what is newer than the oldest running transaction does not help, for that order is another one.</para>
    /// </summary>
    private const string AppendSql = """
        WITH asked AS MATERIALIZED (
            SELECT * FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS a(shard_id, stream, expected, command_id, epoch, ix)),
        fence AS MATERIALIZED (
            SELECT shard_id, epoch FROM ta_shard WHERE shard_id IN (SELECT shard_id FROM asked) ORDER BY shard_id FOR KEY SHARE),
        judged AS MATERIALIZED (
            SELECT a.*, f.epoch AS current,
                (SELECT j.position FROM ta_journal j WHERE j.stream=a.stream AND j.command_id=a.command_id AND j.command_ix=0) AS done,
                COALESCE((SELECT MAX(j.version) FROM ta_journal j WHERE j.stream=a.stream), 0) AS version
            FROM asked a JOIN fence f USING(shard_id)),
        passed AS MATERIALIZED (
            SELECT * FROM judged WHERE epoch=current AND done IS NULL AND version=expected),
        turn AS MATERIALIZED (
            SELECT pg_advisory_xact_lock(122490353086836) FROM (SELECT FROM passed LIMIT 1) any_passed),
        written AS (
            INSERT INTO ta_journal(shard_id, stream, version, epoch, command_id, command_ix, type, type_version, json, written_at)
            SELECT p.shard_id, p.stream, p.expected + e.ix, p.epoch, p.command_id, e.ix - 1, e.type, e.type_version, e.json, $11
            FROM turn CROSS JOIN unnest($6, $7, $8, $9, $10) WITH ORDINALITY AS e(append_ix, ix, type, type_version, json, ord)
            JOIN passed p ON p.ix=e.append_ix ORDER BY e.ord
            RETURNING stream, position),
        first AS (SELECT stream, MIN(position) AS position FROM written GROUP BY stream)
        SELECT j.current, j.done, j.version, f.position FROM judged j LEFT JOIN first f USING(stream) ORDER BY j.ix
        """;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _append;

    /// <exception cref="NpgsqlException">The server cannot be reached.</exception>
    public PostgresWriter(NpgsqlDataSource source)
    {
        _connection = source.OpenConnection();
        _append = new NpgsqlCommand(AppendSql, _connection);
        foreach (var type in new[]
                 {
                     NpgsqlDbType.Integer, NpgsqlDbType.Text, NpgsqlDbType.Bigint, NpgsqlDbType.Text, NpgsqlDbType.Bigint,
                     NpgsqlDbType.Bigint, NpgsqlDbType.Integer, NpgsqlDbType.Text, NpgsqlDbType.Integer, NpgsqlDbType.Json,
                 }) _append.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type });
        _append.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz });
        try
        {
            _append.Prepare();
        }
        catch (NpgsqlException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Answers in the order asked; no two of the batch may be of one stream.</summary>
    /// <exception cref="NpgsqlException">Nothing is known, except where the server itself says that it refused the statement.</exception>
    public AppendResult[] Write(IReadOnlyList<AppendRequest> batch, int shards, DateTime writtenUtc)
    {
        Ask(batch, shards);
        Tell(batch);
        _append.Parameters[10].Value = writtenUtc;
        var answers = new AppendResult[batch.Count];
        using var rows = _append.ExecuteReader();
        for (var i = 0; i < answers.Length; i++)
            answers[i] = rows.Read() ? Verdict(batch[i], rows) : throw new NpgsqlException("the server answered fewer appends than it was asked");
        return answers;
    }

    public void Dispose()
    {
        _append.Dispose();
        _connection.Dispose();
    }

    private void Ask(IReadOnlyList<AppendRequest> batch, int shards)
    {
        _append.Parameters[0].Value = batch.Select(request => Shards.Of(request.Stream, shards)).ToArray();
        _append.Parameters[1].Value = batch.Select(request => request.Stream).ToArray();
        _append.Parameters[2].Value = batch.Select(request => request.ExpectedVersion).ToArray();
        _append.Parameters[3].Value = batch.Select(request => request.CommandId).ToArray();
        _append.Parameters[4].Value = batch.Select(request => request.Epoch).ToArray();
    }

    private void Tell(IReadOnlyList<AppendRequest> batch)
    {
        var events = batch.Sum(request => request.Events.Count);
        var (append, ix, type) = (new long[events], new int[events], new string[events]);
        var (typeVersion, json) = (new int[events], new string[events]);
        var at = 0;
        for (var request = 0; request < batch.Count; request++)
        {
            var ofCommand = 0;
            foreach (var happened in batch[request].Events)
            {
                (append[at], ix[at], type[at]) = (request + 1, ++ofCommand, happened.Type);
                (typeVersion[at], json[at++]) = (happened.TypeVersion, Encoding.UTF8.GetString(happened.Json.Span));
            }
        }

        object[] columns = [append, ix, type, typeVersion, json];
        for (var i = 0; i < columns.Length; i++) _append.Parameters[5 + i].Value = columns[i];
    }

    private static AppendResult Verdict(AppendRequest request, NpgsqlDataReader row)
    {
        if (row.GetInt64(0) is var current && current != request.Epoch) return new AppendResult.Fenced(current);
        if (!row.IsDBNull(1)) return new AppendResult.AlreadyDone(row.GetInt64(1));
        return row.IsDBNull(3) ? new AppendResult.Conflict(row.GetInt64(2)) : new AppendResult.Appended(row.GetInt64(3));
    }
}
