using Trading.Lab.Databases;

namespace Trading.Tests.Postgres;

/// <summary>
/// The one server of this test run: the one that <c>TRADING_TEST_POSTGRES</c> names, else a throw-away one from local
/// binaries, else none, and tests skip with one line. Under <c>TRADING_TEST_POSTGRES_REQUIRED=1</c> they fail instead.
/// </summary>
internal static class PostgresServer
{
    private static readonly string? Given = Environment.GetEnvironmentVariable(ThrowAwayPostgres.Variable);
    private static readonly Lock Gate = new();
    private static Task<ThrowAwayPostgres>? _throwAway;
    private static int _databases;

    public static string? WhySkipped =>
        Environment.GetEnvironmentVariable("TRADING_TEST_POSTGRES_REQUIRED") == "1" || !string.IsNullOrEmpty(Given)
            ? null
            : ThrowAwayPostgres.Missing;

    /// <returns>Connection string of a new empty database.</returns>
    public static async Task<string> NewDatabase() => string.IsNullOrEmpty(Given)
        ? await (await ThrowAway()).CreateDatabase()
        : await ThrowAwayPostgres.CreateDatabase(
            Given, $"ta_test_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}");

    private static Task<ThrowAwayPostgres> ThrowAway()
    {
        lock (Gate) return _throwAway ??= ThrowAwayPostgres.Start("fsync=off", "max_connections=200");
    }
}

/// <summary>A test that needs PostgreSQL.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.WhySkipped;
}
