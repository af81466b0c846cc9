using System.Text;
using Microsoft.Data.Sqlite;

namespace Trading.Journal.Sqlite;

/// <summary>Makes a journal's file from another journal: same id, positions, commands, epochs and times.</summary>
public static class SqliteImport
{
    private const int Page = 5_000;

    /// <summary>All or nothing.</summary>
    /// <param name="path">A file that is not there yet, or a journal of that id without events.</param>
    /// <param name="told">Told the number of events after every page.</param>
    /// <returns>How many events.</returns>
    /// <exception cref="JournalUnusableException">The file holds another journal, or events.</exception>
    public static async Task<long> Run(string path, IJournal from, Action<long> told)
    {
        if (SqliteSchema.Prepare(path, () => from.Id) != from.Id)
            throw new JournalUnusableException($"journal {path} is another journal: name a file that does not exist");
        using var connection = SqliteSchema.OpenWriter(path);
        using var transaction = connection.BeginTransaction();
        if (Scalar(connection, "SELECT position FROM events LIMIT 1") is not null)
            throw new JournalUnusableException($"journal {path} holds events already: name a file that does not exist");
        using var insert = connection.Statement(
            """
            INSERT INTO events(position, stream, version, epoch, command_id, command_ix, type, type_version, json, written_utc)
            VALUES($position, $stream, $version, $epoch, $command, $ix, $type, $type_version, $json, $written)
            """, "$position", "$stream", "$version", "$epoch", "$command", "$ix", "$type", "$type_version", "$json", "$written");
        var places = new CommandPlaces();
        var (count, position) = (0L, 0L);
        while (await from.ReadAll(position, Page) is { Count: > 0 } page)
        {
            foreach (var e in page)
                insert.With(
                    e.Position, e.Stream, e.Version, e.Epoch, e.CommandId, places.Next(e), e.Type, e.TypeVersion,
                    Encoding.UTF8.GetString(e.Json.Span), SqliteTime.Text(e.WrittenUtc)).ExecuteNonQuery();
            position = page[^1].Position;
            told(count += page.Count);
        }

        SqliteSchema.Run(connection, "INSERT INTO streams SELECT stream, MAX(version) FROM events GROUP BY stream");
        SqliteSchema.Run(connection, "UPDATE epochs SET epoch=MAX(epoch, COALESCE((SELECT MAX(epoch) FROM events), 0))");
        transaction.Commit();
        return count;
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
