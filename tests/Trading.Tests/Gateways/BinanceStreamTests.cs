using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Gateways.Binance;

namespace Trading.Tests.Gateways;

/// <summary>Frames of the user stream: what each says to a position, and that no bytes invent anything.</summary>
public sealed class BinanceStreamTests
{
    private static readonly PositionKey Key = PositionKey.Parse("binance/ETHUSDT");
    private static readonly ClientOrderId Ours = OrderIds.For(new JournalId("j"), Key.Stream, 1, OrderPurpose.Entry);
    private static readonly ClientOrderId OurStop = OrderIds.For(new JournalId("j"), Key.Stream, 2, OrderPurpose.Stop);
    private static readonly DateTime At = DateTime.UnixEpoch.AddMilliseconds(1795000003120);
    private static readonly BinanceStream Stream = new(new BinanceTranslator(AccountId.Parse("binance"), [new JournalId("j").Tag]));

    private static readonly string Fill = Order(Ours.Value, "TRADE", "FILLED");

    [Fact]
    public void A_fill_of_ours_is_a_trade_and_then_the_orders_state()
    {
        var reading = Read(Fill);
        Assert.Equal(
            [
                new PositionInput.Traded(
                    new Trade(Ours, "8389765543", "6400123", Side.Short, 0.75m, 3120.5m, 1.1701875m, "USDT", -2.5m, At, OrderOrigin.Ours),
                    Source.Stream),
                new PositionInput.OrderReported(Ours, "8389765543", OrderStatus.Filled, 0.75m, 3120.5m, At, Source.Stream),
            ],
            reading.Reports.Select(report => report.Input));
        Assert.All(reading.Reports, report => Assert.Equal(Key, report.Key));
        Assert.Equal([Ours], reading.About);
    }

    [Theory]
    [InlineData("10000000000000000000000000000")]
    [InlineData("1e40")]
    [InlineData("-10000000000001")]
    public void A_figure_beyond_all_figures_makes_the_frame_malformed(string figure)
    {
        var reading = Read(Fill.Replace("0.75", figure, StringComparison.Ordinal));
        Assert.Equal(StreamMeaning.Malformed, reading.Meaning);
        Assert.Empty(reading.Reports);
    }

    [Fact]
    public void An_end_without_a_fill_carries_its_reason()
    {
        var frame = Order(Ours.Value, "EXPIRED", "EXPIRED", trade: 0, last: "0", executed: "0", average: "0", reason: "9");
        Assert.Equal(
            new PositionInput.OrderReported(Ours, "8389765543", OrderStatus.Expired, 0, null, At, Source.Stream, "9"),
            Assert.Single(Read(frame).Reports).Input);
    }

    [Theory]
    [InlineData("autoclose-1795000003120", "CALCULATED", OrderOrigin.Liquidation)]
    [InlineData("adl_autoclose", "TRADE", OrderOrigin.Adl)]
    [InlineData("adl_autoclose-17950000031", "TRADE", OrderOrigin.Adl)]
    [InlineData("settlement_autoclose-77", "TRADE", OrderOrigin.Settlement)]
    [InlineData("web_abcdef", "TRADE", OrderOrigin.Foreign)]
    [InlineData("taeaaaaaabbbbbbbbbbbbbbbbbbbb", "TRADE", OrderOrigin.Foreign)]
    public void Orders_that_are_not_ours_reach_the_position_with_their_origin(string clientId, string execution, OrderOrigin origin)
    {
        var reports = Read(Order(clientId, execution, "FILLED")).Reports;
        Assert.Equal(new PositionInput.OutsideOrder("8389765543", origin, At), reports[0].Input);
        Assert.Equal(origin, Assert.IsType<PositionInput.Traded>(reports[1].Input).Trade.Origin);
        Assert.Equal(2, reports.Count);
    }

