using System.Text.Json;
using Trading.Domain;
using Trading.Lab.Replay;
using Xunit;

namespace Trading.Scenarios;

/// <summary>The verb's words and exit codes; what a scenario does is the scenarios' own affair.</summary>
public sealed class ReplayCommandTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    [Fact]
    public async Task The_list_names_every_scenario_and_the_part_that_brings_those_to_come()
    {
        Assert.Equal(0, await Run(new ReplayOptions(null) { List = true, Json = true }));

        var rows = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Catalog.Scenarios.Select(scenario => scenario.Name), rows.Select(row => row.GetProperty("scenario").GetString()!));
        foreach (var card in new[] { "S1", "S2", "S3", "S4", "S5" }) Assert.Contains(rows, row => row.GetProperty("card").GetString() == card);
        Assert.Contains(rows, row => row.GetProperty("comes_with").GetString() is "the cluster");
        Assert.Single(rows, row => row.GetProperty("planted").GetBoolean());
    }

    [Fact]
    public async Task The_list_says_which_checks_are_void_on_which_exchange_and_by_which_section()
    {
        Assert.Equal(0, await Run(new ReplayOptions(null) { List = true }));

        Assert.Contains(
            "void on bybit: protocols/bybit-v5-linear.md §7.1: an orderLinkId is unique for good", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("void on binance: protocols/binance-usdm.md §10", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scenario_that_cannot_happen_on_an_exchange_ends_there_with_one_void_check()
    {
        Assert.Equal(0, await Run(new ReplayOptions("close-not-told/bybit-zero") { Exchange = "binance", Json = true }));

        var row = JsonDocument.Parse(_output.ToString().Split('\n')[0]).RootElement;
        var check = Assert.Single(row.GetProperty("checks").EnumerateArray());
        Assert.Equal(("binance", true), (row.GetProperty("exchange").GetString(), row.GetProperty("passed").GetBoolean()));
        Assert.Equal(["name", "passed", "detail"], check.EnumerateObject().Select(field => field.Name));
        Assert.True(check.GetProperty("passed").GetBoolean());
        Assert.StartsWith("void on binance: protocols/binance-usdm.md §10", check.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [SharedFact]
    public void A_void_check_names_a_section_that_the_exchanges_page_has()
    {
        foreach (var check in Enum.GetValues<Exchange>().SelectMany(on => Catalog.Scenarios.SelectMany(scenario => scenario.VoidsOn(on))))
        {
            var page = File.ReadAllText(SharedFolder.File("protocols", check.On is Exchange.Bybit ? "bybit-v5-linear.md" : "binance-usdm.md"));
            Assert.Matches($@"(?m)^##+ {check.Section[1..].Replace(".", "\\.", StringComparison.Ordinal)}\b", page);
        }
    }

    [Fact]
    public void Names_are_given_once() =>
        Assert.Equal(Catalog.Scenarios.Count, Catalog.Scenarios.Select(scenario => scenario.Name).Distinct().Count());

    [Theory]
    [InlineData("nonsense", "binance", "sqlite", "replay --list")]
    [InlineData("close-not-told", "kraken", "sqlite", "--exchange")]
    [InlineData("close-not-told", "binance", "oracle", "--db")]
    [InlineData(null, "binance", "sqlite", "needs a scenario")]
    public async Task What_cannot_be_played_ends_with_one_line_and_exit_code_two(string? name, string exchange, string db, string said)
    {
        Assert.Equal(2, await Run(new ReplayOptions(name) { Exchange = exchange, Db = db }));

        Assert.Contains(said, Assert.Single(_errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task A_scenario_of_a_later_part_names_that_part()
    {
        var later = Catalog.Scenarios.First(scenario => scenario.ComesWith is not null);

        Assert.Equal(2, await Run(new ReplayOptions(later.Name)));

        Assert.Contains(later.ComesWith!, _errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":"1","symbol":"BTCUSDT","account":"binance","side":"up","createdAt":"2023-04-04T23:58:21Z"}""", "side")]
    [InlineData("""{"id":"1","symbol":"BTCUSDT","account":"binance","side":"long"}""", "createdAt")]
    [InlineData("# nothing", "no signal")]
    public async Task Signals_that_cannot_be_played_name_the_file_and_the_field(string line, string said)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, line);

        Assert.Equal(2, await Run(new ReplayOptions(null) { Market = ["none"], Signals = file }));

        File.Delete(file);
        Assert.Contains(file, _errors.ToString(), StringComparison.Ordinal);
        Assert.Contains(said, _errors.ToString(), StringComparison.Ordinal);
    }

    private Task<int> Run(ReplayOptions options) =>
        ReplayCommand.Run(options, _output, _errors, TimeProvider.System, CancellationToken.None);
}
