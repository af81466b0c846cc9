using System.Net;
using System.Text;
using Trading.Domain;
using Trading.Domain.Signals;

namespace Trading.Tests.Signals;

/// <summary>What real senders post, through a whole node to the exchange: the verdict is the exchange's book and the API.</summary>
public sealed class SignalDoorTests
{
    /// <summary>In single quotes; § is the secret.</summary>
    private static readonly (string Body, string Why)[] Garbled =
    [
        ("{'secret':'§','id':1,'symbol':'TAGUSDT','side':'buy','price':NaN}", "NaN"),
        ("{'secret':'§','id':1,'symbol':'TAGUSDT','side':'buy','price':{{close}}}", "{{close}}"),
        ("{'secret':'§','id':1,'symbol':'TAGUSDT','side':'buy',}", "comma"),
        ("secret=§&id=1&symbol=TAGUSDT&side=buy", "web form"),
        ("{&quot;secret&quot;:&quot;§&quot;,&quot;id&quot;:1}", "HTML"),
        ("{“secret”:“§”,“id”:1}", "typographic quotes"),
        ("{'secret':'§','id':1,'symbol':'TAG\nUSDT','side':'buy'}", "line break"),
        ("{'secret':'§','id':1,'symbol':'TAGUSDT','side':'buy','side':'sell'}", "given twice"),
        ("{'secret':'§','id':'{{ticker}}','symbol':'TAGUSDT','side':'buy'}", "did not fill in {{ticker}}"),
    ];

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task Ten_symbols_that_nobody_lists_do_not_kill_their_wave_and_the_exchange_is_asked_nothing_for_them(Exchange venue)
    {
        await using var door = await SignalDoor.Open(venue, ("TAGUSDT", 1m), ("HNTUSDT", 2m), ("TRXUSDT", 0.3m));
        string[] listed = ["TAGUSDT", "BINANCE:HNTUSDTPERP", "ＴＲＸＵＳＤＴ"];
        var signals = Enumerable.Range(0, 10).Select(i => $"NOSUCH{i}USDT").Concat(listed)
            .Select((symbol, i) => $"{{'secret':'{SignalDoor.PlainSecret}','id':'{i}','wave':'w','symbol':'{symbol}','side':'buy','score':{13 - i}}}");
        var answer = await door.Post($"[{string.Join(',', signals)}]".Replace('\'', '"'));
        Assert.Equal((HttpStatusCode.Accepted, """{"accepted":13,"duplicates":0,"rejected":[]}"""), answer);

        for (var i = 0; i < 10; i++) Assert.Equal(Reasons.SymbolNotTrading, (await door.EndOf($"{i}")).Reason); // before the wave is ranked
        Assert.Null((await door.EndOf("9")).Rank);
        for (var i = 10; i < 13; i++) Assert.Equal("opened", (await door.EndOf($"{i}")).Outcome);
        Assert.Equal(["HNTUSDT long open", "TAGUSDT long open", "TRXUSDT long open"], door.Positions());
        Assert.Equal(0, door.Wire.Naming("NOSUCH"));

        var tv = Assert.Single((await door.Status()).Signals);
        Assert.Equal(("tv", 13, 10), (tv.Source, tv.Received, tv.Refused[Reasons.SymbolNotTrading]));
    }

    [Fact]
    public async Task What_is_not_listed_any_more_when_its_turn_comes_is_denied_and_the_exchange_is_asked_nothing()
    {
        await using var door = await SignalDoor.Open(Exchange.Binance, ("TAGUSDT", 1m));
        var account = door.Node.Accounts.Values.Single();
        var denied = Assert.IsType<Trading.Domain.Waves.OpeningAnswer.Denied>(account.Readiness.Unready(door.Key("NOSUCHUSDT")));
        Assert.Equal(Reasons.SymbolNotTrading, denied.Reason);
        Assert.False(account.Prepare(Symbol.Parse("NOSUCHUSDT")));
        Assert.Null((await account.Readiness.ViewMarket(Symbol.Parse("NOSUCHUSDT"), CancellationToken.None)).Mark);
        await door.Send("'id':'1','wave':'w','symbol':'NOSUCHUSDT','side':'sell','market_position':'flat'");
        Assert.Equal(("denied", Reasons.NotHeld, "close"), Told(await door.EndOf("1")));
        Assert.DoesNotContain(door.Key("NOSUCHUSDT"), door.Node.Positions.Keys);
        Assert.Equal(0, door.Wire.Naming("NOSUCH"));
    }