    [Fact]
    public void A_liquidation_with_empty_fields_still_reaches_the_position()
    {
        var reading = Read("""{"e":"ORDER_TRADE_UPDATE","T":1795000003120,"E":1795000003121,"o":{"s":"ETHUSDT","c":"autoclose-1","S":"BUY","X":"NEW","x":"CALCULATED","i":5,"l":null,"z":null,"L":null,"ap":null,"t":null}}""");
        Assert.Equal(new PositionInput.OutsideOrder("5", OrderOrigin.Liquidation, At), Assert.Single(reading.Reports).Input);
    }

    [Fact]
    public void A_status_nobody_listed_keeps_the_trade_and_invents_no_state()
    {
        var reading = Read(Order(Ours.Value, "TRADE", "PONDERING"));
        Assert.IsType<PositionInput.Traded>(Assert.Single(reading.Reports).Input);
        Assert.Equal(StreamMeaning.Unknown, reading.Meaning);
    }

    [Theory]
    [InlineData("ORDER", true)]
    [InlineData("MARGIN_TRANSFER", false)]
    [InlineData("ADJUSTMENT", false)]
    public void A_position_event_tells_whether_an_order_made_it(string reason, bool byOrder)
    {
        var reading = Read(Account(reason, """[{"s":"ETHUSDT","pa":"-0.75","ep":"3120.5","ps":"BOTH"},{"s":"ETHUSD_PERP","pa":"1","ep":"1","ps":"BOTH"}]"""));
        Assert.Equal((Key, new PositionInput.PositionStreamed(-0.75m, 3120.5m, At, byOrder)), Assert.Single(reading.Reports));
        Assert.Equal(998.8298125m, reading.WalletUsdt);
    }

    [Fact]
    public void In_hedge_mode_each_side_is_its_own_key()
    {
        var reports = Read(Account("ORDER", """[{"s":"ETHUSDT","pa":"1","ep":"2","ps":"LONG"},{"s":"ETHUSDT","pa":"0","ep":"0","ps":"SHORT"}]""")).Reports;
        Assert.Equal([Key with { Hedge = Side.Long }, Key with { Hedge = Side.Short }], reports.Select(report => report.Key));
    }

    [Theory]
    [InlineData("[]", ",\"S\":\"ETHUSDT\"")]
    [InlineData("""[{"s":"ETHUSDT","pa":"-0.75","ep":"3120.5","ps":"BOTH"}]""", "")]
    public void Funding_never_looks_like_a_position_change(string positions, string symbol)
    {
        var reading = Read(Account("FUNDING_FEE", positions, "-0.125", symbol));
        Assert.Empty(reading.Reports);
        var report = Assert.Single(reading.Cash);
        Assert.Equal((CashKind.Funding, -0.125m, "USDT", At), (report.Cash.Kind, report.Cash.Amount, report.Cash.Asset, report.Cash.AtUtc));
        Assert.Equal(Key.Symbol, report.Symbol);
        Assert.Equal(positions == "[]" ? null : Key, report.Key);
    }

    [Fact]
    public void Money_of_a_contract_without_a_key_here_says_so()
    {
        var reading = Read(Account("INSURANCE_CLEAR", """[{"s":"ETHUSDT_260327","pa":"0","ep":"0","ps":"BOTH"}]""", "-0.5"));
        var report = Assert.Single(reading.Cash);
        Assert.Equal((null, null, true), (report.Symbol, report.Key, report.Untraded));
        Assert.False(Assert.Single(Read(Account("INSURANCE_CLEAR", "[]", "-0.5")).Cash).Untraded);
    }

