using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Trading.Scenarios.Processes;

/// <summary>A simulated exchange as a process of its own; each test trades on an account of its own.</summary>
public sealed class ProcessExchange : IAsyncLifetime
{
    /// <summary>
    /// The exchange's minute of request weight, which starts one after the other use up, and half a minute for what is waited for.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private ProgramProcess _process = null!;
    private int _accounts;

    public Uri Address { get; } = new($"http://127.0.0.1:{ProgramProcess.FreePort().ToString(CultureInfo.InvariantCulture)}");

    internal string Printed => _process.Printed;

    public Task InitializeAsync()
    {
        _process = ProgramProcess.Start(
            "Trading.Simulator.dll", ["--port", Address.Port.ToString(CultureInfo.InvariantCulture), "--memory", "--seed", "11"]);
        return Until("the exchange listens", async () => (await Get("control/clock")).ValueKind is JsonValueKind.Object);
    }

    public Task DisposeAsync()
    {
        _process.Dispose();
        _http.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Four digits of the next account's key.</summary>
    public string NextAccount() => (++_accounts).ToString("0000", CultureInfo.InvariantCulture);

    public Task<JsonElement> Truth(string account) => Get($"control/truth?account=binance/sim-key-{account}");

    public async Task<decimal> Mark(string symbol) => decimal.Parse(
        (await Get($"fapi/v1/premiumIndex?symbol={symbol}")).GetProperty("markPrice").GetString()!, CultureInfo.InvariantCulture);

    /// <summary>A price that stays where it is set.</summary>
    public Task Price(string symbol, decimal mark) => Control("price", new { symbol, mark, hold_seconds = 3600 });

    /// <returns>The fault's id.</returns>
    public async Task<int> Arm(object fault) => (await Control("faults", fault)).GetProperty("id").GetInt32();

    /// <summary>The calls it was armed for have come.</summary>
    public async Task<bool> HasHit(int fault) => (await Get("control/faults")).EnumerateArray()
        .Any(armed => armed.GetProperty("id").GetInt32() == fault && armed.GetProperty("used").GetInt32() > 0);

    public async Task DisarmAll() => (await _http.DeleteAsync(new Uri(Address, "control/faults"))).EnsureSuccessStatusCode();

    public async Task<JsonElement> Control(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(Address, $"control/{path}"), body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"POST /control/{path}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>Asks until it holds; what does not answer yet is asked again.</summary>
    public async Task Until(string what, Func<Task<bool>> holds, Func<Task<string>>? story = null)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (DateTime.UtcNow < deadline)
        {
            try
            {
                if (await holds()) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet, or killed.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        Assert.Fail($"{what}: not within {Patience.TotalSeconds} s\n{(story is null ? "" : await story())}\n--- exchange\n{Printed}");
    }

    private Task<JsonElement> Get(string path) => _http.GetFromJsonAsync<JsonElement>(new Uri(Address, path));
}
