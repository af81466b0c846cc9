using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Orders;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Tests.Node;

/// <summary>What the desk makes of the exchange's answers: done, refused, unknown, and never a guess.</summary>
public sealed class OrderExecutorTests : IAsyncDisposable
{
    private static readonly PositionKey Key = PositionKey.Parse("binance/SKLUSDT");
    private static readonly ClientOrderId Entry = OrderIds.For(new JournalId("j"), Key.Stream, 1, OrderPurpose.Entry);
    private static readonly ClientOrderId Stop = OrderIds.For(new JournalId("j"), Key.Stream, 2, OrderPurpose.Stop);
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly ManualTime _time = new();
    private readonly ScriptedSender _sender = new();
    private readonly SilentSession _session = new();

    [Fact]
    public async Task An_answered_entry_is_reported_and_its_event_expected_from_the_stream()
    {
        _sender.Orders.Enqueue(Outcome.Done(Filled(308m)));

        var told = Assert.Single(await Perform(new PositionEffect.SendEntry(Entry, Side.Long, 308m)));

        var report = Assert.IsType<OrderReported>(told);
        Assert.Equal((308m, Source.OrderAnswer), (report.Executed, report.Source));
        Assert.Equal([Entry], _session.Expected);
    }

    [Theory]
    [InlineData(OrderStatus.Filled)]
    [InlineData(OrderStatus.Canceled)]
    public async Task An_order_that_was_only_accepted_is_asked_for_until_it_has_ended(OrderStatus end)
    {
        _sender.Orders.Enqueue(Outcome.Done(Filled(0) with { Status = OrderStatus.New }));
        _sender.Queries.Enqueue(Outcome.Done<OrderView?>(null));
        _sender.Queries.Enqueue(new Unknown<OrderView?>("no answer"));
        _sender.Queries.Enqueue(Outcome.Done<OrderView?>(Filled(100m) with { Status = OrderStatus.PartiallyFilled }));
        _sender.Queries.Enqueue(Outcome.Done<OrderView?>(Filled(308m) with { Status = end }));

        var report = Assert.IsType<OrderReported>(Assert.Single(await Perform(new PositionEffect.SendEntry(Entry, Side.Long, 308m))));

        Assert.Equal((end, 308m, Source.Query), (report.Status, report.Executed, report.Source));
        Assert.Equal([Entry], _session.Expected);
    }

    [Fact]
    public async Task An_order_that_was_accepted_and_never_seen_to_end_is_in_doubt()
    {
        _sender.Orders.Enqueue(Outcome.Done(Filled(0) with { Status = OrderStatus.New }));
        for (var i = 0; i < 20; i++) _sender.Queries.Enqueue(Outcome.Done<OrderView?>(null));
        Assert.IsType<OutcomeUnknown>(Assert.Single(await Perform(new PositionEffect.SendClose(Entry, Side.Long, 308m))));
    }

    [Fact]
    public async Task A_refusal_a_silence_and_a_request_that_never_left_are_three_different_things()
    {
        _sender.Orders.Enqueue(new Refused<OrderView>(-2019, "Margin is insufficient."));
        _sender.Orders.Enqueue(new Unknown<OrderView>("no answer"));
        _sender.Orders.Enqueue(new Refused<OrderView>(Refused<OrderView>.NeverSent, "no budget"));
        var entry = new PositionEffect.SendEntry(Entry, Side.Long, 308m);

        Assert.Equal([new Rejected(Entry, -2019, "Margin is insufficient.")], await Perform(entry));
        Assert.Equal([new OutcomeUnknown(Entry, "no answer")], await Perform(entry));
        Assert.Equal([new NotSent(Entry, "no budget")], await Perform(entry));
        Assert.Empty(_session.Expected);
    }

