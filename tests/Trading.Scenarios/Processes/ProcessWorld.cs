using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Trading.Scenarios.Processes;

/// <summary>A simulated exchange and a node, each a process of its own, on one data folder that outlives the node.</summary>
internal sealed class ProcessWorld : IDisposable
{
    private const string WebhookSecret = "test-webhook-secret";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);
    private readonly string _folder = Directory.CreateTempSubdirectory("trading-processes-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly int _exchangePort = ProgramProcess.FreePort();
    private readonly ProgramProcess _exchange;
    private int _nodePort;

    public ProcessWorld()
    {
        _exchange = ProgramProcess.Start("Trading.Simulator.dll",
            ["--port", Text(_exchangePort), "--data", Path.Combine(_folder, "exchange"), "--seed", "11", "--lively"]);
        File.WriteAllText(Path.Combine(_folder, "node.conf"), $$"""
            {
              "accounts": { "binance": { "exchange": "binance", "exchange-url": "http://127.0.0.1:{{_exchangePort}}" } },
              "positions": { "activation": "0.3 %", "callback": "0.15 %" },
              "waves": { "collect-for": "1s" },
              "webhooks": { "test": {} }
            }
            """);
    }

    public ProgramProcess Node { get; private set; } = null!;

    public async Task Listening() => await Until("the exchange listens", async () =>
        (await _http.GetAsync($"http://127.0.0.1:{_exchangePort}/control/clock")).IsSuccessStatusCode);

    public async Task StartNode()
    {
        _nodePort = ProgramProcess.FreePort();
        Node = ProgramProcess.Start("Trading.Node.dll",
            ["--config", Path.Combine(_folder, "node.conf"), "--data", Path.Combine(_folder, "data"), "--port", Text(_nodePort)],
            new Dictionary<string, string>
            {
                ["TRADING__ACCOUNTS__BINANCE__API_KEY"] = "sim-key-0001",
                ["TRADING__ACCOUNTS__BINANCE__API_SECRET"] = "sim-secret-0001",
                ["TRADING__WEBHOOKS__TEST__SECRET"] = WebhookSecret,
            });
        await Until("the node answers", async () => (await Status()).ValueKind is JsonValueKind.Object);
    }

    /// <summary>One wave of signals by webhook; accepted when the node says so.</summary>
    public async Task Post(string wave, params string[] symbols)
    {
        var now = DateTime.UtcNow;
        var body = JsonSerializer.Serialize(symbols.Select((symbol, i) => new
        {
            id = $"{wave}-{i}", wave, symbol, account = "binance", side = i % 2 == 0 ? "long" : "short", score = "0.9",
            createdAt = now.ToString("O", CultureInfo.InvariantCulture),
        }));
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(WebhookSecret), Encoding.UTF8.GetBytes($"{timestamp}.{body}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{_nodePort}/signals")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Timestamp", timestamp);
        request.Headers.Add("X-Signature", $"sha256={Convert.ToHexStringLower(hash)}");
        using var answer = await _http.SendAsync(request);
        Assert.True((int)answer.StatusCode == 202, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}\n{Node.Printed}");
    }

    public async Task<JsonElement> Truth() => await _http.GetFromJsonAsync<JsonElement>($"http://127.0.0.1:{_exchangePort}/control/truth");

    public async Task Fault(object fault) =>
        (await _http.PostAsJsonAsync($"http://127.0.0.1:{_exchangePort}/control/faults", fault)).EnsureSuccessStatusCode();

    public Task<JsonElement> Status() => Api("status");

    public Task<JsonElement> Positions() => Api("positions");

    /// <summary>Positions open at the exchange, by its own truth.</summary>
    public async Task<List<string>> OpenAtExchange() =>
        [.. (await Truth()).GetProperty("positions").EnumerateArray()
            .Where(position => !position.TryGetProperty("closed_utc", out var closed) || closed.ValueKind is JsonValueKind.Null)
            .Select(position => position.GetProperty("symbol").GetString()!).Order()];

    public async Task Until(string what, Func<Task<bool>> holds)
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
                // Not listening yet, or killed: ask again until the deadline.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        Assert.Fail($"{what}: not within {Patience.TotalSeconds} s\n--- truth\n{await Truth()}\n--- node\n{Node?.Printed}\n--- exchange\n{_exchange.Printed}");
    }

    public void Dispose()
    {
        Node?.Dispose();
        _exchange.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<JsonElement> Api(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{_nodePort}/api/v1/{path}");
        var token = Path.Combine(_folder, "data", "operator.token");
        if (!File.Exists(token)) return default;
        request.Headers.Authorization = new("Bearer", (await File.ReadAllTextAsync(token)).Trim());
        using var answer = await _http.SendAsync(request);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>() : default;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