    [Fact]
    public void A_frame_told_again_moves_the_same_money_and_another_moment_another()
    {
        var frame = Account("FUNDING_FEE", "[]", "-0.125", ",\"S\":\"ETHUSDT\"");
        string Id(string told) => Assert.Single(Read(told).Cash).Cash.Id;
        Assert.Equal(Id(frame), Id(frame.Replace("\"-0.125\"", "\"-0.12500\"", StringComparison.Ordinal)));
        string[] others =
        [
            frame.Replace("\"T\":1795000003120", "\"T\":1795000003121", StringComparison.Ordinal), frame.Replace("ETHUSDT", "BTCUSDT", StringComparison.Ordinal),
            frame.Replace("-0.125", "0.125", StringComparison.Ordinal), frame.Replace("998.8", "997.8", StringComparison.Ordinal),
        ];
        Assert.Equal(5, others.Select(Id).Append(Id(frame)).Distinct().Count());
    }

    [Theory]
    [InlineData("INSURANCE_CLEAR", CashKind.Liquidation)]
    [InlineData("ADJUSTMENT", CashKind.Unknown)]
    [InlineData("ORDER", CashKind.Unknown)] // fills say what they earned and cost: this is something else
    [InlineData("SOMETHING_NEW", CashKind.Unknown)]
    public void Every_reason_that_moves_money_is_told_under_its_name(string reason, CashKind kind)
    {
        var reading = Read(Account(reason, """[{"s":"ETHUSDT","pa":"0","ep":"0","ps":"BOTH"}]""", "-3.05"));
        var report = Assert.Single(reading.Cash);
        Assert.Equal((kind, reason, -3.05m, Key), (report.Cash.Kind, report.Cash.Reason, report.Cash.Amount, report.Key));
        Assert.Equal(0, Assert.IsType<PositionInput.PositionStreamed>(Assert.Single(reading.Reports).Input).Amount);
    }

    [Theory]
    [InlineData("DEPOSIT")]
    [InlineData("WITHDRAW")]
    [InlineData("MARGIN_TRANSFER")]
    [InlineData("ASSET_TRANSFER")]
    [InlineData("COIN_SWAP_DEPOSIT")]
    public void What_is_moved_in_or_out_of_the_wallet_is_no_result_of_trading(string reason) =>
        Assert.Empty(Read(Account(reason, "[]", "-3.05")).Cash);

    [Fact]
    public void A_liquidation_as_production_tells_it_is_every_fill_and_then_what_its_fee_was()
    {
        const string Forced = "autoclose-1795000003079333112";
        var first = Read(Order(Forced, "TRADE", "PARTIALLY_FILLED", trade: 652906932, last: "0.2", executed: "0.2"));
        var last = Read(Order(Forced, "TRADE", "FILLED", trade: 652906936, last: "0.55", executed: "0.75"));
        var cleared = Read(Account("INSURANCE_CLEAR", """[{"s":"ETHUSDT","pa":"0","ep":"0","cr":"8.8648","up":"0","mt":"cross","iw":"0","ps":"BOTH"}]""", "-11.701875"));

        Trade[] fills = [.. new[] { first, last }.SelectMany(reading => reading.Reports).Select(it => it.Input).OfType<PositionInput.Traded>().Select(it => it.Trade)];
        Assert.Equal([(0.2m, OrderOrigin.Liquidation), (0.55m, OrderOrigin.Liquidation)], fills.Select(fill => (fill.Quantity, fill.Origin)));
        var fee = Assert.Single(cleared.Cash);
        Assert.Equal((CashKind.Liquidation, -11.701875m, Key), (fee.Cash.Kind, fee.Cash.Amount, fee.Key));
        Assert.False(Assert.IsType<PositionInput.PositionStreamed>(Assert.Single(cleared.Reports).Input).ByOrder);
    }