    [Fact]
    public async Task Absence_is_proven_late_by_three_reads_and_no_trade_that_nobody_explains()
    {
        for (var i = 0; i < 20; i++) _sender.Queries.Enqueue(Outcome.Done<OrderView?>(null));
        _sender.TradeLists.Enqueue(Outcome.Done<IReadOnlyList<Trade>>([TradeOf(new ClientOrderId("web_1"))]));

        var told = Assert.IsType<ProvenAbsent>(Assert.Single(await Perform(new PositionEffect.Inquire(Entry, Start))));

        Assert.Equal(Entry, told.Order);
        var waited = _time.GetUtcNow().UtcDateTime - Start;
        Assert.True(waited >= TimeSpan.FromSeconds(7), $"proven after {waited.TotalSeconds} s, before the request could not take effect any more");
        Assert.Equal("trades", _sender.Asked[^1]);
    }

    [Fact]
    public async Task A_trade_whose_order_nobody_can_name_is_no_proof_of_absence()
    {
        for (var i = 0; i < 10; i++) _sender.Queries.Enqueue(Outcome.Done<OrderView?>(null));
        _sender.TradeLists.Enqueue(Outcome.Done<IReadOnlyList<Trade>>([TradeOf(new ClientOrderId(""))]));
        _sender.Queries.Enqueue(Outcome.Done<OrderView?>(Filled(308m)));
        _sender.TradeLists.Enqueue(Outcome.Done<IReadOnlyList<Trade>>([TradeOf(Entry)]));
        for (var i = 0; i < 20; i++) _sender.Queries.Enqueue(Outcome.Done<OrderView?>(Filled(308m)));

        var told = await Perform(new PositionEffect.Inquire(Entry, Start));

        Assert.DoesNotContain(told, input => input is ProvenAbsent);
        Assert.Contains(told, input => input is OrderReported { Executed: 308m });
    }

    [Fact]
    public async Task Silence_never_becomes_absence()
    {
        _sender.Queries.Enqueue(Outcome.Done<OrderView?>(null));
        for (var i = 0; i < 50; i++) _sender.Queries.Enqueue(new Unknown<OrderView?>("no answer"));
        _sender.Queries.Enqueue(Outcome.Done<OrderView?>(Filled(308m)));
        _sender.TradeLists.Enqueue(Outcome.Done<IReadOnlyList<Trade>>([]));

        var told = await Perform(new PositionEffect.Inquire(Entry, Start));

        Assert.Equal(308m, Assert.IsType<OrderReported>(Assert.Single(told)).Executed);
    }

    [Fact]
    public async Task An_order_that_is_found_is_told_at_once_its_trades_can_wait_and_its_stop_cannot()
    {
        _sender.Queries.Enqueue(Outcome.Done<OrderView?>(Filled(308m)));

        var told = await Perform(new PositionEffect.Inquire(Entry, Start));

        Assert.IsType<OrderReported>(Assert.Single(told));
    }

    [Fact]
    public async Task A_quantity_is_looked_up_twice_and_an_empty_list_is_not_zero()
    {
        _sender.Positions.Enqueue(Outcome.Done(PositionRead.Missing));
        _sender.Positions.Enqueue(Outcome.Done(Row(62.9m)));
        Assert.Equal(
            [new QuantityLookedUp(62.9m, 2, 200, Row(62.9m).Row!.UpdatedUtc)], await Perform(new PositionEffect.LookUpQuantity()));

        _sender.Positions.Enqueue(Outcome.Done(PositionRead.Missing));
        _sender.Positions.Enqueue(Outcome.Done(PositionRead.Missing));
        Assert.Equal(
            [new QuantityLookedUp(null, 2, 200)], await Perform(new PositionEffect.LookUpQuantity()));
    }

