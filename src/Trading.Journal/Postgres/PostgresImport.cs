using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Trading.Journal.Postgres;

/// <summary>Makes a journal in PostgreSQL from another journal: same id, positions, commands, epochs and times.</summary>
public static class PostgresImport
{
    private const int Page = 5_000;

    /// <summary>All or nothing.</summary>
    /// <param name="connectionString">A database without a journal, or with one of that id and without events.</param>
    /// <param name="told">Told the number of events after every page.</param>
    /// <returns>How many events.</returns>
    /// <exception cref="JournalUnusableException">Not reachable, or the database holds another journal, or events.</exception>
    public static async Task<long> Run(string connectionString, IJournal from, Action<long> told)
    {
        var name = PostgresConnections.Name(connectionString);
        await using var source = PostgresConnections.Open(connectionString, "trading journal copy");
        var (id, shards) = await PostgresSchema.Prepare(source, name, () => from.Id);
        if (id != from.Id) throw new JournalUnusableException($"database {name} holds another journal: name an empty database");
        try
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await Run(connection, "SET LOCAL statement_timeout=0; LOCK TABLE ta_journal IN EXCLUSIVE MODE");
            if (await Run(connection, "SELECT 1 FROM ta_journal LIMIT 1") is not null)
                throw new JournalUnusableException($"the journal in {name} holds events already: name an empty database");
            var count = await Copy(connection, from, shards, told);
            await Run(connection, "SELECT setval(pg_get_serial_sequence('ta_journal', 'position'), MAX(position)) FROM ta_journal HAVING COUNT(*) > 0");
            await Run(connection, "UPDATE ta_shard SET epoch=GREATEST(epoch, (SELECT COALESCE(MAX(epoch), 0) FROM ta_journal))");
            await transaction.CommitAsync();
            return count;
        }
        catch (NpgsqlException e)
        {
            throw new JournalUnusableException($"the journal in {name} cannot be written: {PostgresSchema.OneLine(e)}", e);
        }
    }

    private static async Task<long> Copy(NpgsqlConnection connection, IJournal from, int shards, Action<long> told)
    {
        await using var rows = await connection.BeginBinaryImportAsync(
            """
            COPY ta_journal(position, shard_id, stream, version, epoch, command_id, command_ix, type, type_version, json, written_at)
            FROM STDIN (FORMAT binary)
            """);
        rows.Timeout = TimeSpan.FromMinutes(10);
        var places = new CommandPlaces();
        var (count, position) = (0L, 0L);
        while (await from.ReadAll(position, Page) is { Count: > 0 } page)
        {
            foreach (var recorded in page) await Write(rows, recorded, shards, places);
            position = page[^1].Position;
            told(count += page.Count);
        }

        await rows.CompleteAsync();
        return count;
    }

    private static async Task Write(NpgsqlBinaryImporter row, RecordedEvent e, int shards, CommandPlaces places)
    {
        await row.StartRowAsync();
        await row.WriteAsync(e.Position, NpgsqlDbType.Bigint);
        await row.WriteAsync(Shards.Of(e.Stream, shards), NpgsqlDbType.Integer);
        await row.WriteAsync(e.Stream, NpgsqlDbType.Text);
        await row.WriteAsync(e.Version, NpgsqlDbType.Bigint);
        await row.WriteAsync(e.Epoch, NpgsqlDbType.Bigint);
        await row.WriteAsync(e.CommandId, NpgsqlDbType.Text);
        await row.WriteAsync(places.Next(e), NpgsqlDbType.Smallint);
        await row.WriteAsync(e.Type, NpgsqlDbType.Text);
        await row.WriteAsync(e.TypeVersion, NpgsqlDbType.Integer);
        await row.WriteAsync(Encoding.UTF8.GetString(e.Json.Span), NpgsqlDbType.Json);
        await row.WriteAsync(e.WrittenUtc, NpgsqlDbType.TimestampTz);
    }

    private static async Task<object?> Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync();
    }
}
