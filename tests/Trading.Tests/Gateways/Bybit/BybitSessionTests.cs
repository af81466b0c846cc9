using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Gateways.Bybit;
using static Trading.Tests.Gateways.Bybit.BybitAccount;

namespace Trading.Tests.Gateways.Bybit;

/// <summary>Sessions of the private stream: handshake, epochs, heartbeat; and the account's snapshot.</summary>
public sealed class BybitSessionTests : IDisposable
{
    private readonly VirtualNode _node = new();
    private readonly ScriptedWire _wire;
    private readonly BybitHost _host;
    private readonly BybitSession _session;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<SessionReport> _reports = [];
    private Task _running = Task.CompletedTask;

    public BybitSessionTests()
    {
        _wire = new ScriptedWire(_node.Time);
        _wire.Always("GET /v5/market/time", _ => Time(_node.UtcNow));
        _host = new BybitHost(BybitAddress.Single(new Uri("http://exchange")), _wire, _node.Time);
        _session = new BybitSession(_host, OneWay);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _node.Pass(TimeSpan.FromSeconds(1));
        Assert.True(_running.IsCompletedSuccessfully, "the session did not end when it was told to");
        _stop.Dispose();
        _host.Dispose();
    }

    private ScriptedSocket Socket => _wire.Sockets[^1];

    [Fact]
    public void A_session_begins_when_its_subscription_is_confirmed()
    {
        Start();
        Assert.Equal("/v5/private", Socket.Address.AbsolutePath);
        var expires = new DateTimeOffset(_node.UtcNow.AddSeconds(10)).ToUnixTimeMilliseconds();
        Assert.StartsWith($"{{\"req_id\":\"auth\",\"op\":\"auth\",\"args\":[\"sim-key-0001\",{expires},\"", Assert.Single(Socket.Sent), StringComparison.Ordinal);
        Assert.Empty(_reports.OfType<SessionReport.Started>());
        Tell("""{"success":true,"ret_msg":"","op":"auth","conn_id":"c"}""");
        Assert.Equal("""{"req_id":"topics","op":"subscribe","args":["order","execution","position","wallet"]}""", Socket.Sent[1]);
        Assert.Empty(_reports.OfType<SessionReport.Started>());
        Tell("""{"success":true,"ret_msg":"","op":"subscribe","conn_id":"c"}""");
        Assert.Single(_reports.OfType<SessionReport.Started>());
        Assert.Equal(StreamHealth.Unproven, _session.Health);
        Tell($$"""{"topic":"position","data":[{{Position()}}]}""");
        Assert.Equal(StreamHealth.Live, _session.Health);
        Assert.Equal(2, _reports.OfType<SessionReport.ForPosition>().Count());
    }

    [Theory]
    [InlineData("""{"success":false,"ret_msg":"Params Error","op":"auth","conn_id":"c"}""")]
    [InlineData("""{"op":"auth","success":false,"retCode":10003,"retMsg":"Invalid apikey","connId":"c"}""")]
    public void A_refused_handshake_is_no_session(string answer)
    {
        Start();
        Tell(answer);
        _node.Pass(TimeSpan.FromMilliseconds(50));
        Assert.Empty(_reports.OfType<SessionReport.Started>());
        Assert.Equal(StreamHealth.Suspect, _session.Health);
        Assert.True(_wire.Sockets[0].IsDisposed);
    }

    [Fact]
    public void A_handshake_without_an_answer_ends_after_ten_seconds()
    {
        Start();
        _node.Pass(TimeSpan.FromSeconds(10.5));
        Assert.True(_wire.Sockets[0].IsDisposed);
        Assert.Equal(StreamHealth.Suspect, _session.Health);
        Assert.True(_wire.Sockets.Count > 1, "no second try");
    }

