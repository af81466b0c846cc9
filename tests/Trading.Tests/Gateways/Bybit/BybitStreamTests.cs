using System.Text;
using System.Text.Json;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Gateways.Bybit;
using static Trading.Tests.Gateways.Bybit.BybitAccount;

namespace Trading.Tests.Gateways.Bybit;

/// <summary>Frames of the private topics: what each says to a position, and that no bytes invent anything.</summary>
public sealed class BybitStreamTests
{
    private const string OrderId = "6f0c2d5e-98f1-4a4e-8d38-0c3f1b7be3a1";
    private static readonly DateTime Updated = DateTime.UnixEpoch.AddMilliseconds(1795000000196);
    private static readonly DateTime Executed = DateTime.UnixEpoch.AddMilliseconds(1795000000194);

    private readonly BybitStream _stream = new(new BybitTranslator(OneWay));

    [Fact]
    public void A_fill_of_ours_is_told_by_execution_and_order()
    {
        Assert.Equal(
            new PositionInput.Traded(
                new Trade(Entry, OrderId, "x1", Side.Long, 0.75m, 3120.45m, 1.28m, "USDT", -2.5m, Executed, OrderOrigin.Ours), Source.Stream),
            Assert.Single(Inputs("execution", Execution(Entry.Value, more: ",\"execPnl\":\"-2.5\""))));
        var reading = Read("order", Order(Entry.Value, "Filled", "0.75", "3120.45"));
        Assert.Equal(
            (Key, new PositionInput.OrderReported(Entry, OrderId, OrderStatus.Filled, 0.75m, 3120.45m, Updated, Source.Stream)),
            Assert.Single(reading.Reports));
        Assert.Equal([Entry], reading.About);
    }

    [Fact]
    public void An_end_without_a_fill_carries_its_reason() => Assert.Equal(
        new PositionInput.OrderReported(Entry, OrderId, OrderStatus.Rejected, 0, null, Updated, Source.Stream, "EC_NoImmediateQtyToFill"),
        Assert.Single(Inputs("order", Order(Entry.Value, "Rejected", more: ",\"rejectReason\":\"EC_NoImmediateQtyToFill\""))));

    [Theory]
    [InlineData("CreateByLiq", "Trade", OrderOrigin.Liquidation)]
    [InlineData("CreateByTakeOver_PassThrough", "BustTrade", OrderOrigin.Liquidation)]
    [InlineData("CreateByAdl_PassThrough", "AdlTrade", OrderOrigin.Adl)]
    [InlineData("CreateByAdl", "Trade", OrderOrigin.Adl)]
    [InlineData("CreateBySettle", "Delivery", OrderOrigin.Settlement)]
    [InlineData("CreateByClosing", "Trade", OrderOrigin.Foreign)]
    [InlineData("CreateBySomethingNew", "Trade", OrderOrigin.Foreign)]
    public void Orders_that_are_not_ours_reach_the_position_with_their_origin(string creation, string type, OrderOrigin origin)
    {
        var created = $",\"createType\":\"{creation}\"";
        Assert.Equal([new PositionInput.OutsideOrder(OrderId, origin, Updated)], Inputs("order", Order("", "Filled", "0.75", "1", created)));
        var inputs = Inputs("execution", Execution("", "Sell", type, more: created));
        Assert.Equal(new PositionInput.OutsideOrder(OrderId, origin, Executed), inputs[0]);
        Assert.Equal((origin, OrderId), (((PositionInput.Traded)inputs[1]).Trade.Origin, ((PositionInput.Traded)inputs[1]).Trade.Order.Value));
    }

    [Fact]
    public void Funding_never_looks_like_a_trade_and_is_named_by_its_execution()
    {
        var reading = Read("execution", Execution("", type: "Funding", id: "f1"));
        Assert.Empty(reading.Reports);
        Assert.Equal(
            [new CashReport(new Cash("f1", CashKind.Funding, -1.28m, "USDT", "Funding", Executed), Key.Symbol, Key)], reading.Cash);
    }

    [Theory]
    [InlineData("Dividend", 0)]
    [InlineData("SessionSettlePnL", 0)]
    [InlineData("FutureSpread", 1)]
    [InlineData("Settle", 1)] // a position closed by its delisting
    public void What_moves_money_without_moving_a_position_is_named_and_not_lost(string type, int trades)
    {
        var reading = Read("execution", Execution("", "Sell", type, more: ",\"execPnl\":\"3\",\"closedSize\":\"0.75\""));
        Assert.Equal(trades, reading.Reports.Count(report => report.Input is PositionInput.Traded));
        Assert.Equal(trades == 0 ? StreamMeaning.Unknown : StreamMeaning.Event, reading.Meaning);
        Assert.Equal(trades == 0 ? [(CashKind.Unknown, type, 1.72m)] : [], reading.Cash.Select(report => (report.Cash.Kind, report.Cash.Reason, report.Cash.Amount)));
    }

