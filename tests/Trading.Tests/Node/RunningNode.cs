using System.Collections.Concurrent;
using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Journal.Sqlite;
using Trading.Node;
using Trading.Node.Configuration;
using Trading.Node.Gateways;
using Trading.Node.Positions;
using Trading.Simulator;
using Trading.Simulator.Market;

namespace Trading.Tests.Node;

/// <summary>A whole node over real sockets against a simulated exchange whose prices are set by hand.</summary>
internal sealed class RunningNode : IAsyncDisposable
{
    /// <summary>A run that has not got there by then hangs.</summary>
    private static readonly TimeSpan Hangs = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<PositionHappened> _happened = new();
    private readonly List<(Func<PositionHappened, bool> Wanted, TaskCompletionSource<PositionHappened> Found)> _waiting = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("node-test-").FullName;
    private SqliteJournal _journal = null!;
    private HttpWire _wire = null!;
    private Venues _venues = null!;

    private readonly AdoptPolicy _adopt;
    private readonly Domain.Exchange _venue;

    private RunningNode(SimulatorHost exchange, AdoptPolicy adopt, Domain.Exchange venue) =>
        (Exchange, _adopt, _venue) = (exchange, adopt, venue);

    public SimulatorHost Exchange { get; }
    public TradingNode Node { get; private set; } = null!;

    public static Task<RunningNode> Start(params (string Symbol, decimal Mark)[] prices) => Start(AdoptPolicy.ProtectOnly, prices);

    public static Task<RunningNode> Start(AdoptPolicy adopt, params (string Symbol, decimal Mark)[] prices) =>
        Start(adopt, Domain.Exchange.Binance, prices);

    public static async Task<RunningNode> Start(
        AdoptPolicy adopt, Domain.Exchange venue, params (string Symbol, decimal Mark)[] prices)
    {
        var market = new ManualMarket(prices.Select(price => new SymbolSpec(price.Symbol, 0.0001m, 0.1m)));
        foreach (var (symbol, mark) in prices) market.Set(DateTime.UtcNow.AddSeconds(-1), symbol, mark);
        var exchange = await SimulatorHost.Start(new SimulatorOptions { Port = 0, Market = _ => market }, TimeProvider.System);
        var running = new RunningNode(exchange, adopt, venue);
        await running.StartNode();
        return running;
    }

    public static PositionKey Key(string symbol, Domain.Exchange venue = Domain.Exchange.Binance) => PositionKey.Parse($"{venue.Id()}/{symbol}");

    /// <summary>As after a crash: nothing of the old node is heard any more, and a new one reads its journal.</summary>
    public async Task Restart()
    {
        await StopNode();
        await StartNode();
    }

    public async Task<PositionAnswer> Open(string symbol, Side side, decimal quantity, decimal price, string signal)
    {
        var plan = new ProtectionPlan();
        Node.Accounts[AccountId.Parse(_venue.Id())].Prepare(Symbol.Parse(symbol));
        while (true)
        {
            var answer = await Node.Ask(
                Key(symbol, _venue), new PositionInput.OpenPosition(signal, "w1", side, quantity, price, plan), $"w1/{signal}", Hangs);
            if (answer is not { Verdict: Verdict.Denied, Note: "key_in_doubt" }) return answer;
            await Task.Yield(); // until the first snapshot has named the key
        }
    }

    public void SetPrice(string symbol, decimal mark) => Exchange.With(exchange => exchange.Venue.SetPrice(
        new MarketTick(DateTime.UtcNow, symbol, mark, mark, mark, 0, default)));

    /// <summary>The first such event, whether it has happened already or not.</summary>
    public async Task<TEvent> Until<TEvent>(Func<TEvent, bool>? wanted = null)
        where TEvent : PositionEvent
    {
        bool Wanted(PositionHappened happened) => happened.Event is TEvent found && wanted?.Invoke(found) != false;
        TaskCompletionSource<PositionHappened> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            foreach (var happened in _happened)
                if (Wanted(happened)) return (TEvent)happened.Event;
            _waiting.Add((Wanted, found));
        }

        return (TEvent)(await found.Task.WaitAsync(Hangs)).Event;
    }

    public IReadOnlyList<PositionEvent> Events(string symbol) =>
        [.. _happened.Where(happened => happened.Key == Key(symbol, _venue)).Select(happened => happened.Event)];

    public async ValueTask DisposeAsync()
    {
        await StopNode();
        await Exchange.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartNode()
    {
        _journal = SqliteJournal.Open(
            Path.Combine(_folder, "journal.db"), TimeProvider.System, static () => new JournalId(Guid.NewGuid().ToString("N")));
        var lease = new Lease(await _journal.TakeEpoch(), static () => true);
        _wire = new HttpWire(TimeProvider.System);
        _venues = new Venues(_wire, TimeProvider.System, [_journal.Id.Tag], lease);
        Node = new TradingNode(new NodeParts
        {
            Settings = new NodeSettings { Accounts = [Account()] },
            Time = TimeProvider.System,
            Scheduler = TaskScheduler.Default,
            Journal = _journal,
            NewId = static () => Guid.NewGuid().ToString("N"),
            OpenAccount = _venues.Open,
            OpenPrices = _venues.OpenPrices,
            Lease = lease,
            Happened = Hear,
        });
        await Node.Start(CancellationToken.None);
    }

    private AccountSettings Account() => new(AccountId.Parse(_venue.Id()), _venue)
    {
        Url = _venue is Domain.Exchange.Bybit ? Exchange.BybitAddress : Exchange.BaseAddress,
        ApiKey = string.Create(CultureInfo.InvariantCulture, $"sim-key-{1:0000}"),
        ApiSecret = "sim-secret-0001",
        Adopt = _adopt,
    };

    private async Task StopNode()
    {
        await Node.Stop(TimeSpan.FromSeconds(5));
        await Node.DisposeAsync();
        await _journal.DisposeAsync();
        _venues.Dispose();
        _wire.Dispose();
    }

    private void Hear(PositionHappened happened)
    {
        lock (_waiting)
        {
            _happened.Enqueue(happened);
            foreach (var waiting in _waiting.ToList())
                if (waiting.Wanted(happened))
                {
                    _waiting.Remove(waiting);
                    waiting.Found.SetResult(happened);
                }
        }
    }
}
