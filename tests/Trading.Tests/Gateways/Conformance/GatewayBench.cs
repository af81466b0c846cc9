using System.Collections.Concurrent;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Lab;
using Trading.Simulator;
using Trading.Simulator.Faults;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;
using Side = Trading.Domain.Side;

namespace Trading.Tests.Gateways.Conformance;

/// <summary>
/// One gateway through the production wire to the simulator's skin of its venue, over loopback: two readings of the same
/// documents. Waits are for what must happen; the patience only ends a test that would hang.
/// </summary>
public abstract class GatewayBench : IAsyncLifetime
{
    internal const decimal Quantity = 0.5m;
    private const string ApiKey = "sim-key-0001";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly JournalId Journal = new("simulated");

    private readonly ConcurrentQueue<SessionReport> _reports = new();
    private readonly SemaphoreSlim _heard = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpWire _wire;
    private VenueHost _host = null!;
    private Task _running = Task.CompletedTask;
    private long _version;

    protected GatewayBench()
    {
        Clock = new ScaledTimeProvider(TimeProvider.System, speed: 1, DateTimeOffset.UtcNow);
        _wire = new HttpWire(Clock);
    }

    /// <summary>Of gateway and exchange; a test that waits for a timeout lets it run faster.</summary>
    internal ScaledTimeProvider Clock { get; }

    internal DateTime NowUtc => Clock.GetUtcNow().UtcDateTime;
    internal SimulatorHost Exchange { get; private set; } = null!;
    internal IAccountSession Session { get; private set; } = null!;
    internal IOrderSender Orders { get; private set; } = null!;

    /// <summary>What the order half asks before it signs.</summary>
    internal bool IsLeased { get; set; } = true;

    internal abstract PositionKey Key { get; }

    /// <summary>A contract that has no key here, as this exchange names it.</summary>
    internal abstract string Dated { get; }

    /// <summary>The stop belongs to the position and is changed in place; else it is an order, and a new one is set beside the old.</summary>
    internal abstract bool StopIsThePositions { get; }

    /// <summary>Its fills are free, and its fee is taken after them; else each fill has a taker's fee.</summary>
    internal abstract bool LiquidationCostsAfterIt { get; }

    /// <summary>The frame that tells of a payment of funding, as a fault of the exchange names it.</summary>
    internal abstract string FundingFrame { get; }

    private protected abstract VenueHost Connect(SimulatorHost exchange, IWire wire, TimeProvider time);

    private protected abstract (IAccountSession Session, IOrderSender Orders) Gateway(VenueHost host, VenueAccount account, Func<PositionKey, bool> maySend);

    private protected abstract IPriceFeed Prices(VenueHost host);

    /// <summary>The exchange's own side of the account, and its open streams: private, market.</summary>
    internal abstract Account AccountIn(Trading.Simulator.Exchange exchange, string apiKey);

    internal abstract IReadOnlyList<StreamConnection> Streams(Trading.Simulator.Exchange exchange, string group);

    /// <summary>Frames of the user stream, of every kind that reports.</summary>
    internal abstract IReadOnlyList<byte[]> SampleFrames { get; }

    /// <summary>What a stream that has heard nothing before makes of a frame.</summary>
    internal abstract StreamReading Read(ReadOnlyMemory<byte> frame);

    public async Task InitializeAsync()
    {
        var options = new SimulatorOptions { Port = 0, Market = _ => new ManualMarket(new SymbolSpec(Key.Symbol.Value, 0.01m, 0.001m), new SymbolSpec(Dated, 0.01m, 0.001m)) };
        Exchange = await SimulatorHost.Start(options, Clock);
        Price(3000);
        _host = Connect(Exchange, _wire, Clock);
        (Session, Orders) = Gateway(
            _host, new VenueAccount(Key.Account, new ApiKeys(ApiKey, "sim-secret-0001"), [Journal.Tag]), _ => IsLeased);
        _running = Session.Run(Deliver, _stop.Token);
        await Started(epoch: 1);
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        _host.Dispose();
        _wire.Dispose();
        await Exchange.DisposeAsync();
        _stop.Dispose();
        _heard.Dispose();
    }

    internal ClientOrderId Next(OrderPurpose purpose) => OrderIds.For(Journal, Key.Stream, ++_version, purpose);

