using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Trading.Domain;
using Trading.Domain.Signals;

namespace Trading.Tests.Signals;

public sealed class SignalReaderTests
{
    private static readonly DateTime Now = new(2025, 10, 17, 19, 21, 3, DateTimeKind.Utc);

    private static readonly SignalRouting Both = new(
        new Dictionary<AccountId, Exchange>
        {
            [AccountId.Parse("binance")] = Exchange.Binance,
            [AccountId.Parse("bybit")] = Exchange.Bybit,
        }, []);

    private static readonly SignalReader OneOfEach = new(Both);

    private static SignalReader Reader(Dictionary<AccountId, Exchange> accounts, params SignalRoute[] table) =>
        new(new SignalRouting(accounts, table));

    private static SignalBatch Read(string json, SignalReader? reader = null) =>
        (reader ?? OneOfEach).Read(Encoding.UTF8.GetBytes(json), "hook", Now);

    private static Signal One(string json, SignalReader? reader = null) => Assert.Single(Read(json, reader).Signals).Signal;

    private static SignalFault Fault(string json, SignalReader? reader = null) => Assert.Single(Read(json, reader).Faults);

    [Fact]
    public void The_shape_of_the_contract_is_read()
    {
        var signal = One("""
            {"id":"4776927","wave":"2025-10-17T16:00:00Z","symbol":"HNTUSDT","account":"binance","side":"short","score":"0.91",
             "price":"2.31","createdAt":"2025-10-17T19:21:02.512Z"}
            """);
        Assert.Equal(
            new Signal("4776927", WaveName.Parse("2025-10-17T16:00:00Z"), AccountId.Parse("binance"), Symbol.Parse("HNTUSDT"), Side.Short,
                0.91m, 2.31m, new DateTime(2025, 10, 17, 19, 21, 2, 512, DateTimeKind.Utc)),
            signal);
    }

    [Fact]
    public void Ids_and_decimals_are_read_as_text_or_number_without_a_detour_over_binary_fractions()
    {
        var signal = One("""{"id":4776927,"wave":"w","symbol":"BINANCE:TAGUSDT.P","exchange":"Binance","side":"Sell","score":0.1,"price":0.00035440}""");
        Assert.Equal(("4776927", 0.1m, 0.00035440m, Side.Short), (signal.Id, signal.Score, signal.Price!.Value, signal.Side));
        Assert.Equal(("TAGUSDT", "binance"), (signal.Symbol.Value, signal.Account.Value));
    }

    [Fact]
    public void Two_spellings_of_one_wave_are_one_wave() => Assert.Equal(
        One("""{"id":1,"wave":"2025-10-17T16:00:00Z","symbol":"TAGUSDT","account":"binance","side":"buy"}""").Wave,
        One("""{"id":1,"wave":"2025-10-17T18:00:00.000+02:00","symbol":"TAGUSDT","account":"binance","side":"buy"}""").Wave);

