using Xunit;

namespace Trading.Clients;

/// <summary>A test of npm clients: skipped, with the reason, where Node or their packages are absent. Under
/// <c>TRADING_TEST_CLIENTS_REQUIRED=1</c>, as in CI, it fails instead.</summary>
internal sealed class ClientFactAttribute : FactAttribute
{
    public const string Variable = "TRADING_TEST_CLIENTS_REQUIRED";

    public ClientFactAttribute()
    {
        if (Environment.GetEnvironmentVariable(Variable) != "1") Skip = Node.Missing;
    }
}