    [Theory]
    [InlineData("CALCULATED", "0", "3120.5")]
    [InlineData("TRADE", "6400123", "0")]
    public void A_fill_that_cannot_be_counted_once_is_named_and_the_orders_state_is_still_told(string execution, string trade, string price)
    {
        var frame = Order(Ours.Value, execution, "FILLED", long.Parse(trade, System.Globalization.CultureInfo.InvariantCulture))
            .Replace("\"L\":\"3120.5\"", $"\"L\":\"{price}\"", StringComparison.Ordinal);
        var reading = Read(frame);
        Assert.Equal(("ORDER_TRADE_UPDATE fill without id or price", StreamMeaning.Unknown), (reading.Kind, reading.Meaning));
        Assert.Equal(OrderStatus.Filled, Assert.IsType<PositionInput.OrderReported>(Assert.Single(reading.Reports).Input).Status);
    }

    [Fact]
    public void In_hedge_mode_funding_names_the_symbol_and_the_side_only_where_one_is_told()
    {
        Assert.Null(Assert.Single(Read(Account("FUNDING_FEE", "[]", "-0.1", ",\"S\":\"ETHUSDT\"")).Cash).Key);
        Assert.Equal(
            Key with { Hedge = Side.Short },
            Assert.Single(Read(Account("FUNDING_FEE", """[{"s":"ETHUSDT","pa":"0","ep":"0","ps":"LONG"},{"s":"ETHUSDT","pa":"-1","ep":"2","ps":"SHORT"}]""", "-0.1")).Cash).Key);
    }

    [Theory]
    [InlineData("NEW", StopStatus.Live)]
    [InlineData("TRIGGERING", StopStatus.Triggering)]
    [InlineData("TRIGGERED", StopStatus.Triggered)]
    [InlineData("FINISHED", StopStatus.Finished)]
    [InlineData("CANCELED", StopStatus.Canceled)]
    [InlineData("EXPIRED", StopStatus.Expired)]
    [InlineData("REJECTED", StopStatus.Rejected)]
    public void A_stops_life_is_told_though_its_frame_names_a_field_twice(string status, StopStatus expected)
    {
        var reading = Read(Stop(status));
        Assert.Equal(
            (Key, new PositionInput.StopReported(OurStop, "4000001999000123", expected, 0.75m, 3182.9m, At, Source.Stream, "why")),
            Assert.Single(reading.Reports));
        Assert.Equal([OurStop], reading.About);
    }

    [Theory]
    [InlineData("""{"e":"TRADE_LITE","E":1,"T":1,"s":"ETHUSDT","q":"0.75","c":"x","S":"SELL","L":"3120.50","l":"0.75","t":6400123,"i":8389765543}""", "TRADE_LITE")]
    [InlineData("""{"e":"ACCOUNT_CONFIG_UPDATE","E":1,"T":1,"ac":{"s":"ETHUSDT","l":5}}""", "ACCOUNT_CONFIG_UPDATE")]
    [InlineData("""{"e":"MARGIN_CALL","E":1,"cw":"3.1","p":[]}""", "MARGIN_CALL")]
    [InlineData("""{"e":"STRATEGY_UPDATE","E":1}""", "STRATEGY_UPDATE")]
    [InlineData("""{"e":"GRID_UPDATE","E":1}""", "GRID_UPDATE")]
    public void Hints_and_notices_prove_life_and_say_nothing_to_positions(string frame, string kind)
    {
        var reading = Read(frame);
        Assert.Equal((kind, StreamMeaning.Event), (reading.Kind, reading.Meaning));
        Assert.Empty(reading.About);
        Assert.Empty(reading.Reports);
    }

    [Theory]
    [InlineData("""{"e":"ACCOUNT_CONFIG_UPDATE","E":1611646737479,"T":1611646737476,"ac":{"s":"ETHUSDT","l":25}}""", "ETHUSDT leverage 25")]
    [InlineData("""{"e":"ACCOUNT_CONFIG_UPDATE","E":1611646737479,"T":1611646737476,"ai":{"j":true}}""", "* multi-assets True")]
    [InlineData("""{"e":"ACCOUNT_CONFIG_UPDATE","E":1,"T":1,"ac":{"s":"BTCUSDT_270326","l":25}}""", "")]
    [InlineData("""{"e":"ACCOUNT_CONFIG_UPDATE","E":1,"T":1}""", "")]
    public void What_somebody_sets_is_told(string frame, string settings)
    {
        var reading = Read(frame);
        Assert.Equal((StreamMeaning.Event, settings), (reading.Meaning, Told(reading)));
        Assert.Empty(reading.Reports);
    }

