using System.Text.RegularExpressions;
using Trading.Simulator.Binance;

namespace Trading.Tests.Simulator;

/// <summary>docs/simulator.md says what is served: neither more nor less.</summary>
public sealed partial class SimulatorPageTests
{
    [Fact]
    public void The_page_lists_every_route_of_Binance_and_no_other()
    {
        using var bench = new ExchangeBench();

        var listed = Route().Matches(Section("## Binance", "### Served over REST")).Select(m => m.Groups["quoted"].Value);

        Assert.Equal(bench.Exchange.Binance.Routes.Order(), listed.Order());
    }

    [Fact]
    public void The_page_lists_every_route_of_Bybit_and_no_other()
    {
        using var bench = new ExchangeBench();

        var listed = Route().Matches(Section("## Bybit", "### Served over REST")).Select(m => m.Groups["quoted"].Value);

        Assert.Equal(bench.Exchange.Bybit.Routes.Order(), listed.Order());
    }

    [Fact]
    public void The_page_lists_every_method_of_the_WebSocket_API_and_no_other()
    {
        var text = Section("## Binance", "### Served over WebSockets");

        var listed = Quoted().Matches(text[text.IndexOf("`/ws-fapi/v1`", StringComparison.Ordinal)..])
            .Select(m => m.Groups["quoted"].Value).Skip(1);

        Assert.Equal(BinanceSkin.ApiMethods.Order(), listed.Order());
    }

    [Theory]
    [InlineData("/fapi/v1/income/asyn")]
    [InlineData("/futures/data/openInterestHist")]
    [InlineData("/sapi/v1/account/snapshot")]
    public void What_is_not_served_is_answered_as_production_answers_an_unknown_route(string path)
    {
        using var bench = new ExchangeBench();

        var answer = bench.Signed("GET", path);

        Assert.Equal(
            (404, $$"""{"code":-5000,"msg":"Path {{path}}, Method GET is invalid"}"""), (answer.Status, answer.Body));
    }

    private static string Section(string exchange, string heading)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "simulator.md"));
        var page = text[text.IndexOf("\n" + exchange, StringComparison.Ordinal)..];
        var from = page.IndexOf(heading, StringComparison.Ordinal) + heading.Length;
        return page[from..page.IndexOf("\n##", from, StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"`(?<quoted>(GET|POST|PUT|DELETE) /[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Route();

    [GeneratedRegex(@"`(?<quoted>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}