    [Fact]
    public void A_fee_is_told_in_its_own_asset() => Assert.Equal(
        "MNT", Assert.IsType<PositionInput.Traded>(Assert.Single(Inputs("execution", Execution(Entry.Value).Replace("\"feeCurrency\":\"USDT\"", "\"feeCurrency\":\"MNT\"", StringComparison.Ordinal)))).Trade.FeeAsset);

    [Fact]
    public void A_position_tells_its_amount_and_then_its_stop()
    {
        Assert.Equal(
            [
                new PositionInput.PositionStreamed(-0.75m, 3120.45m, Updated, true),
                new PositionInput.StopReported(PositionStops.At(3182.9m), "", StopStatus.Live, 0.75m, 3182.9m, Updated, Source.Stream),
            ],
            Inputs("position", Position("Sell", stop: "3182.90", price: "entryPrice")));
        Assert.Equal(
            StopStatus.Canceled,
            Assert.IsType<PositionInput.StopReported>(Inputs("position", Position("Sell", stop: "0", seq: 6))[1]).Status);
        Assert.Equal(0, Assert.IsType<PositionInput.PositionStreamed>(Assert.Single(Inputs("position", Position("", "0", "0", seq: 7)))).Amount);
    }

    [Theory]
    [InlineData("Untriggered", StopStatus.Live)]
    [InlineData("Triggered", StopStatus.Triggered)]
    [InlineData("Filled", StopStatus.Finished)]
    [InlineData("Rejected", StopStatus.Rejected)]
    [InlineData("Cancelled", null)]
    [InlineData("Deactivated", null)]
    public void The_leg_of_the_positions_stop_tells_when_it_fires_and_not_when_it_is_cleared(string status, StopStatus? expected)
    {
        var inputs = Inputs("order", Order("", status, more: ",\"stopOrderType\":\"StopLoss\",\"tpslMode\":\"Full\",\"triggerPrice\":\"3058.0\",\"createType\":\"CreateByStopLoss\""));
        Assert.Equal(expected, (inputs.SingleOrDefault() as PositionInput.StopReported)?.Status);
        if (expected is not null) Assert.Equal(PositionStops.At(3058), ((PositionInput.StopReported)inputs[0]).Stop);
    }

    [Fact]
    public void A_trade_of_the_positions_stop_names_its_cause()
    {
        var inputs = Inputs("execution", Execution("", "Sell", more: ",\"stopOrderType\":\"StopLoss\",\"createType\":\"CreateByStopLoss\",\"closedSize\":\"0.75\""));
        Assert.Equal(OrderOrigin.PositionStop, Assert.IsType<PositionInput.Traded>(Assert.Single(inputs)).Trade.Origin);
    }

    [Fact]
    public void A_position_is_not_older_than_the_trade_it_contains_and_older_than_one_it_does_not()
    {
        var first = Moment(Inputs("execution", Execution(Entry.Value, seq: 7, at: 1795000000198)));
        Assert.Equal(first, Moment(Inputs("position", Position(seq: 7, updated: 1795000000194))));
        var second = Moment(Inputs("execution", Execution(Entry.Value, id: "x2", seq: 8, at: 1795000000198)));
        Assert.True(Moment(Inputs("position", Position(seq: 7, updated: 1795000000202))) < second, "a row without the second fill");
        Assert.True(Moment(Inputs("position", Position(seq: 9, updated: 1795000000190))) >= second, "a row with more than the second fill");
    }

    /// <summary>Seed 5508: a hand's execution was not heard, and its amount, by the clock that is ahead, was taken for what came after our fill.</summary>
    [Fact]
    public void A_trade_is_newer_than_the_position_told_before_it_that_does_not_contain_it()
    {
        var told = Moment(Inputs("position", Position(seq: 7, updated: 1795000000204)));
        Assert.True(Moment(Inputs("execution", Execution(Entry.Value, seq: 8, at: 1795000000202))) > told);
    }

