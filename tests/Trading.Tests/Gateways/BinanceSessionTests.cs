using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Gateways.Binance;

namespace Trading.Tests.Gateways;

/// <summary>Sessions of the user stream: epochs, order of reports, health, and what opens a new one.</summary>
public sealed class BinanceSessionTests : IDisposable
{
    private const string Config = """{"e":"ACCOUNT_CONFIG_UPDATE","E":1,"T":1,"ac":{"s":"ETHUSDT","l":5}}""";
    private const string Position =
        """{"e":"ACCOUNT_UPDATE","T":1795000003120,"E":1,"a":{"m":"ORDER","B":[{"a":"USDT","wb":"10","bc":"0"}],"P":[{"s":"ETHUSDT","pa":"1","ep":"2","ps":"BOTH"}]}}""";

    private static readonly ClientOrderId Ours = OrderIds.For(new JournalId("j"), "position/binance/ETHUSDT", 1, OrderPurpose.Entry);

    private readonly VirtualNode _node = new();
    private readonly ScriptedWire _wire;
    private readonly BinanceHost _host;
    private readonly BinanceSession _session;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<SessionReport> _reports = [];
    private Task _running = Task.CompletedTask;
    private bool _receiverFails;

    public BinanceSessionTests()
    {
        _wire = new ScriptedWire(_node.Time);
        _wire.Always("GET /fapi/v1/time", _ => ScriptedWire.Json($$"""{"serverTime":{{_node.Time.GetUtcNow().ToUnixTimeMilliseconds()}}}"""));
        _wire.Always("POST /fapi/v1/listenKey", ScriptedWire.Json("""{"listenKey":"key-1"}"""));
        _wire.Always("PUT /fapi/v1/listenKey", ScriptedWire.Json("{}"));
        _host = new BinanceHost(BinanceAddress.Single(new Uri("http://exchange")), _wire, _node.Time);
        _session = new BinanceSession(_host, TestAccount.Of("j"));
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

    private long Epoch => _reports.OfType<SessionReport.Started>().Last().SessionEpoch;

    [Fact]
    public void A_session_starts_unproven_and_is_live_with_its_first_event()
    {
        Start();
        Assert.Equal(StreamHealth.Unproven, _session.Health);
        Assert.Equal("/private/ws/key-1", Socket.Address.AbsolutePath);
        Tell(Position);
        Assert.Equal(StreamHealth.Live, _session.Health);
        Assert.Equal(
            ["Started", "HealthChanged", "ForPosition", "BalanceChanged", "HealthChanged"], _reports.Select(report => report.GetType().Name));
        Assert.All(_reports, report => Assert.Equal(1, report.SessionEpoch));
        Assert.Equal([1, 2, 3, 4, 5], _reports.Select(report => report.Number));
    }

    [Fact]
    public void A_closed_socket_is_a_new_epoch_at_once_and_unproven_again()
    {
        Start();
        Tell(Position);
        Socket.Close();
        _node.Pass(TimeSpan.FromMilliseconds(10));
        Assert.Equal(2, Epoch);
        Assert.Equal(1, _reports.OfType<SessionReport.Started>().Last().Number);
        Assert.Equal(StreamHealth.Unproven, _session.Health);
        Assert.Equal(
            [StreamHealth.Unproven, StreamHealth.Live, StreamHealth.Connecting, StreamHealth.Unproven],
            _reports.OfType<SessionReport.HealthChanged>().Select(report => report.Health));
    }

    [Fact]
    public void An_own_order_without_an_event_within_two_seconds_makes_the_stream_suspect_and_opens_a_new_one()
    {
        Start();
        Tell(Config);
        _session.ExpectEvent(Ours);
        _node.Pass(TimeSpan.FromSeconds(1.9));
        Assert.Equal(StreamHealth.Live, _session.Health);
        _node.Pass(TimeSpan.FromSeconds(0.5));
        Assert.Equal(StreamHealth.Suspect, _session.Health);
        Assert.Equal(2, Epoch);
        Assert.Contains(Ours.Value, _reports.OfType<SessionReport.HealthChanged>().Last().Why, StringComparison.Ordinal);
        Tell(Config);
        Assert.Equal(StreamHealth.Live, _session.Health);
    }

    [Fact]
    public void An_event_that_came_before_the_answer_counts()
    {
        Start();
        Tell(Order(Ours));
        _session.ExpectEvent(Ours);
        _node.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal((StreamHealth.Live, 1), (_session.Health, Epoch));
    }

    [Fact]
    public void An_event_that_comes_in_time_counts()
    {
        Start();
        _session.ExpectEvent(Ours);
        _node.Pass(TimeSpan.FromSeconds(1));
        Tell(Order(Ours));
        _node.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal((StreamHealth.Live, 1), (_session.Health, Epoch));
    }

    [Fact]
    public void The_hint_that_precedes_an_event_does_not_stand_for_it()
    {
        Start();
        _session.ExpectEvent(Ours);
        Tell($$"""{"e":"TRADE_LITE","E":1,"T":1,"s":"ETHUSDT","c":"{{Ours}}","S":"SELL","L":"1","l":"1","t":1,"i":1}""");
        _node.Pass(TimeSpan.FromSeconds(2.5));
        Assert.Equal(StreamHealth.Suspect, _session.Health);
    }

    [Fact]
    public void A_connection_without_pings_for_five_minutes_is_suspect_and_silence_with_pings_is_normal()
    {
        Start();
        Tell(Config);
        for (var minute = 0; minute < 20; minute += 4)
        {
            Socket.PingedAt = _node.Time.GetTimestamp();
            _node.Pass(TimeSpan.FromMinutes(4));
        }

        Assert.Equal((StreamHealth.Live, 1), (_session.Health, Epoch));
        _node.Pass(TimeSpan.FromMinutes(1.1));
        Assert.Equal((StreamHealth.Suspect, 2), (_session.Health, Epoch));
    }

    [Fact]
    public void An_expired_key_is_suspect_and_fetched_anew()
    {
        Start();
        Tell(Config);
        _wire.Always("POST /fapi/v1/listenKey", ScriptedWire.Json("""{"listenKey":"key-2"}"""));
        Tell("""{"e":"listenKeyExpired","E":1795003600000,"listenKey":"key-1"}""");
        _node.Pass(TimeSpan.FromMilliseconds(20));
        Assert.Equal((StreamHealth.Suspect, 2), (_session.Health, Epoch));
        Assert.Equal("/private/ws/key-2", Socket.Address.AbsolutePath);
        Assert.True(_wire.Sockets[0].IsDisposed);
    }

    [Fact]
    public void The_key_is_kept_alive_and_a_failure_to_do_so_is_suspect()
    {
        Start();
        Tell(Config);
        PassWithPings(TimeSpan.FromMinutes(26));
        Assert.Single(_wire.Of("PUT /fapi/v1/listenKey"));
        Assert.Equal(1, Epoch);
        _wire.Always("PUT /fapi/v1/listenKey", ScriptedWire.Error(400, -1125, "This listenKey does not exist."));
        PassWithPings(TimeSpan.FromMinutes(26));
        Assert.Equal((StreamHealth.Suspect, 2), (_session.Health, Epoch));
    }

    [Fact]
    public void Distrust_opens_a_new_session_and_trust_lifts_it_to_unproven()
    {
        Start();
        Tell(Config);
        _session.Distrust("sync found a closed position");
        Assert.Equal(StreamHealth.Suspect, _session.Health);
        _session.Trust("too early: the deaf session is still in place");
        Assert.Equal(StreamHealth.Suspect, _session.Health);
        _node.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal((StreamHealth.Suspect, 2), (_session.Health, Epoch));
        _session.Trust("two snapshots found nothing untold");
        Assert.Equal(StreamHealth.Unproven, _session.Health);
    }

    [Fact]
    public void A_frame_that_cannot_be_read_is_counted_and_makes_the_stream_suspect()
    {
        Start();
        Tell("""{"e":"ORDER_TRADE_UPDATE","T":17950""");
        Assert.Equal("malformed", Assert.Single(_reports.OfType<SessionReport.UnknownFrame>()).Kind);
        Assert.Empty(_reports.OfType<SessionReport.ForPosition>());
        Assert.Equal(StreamHealth.Suspect, _session.Health);
    }

    [Fact]
    public void A_frame_of_an_unknown_kind_is_counted_and_tolerated()
    {
        Start();
        Tell("""{"e":"SOMETHING_NEW","E":1}""");
        Assert.Equal("SOMETHING_NEW", Assert.Single(_reports.OfType<SessionReport.UnknownFrame>()).Kind);
        Assert.Equal((StreamHealth.Unproven, 1), (_session.Health, Epoch));
    }

    [Fact]
    public void An_exchange_that_cannot_be_reached_is_suspect_and_tried_again_ever_more_slowly()
    {
        _wire.RefusesSockets = true;
        Start();
        _node.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(StreamHealth.Suspect, _session.Health);
        Assert.InRange(_wire.Of("POST /fapi/v1/listenKey").Count(), 12, 20);
        _wire.RefusesSockets = false;
        _node.Pass(TimeSpan.FromSeconds(11));
        Tell(Config);
        Assert.Equal(StreamHealth.Live, _session.Health);
    }

    [Fact]
    public void The_clock_is_measured_at_start_and_every_ten_minutes()
    {
        Start();
        Assert.Equal(5, _wire.Of("GET /fapi/v1/time").Count());
        PassWithPings(TimeSpan.FromMinutes(10.5));
        Assert.Equal(10, _wire.Of("GET /fapi/v1/time").Count());
    }

    [Fact]
    public void A_snapshot_is_whole_or_unknown()
    {
        _wire.Always("GET /fapi/v2/positionRisk", ScriptedWire.Json(
            """[{"symbol":"ETHUSDT","positionAmt":"-1","entryPrice":"5","updateTime":1795000003120},{"symbol":"TAGUSDT","positionAmt":"0","entryPrice":"0","updateTime":0}]"""));
        _wire.Always("GET /fapi/v1/openOrders", ScriptedWire.Json(
            """[{"orderId":1,"symbol":"ETHUSDT","status":"NEW","clientOrderId":"by-hand","executedQty":"0","reduceOnly":true,"positionSide":"BOTH","updateTime":1795000003120}]"""));
        _wire.Always("GET /fapi/v1/openAlgoOrders", ScriptedWire.Json(
            """[{"algoId":7,"clientAlgoId":"a","orderType":"STOP_MARKET","symbol":"ETHUSDT","side":"BUY","positionSide":"BOTH","quantity":"1","algoStatus":"NEW","triggerPrice":"6","closePosition":false,"reduceOnly":true},{"algoId":8,"clientAlgoId":"b","orderType":"TRAILING_STOP_MARKET","symbol":"ETHUSDT","side":"BUY","positionSide":"BOTH","quantity":"1","algoStatus":"NEW","closePosition":false,"reduceOnly":true}]"""));
        var key = PositionKey.Parse("binance/ETHUSDT");
        var snapshot = Assert.IsType<Done<AccountSnapshot>>(_node.Run(() => _session.ReadSnapshot(routine: true, default))).Value;
        Assert.Equal(_node.UtcNow, snapshot.StartedUtc);
        Assert.Equal((-1, 0), (snapshot.Positions[key].Amount, snapshot.Positions[PositionKey.Parse("binance/TAGUSDT")].Amount));
        Assert.Equal((key, new ClientOrderId("a"), 2), (snapshot.Stops[0].Key, Assert.Single(snapshot.Stops).Stop.Id, snapshot.ConditionalOrders));
        Assert.Equal((key, new OpenOrder(new ClientOrderId("by-hand"), "1", true, OrderOrigin.Foreign)), Assert.Single(snapshot.Orders));

        foreach (var part in new[] { "GET /fapi/v2/positionRisk", "GET /fapi/v1/openOrders", "GET /fapi/v1/openAlgoOrders" })
        {
            foreach (var bad in new[] { WireAnswer.Lost, WireAnswer.Unsent, ScriptedWire.Error(400, -1102, "no"), ScriptedWire.Json("{}"), ScriptedWire.Json("[{}]") })
            {
                _wire.Once(part, bad);
                Assert.IsType<Unknown<AccountSnapshot>>(_node.Run(() => _session.ReadSnapshot(routine: true, default)));
            }
        }
    }

    /// <summary>No name of another kind of contract, and one setting of a symbol though a hedge has two rows of it.</summary>
    [Fact]
    public void A_snapshot_tells_how_each_symbol_is_set()
    {
        _wire.Always("GET /fapi/v2/positionRisk", ScriptedWire.Json("""
            [{"symbol":"ETHUSDT","positionAmt":"1","entryPrice":"5","leverage":"75","marginType":"isolated","positionSide":"LONG","updateTime":1},
             {"symbol":"ETHUSDT","positionAmt":"0","entryPrice":"0","leverage":"75","marginType":"isolated","positionSide":"SHORT","updateTime":0},
             {"symbol":"TAGUSDT","positionAmt":"0","entryPrice":"0","leverage":"20","marginType":"cross","updateTime":0},
             {"symbol":"ETHUSDT_270326","positionAmt":"0","entryPrice":"0","leverage":"20","marginType":"cross","updateTime":0}]
            """));
        _wire.Always("GET /fapi/v1/openOrders", ScriptedWire.Json("[]"));
        _wire.Always("GET /fapi/v1/openAlgoOrders", ScriptedWire.Json("[]"));
        var snapshot = Assert.IsType<Done<AccountSnapshot>>(_node.Run(() => _session.ReadSnapshot(routine: true, default))).Value;
        Assert.Equal(
            [new AccountSetting(Symbol.Parse("ETHUSDT"), 75, true), new AccountSetting(Symbol.Parse("TAGUSDT"), 20, false)], snapshot.Settings);
    }

    /// <summary>Others at the address, or lives before, have used three fifths of the minute.</summary>
    [Fact]
    public void A_snapshot_in_doubt_is_read_where_a_routine_one_has_to_wait()
    {
        _wire.Always("GET /fapi/v2/positionRisk", ScriptedWire.Json("[]"));
        _wire.Always("GET /fapi/v1/openOrders", ScriptedWire.Json("[]"));
        _wire.Always("GET /fapi/v1/openAlgoOrders", ScriptedWire.Json("[]"));
        _host.Budget.ObserveWeight(1500, TimeSpan.Zero);
        Assert.Equal((true, false), (IsRead(routine: false), IsRead(routine: true)));

        bool IsRead(bool routine)
        {
            var read = _session.ReadSnapshot(routine, default);
            _node.Pass(TimeSpan.FromSeconds(5));
            return read.IsCompletedSuccessfully;
        }
    }

    /// <summary>
    /// Without a symbol's rules no stop can be rounded: a node that starts over positions without one waited for the next
    /// minute, because the lives before it had used three fifths of this one (seed 4473).
    /// </summary>
    [Fact]
    public async Task A_node_that_starts_reads_the_symbols_where_a_routine_question_has_to_wait()
    {
        _wire.Always("GET /fapi/v1/exchangeInfo", ScriptedWire.Json("""{"rateLimits":[],"symbols":[]}"""));
        _host.Budget.ObserveWeight(1500, TimeSpan.Zero);
        var read = _session.ReadSymbols(default);
        _node.Pass(TimeSpan.FromSeconds(5));
        Assert.True(read.IsCompleted);
        Assert.IsType<Done<IReadOnlyList<SymbolRules>>>(await read);
    }

    /// <summary>What was missed in a gap waits for it; the whole snapshot would follow seconds later (seed 178844).</summary>
    [Fact]
    public void A_part_of_a_snapshot_in_doubt_that_is_not_answered_is_asked_for_once_more()
    {
        string[] parts = ["GET /fapi/v2/positionRisk", "GET /fapi/v1/openOrders", "GET /fapi/v1/openAlgoOrders"];
        foreach (var part in parts) _wire.Always(part, ScriptedWire.Json("[]"));
        _wire.Always(parts[0], ScriptedWire.Json("""[{"symbol":"TAGUSDT","positionAmt":"0","entryPrice":"0","updateTime":0}]"""));
        foreach (var part in parts)
        {
            _wire.Once(part, WireAnswer.Lost);
            Assert.IsType<Done<AccountSnapshot>>(_node.Run(() => _session.ReadSnapshot(routine: false, default)));
            _wire.Once(part, WireAnswer.Lost).Once(part, WireAnswer.Lost);
            Assert.IsType<Unknown<AccountSnapshot>>(_node.Run(() => _session.ReadSnapshot(routine: false, default)));
            _wire.Once(part, ScriptedWire.Error(400, -1102, "no"));
            Assert.IsType<Unknown<AccountSnapshot>>(_node.Run(() => _session.ReadSnapshot(routine: false, default)));
        }
    }

    /// <summary>v2 names every symbol, flat ones too: a list of none is no word about who holds what (protocol §6).</summary>
    [Theory]
    [InlineData("[]", false)]
    [InlineData("""[{"symbol":"TAGUSDT","positionAmt":"0","entryPrice":"0","updateTime":0}]""", true)]
    public void A_list_of_positions_that_names_no_symbol_has_not_been_read(string positions, bool named)
    {
        _wire.Always("GET /fapi/v2/positionRisk", ScriptedWire.Json(positions));
        _wire.Always("GET /fapi/v1/openOrders", ScriptedWire.Json("[]"));
        _wire.Always("GET /fapi/v1/openAlgoOrders", ScriptedWire.Json("[]"));
        var snapshot = Assert.IsType<Done<AccountSnapshot>>(_node.Run(() => _session.ReadSnapshot(routine: true, default))).Value;
        Assert.Equal(named, snapshot.NamesPositions);
    }

    /// <summary>Seed 697: two accounts asked for everything every 5 s, and used up the weight of their address in half a minute.</summary>
    [Fact]
    public void While_nobody_is_named_only_the_list_of_positions_is_asked_for_again()
    {
        _wire.Always("GET /fapi/v2/positionRisk", ScriptedWire.Json("[]"));
        _wire.Always("GET /fapi/v1/openOrders", ScriptedWire.Json("[]"));
        _wire.Always("GET /fapi/v1/openAlgoOrders", ScriptedWire.Json("[]"));
        Assert.IsType<Done<AccountSnapshot>>(_node.Run(() => _session.ReadSnapshot(routine: false, default)));
        Assert.IsType<Unknown<AccountSnapshot>>(_node.Run(() => _session.ReadSnapshot(routine: false, default)));
        Assert.Single(_wire.Of("GET /fapi/v1/openOrders"));
    }

    [Fact]
    public void The_limits_the_exchange_states_are_the_ones_kept()
    {
        _wire.Always("GET /fapi/v1/exchangeInfo", ScriptedWire.Json(
            """{"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":100}],"symbols":[]}"""));
        Assert.IsType<Done<IReadOnlyList<SymbolRules>>>(_node.Run(() => _session.ReadSymbols(default)));
        Assert.Equal(0.01m, _host.Budget.Uses()[0].Used);
    }

    [Fact]
    public void An_account_that_was_never_used_has_nothing()
    {
        _wire.Once("GET /fapi/v3/account", ScriptedWire.Json("""{"totalWalletBalance":"","totalMarginBalance":"","availableBalance":""}"""))
            .Once("GET /fapi/v3/account", ScriptedWire.Json("""{"totalWalletBalance":"10.5","totalMarginBalance":"9.5","availableBalance":"8"}"""));
        Assert.Equal(new AccountBalance(0, 0, 0), Assert.IsType<Done<AccountBalance>>(_node.Run(() => _session.ReadBalance(default))).Value);
        Assert.Equal(new AccountBalance(10.5m, 9.5m, 8), Assert.IsType<Done<AccountBalance>>(_node.Run(() => _session.ReadBalance(default))).Value);
    }

    [Fact]
    public void What_was_paid_without_a_trade_is_listed_under_the_exchanges_own_ids()
    {
        const string Funding = """{"symbol":"ETHUSDT","incomeType":"FUNDING_FEE","income":"-0.125","asset":"USDT","time":1795000003120,"info":"FUNDING_FEE","tranId":9689322392,"tradeId":""}""";
        const string Cleared = """{"symbol":"NEWUSDT","incomeType":"INSURANCE_CLEAR","income":"-2.5","asset":"USDT","time":1795000004120,"info":"","tranId":9689322393,"tradeId":""}""";
        _wire.Once("GET /fapi/v1/income", ScriptedWire.Json($"[{Funding}]")).Once("GET /fapi/v1/income", ScriptedWire.Json($"[{Cleared}]"));
        var since = DateTime.UnixEpoch.AddMilliseconds(1795000000000);
        var listed = Assert.IsType<Done<IReadOnlyList<CashReport>>>(_node.Run(() => _session.ReadCash(since, default))).Value;
        Assert.Equal(
            [
                new CashReport(new Cash("income 9689322392", CashKind.Funding, -0.125m, "USDT", "FUNDING_FEE", since.AddMilliseconds(3120)), Symbol.Parse("ETHUSDT"), null),
                new CashReport(new Cash("income 9689322393", CashKind.Liquidation, -2.5m, "USDT", "INSURANCE_CLEAR", since.AddMilliseconds(4120)), Symbol.Parse("NEWUSDT"), null),
            ],
            listed);
        Assert.Contains("incomeType=FUNDING_FEE&startTime=1795000000000&page=1&limit=1000", _wire.Sent[^2].Target, StringComparison.Ordinal);
        Assert.Contains("incomeType=INSURANCE_CLEAR&", _wire.Sent[^1].Target, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_payments_is_read_to_its_last_page_or_is_none()
    {
        var page = ScriptedWire.Json($"[{string.Join(',', Enumerable.Range(1, 1000).Select(id => Paid(id)))}]");
        _wire.Once("GET /fapi/v1/income", page).Once("GET /fapi/v1/income", ScriptedWire.Json($"[{Paid(1001)}]")).Once("GET /fapi/v1/income", ScriptedWire.Json("[]"));
        Assert.Equal(1001, Assert.IsType<Done<IReadOnlyList<CashReport>>>(_node.Run(() => _session.ReadCash(_node.UtcNow, default))).Value.Count);
        Assert.Contains("&page=2&", _wire.Sent[^2].Target, StringComparison.Ordinal);

        foreach (var bad in new[] { WireAnswer.Lost, ScriptedWire.Json("{}"), ScriptedWire.Json("[{}]"), ScriptedWire.Error(400, -1102, "no") })
        {
            _wire.Once("GET /fapi/v1/income", ScriptedWire.Json("[]")).Once("GET /fapi/v1/income", bad);
            Assert.IsNotType<Done<IReadOnlyList<CashReport>>>(_node.Run(() => _session.ReadCash(_node.UtcNow, default)));
        }

        static string Paid(int id) => $$"""{"symbol":"ETHUSDT","incomeType":"FUNDING_FEE","income":"-0.125","asset":"USDT","time":1795000003120,"tranId":{{id}}}""";
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_receiver_that_fails_ends_the_run_with_its_failure(bool onEvent)
    {
        Start();
        _receiverFails = true;
        if (onEvent) Tell(Config);
        else _session.Distrust("only the guard notices");
        _node.Pass(TimeSpan.FromSeconds(1));
        Assert.IsType<InvalidOperationException>(_running.Exception?.InnerException);
        _running = Task.CompletedTask;
    }

    private void Start()
    {
        _running = _node.Start(() => _session.Run(Deliver, _stop.Token));
        _node.Pass(TimeSpan.FromMilliseconds(20));
    }

    private void Tell(string frame)
    {
        Socket.Push(frame);
        _node.Settle();
    }

    private void PassWithPings(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(30))
        {
            Socket.PingedAt = _node.Time.GetTimestamp();
            _node.Pass(TimeSpan.FromSeconds(30));
        }
    }

    private ValueTask Deliver(SessionReport report)
    {
        if (_receiverFails) throw new InvalidOperationException("the receiver fails");
        _reports.Add(report);
        return ValueTask.CompletedTask;
    }

    private static string Order(ClientOrderId id) =>
        $$$"""{"e":"ORDER_TRADE_UPDATE","T":1795000003120,"E":1,"o":{"s":"ETHUSDT","c":"{{{id}}}","S":"SELL","X":"NEW","i":5,"z":"0"}}""";
}