    [Fact]
    public void Without_a_wave_the_quarter_of_an_hour_is_the_wave() => Assert.Equal(
        "2025-10-17T19:15:00Z", One("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy"}""").Wave.Value);

    [Fact]
    public void Unknown_fields_are_kept_and_a_secret_is_not()
    {
        var signal = One("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","secret":"hush","tags":["a",1.50]}""");
        Assert.Equal("""{"tags":["a",1.50]}""", signal.Extra);
    }

    [Fact]
    public void Settings_of_a_signal_are_percent() => Assert.Equal(
        new SignalSettings(0.04m, 0.02m, 0.01m, 1),
        One("""
            {"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy",
             "settings":{"stopLoss":"0.04","activation":"0.02","callback":"0.01","minStepTicks":1}}
            """, new SignalReader(Both, honoursSettings: true)).Settings);

    [Theory]
    [InlineData("""{"symbol":"TAGUSDT","account":"binance","side":"buy"}""", "id", "")]
    [InlineData("""{"id":1.5,"symbol":"TAGUSDT","account":"binance","side":"buy"}""", "id", "1.5")]
    [InlineData("""{"id":1,"symbol":"?","account":"binance","side":"buy"}""", "symbol", "?")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"up"}""", "side", "up")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","score":"high"}""", "score", "high")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","price":"-1"}""", "price", "-1")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","price":{}}""", "price", "{}")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","createdAt":176072}""", "createdAt", "176072")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","createdAt":1760728862512000}""", "createdAt", "1760728862512000")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","createdAt":"19:21:02"}""", "createdAt", "19:21:02")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","wave":"a b"}""", "wave", "a b")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","settings":{"callback":0.5}}""", "settings.callback", "0.5")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","settings":{"leverage":20}}""", "settings.leverage", "20")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","side":"sell"}""", "signal", "side")]
    [InlineData("""{"id":"{{timenow}}","symbol":"TAGUSDT","account":"binance","side":"buy"}""", "id", "{{timenow}}")]
    [InlineData("""{"id":1,"wave":"{{time}}","symbol":"TAGUSDT","account":"binance","side":"buy"}""", "wave", "{{time}}")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"kraken","side":"buy"}""", "account", "kraken")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","exchange":"kraken","side":"buy"}""", "exchange", "kraken")]
    [InlineData("""[[]]""", "signal", "[]")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","price":"1e-28"}""", "price", "1e-28")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","score":7e28}""", "score", "7e28")]
    [InlineData("""{"id":"\ud800","symbol":"TAGUSDT","account":"binance","side":"buy"}""", "signal", "")]
    public void A_fault_names_field_value_and_remedy(string json, string field, string value)
    {
        var fault = Fault(json);
        Assert.Equal((field, value), (fault.Field, fault.Value));
        Assert.NotEmpty(fault.Reason);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_a_fault_in_a_request_and_a_bad_frame_in_a_feed()
    {
        byte[] signal = [.. "{\"id\":\""u8, 0xff, .. "\",\"symbol\":\"TAGUSDT\",\"account\":\"binance\",\"side\":\"buy\"}"u8];
        Assert.Single(OneOfEach.Read(signal, "hook", Now).Faults);
        byte[] frame = [.. "{\"type\":\""u8, 0xff, .. "\"}"u8];
        Assert.IsType<FeedFrame.Bad>(FeedFrame.Read(frame, OneOfEach, "feed", Now));
    }

    [Fact]
    public void A_bad_signal_spoils_no_other()
    {
        var batch = Read("""
            [{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy"},{"id":2},{"id":3,"symbol":"TAGUSDT","account":"bybit","side":"buy"}]
            """);
        Assert.Equal([0, 2], batch.Signals.Select(s => s.Index));
        Assert.Equal(1, Assert.Single(batch.Faults).Index);
    }

    [Fact]
    public void What_is_no_JSON_or_too_much_is_unreadable_as_a_whole()
    {
        Assert.Equal("body", Read("{").Unreadable!.Field);
        Assert.Equal("body", Read("7").Unreadable!.Field);
        Assert.Equal("501", Read($"[{string.Join(',', Enumerable.Repeat("{}", 501))}]").Unreadable!.Value);
    }

    [Fact]
    public void Account_wins_then_the_exchange_with_one_account_then_the_table_else_nobody()
    {
        var accounts = new Dictionary<AccountId, Exchange>
        {
            [AccountId.Parse("main")] = Exchange.Binance,
            [AccountId.Parse("second")] = Exchange.Binance,
            [AccountId.Parse("bybit")] = Exchange.Bybit,
        };
        const string Body = "\"id\":1,\"symbol\":\"TAGUSDT\",\"side\":\"buy\"";
        var bare = Reader(accounts);
        var routed = Reader(accounts, new SignalRoute("hook", Symbol.Parse("TAGUSDT"), AccountId.Parse("second")));

        Assert.Equal("main", One($$"""{{{Body}},"account":"MAIN","exchange":"bybit"}""", bare).Account.Value);
        Assert.Equal("second", One($$"""{{{Body}},"exchange":"second"}""", bare).Account.Value);
        Assert.Equal("bybit", One($$"""{{{Body}},"exchange":"BYBIT"}""", bare).Account.Value);
        Assert.Equal("second", One($$"""{{{Body}},"exchange":"binance"}""", routed).Account.Value);
        Assert.Equal("second", One($$"""{{{Body}}}""", routed).Account.Value);
        Assert.StartsWith(Reasons.NoAccount, Fault($$"""{{{Body}},"exchange":"binance"}""", bare).Reason, StringComparison.Ordinal);
        Assert.StartsWith(Reasons.NoAccount, Fault($$"""{{{Body}}}""", bare).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void With_exactly_one_account_a_signal_that_names_none_goes_there()
    {
        var one = Reader(new() { [AccountId.Parse("main")] = Exchange.Binance });
        Assert.Equal("main", One("""{"id":1,"symbol":"TAGUSDT","side":"buy"}""", one).Account.Value);
        Assert.Equal(Reasons.NoAccount, Fault("""{"id":1,"symbol":"TAGUSDT","side":"buy","exchange":"bybit"}""", one).Refusal);
        Assert.Equal(Reasons.NoAccount, Fault("""{"id":1,"symbol":"TAGUSDT","side":"buy","account":"other"}""", one).Refusal);
        Assert.Equal(Reasons.NoAccount, Fault("""{"id":1,"symbol":"TAGUSDT","side":"buy"}""").Refusal);
    }

    [Theory]
    [InlineData("BINANCE:TRXUSDTPERP")]
    [InlineData("BINANCE:TRXUSDT.P")]
    [InlineData("TRXUSDT_PERP")]
    [InlineData("TRX-USDT-PERP")]
    [InlineData("TRX_USDT")]
    [InlineData("trx/usdt:usdt")]
    [InlineData("ＴＲＸＵＳＤＴ")]
    [InlineData("　ｔｒｘ／ｕｓｄｔ　")]
    public void A_symbol_spelled_in_another_way_is_the_same_symbol(string text) =>
        Assert.Equal("TRXUSDT", One($$"""{"id":1,"symbol":"{{text}}","account":"binance","side":"buy"}""").Symbol.Value);

    [Theory]
    [InlineData("ТRXUSDT", "ТRXUSDT")]
    [InlineData("BTCPERP", "BTCPERP")]
    [InlineData("币安人生usdt", "币安人生USDT")]
    public void Letters_of_other_scripts_and_other_endings_are_kept_and_name_another_symbol(string text, string symbol) =>
        Assert.Equal(symbol, One($$"""{"id":1,"symbol":"{{text}}","account":"binance","side":"buy"}""").Symbol.Value);

    [Theory]
    [InlineData("1760728862")]
    [InlineData("\"1760728862\"")]
    [InlineData("1760728862000")]
    [InlineData("1760728862.0004")]
    [InlineData("\"2025-10-17T21:21:02+02:00\"")]
    [InlineData("\"2025-10-17T19:21:02\"")]
    public void A_time_of_creation_is_read_as_seconds_milliseconds_or_text(string created) => Assert.Equal(
        new DateTime(2025, 10, 17, 19, 21, 2, DateTimeKind.Utc),
        One($$"""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","createdAt":{{created}}}""").CreatedUtc);

    [Fact]
    public void A_time_of_creation_in_the_future_names_no_wave()
    {
        Assert.Equal("2025-10-17T19:15:00Z", One("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","createdAt":"9999-12-31T23:59:59Z"}""").Wave.Value);
        Assert.Equal("2025-10-17T19:00:00Z", One("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","createdAt":"2025-10-17T19:14:59Z"}""").Wave.Value);
    }

    [Fact]
    public void Settings_of_live_signals_are_refused_by_name_and_empty_ones_ask_for_nothing()
    {
        var fault = Fault("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","settings":{"stopLoss":"0.04"}}""");
        Assert.Equal(("settings.stopLoss", "0.04", "settings"), (fault.Field, fault.Value, fault.Refusal));
        Assert.Contains("replay --market", fault.Reason, StringComparison.Ordinal);
        Assert.Null(One("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","settings":{}}""").Settings?.StopLoss);
        Assert.Equal("settings.callback", Fault(
            """{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","settings":{"callback":0}}""", new SignalReader(Both, honoursSettings: true)).Field);
    }

    [Fact]
    public void A_file_holds_lines_or_an_array_and_comments()
    {
        const string First = """{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy"}""";
        const string Second = """{"id":2,"symbol":"HNTUSDT","account":"binance","side":"sell"}""";
        var lines = OneOfEach.ReadFile($"# wave of 16:00\r\n{First}\n\n  # more\n{{oops\n{Second}\n", "file", Now);
        Assert.Equal([2, 6], lines.Signals.Select(s => s.Index));
        Assert.Equal((5, "line"), (lines.Faults[0].Index, lines.Faults[0].Field));

        var array = OneOfEach.ReadFile($"# all of them\n[{First},\n# the second\n{Second}]", "file", Now);
        Assert.Equal(["1", "2"], array.Signals.Select(s => s.Signal.Id));
    }

    [Fact]
    public void Frames_of_a_feed_are_read()
    {
        static FeedFrame Frame(string json) => FeedFrame.Read(Encoding.UTF8.GetBytes(json), OneOfEach, "feed", Now);

        var signals = Assert.IsType<FeedFrame.Signals>(Frame(
            """{"type":"signals","seq":7,"signals":[{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy"},{}]}"""));
        Assert.Equal((7, 1, 1), (signals.Seq, signals.Batch.Signals.Count, signals.Batch.Faults.Count));
        Assert.Equal(
            new FeedFrame.WaveComplete(WaveName.Parse("2025-10-17T16:00:00Z"), 16),
            Frame("""{"type":"wave_complete","wave":"2025-10-17T16:00:00+00:00","count":16}"""));
        Assert.IsType<FeedFrame.Ping>(Frame("""{"type":"ping"}"""));
        Assert.Equal("unknown type", Assert.IsType<FeedFrame.Bad>(Frame("""{"type":"hello"}""")).Kind);
        Assert.Equal("not JSON", Assert.IsType<FeedFrame.Bad>(Frame("nope")).Kind);
        Assert.Equal("a field twice", Assert.IsType<FeedFrame.Bad>(Frame("""{"type":"signals","seq":1,"seq":2,"signals":[]}""")).Kind);
        Assert.Equal("signals without seq", Assert.IsType<FeedFrame.Bad>(Frame("""{"type":"signals","signals":[]}""")).Kind);
        Assert.Equal("""{"type":"resume","after":41}""", Encoding.UTF8.GetString(FeedFrame.Resume(41)));
    }

    [Fact]
    public void Nothing_a_sender_writes_makes_the_reader_throw()
    {
        string[] parts = ["{", "}", "[", "]", "\"id\"", ":", ",", "1", "null", "\"symbol\"", "\"TAGUSDT\"", "1e400", "\u0000", "true", "\"side\"", "\"buy\""];
        Prop.ForAll<int[]>(
            picks => Read(string.Concat(picks.Select(p => parts[Math.Abs(p % parts.Length)]))) is not null)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }
}
