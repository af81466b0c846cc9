using Trading.Lab.Databases;
using Xunit;

namespace Trading.Scenarios;

/// <summary>
/// A test that starts a PostgreSQL server of its own, to kill it or to copy from it. Under
/// <c>TRADING_TEST_POSTGRES_REQUIRED=1</c> it fails where there is none, unless somebody else's server is named.
/// </summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    /// <param name="needsShared">Also the folder of captures.</param>
    public PostgresFactAttribute(bool needsShared = false) => Skip = needsShared && SharedFolder.Path is null
        ? "needs the folder shared/market (captures and bars) beside the repository"
        : WhySkipped;

    private static string? WhySkipped => ThrowAwayPostgres.Missing is not { } missing ? null
        : IsSet(ThrowAwayPostgres.Variable) ? $"needs a server of its own, which {ThrowAwayPostgres.Variable} does not name: {missing}"
        : IsSet("TRADING_TEST_POSTGRES_REQUIRED") ? null
        : missing;

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