    [Fact]
    public async Task The_flat_of_TradingView_closes_its_long_and_opens_no_short_where_nothing_is_held()
    {
        await using var door = await SignalDoor.Open(Exchange.Binance, ("TAGUSDT", 1m), ("HNTUSDT", 2m));
        await door.Send("'id':'flat','wave':'w0','symbol':'HNTUSDT','side':'sell','market_position':'flat'");
        Assert.Equal(("denied", Reasons.NotHeld, "close"), Told(await door.EndOf("flat")));

        await door.Hold("w1", "TAGUSDT", "buy");
        await door.Send("'id':'other side','wave':'w2','symbol':'TAGUSDT','side':'buy','market_position':'flat'");
        Assert.Equal(("denied", Reasons.NotHeld, "close"), Told(await door.EndOf("other%20side")));
        Assert.Equal(["TAGUSDT long open"], door.Positions());

        await door.Send("'id':'exit','wave':'w2','symbol':'TAGUSDT','side':'sell','market_position':'flat','prev_market_position':'long'");
        await door.Send("'id':'exit again','wave':'w2','symbol':'TAGUSDT','side':'sell','market_position':'flat'");
        Assert.Equal(("closed", null, "close"), Told(await door.EndOf("exit")));
        Assert.Equal(("skipped", Reasons.DuplicatePosition, "close"), Told(await door.EndOf("exit%20again")));
        await door.When(() => Task.FromResult(door.Positions() is ["TAGUSDT long closed"]), "the long is closed");
        await door.When(
            async () => (await door.Metrics()).Contains("reason=\"manual\"} 1", StringComparison.Ordinal), "the closure is counted as asked for");
    }