    [Fact]
    public void A_ping_goes_out_every_twenty_seconds_and_one_without_a_pong_opens_a_new_session()
    {
        Ready();
        for (var i = 1; i <= 3; i++)
        {
            _node.Pass(TimeSpan.FromSeconds(20.3));
            Assert.Equal(i, Socket.Sent.Count(text => text == """{"req_id":"ping","op":"ping"}"""));
            Tell("""{"req_id":"ping","op":"pong","args":["1795000000600"],"conn_id":"c"}""");
        }

        Assert.Equal(StreamHealth.Unproven, _session.Health);
        _node.Pass(TimeSpan.FromSeconds(31));
        Assert.Equal(StreamHealth.Suspect, _session.Health);
        Assert.Equal(2, _wire.Sockets.Count);
    }

    [Fact]
    public void An_own_order_without_an_event_makes_the_stream_suspect_and_a_stop_is_not_waited_for()
    {
        Ready();
        Tell("""{"topic":"wallet","data":[]}""");
        _session.ExpectEvent(Stop);
        _node.Pass(TimeSpan.FromSeconds(3));
        Assert.Equal(StreamHealth.Live, _session.Health);
        _session.ExpectEvent(Entry);
        Tell($$"""{"topic":"order","data":[{{Order(Close.Value, "New")}},{{Order(Entry.Value, "New")}}]}""");
        _node.Pass(TimeSpan.FromSeconds(3));
        Assert.Equal(StreamHealth.Live, _session.Health);
        _session.ExpectEvent(OrderIds.For(new JournalId("j"), Key.Stream, 9, OrderPurpose.Close));
        _node.Pass(TimeSpan.FromSeconds(3));
        Assert.Equal(StreamHealth.Suspect, _session.Health);
    }

    [Fact]
    public void A_snapshot_has_all_pages_and_the_positions_own_stops()
    {
        _wire.Once("GET /v5/position/list", List(Position(stop: "3058"), "p2")).Once("GET /v5/position/list", List(Position("Sell", "2", symbol: "BTCUSDT")))
            .Once("GET /v5/order/realtime", List($"{Order("web", "New")},{Conditional("tas-1", "Stop")},{Conditional("", "StopLoss")}", "o2"))
            .Once("GET /v5/order/realtime", List(""));
        var snapshot = Done(_node.Run(() => _session.ReadSnapshot(routine: true, default)));
        Assert.Equal((0.75m, -2m), (snapshot.Positions[Key].Amount, snapshot.Positions[PositionKey.Parse("bybit/BTCUSDT")].Amount));
        Assert.Equal([PositionStops.At(3058), new ClientOrderId("tas-1")], snapshot.Stops.Select(stop => stop.Stop.Id));
        Assert.Equal("web", Assert.Single(snapshot.Orders).Order.Id.Value);
        Assert.Equal((1, _node.UtcNow), (snapshot.ConditionalOrders, snapshot.StartedUtc));
        Assert.Equal(
            ["/v5/position/list?category=linear&settleCoin=USDT&limit=200", "/v5/position/list?category=linear&settleCoin=USDT&limit=200&cursor=p2"],
            _wire.Of("GET /v5/position/list").Select(request => request.Target));
    }

    /// <summary>
    /// The list names only what is held, so that an empty one looks like a flat account; a symbol's own row is named, flat or
    /// not (seed 6598).
    /// </summary>
    [Theory]
    [InlineData("0", true)]
    [InlineData(null, false)]
    public void An_empty_list_of_positions_is_one_that_was_read_where_a_symbol_is_named_flat(string? size, bool named)
    {
        _wire.Once("GET /v5/market/instruments-info", List(Instrument("ETHUSDT")));
        Done(_node.Run(() => _session.ReadSymbols(default)));
        _wire.Once("GET /v5/position/list", List("")).Once("GET /v5/position/list", List(size is null ? "" : Position("", size, "0")))
            .Once("GET /v5/order/realtime", List(""));
        Assert.Equal(named, Done(_node.Run(() => _session.ReadSnapshot(routine: true, default))).NamesPositions);
        Assert.Equal("/v5/position/list?category=linear&symbol=ETHUSDT", _wire.Of("GET /v5/position/list").Last().Target);
    }

