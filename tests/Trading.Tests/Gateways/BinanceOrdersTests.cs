using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Gateways.Binance;

namespace Trading.Tests.Gateways;

/// <summary>Every order as it stands on the wire, and what its answers prove.</summary>
public sealed class BinanceOrdersTests : IDisposable
{
    private const string Stamp = "&timestamp=1795165200000";
    private static readonly PositionKey Key = PositionKey.Parse("binance/ETHUSDT");
    private static readonly ClientOrderId Entry = OrderIds.For(new JournalId("j"), Key.Stream, 1, OrderPurpose.Entry);
    private static readonly ClientOrderId Stop = OrderIds.For(new JournalId("j"), Key.Stream, 2, OrderPurpose.Stop);

    private readonly VirtualNode _node = new();
    private readonly ScriptedWire _wire;
    private readonly BinanceHost _host;
    private readonly BinanceOrders _orders;
    private bool _leased = true;

    public BinanceOrdersTests()
    {
        _wire = new ScriptedWire(_node.Time);
        _host = new BinanceHost(BinanceAddress.Single(new Uri("http://exchange")), _wire, _node.Time);
        _orders = new BinanceOrders(_host, TestAccount.Of("j"), _ => _leased);
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public void An_entry_is_a_market_order_with_a_window_of_two_seconds()
    {
        _wire.Once("POST /fapi/v1/order", ScriptedWire.Json(OrderJson(Entry, "FILLED", "0.750")));
        var order = Done(_node.Run(() => _orders.SendEntry(Key, Entry, Side.Short, 0.750m, null, default)));

        var request = Assert.Single(_wire.Sent);
        Assert.Equal("/fapi/v1/order", request.Target);
        Assert.Equal(
            Signed($"symbol=ETHUSDT&side=SELL&type=MARKET&quantity=0.75&newClientOrderId={Entry}&newOrderRespType=RESULT&recvWindow=2000{Stamp}"),
            request.Body);
        Assert.Equal("X-MBX-APIKEY", Assert.Single(request.Headers).Key);
        Assert.Equal((OrderStatus.Filled, 0.750m, null), (order.Status, order.Executed, order.AveragePrice));
    }

    [Fact]
    public void A_close_is_reduce_only_against_the_held_side()
    {
        _wire.Once("POST /fapi/v1/order", ScriptedWire.Json(OrderJson(Entry, "FILLED", "2")));
        _node.Run(() => _orders.SendClose(Key, Entry, Side.Long, 2.000m, default));
        Assert.Equal(
            Signed($"symbol=ETHUSDT&side=SELL&type=MARKET&quantity=2&reduceOnly=true&newClientOrderId={Entry}&newOrderRespType=RESULT&recvWindow=5000{Stamp}"),
            _wire.Sent[0].Body);
    }

    [Fact]
    public void A_stop_is_a_reduce_only_conditional_order_on_the_mark_price()
    {
        _wire.Once("POST /fapi/v1/algoOrder", ScriptedWire.Json(StopJson(Stop, "NEW")));
        var stop = Done(_node.Run(() => _orders.SendStop(Key, Stop, Side.Short, 0.75m, 3182.90m, first: true, 0, default)));
        Assert.Equal("/fapi/v1/algoOrder", _wire.Sent[0].Target);
        Assert.Equal(
            Signed("algoType=CONDITIONAL&symbol=ETHUSDT&side=BUY&type=STOP_MARKET&quantity=0.75&triggerPrice=3182.9&workingType=MARK_PRICE"
                + $"&reduceOnly=true&priceProtect=false&clientAlgoId={Stop}&recvWindow=5000{Stamp}"),
            _wire.Sent[0].Body);
        Assert.Equal(new StopView(Stop, "4000001999000123", Side.Short, 0.750m, 3182.90m, false, OrderOrigin.Ours), stop);
    }

    [Fact]
    public void In_hedge_mode_protective_orders_carry_position_side_and_no_flag()
    {
        var key = Key with { Hedge = Side.Long };
        _wire.Once("POST /fapi/v1/algoOrder", ScriptedWire.Json(StopJson(Stop, "NEW")));
        _wire.Always("POST /fapi/v1/order", ScriptedWire.Json(OrderJson(Entry, "FILLED", "1")));
        _node.Run(() => _orders.SendStop(key, Stop, Side.Long, 1, 3000, first: true, 0, default));
        _node.Run(() => _orders.SendClose(key, Entry, Side.Long, 1, default));
        _node.Run(() => _orders.SendEntry(key, Entry, Side.Long, 1, null, default));
        Assert.All(_wire.Sent, request => Assert.Contains("&positionSide=LONG&", request.Body, StringComparison.Ordinal));
        Assert.All(_wire.Sent, request => Assert.DoesNotContain("reduceOnly", request.Body, StringComparison.Ordinal));
        Assert.Equal(["SELL", "SELL", "BUY"], _wire.Sent.Select(request => Parameter(request.Body, "side")));
    }

    [Fact]
    public void A_cancel_that_was_not_open_is_done_with_false()
    {
        _wire.Once("DELETE /fapi/v1/algoOrder", ScriptedWire.Json($$"""{"algoId":1,"clientAlgoId":"{{Stop}}","code":"200","msg":"success"}"""))
            .Once("DELETE /fapi/v1/algoOrder", ScriptedWire.Error(400, -2011, "Unknown order sent."))
            .Once("DELETE /fapi/v1/algoOrder", ScriptedWire.Error(400, -2013, "Order does not exist."))
            .Once("DELETE /fapi/v1/algoOrder", WireAnswer.Lost);
        Assert.True(Done(_node.Run(() => _orders.CancelStop(Key, Stop, default))));
        Assert.False(Done(_node.Run(() => _orders.CancelStop(Key, Stop, default))));
        Assert.False(Done(_node.Run(() => _orders.CancelStop(Key, Stop, default))));
        Assert.IsType<Unknown<bool>>(_node.Run(() => _orders.CancelStop(Key, Stop, default)));
        Assert.Equal(
            "/fapi/v1/algoOrder?" + Signed($"clientAlgoId={Stop}&recvWindow=5000{Stamp}"), _wire.Sent[0].Target);
        Assert.Empty(_wire.Sent[0].Body);
    }

    [Fact]
    public void A_query_that_finds_nothing_is_done_with_nothing()
    {
        _wire.Once("GET /fapi/v1/order", ScriptedWire.Error(400, -2013, "Order does not exist."))
            .Once("GET /fapi/v1/order", ScriptedWire.Json(OrderJson(Entry, "FILLED", "0.75", ",\"avgPrice\":\"3120.50\"")))
            .Once("GET /fapi/v1/order", ScriptedWire.Json(OrderJson(Entry, "SOMETHING_NEW", "0.75")))
            .Once("GET /fapi/v1/order", ScriptedWire.Json("<html>"));
        Assert.Null(Done(_node.Run(() => _orders.QueryOrder(Key, Entry, default))));
        Assert.Equal(3120.50m, Done(_node.Run(() => _orders.QueryOrder(Key, Entry, default)))!.AveragePrice);
        Assert.IsType<Unknown<OrderView?>>(_node.Run(() => _orders.QueryOrder(Key, Entry, default)));
        Assert.IsType<Unknown<OrderView?>>(_node.Run(() => _orders.QueryOrder(Key, Entry, default)));
        Assert.StartsWith($"/fapi/v1/order?symbol=ETHUSDT&origClientOrderId={Entry}&", _wire.Sent[0].Target, StringComparison.Ordinal);
    }

    [Fact]
    public void An_order_is_never_sent_twice_for_want_of_an_answer()
    {
        _wire.Always("POST /fapi/v1/order", WireAnswer.Lost);
        Assert.IsType<Unknown<OrderView>>(_node.Run(() => _orders.SendEntry(Key, Entry, Side.Long, 1, null, default)));
        Assert.Single(_wire.Sent);
    }

    [Fact]
    public void An_answer_about_another_order_or_with_an_unlisted_status_is_unknown()
    {
        _wire.Once("POST /fapi/v1/order", ScriptedWire.Json(OrderJson(Stop, "FILLED", "1")))
            .Once("POST /fapi/v1/order", ScriptedWire.Json(OrderJson(Entry, "PONDERING", "1")))
            .Once("POST /fapi/v1/order", ScriptedWire.Json("{\"orderId\":1"));
        for (var i = 0; i < 3; i++)
            Assert.IsType<Unknown<OrderView>>(_node.Run(() => _orders.SendEntry(Key, Entry, Side.Long, 1, null, default)));
    }

    [Fact]
    public void A_stop_that_is_accepted_but_does_not_rest_is_unknown()
    {
        _wire.Always("POST /fapi/v1/algoOrder", ScriptedWire.Json(StopJson(Stop, "TRIGGERING")));
        Assert.IsType<Unknown<StopView>>(_node.Run(() => _orders.SendStop(Key, Stop, Side.Long, 1, 1, first: true, 0, default)));
    }

    [Theory]
    [InlineData(-1021)]
    [InlineData(-5028)]
    public void A_refused_timestamp_is_mended_by_one_resync_and_one_retry_of_the_same_id(int code)
    {
        var ahead = TimeSpan.FromSeconds(90);
        _wire.Always("GET /fapi/v1/time", _ => ServerTime(_node.UtcNow + ahead));
        _wire.Once("POST /fapi/v1/order", ScriptedWire.Error(400, code, "Timestamp for this request is outside of the recvWindow."))
            .Once("POST /fapi/v1/order", ScriptedWire.Json(OrderJson(Entry, "FILLED", "1")));
        Done(_node.Run(() => _orders.SendEntry(Key, Entry, Side.Long, 1, null, default)));
        var sent = _wire.Of("POST /fapi/v1/order").ToList();
        Assert.Equal(2, sent.Count);
        Assert.All(sent, request => Assert.Equal(Entry.Value, Parameter(request.Body, "newClientOrderId")));
        Assert.Equal("1795165290000", Parameter(sent[1].Body, "timestamp"));
        Assert.Equal(5, _wire.Of("GET /fapi/v1/time").Count());
    }

    [Fact]
    public void A_timestamp_that_is_refused_again_stays_refused()
    {
        _wire.Always("GET /fapi/v1/time", _ => ServerTime(_node.UtcNow));
        _wire.Always("POST /fapi/v1/order", ScriptedWire.Error(400, -1021, "no"));
        var refused = Assert.IsType<Refused<OrderView>>(_node.Run(() => _orders.SendEntry(Key, Entry, Side.Long, 1, null, default)));
        Assert.Equal(-1021, refused.Code);
        Assert.Equal(2, _wire.Of("POST /fapi/v1/order").Count());
    }

    [Fact]
    public void Many_refused_timestamps_share_one_resync()
    {
        _wire.Delay = TimeSpan.FromMilliseconds(50);
        var late = 20;
        _wire.Always("GET /fapi/v1/time", _ => ServerTime(_node.UtcNow));
        _wire.Always("GET /fapi/v1/premiumIndex", _ => late-- > 0
            ? ScriptedWire.Error(400, -1021, "no") : ScriptedWire.Json("""{"symbol":"ETHUSDT","markPrice":"1"}"""));
        var reads = Enumerable.Range(0, 20).Select(_ => _node.Start(() => _orders.ReadMark(Key.Symbol, default))).ToList();
        _node.Pass(TimeSpan.FromSeconds(2));
        Assert.All(reads, read => Assert.True(read.IsCompletedSuccessfully));
        Assert.Equal(5, _wire.Of("GET /fapi/v1/time").Count());
    }

    [Fact]
    public void While_the_clock_is_known_to_be_wrong_questions_wait_for_it_and_a_close_does_not()
    {
        _wire.Delay = TimeSpan.FromMilliseconds(50);
        _wire.Always("GET /fapi/v1/time", _ => ServerTime(_node.UtcNow));
        _wire.Once("GET /fapi/v1/openAlgoOrders", ScriptedWire.Error(400, -1021, "no")).Always("GET /fapi/v1/openAlgoOrders", ScriptedWire.Json("[]"));
        _wire.Always("POST /fapi/v1/order", ScriptedWire.Json(OrderJson(Entry, "FILLED", "1")));
        _ = _node.Start(() => _orders.ReadStops(Key, default));
        _node.Pass(TimeSpan.FromMilliseconds(60));

        _ = _node.Start(() => _orders.ReadStops(Key, default));
        _ = _node.Start(() => _orders.SendClose(Key, Entry, Side.Long, 1, default));
        Assert.Single(_wire.Of("GET /fapi/v1/openAlgoOrders"));
        Assert.Single(_wire.Of("POST /fapi/v1/order"));
        _node.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(3, _wire.Of("GET /fapi/v1/openAlgoOrders").Count());
    }

    [Fact]
    public void Without_the_lease_nothing_leaves()
    {
        _leased = false;
        Assert.Equal(0, Refusal(_node.Run(() => _orders.SendEntry(Key, Entry, Side.Long, 1, null, default))));
        Assert.Equal(0, Refusal(_node.Run(() => _orders.SendClose(Key, Entry, Side.Long, 1, default))));
        Assert.Equal(0, Refusal(_node.Run(() => _orders.SendStop(Key, Stop, Side.Long, 1, 1, first: true, 0, default))));
        Assert.Equal(0, Refusal(_node.Run(() => _orders.CancelStop(Key, Stop, default))));
        Assert.Empty(_wire.Sent);
    }

    [Fact]
    public void What_cannot_have_left_was_never_sent()
    {
        _wire.Always("POST /fapi/v1/order", WireAnswer.Unsent);
        Assert.Equal(0, Refusal(_node.Run(() => _orders.SendEntry(Key, Entry, Side.Long, 1, null, default))));
    }

    [Fact]
    public void A_missing_row_is_not_an_explicit_zero()
    {
        _wire.Once("GET /fapi/v2/positionRisk", ScriptedWire.Json("[]"))
            .Once("GET /fapi/v2/positionRisk", ScriptedWire.Json(
                """[{"symbol":"ETHUSDT","positionAmt":"0.000","entryPrice":"0.0","markPrice":"3118.2","liquidationPrice":"0","positionSide":"BOTH","updateTime":1795000003120}]"""));
        Assert.Null(Done(_node.Run(() => _orders.ReadPosition(Key, routine: false, default))).Row);
        var zero = Done(_node.Run(() => _orders.ReadPosition(Key, routine: false, default)));
        Assert.True(zero.IsExplicitZero);
        Assert.Equal(DateTime.UnixEpoch.AddMilliseconds(1795000003120), zero.Row!.UpdatedUtc);
    }

    [Theory]
    [InlineData("LONG", true)]
    [InlineData("BOTH", false)]
    public void Rows_of_the_other_position_mode_are_no_missing_row(string side, bool other)
    {
        _wire.Once("GET /fapi/v2/positionRisk", ScriptedWire.Json(
            $$"""[{"symbol":"ETHUSDT","positionAmt":"0","entryPrice":"0","positionSide":"{{side}}","updateTime":1}]"""));
        Assert.Equal(other, Done(_node.Run(() => _orders.ReadPosition(Key, routine: false, default))).InOtherMode);
    }

    [Fact]
    public void Only_resting_reduce_only_stop_markets_count_as_stops()
    {
        _wire.Always("GET /fapi/v1/openAlgoOrders", ScriptedWire.Json($"""
            [{StopJson(Stop, "NEW")},
             {StopJson(new ClientOrderId("hand-1"), "NEW", quantity: "0", closes: "true")},
             {StopJson(new ClientOrderId("profit"), "NEW", type: "TAKE_PROFIT_MARKET")},
             {StopJson(new ClientOrderId("adds"), "NEW", reduceOnly: "false")},
             {StopJson(new ClientOrderId("trail"), "NEW", type: "TRAILING_STOP_MARKET", trigger: "")}]
            """));
        var stops = Done(_node.Run(() => _orders.ReadStops(Key, default)));
        Assert.Equal([Stop.Value, "hand-1"], stops.Select(stop => stop.Id.Value));
        Assert.Equal((true, OrderOrigin.Foreign), (stops[1].ClosesPosition, stops[1].Origin));
    }

    [Fact]
    public void Trades_are_read_to_the_end_oldest_first_with_their_client_ids()
    {
        var since = _node.UtcNow.AddDays(-10);
        var pages = 0;
        _wire.Always("GET /fapi/v1/userTrades", request => ++pages switch
        {
            1 => ScriptedWire.Json("[]"),
            2 => ScriptedWire.Json($"[{string.Join(",", Enumerable.Range(1, 1000).Select(i => TradeJson(i, 77)))}]"),
            _ => ScriptedWire.Json($"[{TradeJson(1002, 78)},{TradeJson(1001, 77)}]"),
        });
        _wire.Always("GET /fapi/v1/order", request => request.Target.Contains("orderId=77", StringComparison.Ordinal)
            ? ScriptedWire.Json(OrderJson(Entry, "FILLED", "1"))
            : ScriptedWire.Error(400, -2013, "Order does not exist."));
        var trades = Done(_node.Run(() => _orders.ReadTrades(Key, since, default)));
        Assert.Equal(Enumerable.Range(1, 1002).Select(i => $"{i}"), trades.Select(trade => trade.TradeId));
        Assert.Equal((Entry, OrderOrigin.Ours), (trades[0].Order, trades[0].Origin));
        Assert.Equal((new ClientOrderId(""), OrderOrigin.Foreign), (trades[^1].Order, trades[^1].Origin));
        Assert.Equal(2, _wire.Of("GET /fapi/v1/order").Count());
        var asked = _wire.Of("GET /fapi/v1/userTrades").Select(request => request.Target).ToList();
        Assert.Contains("fromId=1001", asked[2], StringComparison.Ordinal);
        Assert.DoesNotContain("startTime", asked[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Trades_of_which_one_part_is_missing_are_unknown()
    {
        _wire.Always("GET /fapi/v1/userTrades", ScriptedWire.Json($"[{TradeJson(1, 77)}]"));
        _wire.Always("GET /fapi/v1/order", WireAnswer.Lost);
        Assert.IsType<Unknown<IReadOnlyList<Trade>>>(_node.Run(() => _orders.ReadTrades(Key, _node.UtcNow, default)));
    }

    [Fact]
    public void Preparing_what_is_prepared_is_done()
    {
        _wire.Always("POST /fapi/v1/marginType", ScriptedWire.Error(400, -4046, "No need to change margin type."))
            .Once("POST /fapi/v1/leverage", ScriptedWire.Json("""{"leverage":1,"maxNotionalValue":"1","symbol":"ETHUSDT"}"""))
            .Once("POST /fapi/v1/leverage", ScriptedWire.Json("""{"leverage":5,"maxNotionalValue":"1","symbol":"ETHUSDT"}"""));
        Assert.True(Done(_node.Run(() => _orders.Prepare(Key.Symbol, 1, isolated: true, default))));
        Assert.Equal(-4028, Refusal(_node.Run(() => _orders.Prepare(Key.Symbol, 1, isolated: true, default))));
        Assert.Equal("ISOLATED", Parameter(_wire.Sent[0].Body, "marginType"));
    }

    [Fact]
    public void A_blocked_margin_mode_is_refused_and_leverage_left_alone()
    {
        _wire.Always("POST /fapi/v1/marginType", ScriptedWire.Error(400, -4048, "Margin type cannot be changed if there exists position."));
        Assert.Equal(-4048, Refusal(_node.Run(() => _orders.Prepare(Key.Symbol, 1, isolated: true, default))));
        Assert.Single(_wire.Sent);
    }

    [Fact]
    public void A_ban_stops_everything_until_its_deadline()
    {
        var until = WireMilliseconds(_node.UtcNow.AddMinutes(2));
        _wire.Once("GET /fapi/v1/premiumIndex", ScriptedWire.Json(
            $$"""{"code":-1003,"msg":"Way too many requests; IP(1.2.3.4) banned until {{until}}. Please use the websocket."}""", 418));
        _wire.Always("GET /fapi/v1/premiumIndex", ScriptedWire.Json("""{"symbol":"ETHUSDT","markPrice":"1"}"""));
        Assert.Equal(-1003, Refusal(_node.Run(() => _orders.ReadMark(Key.Symbol, default))));
        Assert.Equal(0, Refusal(_node.Run(() => _orders.SendClose(Key, Entry, Side.Long, 1, default))));
        _node.Pass(TimeSpan.FromSeconds(119));
        Assert.Single(_wire.Sent);
        _node.Pass(TimeSpan.FromSeconds(1.1));
        Assert.Equal(1, Done(_node.Run(() => _orders.ReadMark(Key.Symbol, default))));
    }

    [Fact]
    public void What_an_asset_was_worth_is_the_mark_of_that_minute_and_without_a_candle_the_mark_of_now()
    {
        _wire.Once("GET /fapi/v1/markPriceKlines", ScriptedWire.Json(
            """[[1795000000000,"580","581","579","580.5","0",1795000059999,"0",1,"0","0","0"],[1795000060000,"580.5","591","580","590","0",1795000119999,"0",1,"0","0","0"]]"""));
        _wire.Once("GET /fapi/v1/markPriceKlines", ScriptedWire.Json("[]")).Once("GET /fapi/v1/markPriceKlines", ScriptedWire.Json("[[1]]"));
        _wire.Always("GET /fapi/v1/premiumIndex", ScriptedWire.Json("""{"symbol":"BNBUSDT","markPrice":"600"}"""));
        var at = DateTime.UnixEpoch.AddMilliseconds(1795000070000);
        decimal Worth() => Done(_node.Run(() => _orders.ReadMarkAt(Symbol.Parse("BNBUSDT"), at, default)));
        Assert.Equal(590, Worth());
        Assert.Contains("startTime=1794999950000&endTime=1795000070000", _wire.Sent[0].Target, StringComparison.Ordinal);
        Assert.Equal(600, Worth());
        Assert.IsType<Unknown<decimal>>(_node.Run(() => _orders.ReadMarkAt(Symbol.Parse("BNBUSDT"), at, default)));
    }

    [Fact]
    public void A_late_entry_can_take_effect_for_six_seconds_and_a_close_for_nine()
    {
        Assert.Equal(TimeSpan.FromSeconds(6), _orders.LatestEffect(OrderPurpose.Entry));
        Assert.Equal(TimeSpan.FromSeconds(9), _orders.LatestEffect(OrderPurpose.Close));
    }

    [Fact]
    public void Symbols_of_any_script_are_signed_as_they_are_sent()
    {
        _wire.Always("POST /fapi/v1/order", WireAnswer.Unsent);
        _node.Run(() => _orders.SendEntry(PositionKey.Parse("binance/币安人生USDT"), Entry, Side.Long, 1, null, default));
        Assert.StartsWith("symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&", _wire.Sent[0].Body, StringComparison.Ordinal);
        Assert.Equal(Signed(_wire.Sent[0].Body[.._wire.Sent[0].Body.IndexOf("&signature", StringComparison.Ordinal)]), _wire.Sent[0].Body);
    }

    private static string Signed(string parameters) => $"{parameters}&signature={TestAccount.Signer.Sign(parameters)}";

    private static string Parameter(string parameters, string name) =>
        parameters.Split('&').Single(pair => pair.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];

    private static T Done<T>(Outcome<T> outcome) => Assert.IsType<Done<T>>(outcome).Value;

    private static int Refusal<T>(Outcome<T> outcome) => Assert.IsType<Refused<T>>(outcome).Code;

    private static long WireMilliseconds(DateTime utc) => new DateTimeOffset(utc).ToUnixTimeMilliseconds();

    private static WireAnswer ServerTime(DateTime utc) => ScriptedWire.Json($$"""{"serverTime":{{WireMilliseconds(utc)}}}""");

    private static string OrderJson(ClientOrderId id, string status, string executed, string more = "") =>
        $$"""{"orderId":8389765543,"symbol":"ETHUSDT","status":"{{status}}","clientOrderId":"{{id}}","price":"0.00","origQty":"0.750","executedQty":"{{executed}}","reduceOnly":false,"positionSide":"BOTH","updateTime":1795000003120{{more}}}""";

    private static string StopJson(
        ClientOrderId id, string status, string type = "STOP_MARKET", string reduceOnly = "true", string quantity = "0.750",
        string closes = "false", string trigger = "3182.90") =>
        $$"""{"algoId":4000001999000123,"clientAlgoId":"{{id}}","algoType":"CONDITIONAL","orderType":"{{type}}","symbol":"ETHUSDT","side":"BUY","positionSide":"BOTH","quantity":"{{quantity}}","algoStatus":"{{status}}","triggerPrice":"{{trigger}}","closePosition":{{closes}},"reduceOnly":{{reduceOnly}},"icebergQuantity":null}""";

    private static string TradeJson(int id, int order) =>
        $$"""{"symbol":"ETHUSDT","id":{{id}},"orderId":{{order}},"side":"SELL","price":"3120.50","qty":"0.750","realizedPnl":"0","commission":"1.17","commissionAsset":"USDT","time":1795000003120,"positionSide":"BOTH"}""";
}

internal static class TestAccount
{
    private const string Secret = "test-secret";

    public static WireSigner Signer { get; } = new(Secret);

    public static VenueAccount Of(string journal) =>
        new(AccountId.Parse("binance"), new ApiKeys("test-key", Secret), [new JournalId(journal).Tag]);
}
