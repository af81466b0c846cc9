using System.Globalization;
using System.Reflection;
using Npgsql;
using Trading.Domain;

namespace Trading.Journal.Postgres;

/// <summary>The journal's tables: made and brought up to date by the numbered scripts beside this file.</summary>
internal static class PostgresSchema
{
    /// <summary>Held while tables are made, so that nodes that start together wait for each other.</summary>
    private const long MigrationLock = 0x7461_6d69_6772;
    private const int MigrationSeconds = 600;
    private const string Prefix = "migration/";

    /// <summary>Brings the schema up to this build's and tells the journal's id and number of shards.</summary>
    /// <exception cref="JournalUnusableException">Not reachable, not UTF-8, or written by a newer build.</exception>
    public static async Task<(JournalId Id, int Shards)> Prepare(NpgsqlDataSource source, string name, Func<JournalId> newId)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync();
            if (await Scalar(connection, "SHOW server_encoding") is not "UTF8")
                throw new JournalUnusableException($"database {name} is not encoded in UTF8: make it with ENCODING 'UTF8'");
            await using var transaction = await connection.BeginTransactionAsync();
            await Run(connection, $"SET LOCAL statement_timeout='{MigrationSeconds}s'");
            await Run(connection, $"SELECT pg_advisory_xact_lock({MigrationLock})");
            await Migrate(connection, name);
            if (await Scalar(connection, "SELECT value FROM ta_meta WHERE name='journal_id'") is not string id)
                await Run(connection, "INSERT INTO ta_meta VALUES('journal_id', $1)", id = newId().Value);
            var shards = Convert.ToInt32(await Scalar(connection, "SELECT COUNT(*) FROM ta_shard"), CultureInfo.InvariantCulture);
            await transaction.CommitAsync();
            return (new JournalId(id), shards);
        }
        catch (NpgsqlException e)
        {
            throw new JournalUnusableException($"journal in PostgreSQL {name} cannot be opened: {OneLine(e)}", e);
        }
    }

    public static string OneLine(Exception e) => (e switch
    {
        PostgresException answer => $"{answer.SqlState} {answer.MessageText}",
        { InnerException: { } cause } => $"{e.Message} {cause.Message}",
        _ => e.Message,
    }).ReplaceLineEndings(" ");

    private static async Task Migrate(NpgsqlConnection connection, string name)
    {
        await Run(connection, "CREATE TABLE IF NOT EXISTS ta_schema(version int PRIMARY KEY, script text NOT NULL, applied_at timestamptz NOT NULL)");
        var present = Convert.ToInt32(
            await Scalar(connection, "SELECT COALESCE(MAX(version), 0) FROM ta_schema"), CultureInfo.InvariantCulture);
        var scripts = Scripts();
        if (present > scripts[^1].Version)
            throw new JournalUnusableException(
                $"journal in PostgreSQL {name} has schema {present}, this build writes schema {scripts[^1].Version}: "
                + "start the newer build that made it");
        foreach (var script in scripts.Where(script => script.Version > present))
        {
            await Run(connection, script.Sql);
            await Run(connection, "INSERT INTO ta_schema VALUES($1, $2, clock_timestamp())", script.Version, script.Name);
        }
    }

    private static List<(int Version, string Name, string Sql)> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(resource =>
            {
                using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
                var name = resource[Prefix.Length..];
                return (int.Parse(name.Split('-')[0], CultureInfo.InvariantCulture), name, text.ReadToEnd());
            })];
    }

    private static async Task Run(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> Scalar(NpgsqlConnection connection, string sql)
    {
        await using var command = Command(connection, sql);
        return await command.ExecuteScalarAsync();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = MigrationSeconds };
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