    /// <summary>A position that a hand closed in the millisecond of its fill: a later time than any list has would leave it open for ever.</summary>
    [Fact]
    public void The_trade_of_a_hand_has_the_time_that_the_list_of_positions_will_say()
    {
        Inputs("position", Position(seq: 7, updated: 1795000000204));
        var at = Moment([.. Inputs("execution", Execution("", "Sell", id: "x2", seq: 8, at: 1795000000204)).OfType<PositionInput.Traded>()]);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1795000000204).UtcDateTime, at);
    }

    /// <summary>A new session has heard of no fill when the stop is set; two clocks, four milliseconds apart.</summary>
    [Fact]
    public void The_zero_of_a_liquidation_is_not_older_than_the_setting_of_the_stop_that_was_told_before_it()
    {
        var set = Moment(Inputs("position", Position(stop: "3000", seq: 7, updated: 1795000000204)));
        Inputs("execution", Execution("", "Sell", id: "x2", seq: 8, at: 1795000000202));
        Assert.True(Moment(Inputs("position", Position("", "0", "0", seq: 8, updated: 1795000000206))) >= set);
    }

    [Fact]
    public void A_flat_position_that_is_told_again_is_no_news_of_an_order()
    {
        Assert.True(ByOrder(Inputs("position", Position("", "0", "0", seq: 8))));
        Assert.False(ByOrder(Inputs("position", Position("", "0", "0", seq: 8))));
        Assert.True(ByOrder(Inputs("position", Position("", "0", "0", seq: 9))));

        static bool ByOrder(IEnumerable<PositionInput> told) => told.OfType<PositionInput.PositionStreamed>().Single().ByOrder;
    }

    [Fact]
    public void An_older_row_is_dropped_and_a_setting_with_the_same_number_is_heard()
    {
        Assert.NotEmpty(Inputs("position", Position(seq: 7)));
        Assert.Empty(Inputs("position", Position(seq: 6, updated: 1795000000999)));
        Assert.NotEmpty(Inputs("position", Position(stop: "3000", seq: 7, updated: 1795000000999)));
        Assert.Empty(Inputs("position", Position(seq: 7)));
        Assert.NotEmpty(Inputs("position", Position(symbol: "BTCUSDT", seq: 1)));
    }

    [Theory]
    [InlineData("Buy", "0", Side.Long)]
    [InlineData("Sell", "0.75", Side.Long)]
    [InlineData("Sell", "0", Side.Short)]
    [InlineData("Buy", "0.75", Side.Short)]
    public void In_hedge_mode_a_trade_belongs_to_the_side_it_opens_or_closes(string side, string closed, Side expected)
    {
        var stream = new BybitStream(new BybitTranslator(Hedged));
        var reading = stream.Read(Frame("execution", Execution(Entry.Value, side, more: $",\"closedSize\":\"{closed}\"")));
        Assert.Equal(Key with { Hedge = expected }, Assert.Single(reading.Reports).Key);
        var index = expected is Side.Long ? 1 : 2;
        Assert.All(stream.Read(Frame("position", Position(index: index))).Reports, report => Assert.Equal(Key with { Hedge = expected }, report.Key));
    }

    [Fact]
    public void The_wallet_is_its_usdt_row() => Assert.Equal(
        9958.01m,
        Read("wallet", """{"accountType":"UNIFIED","totalEquity":"1","coin":[{"coin":"BTC","walletBalance":"3"},{"coin":"USDT","walletBalance":"9958.01","locked":""}]}""").WalletUsdt);

    [Theory]
    [InlineData("""{"req_id":"ping","op":"pong","args":["1795000000600"],"conn_id":"c"}""", StreamMeaning.Control)]
    [InlineData("""{"success":true,"ret_msg":"","op":"subscribe","conn_id":"c"}""", StreamMeaning.Control)]
    [InlineData("""{"topic":"greeks","data":[]}""", StreamMeaning.Unknown)]
    [InlineData("""{"topic":"order","data":[{"orderId":"1","symbol":"BTCUSDT-27DEC","side":"Buy","orderStatus":"New","updatedTime":"1"}]}""", StreamMeaning.Event)]
    [InlineData("""{"topic":"order","data":[{"orderId":"1","symbol":"BTCUSDT","side":"Buy","orderStatus":"Pondering","updatedTime":"1"}]}""", StreamMeaning.Unknown)]
    [InlineData("""{"topic":"order.linear","data":[]}""", StreamMeaning.Event)]
    [InlineData("""{"topic":"order","data":null}""", StreamMeaning.Malformed)]
    [InlineData("""{"topic":"position","data":[{"symbol":"ETHUSDT","side":"Buy","size":"","updatedTime":"1"}]}""", StreamMeaning.Malformed)]
    [InlineData("""{"topic":"position","data":[{"symbol":"ETHUSDT","side":"Buy","size":"1","updatedTime":"0"}]}""", StreamMeaning.Malformed)]
    [InlineData("""{"topic":"position","data":[{"symbol":"ETHUSDT","side":"","size":"0","leverage":"1","seq":-1,"updatedTime":"0"}]}""", StreamMeaning.Event)]
    [InlineData("{}", StreamMeaning.Unknown)]
    [InlineData("[]", StreamMeaning.Malformed)]
    [InlineData("", StreamMeaning.Malformed)]
    public void Other_frames_are_tolerated_and_say_nothing_to_positions(string frame, object meaning)
    {
        var reading = _stream.Read(Encoding.UTF8.GetBytes(frame));
        Assert.Equal((StreamMeaning)meaning, reading.Meaning);
        Assert.Empty(reading.Reports);
    }

    [Theory]
    [InlineData("BTCUSDT-27MAR26", "linear", 0, "BTCUSDT-27MAR26")]
    [InlineData("BTCUSD", "inverse", 0, "BTCUSD")]
    [InlineData("BTCUSD", "inverse", 2, "BTCUSD/short")]
    [InlineData("BTC-27MAR26-70000-C", "option", 0, "BTC-27MAR26-70000-C")]
    public void A_position_in_a_contract_that_has_no_key_here_is_told_as_one_that_is_not_traded(string symbol, string category, int index, string contract)
    {
        var row = Position("Sell", symbol: symbol, index: index).Replace("\"linear\"", $"\"{category}\"", StringComparison.Ordinal);
        var reading = Read("position", row);
        Assert.Equal(StreamMeaning.Event, reading.Meaning);
        Assert.Empty(reading.Reports);
        Assert.Equal(
            new UntradedPosition(contract, -0.75m, 3120.45m, Updated) { IsListed = category is "linear" }, Assert.Single(reading.Untraded));
        Assert.Equal(0, Assert.Single(Read("position", Position("", "0", "0", symbol: symbol, index: index).Replace("\"linear\"", $"\"{category}\"", StringComparison.Ordinal)).Untraded).Amount);
    }

    [Fact]
    public void Rows_of_other_markets_are_passed_over()
    {
        Assert.Empty(Inputs("execution", Execution(Entry.Value).Replace("\"linear\"", "\"inverse\"", StringComparison.Ordinal)));
        Assert.Single(Inputs("order", $"{Order("x", "New").Replace("\"linear\"", "\"spot\"", StringComparison.Ordinal)},{Order(Entry.Value, "New")}"));
    }

    /// <summary>A position is told with each order, and also when only its leverage was set, be it flat or never held.</summary>
    [Fact]
    public void A_leverage_is_told_when_it_is_another_than_was_told_before()
    {
        Assert.Equal([new AccountSetting(Key.Symbol, 1)], Read("position", Set("1", 5)).Settings);
        Assert.Empty(Read("position", Set("1", 6)).Settings);
        Assert.Equal([new AccountSetting(Key.Symbol, 12.5m)], Read("position", Set("12.5", 6)).Settings);
        Assert.Equal([new AccountSetting(Key.Symbol, 1)], Read("position", Set("1", 7)).Settings);
        Assert.Equal(
            [new AccountSetting(Symbol.Parse("BTCUSDT"), 3)],
            Read("position", """{"symbol":"BTCUSDT","side":"","size":"0","leverage":"3","seq":-1,"updatedTime":"0"}""").Settings);
        Assert.Empty(Read("position", Position(seq: 8)).Settings);

        static string Set(string leverage, long seq) => Position(seq: seq).Replace("\"tradeMode\"", $"\"leverage\":\"{leverage}\",\"tradeMode\"", StringComparison.Ordinal);
    }

    internal static byte[][] Samples() =>
    [
        Frame("execution", Execution(Entry.Value)), Frame("execution", Execution("", type: "Funding")), Frame("order", Order(Entry.Value, "Filled", "0.75", "1")),
        Frame("order", Order("", "Untriggered", more: ",\"stopOrderType\":\"StopLoss\",\"triggerPrice\":\"3058\"")), Frame("position", Position(stop: "3058")),
    ];

    private static DateTime Moment(List<PositionInput> inputs) => inputs.Select(input => input switch
    {
        PositionInput.Traded traded => traded.Trade.AtUtc,
        PositionInput.PositionStreamed streamed => streamed.AtUtc,
        _ => (DateTime?)null,
    }).First(at => at is not null)!.Value;

    private List<PositionInput> Inputs(string topic, string rows) => [.. Read(topic, rows).Reports.Select(report => report.Input)];

    private StreamReading Read(string topic, string rows) => _stream.Read(Frame(topic, rows));

    private static byte[] Frame(string topic, string rows) =>
        Encoding.UTF8.GetBytes($$"""{"id":"700112233_ETHUSDT_5","topic":"{{topic}}","creationTime":1795000000198,"data":[{{rows}}]}""");
}