    [Fact]
    public async Task The_targeted_check_asks_in_its_order_and_believes_a_zero_only_when_it_is_there_twice()
    {
        _sender.Positions.Enqueue(Outcome.Done(Row(0)));
        _sender.Positions.Enqueue(Outcome.Done(Row(0)));
        _sender.StopLists.Enqueue(Outcome.Done<IReadOnlyList<StopView>>([]));
        _sender.Queries.Enqueue(Outcome.Done<OrderView?>(Filled(308m)));
        _sender.TradeLists.Enqueue(new Unknown<IReadOnlyList<Trade>>("no answer"));

        var told = await Perform(new PositionEffect.CheckPosition(Stop, Start, CheckCause.Doubt));

        Assert.Equal(["position", "stops", $"query {Stop}", "trades", "position"], _sender.Asked);
        var evidence = Assert.IsType<Checked>(Assert.Single(told)).Evidence;
        Assert.True(evidence.SecondRow!.IsExplicitZero);
        Assert.Null(evidence.Trades);
        Assert.True(_time.GetUtcNow().UtcDateTime - Start >= TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task The_read_after_a_stop_move_is_one_question_while_the_position_is_there()
    {
        _sender.Positions.Enqueue(Outcome.Done(Row(308m)));

        var told = await Perform(new PositionEffect.CheckPosition(Stop, Start, CheckCause.AfterStopMove));

        Assert.Equal(["position, routine"], _sender.Asked);
        Assert.Equal(308m, Assert.IsType<Checked>(Assert.Single(told)).Evidence.Row!.Row!.Amount);
    }

    [Fact]
    public async Task Open_stops_are_asked_for_until_somebody_answers()
    {
        _sender.StopLists.Enqueue(new Unknown<IReadOnlyList<StopView>>("no answer"));
        _sender.StopLists.Enqueue(new Unknown<IReadOnlyList<StopView>>("no answer"));
        _sender.StopLists.Enqueue(Outcome.Done<IReadOnlyList<StopView>>([]));

        var told = await Perform(new PositionEffect.ReadStops());

        Assert.Equal(Start.AddMilliseconds(500), Assert.IsType<StopsRead>(Assert.Single(told)).ReadStartedUtc);
    }

    [Fact]
    public async Task What_an_asset_was_worth_is_asked_until_it_is_told_and_never_where_there_is_no_market_of_it()
    {
        _sender.Marks.Enqueue(new Unknown<decimal>("no answer"));
        _sender.Marks.Enqueue(new Refused<decimal>(-1003, "too many requests"));
        _sender.Marks.Enqueue(Outcome.Done(590m));
        Assert.Equal([new AssetQuoted("BNB", Start, 590m)], await Perform(new PositionEffect.PriceAsset("BNB", Start)));
        Assert.Equal(["mark of BNBUSDT then", "mark of BNBUSDT then", "mark of BNBUSDT then"], _sender.Asked);

        Assert.Equal([new AssetQuoted("XYZ", Start, null)], await Perform(new PositionEffect.PriceAsset("XYZ", Start)));
        Assert.Equal(3, _sender.Asked.Count);
    }

    [Fact]
    public async Task Rules_that_nobody_told_are_an_answer_too() =>
        Assert.Equal([new PositionInput.RulesRead(Told: false)], await Perform(new PositionEffect.ReadRules()));

    [Fact]
    public async Task A_question_ends_with_its_actor()
    {
        using var stop = new CancellationTokenSource();
        var asking = Desk().Perform(new PositionEffect.Inquire(Entry, Start), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    private OrderExecutor Desk() => new(
        Key, _sender, _session, _time, static _ => Task.FromResult(false), static market => market.Value is "BNBUSDT");

    private async Task<IReadOnlyList<PositionInput>> Perform(PositionEffect effect)
    {
        var performing = Desk().Perform(effect, CancellationToken.None);
        for (var i = 0; i < 100_000 && !performing.IsCompleted; i++) _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(performing.IsCompleted, "it asks for ever");
        return await performing;
    }

    private static OrderView Filled(decimal quantity) =>
        new(Entry, "1", OrderStatus.Filled, quantity, 0.0195m, Start);

    private static PositionRead Row(decimal amount) => new(new PositionRow(amount, 0.0195m, Start));

    private static Trade TradeOf(ClientOrderId order) => new(
        order, "1", "t1", Side.Long, 308m, 0.0195m, 0.003m, "USDT", 0, Start, OrderOrigin.Ours);
}
