using System.Collections.Concurrent;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Gateways.Bybit;
using Trading.Simulator;
using Trading.Simulator.Market;

namespace Trading.Tests.Gateways.Bybit;

/// <summary>
/// The gateway through the production wire to the simulator's, over loopback: two readings of the same documents. Waits
/// are for what must happen; the patience only ends a test that would hang.
/// </summary>
public sealed class BybitAgainstSimulatorTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly PositionKey Key = PositionKey.Parse("bybit/ETHUSDT");
    private static readonly JournalId Journal = new("simulated");

    private readonly ConcurrentQueue<SessionReport> _reports = new();
    private readonly SemaphoreSlim _heard = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpWire _wire = new(TimeProvider.System);
    private SimulatorHost _exchange = null!;
    private BybitHost _host = null!;
    private BybitSession _session = null!;
    private BybitOrders _orders = null!;
    private Task _running = Task.CompletedTask;
    private long _version;

    public async Task InitializeAsync()
    {
        var options = new SimulatorOptions { Port = 0, Market = _ => new ManualMarket(new SymbolSpec("ETHUSDT", 0.01m, 0.001m)) };
        _exchange = await SimulatorHost.Start(options, TimeProvider.System);
        Price(3000);
        _host = new BybitHost(BybitAddress.Single(_exchange.BybitAddress), _wire, TimeProvider.System);
        var account = new VenueAccount(Key.Account, new ApiKeys("sim-key-0001", "sim-secret-0001"), [Journal.Tag]);
        _session = new BybitSession(_host, account);
        _orders = new BybitOrders(_host, account, _ => true);
        _running = _session.Run(Deliver, _stop.Token);
        await Heard<SessionReport.Started>(_ => true);
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        _host.Dispose();
        _wire.Dispose();
        await _exchange.DisposeAsync();
        _stop.Dispose();
        _heard.Dispose();
    }

    [Fact]
    public async Task A_position_is_opened_with_its_stop_moved_in_place_and_closed()
    {
        var rules = Assert.Single(Done(await _session.ReadSymbols(default)));
        Assert.Equal((0.01m, 0.001m, true), (rules.TickSize, rules.StepSize, rules.IsUsdtPerpetual));
        Assert.True(Done(await _orders.Prepare(Key.Symbol, 3, isolated: true, default)));
        Assert.True(Done(await _orders.Prepare(Key.Symbol, 3, isolated: true, default)));
        Assert.Equal(10000, Done(await _session.ReadBalance(default)).WalletUsdt);
        var before = Done(await _orders.ReadPosition(Key, routine: false, default));
        Assert.True(before.IsExplicitZero);

        var since = DateTime.UtcNow.AddSeconds(-5);
        var entry = Next(OrderPurpose.Entry);
        Assert.Null(Done(await _orders.QueryOrder(Key, entry, default)));
        Assert.Equal(OrderStatus.New, Done(await _orders.SendEntry(Key, entry, Side.Long, 0.5m, 2930m, default)).Status);
        await Position<PositionInput.Traded>(input => input.Trade.Order == entry && input.Trade is { Quantity: 0.5m, Origin: OrderOrigin.Ours });
        await Position<PositionInput.OrderReported>(input => input.Order == entry && input is { Status: OrderStatus.Filled, AveragePrice: > 0 });
        await Position<PositionInput.PositionStreamed>(input => input is { Amount: 0.5m, ByOrder: true });
        await Position<PositionInput.StopReported>(input => input is { Status: StopStatus.Live, Trigger: 2930 });
        Assert.Equal(StreamHealth.Live, _session.Health);
        Assert.True(Done(await _orders.QueryOrder(Key, entry, default))!.AveragePrice > 2900);
        Assert.Equal(0.5m, Done(await _orders.ReadPosition(Key, routine: false, default)).Row!.Amount);

        var first = Next(OrderPurpose.Stop);
        Assert.Equal(first, Done(await _orders.SendStop(Key, first, Side.Long, 0.5m, 2940, first: true, 0, default)).Id);
        await Position<PositionInput.StopReported>(input => input is { Status: StopStatus.Live, Trigger: 2940 });
        Done(await _orders.SendStop(Key, Next(OrderPurpose.Stop), Side.Long, 0.5m, 2950, first: false, 5, default));
        Done(await _orders.SendStop(Key, Next(OrderPurpose.Stop), Side.Long, 0.5m, 2950, first: false, 5, default));
        Assert.True(Done(await _orders.CancelStop(Key, first, default)));
        Assert.Equal(
            new StopView(PositionStops.At(2950), "", Side.Long, 0.5m, 2950, true, OrderOrigin.Foreign),
            Assert.Single(Done(await _orders.ReadStops(Key, default))));

        var crossed = Assert.IsType<Refused<StopView>>(
            await _orders.SendStop(Key, Next(OrderPurpose.Stop), Side.Long, 0.5m, 3100, first: false, 1, default));
        Assert.Equal(RejectKind.WouldTrigger, crossed.Kind);

        var close = Next(OrderPurpose.Close);
        Done(await _orders.SendClose(Key, close, Side.Long, 0.5m, default));
        await Position<PositionInput.OrderReported>(input => input.Order == close && input.Status is OrderStatus.Filled);
        await Position<PositionInput.PositionStreamed>(input => input.Amount == 0 && input.AtUtc >= since);
        Assert.True(Done(await _orders.ReadPosition(Key, routine: true, default)).IsExplicitZero);
        var nothing = Assert.IsType<Refused<OrderView>>(await _orders.SendClose(Key, Next(OrderPurpose.Close), Side.Long, 0.5m, default));
        Assert.Equal(RejectKind.NothingToReduce, nothing.Kind);
        var early = Assert.IsType<Refused<StopView>>(
            await _orders.SendStop(Key, Next(OrderPurpose.Stop), Side.Long, 0.5m, 2950, first: true, 0, default));
        Assert.Equal(RejectKind.NoPosition, early.Kind);

        var trades = Done(await _orders.ReadTrades(Key, since, default));
        Assert.Equal([entry, close], trades.Select(trade => trade.Order));
        Assert.Equal(0, trades.Sum(trade => trade.Signed));
        var snapshot = Done(await _session.ReadSnapshot(default));
        Assert.Empty(snapshot.Stops);
        Assert.False(snapshot.Positions.ContainsKey(Key));
    }

    [Fact]
    public async Task A_stop_that_fires_is_told_as_stop_trade_and_position()
    {
        Done(await _orders.SendEntry(Key, Next(OrderPurpose.Entry), Side.Short, 0.5m, 3050, default));
        await Position<PositionInput.PositionStreamed>(input => input.Amount == -0.5m);
        Price(3060);
        await Position<PositionInput.StopReported>(input => input.Status is StopStatus.Finished or StopStatus.Triggered);
        await Position<PositionInput.Traded>(input => input.Trade is { Bought: Side.Long, Quantity: 0.5m });
        var closing = _reports.OfType<SessionReport.ForPosition>().Select(report => report.Input).OfType<PositionInput.Traded>().Last().Trade;
        await Position<PositionInput.PositionStreamed>(input => input.Amount == 0 && input.AtUtc >= closing.AtUtc);
    }

    [Fact]
    public async Task Marks_arrive_and_a_dropped_socket_comes_back()
    {
        var marks = new ConcurrentQueue<decimal>();
        await using var prices = new BybitPrices(_host);
        prices.Subscribe(Key.Symbol);
        using var ended = new CancellationTokenSource();
        var feeding = prices.Run((_, price, _) => Tell(marks, price), static (_, _) => { }, ended.Token);
        await Until(() => marks.Contains(3000));
        Price(3001);
        _exchange.With(exchange =>
        {
            foreach (var connection in exchange.Bybit.Streams.Select("market").ToList()) connection.Drop();
        });
        await Until(() => marks.Contains(3001));
        await ended.CancelAsync();
        await feeding.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_position_opened_by_hand_after_a_dropped_stream_is_told_by_the_next_session()
    {
        _exchange.With(exchange =>
        {
            foreach (var connection in exchange.Bybit.Streams.Select("private").ToList()) connection.Drop();
        });
        await Heard<SessionReport.Started>(report => report.SessionEpoch == 2);
        _exchange.With(exchange => exchange.Venue.Hand.Open(exchange.BybitAccount("sim-key-0001"), "ETHUSDT", -2m));
        await Position<PositionInput.OutsideOrder>(input => input.Origin is OrderOrigin.Foreign);
        await Position<PositionInput.PositionStreamed>(input => input.Amount == -2);
    }

    private ClientOrderId Next(OrderPurpose purpose) => OrderIds.For(Journal, Key.Stream, ++_version, purpose);

    private void Price(decimal mark) => _exchange.With(exchange =>
        exchange.Venue.SetPrice(new MarketTick(exchange.NowUtc, "ETHUSDT", mark, mark, mark, 0, DateTime.MinValue), TimeSpan.FromHours(1)));

    private ValueTask Deliver(SessionReport report)
    {
        Tell(_reports, report);
        return ValueTask.CompletedTask;
    }

    private void Tell<T>(ConcurrentQueue<T> queue, T news)
    {
        queue.Enqueue(news);
        _heard.Release();
    }

    private Task Position<T>(Func<T, bool> wanted)
        where T : PositionInput => Heard<SessionReport.ForPosition>(report => report.Key == Key && report.Input is T input && wanted(input));

    private Task Heard<T>(Func<T, bool> wanted)
        where T : SessionReport => Until(() => _reports.OfType<T>().Any(wanted));

    private async Task Until(Func<bool> happened)
    {
        while (!happened())
            if (!await _heard.WaitAsync(Patience)) Assert.Fail($"did not happen; heard: {string.Join("\n", _reports)}");
    }

    private static T Done<T>(Outcome<T> outcome) =>
        outcome is Done<T> done ? done.Value : throw new Xunit.Sdk.XunitException($"not done: {outcome}");
}