    [Fact]
    public async Task A_close_by_a_signal_is_one_order_with_the_signal_as_its_cause_over_repeats_and_restarts()
    {
        await using var door = await SignalDoor.Open(Exchange.Bybit, ("TAGUSDT", 1m));
        await door.Hold("w1", "TAGUSDT", "short");
        const string Close = "'id':'c','wave':'w2','symbol':'TAGUSDT','side':'short','intent':'close'";
        await door.Send(Close);
        await door.When(() => Task.FromResult(door.Positions() is ["TAGUSDT short closed"]), "the short is closed");
        await door.Restart();
        Assert.Equal("""{"accepted":0,"duplicates":1,"rejected":[]}""", (await door.Send(Close)).Body);
        Assert.Equal(("closed", null, "close"), Told(await door.EndOf("c")));
        await door.When(async () => (await door.Position("TAGUSDT"))?.Status == "closed", "the tables say so");
        Assert.Equal("manual", (await door.Position("TAGUSDT"))!.Reason);
        Assert.Single(await door.Timeline("TAGUSDT"), line => line.Contains("signal c of wave w2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task In_hedge_mode_a_close_ends_the_side_it_names_and_leaves_the_other(Exchange venue)
    {
        await using var door = await SignalDoor.Open(venue, hedge: true, ("TAGUSDT", 1m));
        await door.Hold("w1", "TAGUSDT", "long");
        await door.Hold("w2", "TAGUSDT", "short");
        await door.Send("'id':'c','wave':'w3','symbol':'TAGUSDT','side':'buy','market_position':'flat'");
        Assert.Equal("closed", (await door.EndOf("c")).Outcome);
        await door.When(() => Task.FromResult(door.Positions() is ["TAGUSDT long open", "TAGUSDT short closed"]), "the short is closed");
    }

    [Fact]
    public async Task A_halted_account_is_closed_by_nobody_but_its_operator_and_a_paused_one_by_signals_too()
    {
        await using var door = await SignalDoor.Open(Exchange.Binance, ("TAGUSDT", 1m));
        await door.Hold("w1", "TAGUSDT", "long");
        await door.Order("halt");
        await door.Send("'id':'c1','wave':'w2','symbol':'TAGUSDT','side':'long','intent':'close'");
        Assert.Equal(("denied", Reasons.AccountState, "close"), Told(await door.EndOf("c1")));
        await door.Order("unhalt");
        await door.Order("pause");
        await door.Send("'id':'c2','wave':'w3','symbol':'TAGUSDT','side':'long','intent':'close'");
        Assert.Equal("closed", (await door.EndOf("c2")).Outcome);
        await door.When(() => Task.FromResult(door.Positions() is ["TAGUSDT long closed"]), "the long is closed");
    }

    [Fact]
    public async Task One_id_for_two_symbols_is_an_error_that_names_the_other()
    {
        await using var door = await SignalDoor.Open(Exchange.Binance, ("TAGUSDT", 1m), ("HNTUSDT", 2m));
        await door.Send("'id':'19:21','wave':'w','symbol':'TAGUSDT','side':'buy'");
        var (status, body) = await door.Send("'id':'19:21','wave':'w','symbol':'HNTUSDT','side':'buy'");
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Contains("open TAGUSDT long", body, StringComparison.Ordinal);
        Assert.Contains("\"field\":\"id\",\"value\":\"19:21\"", body, StringComparison.Ordinal);
        Assert.Contains(door.Node.RejectedSignals.Latest, letter => letter is { Source: "tv", Kind: "id" });
        Assert.Contains("trading_signals_refused_total{source=\"tv\",reason=\"id_taken\"} 1", await door.Metrics(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'2100-01-01T00:00:00Z'")]
    [InlineData("'9999-12-31T23:59:59Z'")]
    [InlineData("4102444800")]
    [InlineData("4102444800000")]
    public async Task A_signal_dated_in_the_future_is_denied_and_says_so(string created)
    {
        await using var door = await SignalDoor.Open(Exchange.Binance, ("TAGUSDT", 1m));
        await door.Send($"'id':'1','symbol':'TAGUSDT','side':'buy','createdAt':{created}");
        var end = await door.EndOf("1");
        Assert.Equal(Reasons.FromTheFuture, end.Reason);
        Assert.DoesNotContain("-", end.Text, StringComparison.Ordinal);
        Assert.Empty(door.Positions());
    }

    [Fact]
    public async Task The_age_of_a_signal_is_told_by_the_exchanges_clock()
    {
        await using var door = await SignalDoor.Open(Exchange.Binance, ("TAGUSDT", 1m), ("HNTUSDT", 2m));
        door.Simulator.With(exchange => exchange.Venue.Skew = TimeSpan.FromMinutes(10));
        await door.Restart();
        await door.When(() => Task.FromResult(door.Node.Accounts.Values.Single().ClockAhead > TimeSpan.FromMinutes(9)), "the clock is measured again");
        var exchangeNow = DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeMilliseconds();
        await door.Send($"'id':'now','wave':'w','symbol':'TAGUSDT','side':'buy','createdAt':{exchangeNow}");
        await door.Send($"'id':'old','wave':'w','symbol':'HNTUSDT','side':'buy','createdAt':{exchangeNow - 301_000}");
        Assert.Equal(Reasons.Stale, (await door.EndOf("old")).Reason);
        Assert.Equal("opened", (await door.EndOf("now")).Outcome);
    }


    [Fact]
    public async Task A_body_that_cannot_be_read_is_told_what_is_wrong_kept_and_counted()
    {
        await using var door = await SignalDoor.Open(Exchange.Binance, ("TAGUSDT", 1m));
        var sent = 0;
        foreach (var (written, why) in Garbled)
        {
            var body = written.Replace('\'', '"').Replace("§", SignalDoor.PlainSecret, StringComparison.Ordinal);
            var answer = await door.Post(Encoding.UTF8.GetBytes(body), "text/plain");
            Assert.True(answer.Status is HttpStatusCode.BadRequest, $"{body}: {answer}");
            Assert.Contains(why, System.Text.RegularExpressions.Regex.Unescape(answer.Body), StringComparison.Ordinal);
            Assert.Equal(++sent, door.Node.RejectedSignals.Latest.Count(letter => letter.Source == "tv"));
            Assert.DoesNotContain(SignalDoor.PlainSecret, $"{door.Node.RejectedSignals.Latest[^1]}{answer.Body}", StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await door.Post("""{"id":1,"price":NaN}""")).Status);
        byte[] marked = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($$"""  {"secret":"{{SignalDoor.PlainSecret}}","id":1,"symbol":"TAGUSDT","side":"buy"}  """)];
        Assert.Equal(HttpStatusCode.Accepted, (await door.Post(marked)).Status);

        var sources = (await door.Status()).Signals;
        Assert.Equal(["tv", "unknown"], sources.Select(source => source.Source));
        Assert.Equal((1, sent), (sources[0].Received, sources[0].Dead.Values.Sum()));
        Assert.Equal(1, sources[1].Refused["unauthorized"]);
        Assert.Contains("trading_signals_dead_total{source=\"tv\",reason=\"body\"} 7", await door.Metrics(), StringComparison.Ordinal);
    }

    private static (string Outcome, string? Reason, string Intent) Told(Trading.Node.Api.SignalAnswer signal) =>
        (signal.Outcome, signal.Reason, signal.Intent);
}
