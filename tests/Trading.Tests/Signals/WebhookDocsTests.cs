using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Trading.Domain;

namespace Trading.Tests.Signals;

/// <summary>docs/webhooks.md is true: its commands are run, its template is filled in and posted.</summary>
public sealed class WebhookDocsTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "webhooks.md"));

    [Fact]
    public async Task The_curl_lines_of_the_page_are_accepted()
    {
        await using var door = await SignalDoor.Open(Exchange.Binance, ("HNTUSDT", 2m), ("TAGUSDT", 1m));
        var (signed, plain) = Blocks("sh") is [var first, var second] ? (first, second) : throw new InvalidDataException("two blocks are expected");
        Assert.Equal(("""{"accepted":1,"duplicates":0,"rejected":[]}""", ""), await Run(signed, door.Address, SignalDoor.SigningSecret));
        Assert.Equal("short", (await door.EndOf("4776927")).Side);
        Assert.Equal(("""{"accepted":1,"duplicates":0,"rejected":[]}""", ""), await Run(plain, door.Address, SignalDoor.PlainSecret));
        Assert.Contains("unauthorized", (await Run(signed, door.Address, "guessed")).Out, StringComparison.Ordinal);
        Assert.Contains("unauthorized", (await Run(plain, door.Address, "guessed")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_template_for_TradingView_enters_and_exits_as_its_strategy_does()
    {
        await using var door = await SignalDoor.Open(Exchange.Binance, ("TAGUSDT", 1m));
        Assert.Equal(HttpStatusCode.Accepted, (await door.Post(Alert("buy", "long", "flat", DateTime.UtcNow))).Status);
        await door.When(() => Task.FromResult(door.Positions() is ["TAGUSDT long open"]), "the entry is held");
        Assert.Equal(HttpStatusCode.BadRequest, (await door.Post(Alert("sell", "long", "long", DateTime.UtcNow))).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await door.Post(Alert("sell", "flat", "long", DateTime.UtcNow))).Status);
        await door.When(() => Task.FromResult(door.Positions() is ["TAGUSDT long closed"]), "the exit has closed it");
    }

    /// <summary>The template as TradingView sends it.</summary>
    private static string Alert(string action, string position, string before, DateTime now)
    {
        var filled = Blocks("json")[0]
            .Replace("YOUR SECRET", SignalDoor.PlainSecret, StringComparison.Ordinal)
            .Replace("{{exchange}}", "BINANCE", StringComparison.Ordinal)
            .Replace("{{ticker}}", "TAGUSDT.P", StringComparison.Ordinal)
            .Replace("{{strategy.order.action}}", action, StringComparison.Ordinal)
            .Replace("{{strategy.market_position}}", position, StringComparison.Ordinal)
            .Replace("{{strategy.prev_market_position}}", before, StringComparison.Ordinal)
            .Replace("{{close}}", "1.0", StringComparison.Ordinal)
            .Replace("{{timenow}}", now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), StringComparison.Ordinal);
        using var read = JsonDocument.Parse(filled);
        Assert.DoesNotContain("{{", filled, StringComparison.Ordinal);
        return filled;
    }

    /// <summary>What stands between the fences of that language, in order.</summary>
    private static List<string> Blocks(string language) =>
        [.. Page.Split("```").Where((_, i) => i % 2 == 1).Where(block => block.StartsWith($"{language}\n", StringComparison.Ordinal))
            .Select(block => block[(language.Length + 1)..])];

    private static async Task<(string Out, string Error)> Run(string commands, Uri node, string secret)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", commands])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["URL"] = node.ToString().TrimEnd('/');
        start.Environment["SECRET"] = secret;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (await output, await error);
    }
}