    /// <summary>A snapshot is whole without it: how the account is set protects nothing that is held.</summary>
    [Theory]
    [InlineData("ISOLATED_MARGIN", true)]
    [InlineData("REGULAR_MARGIN", false)]
    [InlineData(null, null)]
    public void A_snapshot_tells_how_the_account_is_set_and_what_is_held(string? mode, bool? isolated)
    {
        _wire.Once("GET /v5/position/list", List(Position().Replace("\"tradeMode\"", "\"leverage\":\"75\",\"tradeMode\"", StringComparison.Ordinal)))
            .Once("GET /v5/order/realtime", List(""))
            .Once("GET /v5/account/info", mode is null ? WireAnswer.Lost : Ok($$"""{"marginMode":"{{mode}}","unifiedMarginStatus":6}"""));
        var told = Done(_node.Run(() => _session.ReadSnapshot(routine: true, default))).Settings;
        var held = new AccountSetting(Key.Symbol, 75);
        Assert.Equal(isolated is null ? [held] : [new AccountSetting(null, Isolated: isolated), held], told);
    }

    [Fact]
    public void A_snapshot_of_which_a_page_is_missing_is_none()
    {
        _wire.Once("GET /v5/position/list", List(Position(), "p2")).Once("GET /v5/position/list", Refusal(10006, "Too many visits."));
        Assert.IsType<Unknown<AccountSnapshot>>(_node.Run(() => _session.ReadSnapshot(routine: true, default)));
        _wire.Once("GET /v5/position/list", List(Position())).Once("GET /v5/order/realtime", WireAnswer.Lost);
        Assert.IsType<Unknown<AccountSnapshot>>(_node.Run(() => _session.ReadSnapshot(routine: true, default)));
    }

    [Fact]
    public void A_part_of_a_snapshot_in_doubt_that_is_not_answered_is_asked_for_once_more()
    {
        _wire.Once("GET /v5/position/list", WireAnswer.Lost).Once("GET /v5/position/list", List(Position()))
            .Once("GET /v5/order/realtime", WireAnswer.Lost).Once("GET /v5/order/realtime", List(""));
        Assert.Equal(0.75m, Done(_node.Run(() => _session.ReadSnapshot(routine: false, default))).Positions[Key].Amount);
    }

    [Fact]
    public void Trading_rules_are_read_to_the_last_page_and_what_is_no_usdt_perpetual_says_so()
    {
        _wire.Once("GET /v5/market/instruments-info", List(Instrument("ETHUSDT"), "more"))
            .Once("GET /v5/market/instruments-info", List($"{Instrument("ETHPERP", "USDC")},{Instrument("BTCUSDT-27DEC24")},{Instrument("TSLAUSDT", type: "stock")},{Instrument("OLDUSDT", status: "Delivering")}"));
        var rules = Done(_node.Run(() => _session.ReadSymbols(default)));
        Assert.Equal(new SymbolRules(Key.Symbol, 0.01m, 0.01m, 0.01m, 1400m, 5m), rules[0]);
        Assert.Equal(
            [("ETHPERP", true, false), ("TSLAUSDT", true, false), ("OLDUSDT", false, true)],
            rules.Skip(1).Select(rule => (rule.Symbol.Value, rule.IsTrading, rule.IsUsdtPerpetual)));
    }

    /// <summary>Without a symbol's rules no stop can be rounded (seed 4473, on the other exchange).</summary>
    [Fact]
    public async Task A_node_that_starts_reads_the_symbols_where_a_routine_question_has_to_wait()
    {
        _wire.Always("GET /v5/market/instruments-info", List(""));
        _host.Budget.ObserveWeight(400, TimeSpan.Zero);
        var read = _session.ReadSymbols(default);
        _node.Pass(TimeSpan.FromSeconds(1));
        Assert.True(read.IsCompleted);
        Assert.IsType<Done<IReadOnlyList<SymbolRules>>>(await read);
    }

