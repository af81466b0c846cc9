using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Trading.Scenarios.Processes;

/// <summary>One account of the exchange and the node that trades it, a process on a data folder that outlives it.</summary>
internal sealed class ProcessWorld : IDisposable
{
    private const string WebhookSecret = "test-webhook-secret";
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly Stopwatch _down = new();
    private readonly StringBuilder _printedByTheDead = new();
    private int _nodePort;

    private ProcessWorld(ProcessExchange exchange)
    {
        Exchange = exchange;
        Account = exchange.NextAccount();
        File.WriteAllText(Path.Combine(Folder, "node.conf"), $$"""
            {
              "accounts": { "binance": { "exchange": "binance", "exchange-url": "{{exchange.Address}}" } },
              "positions": { "activation": "0.3 %", "callback": "0.15 %" },
              "waves": { "collect-for": "500ms" },
              "webhooks": { "test": {} }
            }
            """);
    }

    public ProcessExchange Exchange { get; }

    /// <summary>Four digits of the account's key.</summary>
    public string Account { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("trading-processes-").FullName;

    public string Data => Path.Combine(Folder, "data");

    public ProgramProcess Node { get; private set; } = null!;

    /// <summary>A node that was killed had said that it sent a stop of that symbol while the journal did not answer.</summary>
    public bool SentAhead(string symbol) =>
        _printedByTheDead.ToString().Contains($"a stop of binance/{symbol} was sent before its event was durable", StringComparison.Ordinal);

    /// <summary>From the last kill, or stop, to the first reconciled moment after it.</summary>
    public TimeSpan DownTime => _down.Elapsed;

    public static async Task<ProcessWorld> Start(ProcessExchange exchange)
    {
        var world = new ProcessWorld(exchange);
        try
        {
            await world.StartNode();
            return world;
        }
        catch
        {
            world.Dispose();
            throw;
        }
    }

    /// <summary>Starts a life of the node and waits until it has reconciled.</summary>
    public async Task StartNode()
    {
        Launch();
        await Until("the node has reconciled", IsReady);
        _down.Stop();
    }

    /// <summary>Starts a life of the node; returns at once.</summary>
    public void Launch()
    {
        _nodePort = ProgramProcess.FreePort();
        Node = ProgramProcess.Start(
            "Trading.Node.dll",
            ["--config", Path.Combine(Folder, "node.conf"), "--data", Data, "--port", Text(_nodePort)],
            new Dictionary<string, string>
            {
                ["TRADING__ACCOUNTS__BINANCE__API_KEY"] = $"sim-key-{Account}",
                ["TRADING__ACCOUNTS__BINANCE__API_SECRET"] = $"sim-secret-{Account}",
                ["TRADING__WEBHOOKS__TEST__SECRET"] = WebhookSecret,
            });
    }

    public void Kill()
    {
        _down.Restart();
        Node.Kill();
        _printedByTheDead.Append(Node.Printed).Append('\n');
        Node.Dispose();
    }

    /// <summary>SIGSTOP, and SIGCONT after that time: the node did not die and knows of nothing.</summary>
    public async Task Freeze(TimeSpan time)
    {
        _down.Restart();
        Node.Signal("STOP");
        await Task.Delay(time);
        Node.Signal("CONT");
        _down.Stop();
    }

    /// <summary>SIGTERM: what the journal holds is projected to its end.</summary>
    public void StopNode()
    {
        Node.Signal("TERM");
        Assert.True(Node.WaitForExit(TimeSpan.FromSeconds(20)), $"the node does not end:\n{Node.Printed}");
        Node.Dispose();
    }

    /// <summary>One wave of long signals by webhook; accepted when the node says so.</summary>
    public async Task Post(string wave, params string[] symbols)
    {
        var createdAt = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        var body = JsonSerializer.Serialize(symbols.Select(symbol => new
        {
            id = $"{wave}-{symbol}", wave, symbol, account = "binance", side = "long", score = "0.9", createdAt,
        }));
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(WebhookSecret), Encoding.UTF8.GetBytes($"{timestamp}.{body}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{Text(_nodePort)}/signals")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Timestamp", timestamp);
        request.Headers.Add("X-Signature", $"sha256={Convert.ToHexStringLower(hash)}");
        using var answer = await _http.SendAsync(request);
        Assert.True((int)answer.StatusCode == 202, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}\n{Node.Printed}");
    }

    /// <summary>Asks for a close and does not wait for what becomes of it: the node may be killed meanwhile.</summary>
    public async Task AskClose(string symbol)
    {
        try
        {
            using var answer = await Api(HttpMethod.Post, $"positions/{Uri.EscapeDataString($"binance/{symbol}")}/close");
        }
        catch (HttpRequestException)
        {
            // killed before it could answer
        }
    }

    public async Task<JsonElement> Ask(string path)
    {
        using var answer = await Api(HttpMethod.Get, path);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : throw new HttpRequestException($"GET {path}: {(int)answer.StatusCode} {text}");
    }

    public Task<JsonElement> Truth() => Exchange.Truth(Account);

    /// <summary>Symbol and quantity of each open position, by the exchange's own truth.</summary>
    public async Task<List<string>> HeldAtExchange() =>
        [.. (await Truth()).GetProperty("positions").EnumerateArray().Where(position => Value(position, "closed_utc") is null)
            .Select(position => $"{Value(position, "symbol")} {Number(position, "quantity")}").Order(StringComparer.Ordinal)];

    public async Task<List<string>> HeldInBooks() =>
        [.. (await Ask("positions")).EnumerateArray()
            .Select(position => $"{Value(position, "symbol")} {Number(position, "quantity")}").Order(StringComparer.Ordinal)];

    public Task Until(string what, Func<Task<bool>> holds) => Exchange.Until(
        what, holds, async () => $"--- truth\n{await Truth()}\n--- node\n{Node?.Printed}");

    public void Dispose()
    {
        Node?.Dispose();
        _http.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<bool> IsReady()
    {
        Assert.False(Node.HasExited, $"the node ended by itself:\n{Node.Printed}");
        using var answer = await _http.GetAsync($"http://127.0.0.1:{Text(_nodePort)}/health/ready");
        return answer.IsSuccessStatusCode;
    }

    private async Task<HttpResponseMessage> Api(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{Text(_nodePort)}/api/v1/{path}");
        request.Headers.Authorization = new("Bearer", (await File.ReadAllTextAsync(Path.Combine(Data, "operator.token"))).Trim());
        return await _http.SendAsync(request);
    }

    private static string? Value(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Number(JsonElement of, string name)
    {
        var value = of.GetProperty(name);
        var number = value.ValueKind is JsonValueKind.String
            ? decimal.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetDecimal();
        return number.ToString("0.############", CultureInfo.InvariantCulture);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
