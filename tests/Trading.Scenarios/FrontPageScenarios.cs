using Trading.Lab.Replay;
using Xunit;

namespace Trading.Scenarios;

public sealed class FrontPageScenarios
{
    [Fact]
    public async Task The_port_says_what_is_where_to_whoever_opens_it_in_a_browser()
    {
        await using var run = await ScenarioRun.Start(new ScenarioSetting { Prices = [("TAGUSDT", 1m)] }, TimeProvider.System);
        using var http = new HttpClient();

        using var page = await http.GetAsync(run.Living.Address);

        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("0 positions · 0 protected · 0 unprotected", html, StringComparison.Ordinal);
        foreach (var place in new[] { "/metrics", "/health/live", "/health/ready" })
        {
            Assert.Contains($"href=\"{place}\"", html, StringComparison.Ordinal);
            using var answer = await http.GetAsync(new Uri(run.Living.Address, place));
            Assert.True(answer.IsSuccessStatusCode, place);
        }
    }
}
