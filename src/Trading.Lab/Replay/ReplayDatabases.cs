using Npgsql;
using Trading.Lab.Databases;

namespace Trading.Lab.Replay;

/// <summary>
/// A new PostgreSQL database for every scenario: on the server that <c>TRADING_TEST_POSTGRES</c> names, else on a
/// throw-away one.
/// </summary>
internal sealed class ReplayDatabases : IAsyncDisposable
{
    private static readonly string? Given =
        Environment.GetEnvironmentVariable(ThrowAwayPostgres.Variable) is { Length: > 0 } given ? given : null;

    private static int _made;
    private readonly ThrowAwayPostgres? _server;

    private ReplayDatabases(ThrowAwayPostgres? server) => _server = server;

    /// <summary>Why there can be none, in one line; null when there can.</summary>
    public static string? Missing => Given is null ? ThrowAwayPostgres.Missing : null;

    public static async Task<ReplayDatabases> Open() => new(Given is null ? await ThrowAwayPostgres.Start() : null);

    /// <returns>Connection string.</returns>
    public Task<string> New() => _server is { } server
        ? server.CreateDatabase()
        : ThrowAwayPostgres.CreateDatabase(Given!, $"ta_replay_{Environment.ProcessId}_{Interlocked.Increment(ref _made)}");

    /// <summary>Drops everything that a node has made in a scenario's database.</summary>
    public static async Task Empty(string database)
    {
        await using var connection = new NpgsqlConnection($"{database};Pooling=False");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "DROP SCHEMA IF EXISTS monitoring CASCADE; DROP TABLE ta_schema, ta_meta, ta_node, ta_shard, ta_journal", connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
