using System.Text.Json;

namespace Trading.Tests.Cli;

public sealed class ConfigCheckTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task The_effective_configuration_names_where_each_value_comes_from()
    {
        await File.WriteAllTextAsync(_file, """{ "positions": { "stop-loss": "3 %" } } // a comment""");
        var run = await Check("--json", new(StringComparer.Ordinal) { ["TRADING__PAPER__SEED"] = "7" });
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var settings = JsonDocument.Parse(run.Out).RootElement.GetProperty("settings").EnumerateArray()
            .ToDictionary(s => s.GetProperty("name").GetString()!, s => (s.GetProperty("value").GetString(), s.GetProperty("from").GetString()));
        Assert.Equal(("3 %", _file), settings["positions.stop-loss"]);
        Assert.Equal(("7", "the environment"), settings["paper.seed"]);
        Assert.DoesNotContain("previous-journals", settings.Keys);
        Assert.Equal(("3s", "default"), settings["positions.protect-within"]);
        Assert.Equal(("0.1 %", "default"), settings["positions.min-step"]);
        Assert.Equal(("isolated", "default"), settings["accounts.binance.margin"]);
        Assert.Equal(("protect-only", "default"), settings["accounts.binance.adopt"]);
    }

    [Fact]
    public async Task Secrets_are_said_to_be_there_and_never_shown()
    {
        await File.WriteAllTextAsync(_file, """
            { "accounts": { "binance": { "exchange-url": "https://demo-fapi.binance.com" } }, "feeds": { "a": { "url": "wss://hidden4@h/feed?token=hidden3" } } }
            """);
        var run = await Check("", new(StringComparer.Ordinal)
        {
            ["TRADING__ACCOUNTS__BINANCE__API_KEY"] = "hidden1", ["TRADING__ACCOUNTS__BINANCE__API_SECRET"] = "hidden2",
        });
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("(set, not shown)", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", run.Out, StringComparison.Ordinal);
        Assert.All(run.Out.Split('\n').Where(line => !line.Contains("would lose", StringComparison.Ordinal)), line => Assert.True(line.Length <= 100, line));
    }

    [Theory]
    [InlineData("""{ "positions": { "stop-loss": "2" } }""", "positions.stop-loss")]
    [InlineData("""{ "positions": { "stop-los": "2 %" } }""", "did you mean")]
    [InlineData("""{ "accounts": { "binance": { "api-secret": "hidden" } } }""", "TRADING__ACCOUNTS__BINANCE__API_SECRET")]
    [InlineData("nonsense", "line 1, column 1: this is not HOCON: a name stands here and no value behind it")]
    public async Task What_is_wrong_is_one_line_with_its_remedy(string text, string said)
    {
        await File.WriteAllTextAsync(_file, text);
        var run = await Check("", []);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, Assert.Single(run.Error.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", run.Error + run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "paper": {}, "accounts": { "binance": { "leverage": 20 } }, "positions": { "stop-loss": "5 %" } }""",
        "Warning: binance: positions.stop-loss = 5 % lies beyond or too near liquidation (2.5 % from the entry at leverage 20)")]
    [InlineData("""{ "paper": {}, "accounts": { "binance": { "leverage": 5 } }, "positions": { "hard-loss": "30 %" } }""",
        "Warning: binance: positions.hard-loss = 30 % lies beyond liquidation (17.5 % from the entry at leverage 5)")]
    [InlineData("""{ "paper": {}, "accounts": { "bybit": { "take-profit": "1 %", "break-even": "1.5 %" } } }""",
        "Warning: bybit: take-profit = 1 % is not above break-even = 1.5 %")]
    public async Task What_is_allowed_and_cannot_be_meant_is_warned_of(string text, string said)
    {
        await File.WriteAllTextAsync(_file, text);
        var run = await Check("", []);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(said, run.Out.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains(said["Warning: ".Length..], (await Check("--json", [])).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_as_usual_is_not_warned_of()
    {
        await File.WriteAllTextAsync(_file, """{ "paper": {}, "accounts": { "binance": { "take-profit": "3 %", "break-even": "1 %" } } }""");
        Assert.DoesNotContain("Warning", (await Check("", [])).Out, StringComparison.Ordinal);
    }

    private async Task<CliRun> Check(string more, Dictionary<string, string> environment)
    {
        using var http = new HttpClientHandler();
        string[] args = ["config", "check", "--config", _file, .. more.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        return await CliRun.Of(http, args, environment: environment);
    }
}