    /// <summary>Opened and told; the exchange has it before this returns.</summary>
    internal async Task<ClientOrderId> Open(Side side = Side.Long)
    {
        var entry = Next(OrderPurpose.Entry);
        Done(await Orders.SendEntry(Key, entry, side, Quantity, attachedStop: null, default));
        await Position<PositionInput.PositionStreamed>(input => Math.Abs(input.Amount) == Quantity);
        return entry;
    }

    internal async Task<ClientOrderId> Protect(decimal trigger, Side side = Side.Long, bool first = true)
    {
        var stop = Next(OrderPurpose.Stop);
        Done(await Orders.SendStop(Key, stop, side, Quantity, trigger, first, improvement: 0, default));
        return stop;
    }

    internal void Price(decimal mark) => Price(Key.Symbol.Value, mark);

    internal void Price(string contract, decimal mark) => Exchange.With(exchange => exchange.Venue.SetPrice(
        new MarketTick(exchange.NowUtc, contract, mark, mark, mark, 0, DateTime.MinValue), TimeSpan.FromHours(1)));

    internal void Inject(Fault fault) => Exchange.With(exchange => exchange.Add(fault));

    internal decimal Held() => Exchange.With(exchange => AccountIn(exchange, ApiKey).Find(Key.Symbol.Value, PositionSide.Both)?.Quantity ?? 0);

    /// <summary>The exchange has opened what was ordered: asked until it has.</summary>
    internal async Task Executed()
    {
        for (var began = DateTime.UtcNow; Held() != Quantity; await Task.Delay(TimeSpan.FromMilliseconds(10)))
            Assert.True(DateTime.UtcNow - began < Patience, "the exchange holds nothing");
    }

    internal void ByHand(Action<Trading.Simulator.Exchange, Account> act) => Exchange.With(exchange => act(exchange, AccountIn(exchange, ApiKey)));

    /// <summary>The session has begun on both sides: what happens from here on is told.</summary>
    internal async Task Started(long epoch)
    {
        await Heard<SessionReport.Started>(report => report.SessionEpoch == epoch);
        await Listed("private");
    }

    internal async Task Drop(string group)
    {
        await Listed(group);
        Exchange.With(exchange =>
        {
            foreach (var connection in Streams(exchange, group)) connection.Drop();
        });
    }

    /// <summary>The client's side of a handshake ends before the exchange has listed the connection: asked until it has.</summary>
    private async Task Listed(string group)
    {
        for (var began = DateTime.UtcNow; Exchange.With(exchange => Streams(exchange, group).Count) == 0; await Task.Delay(TimeSpan.FromMilliseconds(10)))
            Assert.True(DateTime.UtcNow - began < Patience, $"the exchange lists no {group} stream");
    }

    /// <summary>Marks as the price half of the gateway tells them, until disposed.</summary>
    internal async Task Marks(Func<ConcurrentQueue<decimal>, Task> look)
    {
        var marks = new ConcurrentQueue<decimal>();
        await using var prices = Prices(_host);
        prices.Subscribe(Key.Symbol);
        using var ended = new CancellationTokenSource();
        var feeding = prices.Run((_, price, _) => Tell(marks, price), static (_, _) => { }, ended.Token);
        await look(marks);
        await ended.CancelAsync();
        await feeding.WaitAsync(Patience);
    }

    internal Task Position<T>(Func<T, bool> wanted)
        where T : PositionInput => Heard<SessionReport.ForPosition>(report => report.Key == Key && report.Input is T input && wanted(input));

    internal IEnumerable<T> Told<T>()
        where T : PositionInput => _reports.OfType<SessionReport.ForPosition>().Select(report => report.Input).OfType<T>();

    internal IEnumerable<T> Heard<T>()
        where T : SessionReport => _reports.OfType<T>();

    internal Task Heard<T>(Func<T, bool> wanted)
        where T : SessionReport => Until(() => _reports.OfType<T>().Any(wanted));

    internal async Task Until(Func<bool> happened)
    {
        while (!happened())
            if (!await _heard.WaitAsync(Patience)) Assert.Fail($"did not happen; heard: {string.Join("\n", _reports)}");
    }

    internal static T Done<T>(Outcome<T> outcome) =>
        outcome is Done<T> done ? done.Value : throw new Xunit.Sdk.XunitException($"not done: {outcome}");

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
}