    [Fact]
    public void Funding_that_was_paid_is_listed_under_the_id_that_the_stream_tells()
    {
        _wire.Once("GET /v5/execution/list", List(Execution("", "Sell", "Funding", "f2", at: 1795000003120), "more"))
            .Once("GET /v5/execution/list", List($"{Execution("", type: "Funding", id: "f1")},{Execution("", id: "x9")}"));
        var listed = Done(_node.Run(() => _session.ReadCash(_node.UtcNow.AddHours(-2), default)));
        Assert.Equal(
            [new Cash("f2", CashKind.Funding, -1.28m, "USDT", "Funding", DateTime.UnixEpoch.AddMilliseconds(1795000003120)),
             new Cash("f1", CashKind.Funding, -1.28m, "USDT", "Funding", DateTime.UnixEpoch.AddMilliseconds(1795000000194))],
            listed.Select(report => report.Cash));
        Assert.All(listed, report => Assert.Equal((Key.Symbol, Key), (report.Symbol!.Value, report.Key)));
        Assert.StartsWith("/v5/execution/list?category=linear&execType=Funding&startTime=", _wire.Sent[0].Target, StringComparison.Ordinal);

        foreach (var bad in new[] { WireAnswer.Lost, Refusal(10006, "Too many visits."), List("{\"execType\":\"Funding\"}") })
        {
            _wire.Once("GET /v5/execution/list", List(Execution("", type: "Funding"), "more")).Once("GET /v5/execution/list", bad);
            Assert.IsNotType<Done<IReadOnlyList<CashReport>>>(_node.Run(() => _session.ReadCash(_node.UtcNow.AddHours(-2), default)));
        }
    }

    [Fact]
    public void The_balance_is_in_usdt_and_not_the_accounts_dollars()
    {
        _wire.Once("GET /v5/account/wallet-balance", Ok("""{"list":[{"accountType":"UNIFIED","totalEquity":"9954.21","coin":[{"coin":"USDT","equity":"9957.75","walletBalance":"9958.01","locked":"0","totalOrderIM":"0","totalPositionIM":"469.05","bonus":"","availableToWithdraw":""}]}]}"""));
        Assert.Equal(new AccountBalance(9958.01m, 9957.75m, 9488.96m), Done(_node.Run(() => _session.ReadBalance(default))));
    }

    private static string Conditional(string link, string type) =>
        $$"""{"orderId":"o","orderLinkId":"{{link}}","symbol":"ETHUSDT","side":"Sell","positionIdx":0,"orderStatus":"Untriggered","qty":"1","triggerPrice":"3000","stopOrderType":"{{type}}","tpslMode":"Full","reduceOnly":true,"updatedTime":"1"}""";

    private static string Instrument(string symbol, string quote = "USDT", string type = "", string status = "Trading") =>
        $$$"""{"symbol":"{{{symbol}}}","symbolId":9,"contractType":"LinearPerpetual","status":"{{{status}}}","quoteCoin":"{{{quote}}}","settleCoin":"{{{quote}}}","deliveryTime":"0","priceFilter":{"minPrice":"0.01","tickSize":"0.01"},"lotSizeFilter":{"maxOrderQty":"8000.00","minOrderQty":"0.01","qtyStep":"0.01","maxMktOrderQty":"1400.00","minNotionalValue":"5"},"symbolType":"{{{type}}}","isPreListing":false}""";

    private void Start() => _running = _node.Start(() => _session.Run(
        report =>
        {
            _reports.Add(report);
            return ValueTask.CompletedTask;
        },
        _stop.Token));

    private void Ready()
    {
        Start();
        Tell("""{"success":true,"ret_msg":"","op":"auth","conn_id":"c"}""");
        Tell("""{"success":true,"ret_msg":"","op":"subscribe","conn_id":"c"}""");
        Assert.Single(_reports.OfType<SessionReport.Started>());
    }

    private void Tell(string frame)
    {
        Socket.Push(frame);
        _node.Settle();
    }

    private static T Done<T>(Outcome<T> outcome) =>
        outcome is Done<T> done ? done.Value : throw new Xunit.Sdk.XunitException($"not done: {outcome}");
}