    /// <summary>As recorded in production (fixtures): one row of the symbol; nothing says that there must be one.</summary>
    [Theory]
    [InlineData("""[{"s":"ETHUSDT","pa":"0","ep":"0.00000","cr":"0","up":"0","mt":"isolated","iw":"0","ps":"BOTH","ma":"USDT"}]""", "ETHUSDT isolated margin")]
    [InlineData("""[{"s":"ETHUSDT","pa":"0","ep":"0","mt":"cross","ps":"LONG"},{"s":"ETHUSDT","pa":"0","ep":"0","mt":"cross","ps":"SHORT"}]""", "ETHUSDT cross margin")]
    [InlineData("[]", "* ")]
    public void A_changed_margin_mode_is_told_of_the_symbol_or_else_of_all(string rows, string settings) =>
        Assert.Equal(settings, Told(Read(Account("MARGIN_TYPE_CHANGE", rows))));

    [Fact]
    public void Rows_that_come_with_an_order_set_nothing() =>
        Assert.Empty(Read(Account("ORDER", """[{"s":"ETHUSDT","pa":"1","ep":"2","mt":"isolated","ps":"BOTH"}]""")).Settings);

    [Theory]
    [InlineData("""{"e":"listenKeyExpired","E":1795003600000,"listenKey":"k"}""", StreamMeaning.Expired)]
    [InlineData("""{"e":"SOMETHING_NEW","E":1}""", StreamMeaning.Unknown)]
    [InlineData("""{"result":null,"id":7}""", StreamMeaning.Unknown)]
    [InlineData("""{"e":7}""", StreamMeaning.Unknown)]
    [InlineData("[1,2]", StreamMeaning.Malformed)]
    [InlineData("", StreamMeaning.Malformed)]
    [InlineData("pong", StreamMeaning.Malformed)]
    [InlineData("""{"e":"ORDER_TRADE_UPDATE","o":null}""", StreamMeaning.Malformed)]
    public void Every_other_frame_has_its_meaning(string frame, object meaning) => Assert.Equal((StreamMeaning)meaning, Read(frame).Meaning);

    [Fact]
    public void A_cut_frame_never_reports()
    {
        foreach (var frame in Samples())
        {
            var bytes = Encoding.UTF8.GetBytes(frame);
            for (var length = 0; length < bytes.Length; length++)
            {
                var reading = Stream.Read(bytes.AsMemory(0, length));
                Assert.Equal(StreamMeaning.Malformed, reading.Meaning);
                Assert.Empty(reading.Reports);
            }
        }
    }

    [Fact]
    public void A_frame_without_what_identifies_it_never_reports()
    {
        foreach (var (frame, path) in new[]
        {
            (Fill, "o/s"), (Fill, "o/i"), (Fill, "o/S"), (Fill, "o/X"), (Fill, "T"), (Fill, "o"), (Fill, "o/z"),
            (Stop("NEW"), "o/caid"), (Stop("NEW"), "o/aid"), (Stop("NEW"), "o/s"), (Stop("NEW"), "o/X"), (Stop("NEW"), "o/q"),
            (Stop("NEW"), "o/tp"), (Stop("NEW"), "T"),
            (Account("ORDER", """[{"s":"ETHUSDT","pa":"1","ep":"2"}]"""), "a/m"),
            (Account("ORDER", """[{"s":"ETHUSDT","ep":"2"}]"""), "a/S"), (Account("ORDER", """[{"pa":"1","ep":"2"}]"""), "a/S"),
        })
        {
            var json = JsonNode.Parse(frame)!;
            var names = path.Split('/');
            (names.Length == 1 ? json : json[names[0]]!).AsObject().Remove(names[^1]);
            Assert.Empty(Read(json.ToJsonString()).Reports);
        }
    }

