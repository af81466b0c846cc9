using System.Text.Json;
using Trading.Node.Api;
using Trading.Tests.Api;

namespace Trading.Tests.Cli;

public sealed class CommandLineTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async Task InitializeAsync() => _host = await ApiHost.Start();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public static TheoryData<string> Looks =>
    [
        "status", "positions", "positions --closed", "positions --all", "position binance/TAGUSDT", "timeline binance/TAGUSDT", "waves",
        "signals", "why 4776908", "slots", "accounts", "alerts", "events",
    ];

    [Theory, MemberData(nameof(Looks))]
    public async Task What_only_looks_fits_into_100_columns_without_colours(string verb)
    {
        var run = await Run(verb);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.NotEmpty(run.Out);
        Assert.DoesNotContain('\u001b', run.Out);
        var widest = run.Out.Split('\n').Max(line => line.Length);
        Assert.True(verb is "status" or "why 4776908" || widest <= 100, $"{widest} columns:\n{run.Out}");
    }

    [Theory, MemberData(nameof(Looks))]
    public async Task With_json_the_answer_is_one_document_as_the_node_wrote_it(string verb)
    {
        var run = await Run($"{verb} --json");
        Assert.Equal(0, run.ExitCode);
        Assert.Single(run.Out.TrimEnd().Split('\n'));
        using var document = JsonDocument.Parse(run.Out);
    }

    [Theory]
    [InlineData("simulate --seeds 0", "--seeds 0: at least 1")]
    [InlineData("simulate --seeds many", "many")]
    [InlineData("simulate --first -1", "-1")]
    [InlineData("simulate --first 5 --seed 3", "--first 5 with --seed 3")]
    [InlineData("simulate --first 5 --mutate deadline", "--first 5 with --mutate deadline")]
    [InlineData("simulate --first 18446744073709551615 --seeds 2", "runs past the last seed")]
    public async Task A_number_of_seeds_that_is_none_is_a_usage_error(string verb, string named)
    {
        var run = await Run(verb);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_average_price_of_28_digits_does_not_break_the_table()
    {
        var run = await Run("positions");
        Assert.Contains(" 564334  0.0003544 ", run.Out, StringComparison.Ordinal);
        Assert.Contains("0.0003544012345678901234567", (await Run("position binance/TAGUSDT")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_is_wider_than_the_screen_is_a_longer_line_and_not_broken_into_pieces()
    {
        _host.Node.Held[1] = _host.Node.Held[1] with { MarkPrice = 0.0003512345678m, StopPrice = 0.00036149123456m };
        var row = Assert.Single((await Run("positions")).Out.Split('\n'), line => line.StartsWith("binance/TAGUSDT", StringComparison.Ordinal));
        Assert.Contains(" 0.00036149123456 ", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_begins_with_the_headline()
    {
        var run = await Run("status");
        Assert.StartsWith("3 positions · 2 protected · 1 unprotected · at risk to stops 8.20 USDT", run.Out, StringComparison.Ordinal);
        Assert.Contains("bybit is reducing", run.Out, StringComparison.Ordinal);
        Assert.Contains("signals of tv: 12 received, 2 refused (stale 2), 1 unreadable (body 1)", run.Out, StringComparison.Ordinal);
        Assert.Equal(1, (await Run("status --check")).ExitCode);
    }

    [Fact]
    public async Task The_doctor_says_one_line_a_check_and_ends_with_1_where_one_failed()
    {
        var well = await Run("doctor --no-orders");
        Assert.Equal((0, ""), (well.ExitCode, well.Error));
        Assert.Equal("examine  False within 60", _host.Node.Orders[^1]);
        var ill = await Run("doctor binance");
        Assert.Equal(1, ill.ExitCode);
        Assert.Equal(
            "FAILED   binance  key         the key may withdraw -> make a key without withdrawal and use that one",
            ill.Out.Split('\n')[1].TrimEnd());
        var json = await Run("doctor binance --json");
        Assert.Equal(1, json.ExitCode);
        using var document = JsonDocument.Parse(json.Out);
        Assert.False(document.RootElement.GetProperty("passed").GetBoolean());
    }

    [Fact]
    public async Task Positions_show_the_stop_and_cry_out_where_there_is_none()
    {
        var run = await Run("positions");
        var lines = run.Out.Split('\n');
        Assert.Contains("trailing", Assert.Single(lines, l => l.Contains("binance/1000SHIBUSDT", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("UNPROTECTED", Assert.Single(lines, l => l.Contains("bybit/TAGUSDT", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not_managed", "not managed")]
    [InlineData("left_alone", "LEFT ALONE")]
    public async Task Positions_name_what_nobody_looks_after(string state, string shown)
    {
        _host.Node.Held.Add(_host.Node.Held[0] with { Key = "binance/BTCUSDT_260327", State = state, Protection = null, InDoubt = state == "left_alone" });
        var line = Assert.Single((await Run("positions")).Out.Split('\n'), l => l.Contains("binance/BTCUSDT_260327", StringComparison.Ordinal));
        Assert.Contains(shown, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_timeline_is_a_transcript()
    {
        var run = await Run("timeline binance/tag-usdt");
        Assert.Equal("""
            2025-10-17 UTC
            12:00:00.007 :: EntryIntended tae0abcdef 4776923 short 564334
            12:00:00.095 :: EntryVerified tae0abcdef websocket 564334
                         :: StopIntended tas0abcdef 564334 0.00036149

            """.ReplaceLineEndings("\n"), run.Out.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Why_answers_in_a_sentence()
    {
        var run = await Run("why 4776908");
        Assert.Equal(
            "Signal 4776908 (HNTUSDT on binance), rank 3 of its wave, was not traded: a better ranked signal of the same wave "
            + "names the same symbol.", run.Out.Trim());
    }

    [Theory]
    [InlineData("done", 0)]
    [InlineData("refused", 4)]
    [InlineData("unknown", 5)]
    public async Task The_outcome_of_an_order_is_its_exit_code(string outcome, int exitCode)
    {
        _host.Node.Next = new CommandAnswer(outcome, outcome == "refused" ? "is_flat" : null, "words", []);
        foreach (var verb in new[] { "close binance/TAGUSDT --yes", "flatten --yes", "pause", "resume binance", "halt", "unhalt", "reconcile" })
        {
            var run = await Run(verb);
            Assert.Equal(exitCode, run.ExitCode);
            Assert.Contains("words", run.Out, StringComparison.Ordinal);
            Assert.Equal(outcome, JsonDocument.Parse((await Run($"{verb} --json")).Out).RootElement.GetProperty("outcome").GetString());
        }

        Assert.Equal(14, _host.Node.Orders.Count);
    }

    [Fact]
    public async Task Closing_asks_first_and_does_nothing_without_a_yes()
    {
        var asked = new List<string>();
        var no = await CliRun.Of(_host.Handler, ["close", "1000SHIBUSDT"], ask: Answer("n"));
        var silence = await CliRun.Of(_host.Handler, ["flatten"], ask: Answer(null));
        var nobody = await CliRun.Of(_host.Handler, ["flatten"]);
        Assert.Equal((2, 2, 2), (no.ExitCode, silence.ExitCode, nobody.ExitCode));
        Assert.Contains("--yes", nobody.Error, StringComparison.Ordinal);
        Assert.Empty(_host.Node.Orders);
        Assert.Equal("Close binance/1000SHIBUSDT, long 21000, at market? [y/N] ", asked[0]);
        Assert.Equal("Close 3 position(s) at market: binance/1000SHIBUSDT, binance/TAGUSDT, bybit/TAGUSDT? [y/N] ", asked[1]);

        var yes = await CliRun.Of(_host.Handler, ["close", "1000SHIBUSDT", "--why", "news", "--wait", "5"], ask: Answer("y"));
        Assert.Equal(0, yes.ExitCode);
        Assert.Equal(["close binance/1000SHIBUSDT by anna why 'news' within 5"], _host.Node.Orders);

        Func<string, string?> Answer(string? answer) => question =>
        {
            asked.Add(question);
            return answer;
        };
    }

    [Fact]
    public async Task Reconcile_takes_a_key_or_an_account()
    {
        await Run("reconcile Binance");
        await Run("reconcile binance/tagusdt");
        await Run("reconcile");
        Assert.Equal(["reconcile binance", "reconcile binance/TAGUSDT", "reconcile "], _host.Node.Orders.Select(o => o[..o.IndexOf(" by", StringComparison.Ordinal)]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("position")]
    [InlineData("positions --colour")]
    [InlineData("positions --limit many")]
    [InlineData("adopt binance/TAGUSDT --policy ignore --yes")]
    [InlineData("position kraken/TAGUSDT")]
    [InlineData("position TAGUSDT")]
    [InlineData("timeline binance/BTCUSDT")]
    [InlineData("why nobody")]
    [InlineData("positions --account kraken")]
    [InlineData("flatten kraken --yes")]
    [InlineData("pause --wait 999")]
    public async Task What_is_not_understood_ends_with_2_and_a_line_that_helps(string args)
    {
        var run = await Run(args);
        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error.Trim());
        Assert.Empty(_host.Node.Orders);
    }

    [Fact]
    public async Task A_wrong_or_missing_token_says_where_it_was_looked_for()
    {
        var wrong = await CliRun.Of(_host.Handler, ["status"], token: "wrong-token-wrong-token");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("TRADING_TOKEN", wrong.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-token", wrong.Error, StringComparison.Ordinal);
        var none = await CliRun.Of(_host.Handler, ["status"], token: null);
        Assert.Equal(2, none.ExitCode);
        Assert.Contains("/nowhere/operator.token (there is none)", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_not_there_is_3_for_questions_and_orders_alike()
    {
        using var dead = new Wire((_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        foreach (var verb in new[] { "status", "pause", "events --follow" })
        {
            var run = await CliRun.Of(dead, verb.Split(' '));
            Assert.Equal(3, run.ExitCode);
            Assert.Contains("dotnet run --project src/Trading.Node", Assert.Single(run.Error.Trim().Split('\n')), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_order_whose_answer_is_lost_is_unknown_and_sent_once()
    {
        var sent = 0;
        using var broken = new Wire((_, _) =>
        {
            sent++;
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "gone");
        });
        var run = await CliRun.Of(broken, ["pause", "--json"]);
        Assert.Equal((5, 1), (run.ExitCode, sent));
        Assert.Equal("unknown", JsonDocument.Parse(run.Out).RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Text_from_outside_cannot_move_the_cursor()
    {
        _host.Node.Held[0] = _host.Node.Held[0] with { Symbol = "X", Key = "binance/X\u001b[2J" };
        var run = await Run("positions");
        Assert.DoesNotContain('\u001b', run.Out);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("positions --help")]
    [InlineData("close --help")]
    public async Task Help_teaches_by_example(string args)
    {
        var run = await Run(args);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Examples:", run.Out, StringComparison.Ordinal);
    }

    private Task<CliRun> Run(string args) =>
        CliRun.Of(_host.Handler, args.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private sealed class Wire(Func<HttpRequestMessage, CancellationToken, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request, cancellationToken));
    }
}
