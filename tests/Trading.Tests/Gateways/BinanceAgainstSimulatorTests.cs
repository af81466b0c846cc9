using System.Collections.Concurrent;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Gateways.Binance;
using Trading.Simulator;
using Trading.Simulator.Market;

namespace Trading.Tests.Gateways;

/// <summary>
/// The gateway through the production wire to the simulator's, over loopback: two readings of the same documents. Waits
/// are for what must happen; the patience only ends a test that would hang.
/// </summary>
public sealed class BinanceAgainstSimulatorTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly PositionKey Key = PositionKey.Parse("binance/ETHUSDT");
    private static readonly JournalId Journal = new("simulated");

    private readonly ConcurrentQueue<SessionReport> _reports = new();
    private readonly SemaphoreSlim _heard = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpWire _wire = new(TimeProvider.System);
    private SimulatorHost _exchange = null!;
    private BinanceHost _host = null!;
    private BinanceSession _session = null!;
    private BinanceOrders _orders = null!;
    private Task _running = Task.CompletedTask;
    private long _version;

    public async Task InitializeAsync()
    {
        var options = new SimulatorOptions { Port = 0, Market = _ => new ManualMarket(new SymbolSpec("ETHUSDT", 0.01m, 0.001m)) };
        _exchange = await SimulatorHost.Start(options, TimeProvider.System);
        Price(3000);
        _host = new BinanceHost(BinanceAddress.Single(_exchange.BaseAddress), _wire, TimeProvider.System);
        var account = new VenueAccount(Key.Account, new ApiKeys("sim-key-0001", "sim-secret-0001"), [Journal.Tag]);
        _session = new BinanceSession(_host, account);
        _orders = new BinanceOrders(_host, account, _ => true);
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
    public async Task A_position_is_opened_protected_moved_and_closed()
    {
        var rules = Assert.Single(Done(await _session.ReadSymbols(default)));
        Assert.Equal((0.01m, 0.001m, true), (rules.TickSize, rules.StepSize, rules.IsUsdtPerpetual));
        Assert.True(Done(await _orders.Prepare(Key.Symbol, 3, isolated: true, default)));
        Assert.True(Done(await _orders.Prepare(Key.Symbol, 3, isolated: true, default)));
        Assert.Equal(10000, Done(await _session.ReadBalance(default)).WalletUsdt);

        var since = DateTime.UtcNow.AddSeconds(-5);
        var entry = Next(OrderPurpose.Entry);
        Assert.Null(Done(await _orders.QueryOrder(Key, entry, default)));
        var opened = Done(await _orders.SendEntry(Key, entry, Side.Long, 0.5m, null, default));
        Assert.Equal((OrderStatus.Filled, 0.5m), (opened.Status, opened.Executed));
        await Position<PositionInput.Traded>(input => input.Trade.Order == entry && input.Trade is { Quantity: 0.5m, Origin: OrderOrigin.Ours });
        await Position<PositionInput.OrderReported>(input => input.Order == entry && input is { Status: OrderStatus.Filled, AveragePrice: > 0 });
        await Position<PositionInput.PositionStreamed>(input => input is { Amount: 0.5m, ByOrder: true });
        Assert.Equal(StreamHealth.Live, _session.Health);
        Assert.True(Done(await _orders.QueryOrder(Key, entry, default))!.AveragePrice > 2900);
        Assert.Equal(0.5m, Done(await _orders.ReadPosition(Key, routine: false, default)).Row!.Amount);

        var first = Next(OrderPurpose.Stop);
        Done(await _orders.SendStop(Key, first, Side.Long, 0.5m, 2940, first: true, 0, default));
        await Position<PositionInput.StopReported>(input => input.Stop == first && input is { Status: StopStatus.Live, Trigger: 2940 });
        var second = Next(OrderPurpose.Stop);
        Done(await _orders.SendStop(Key, second, Side.Long, 0.5m, 2950, first: false, 5, default));
        Assert.Equal(2, Done(await _orders.ReadStops(Key, default)).Count);
        Assert.True(Done(await _orders.CancelStop(Key, first, default)));
        Assert.False(Done(await _orders.CancelStop(Key, first, default)));
        await Position<PositionInput.StopReported>(input => input.Stop == first && input.Status is StopStatus.Canceled);
        Assert.Equal(
            new StopView(second, "", Side.Long, 0.5m, 2950, false, OrderOrigin.Ours),
            Assert.Single(Done(await _orders.ReadStops(Key, default))) with { ExchangeId = "" });

        var crossed = Assert.IsType<Refused<StopView>>(
            await _orders.SendStop(Key, Next(OrderPurpose.Stop), Side.Long, 0.5m, 3100, first: false, 1, default));
        Assert.Equal((-2021, RejectKind.WouldTrigger), (crossed.Code, crossed.Kind));

        var close = Next(OrderPurpose.Close);
        Assert.Equal(OrderStatus.Filled, Done(await _orders.SendClose(Key, close, Side.Long, 0.5m, default)).Status);
        await Position<PositionInput.PositionStreamed>(input => input.Amount == 0);
        Assert.True(Done(await _orders.ReadPosition(Key, routine: true, default)).IsExplicitZero);
        var nothing = Assert.IsType<Refused<OrderView>>(await _orders.SendClose(Key, Next(OrderPurpose.Close), Side.Long, 0.5m, default));
        Assert.Equal(RejectKind.NothingToReduce, nothing.Kind);

        var trades = Done(await _orders.ReadTrades(Key, since, default));
        Assert.Equal([entry, close], trades.Select(trade => trade.Order));
        Assert.Equal(0, trades.Sum(trade => trade.Signed));
        var snapshot = Done(await _session.ReadSnapshot(default));
        Assert.Equal((0, 1), (snapshot.Positions[Key].Amount, snapshot.ConditionalOrders));
        Assert.Equal(second, Assert.Single(snapshot.Stops).Stop.Id);
    }

    [Fact]
    public async Task A_stop_that_fires_is_told_as_stop_order_trade_and_position()
    {
        Done(await _orders.SendEntry(Key, Next(OrderPurpose.Entry), Side.Short, 0.5m, null, default));
        var stop = Next(OrderPurpose.Stop);
        Done(await _orders.SendStop(Key, stop, Side.Short, 0.5m, 3050, first: true, 0, default));
        Price(3060);
        await Position<PositionInput.StopReported>(input => input.Stop == stop && input.Status is StopStatus.Finished);
        await Position<PositionInput.Traded>(input => input.Trade.Order == stop && input.Trade.Bought is Side.Long);
        await Position<PositionInput.OrderReported>(input => input.Order == stop && input.Status is OrderStatus.Filled);
        await Position<PositionInput.PositionStreamed>(input => input.Amount == 0);
        Assert.Equal(OrderStatus.Filled, Done(await _orders.QueryOrder(Key, stop, default))!.Status);
    }

    [Fact]
    public async Task Marks_arrive_and_a_dropped_socket_comes_back()
    {
        var marks = new ConcurrentQueue<decimal>();
        await using var prices = new BinancePrices(_host);
        prices.Subscribe(Key.Symbol);
        using var ended = new CancellationTokenSource();
        var feeding = prices.Run((_, price, _) => Tell(marks, price), static (_, _) => { }, ended.Token);
        await Until(() => marks.Contains(3000));
        Price(3001);
        _exchange.With(exchange =>
        {
            foreach (var connection in exchange.Binance.Streams.Select("market").ToList()) connection.Drop();
        });
        await Until(() => marks.Contains(3001));
        await ended.CancelAsync();
        await feeding.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_position_opened_by_hand_after_a_dropped_stream_is_told_by_the_next_session()
    {
        await DropUserStream();
        await Heard<SessionReport.Started>(report => report.SessionEpoch == 2);
        _exchange.With(exchange => exchange.Venue.Hand.Open(exchange.Account("sim-key-0001"), "ETHUSDT", -2m));
        await Position<PositionInput.OutsideOrder>(input => input.Origin is OrderOrigin.Foreign);
        await Position<PositionInput.PositionStreamed>(input => input.Amount == -2);
    }

    /// <summary>The client's side of a handshake ends before the exchange has listed the connection: asked until it has.</summary>
    private async Task DropUserStream()
    {
        var dropped = 0;
        for (var began = DateTime.UtcNow; dropped == 0; await Task.Delay(TimeSpan.FromMilliseconds(10)))
        {
            Assert.True(DateTime.UtcNow - began < Patience, "the exchange lists no user stream");
            _exchange.With(exchange =>
            {
                foreach (var connection in exchange.Binance.Streams.Select("private").ToList())
                {
                    connection.Drop();
                    dropped++;
                }
            });
        }
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
