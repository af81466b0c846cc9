using Trading.Lab.Databases;
using Xunit;

namespace Trading.Scenarios;

/// <summary>A test that starts a PostgreSQL server of its own; under <c>TRADING_TEST_POSTGRES_REQUIRED=1</c> it fails where there is none.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    /// <param name="needsShared">Also the folder of captures.</param>
    public PostgresFactAttribute(bool needsShared = false) =>
        Skip = needsShared && SharedFolder.Path is null ? "needs the folder shared/market (captures and bars) beside the repository"
            : Environment.GetEnvironmentVariable("TRADING_TEST_POSTGRES_REQUIRED") == "1" ? null
            : ThrowAwayPostgres.Missing;
}