    private static string Told(StreamReading reading) => string.Join("; ", reading.Settings.Select(one =>
        $"{one.Symbol?.Value ?? "*"} {(one.MultiAssets is { } all ? $"multi-assets {all}" : one)}"));

    internal static string[] Samples() =>
    [
        Fill,
        Order("autoclose-1", "CALCULATED", "FILLED"),
        Account("ORDER", """[{"s":"ETHUSDT","pa":"-0.75","ep":"3120.5","ps":"BOTH"}]"""),
        Account("FUNDING_FEE", "[]", "-0.125", ",\"S\":\"ETHUSDT\""),
        Stop("NEW"),
        Stop("FINISHED"),
    ];

    [Theory]
    [InlineData("BOTH", "BTCUSDT_260327")]
    [InlineData("LONG", "BTCUSDT_260327/long")]
    public void A_position_in_a_contract_that_has_no_key_here_is_told_as_one_that_is_not_traded(string side, string contract)
    {
        var reading = Read(Account("ORDER", $$"""[{"s":"BTCUSDT_260327","pa":"0.1","ep":"95000","ps":"{{side}}"}]"""));
        Assert.Empty(reading.Reports);
        Assert.Equal(
            new UntradedPosition(contract, 0.1m, 95_000m, DateTime.UnixEpoch.AddMilliseconds(1795000003120)), Assert.Single(reading.Untraded));
    }

    private static StreamReading Read(string frame) => Stream.Read(Encoding.UTF8.GetBytes(frame));

    private static string Order(
        string clientId, string execution, string status, long trade = 6400123, string last = "0.75", string executed = "0.75",
        string average = "3120.5", string reason = "0") =>
        $$$"""{"e":"ORDER_TRADE_UPDATE","T":1795000003120,"E":1795000003121,"o":{"s":"ETHUSDT","c":"{{{clientId}}}","S":"SELL","o":"MARKET","f":"GTC","q":"0.75","p":"0","ap":"{{{average}}}","sp":"0","x":"{{{execution}}}","X":"{{{status}}}","i":8389765543,"l":"{{{last}}}","z":"{{{executed}}}","L":"3120.5","n":"1.1701875","N":"USDT","T":1795000003120,"t":{{{trade}}},"b":"0","a":"0","m":false,"R":false,"wt":"CONTRACT_PRICE","ot":"MARKET","ps":"BOTH","cp":false,"rp":"-2.5","pP":false,"si":0,"ss":0,"V":"EXPIRE_MAKER","pm":"NONE","gtd":0,"er":"{{{reason}}}"}}""";

    private static string Account(string reason, string positions, string change = "0", string more = "") =>
        $$$"""{"e":"ACCOUNT_UPDATE","T":1795000003120,"E":1795000003120,"a":{"m":"{{{reason}}}","B":[{"a":"USDT","wb":"998.82981250","cw":"998.82981250","bc":"{{{change}}}"}],"P":{{{positions}}}{{{more}}}}}""";

    private static string Stop(string status) =>
        $$$"""{"e":"ALGO_UPDATE","T":1795000003120,"E":1795000003121,"o":{"caid":"{{{OurStop}}}","aid":4000001999000123,"at":"CONDITIONAL","o":"STOP_MARKET","s":"ETHUSDT","S":"BUY","ps":"BOTH","f":"GTC","q":"0.75","X":"{{{status}}}","ai":"","tp":"3182.9","p":"0","V":"EXPIRE_MAKER","wt":"MARK_PRICE","pm":"NONE","cp":false,"pP":false,"R":true,"tt":0,"gtd":0,"ia":false,"rm":"why"}}""";
}
