using System.Collections.Concurrent;
using System.Globalization;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Gateways;
using Trading.Journal;
using Trading.Journal.Sqlite;
using Trading.Node;
using Trading.Node.Configuration;
using Trading.Node.Gateways;
using Trading.Node.Positions;
using Trading.Simulator;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using AccountSettings = Trading.Node.Configuration.AccountSettings;
using Side = Trading.Domain.Side;

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

    private readonly RunningNodeSetting _setting;

    private RunningNode(SimulatorHost exchange, RunningNodeSetting setting) => (Exchange, _setting) = (exchange, setting);

    public SimulatorHost Exchange { get; }
    public TradingNode Node { get; private set; } = null!;

    /// <summary>The account under test.</summary>
    public NodeAccount Account => Node.Accounts[AccountId.Parse(_setting.Venue.Id())];
    public JournalId Journal => _journal.Id;

    /// <summary>What the node has sent, as it left.</summary>
    public RecordingWire Wire { get; private set; } = null!;

    public static Task<RunningNode> Start(params (string Symbol, decimal Mark)[] prices) => Start(AdoptPolicy.ProtectOnly, prices);

    public static Task<RunningNode> Start(AdoptPolicy adopt, params (string Symbol, decimal Mark)[] prices) =>
        Start(adopt, Domain.Exchange.Binance, prices);

    public static Task<RunningNode> Start(AdoptPolicy adopt, Domain.Exchange venue, params (string Symbol, decimal Mark)[] prices) =>
        Start(new RunningNodeSetting { Adopt = adopt, Venue = venue }, prices);

    public static async Task<RunningNode> Start(RunningNodeSetting setting, params (string Symbol, decimal Mark)[] prices)
    {
        var market = new ManualMarket(prices.Select(price => new SymbolSpec(price.Symbol, 0.0001m, 0.1m)));
        foreach (var (symbol, mark) in prices) market.Set(DateTime.UtcNow.AddSeconds(-1), symbol, mark);
        var exchange = await SimulatorHost.Start(setting.Change(new SimulatorOptions { Port = 0, Market = _ => market }), TimeProvider.System);
        exchange.With(x => x.Venue.Settings.SetMode(x.Venue.Account($"{setting.Venue.Id()}/sim-key-0001"), setting.ExchangeHedge ?? setting.Hedge));
        exchange.With(setting.Before);
        var running = new RunningNode(exchange, setting);
        try
        {
            await running.StartNode();
            return running;
        }
        catch (OperationCanceledException)
        {
            await running.DisposeAsync();
            throw;
        }
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
        Node.Accounts[AccountId.Parse(_setting.Venue.Id())].Prepare(Symbol.Parse(symbol));
        var key = KeyOf(symbol, side);
        await When(() => Account.Readiness.Unready(key) is not OpeningAnswer.NotYet); // probe, leverage and margin mode
        while (true)
        {
            var answer = await Node.Ask(
                key, new PositionInput.OpenPosition(signal, "w1", side, quantity, price, plan), $"w1/{signal}", Hangs);
            if (answer is not { Verdict: Verdict.Denied, Note: "key_in_doubt" }) return answer;
            await Task.Yield(); // until the first snapshot has named the key
        }
    }

    /// <summary>A signal through the door, in a wave of its own, and how it ended.</summary>
    public async Task<WaveEvent> Send(string symbol, Side side, string id)
    {
        var account = Account.Settings.Id;
        var signal = new Signal(id, WaveName.Parse(id), account, Symbol.Parse(symbol), side);
        await Node.Intake.Take(new SignalBatch([new ReadSignal(0, signal)], []), "test");
        var codec = EventCodec.For<WaveEvent>();
        for (var began = TimeProvider.System.GetTimestamp(); ; await Task.Delay(TimeSpan.FromMilliseconds(10)))
        {
            var page = await _journal.ReadStream(new WaveKey(account, signal.Wave).Stream, 0, 100);
            if (page.Select(codec.Read).FirstOrDefault(IsEnd) is { } end) return end;
            if (TimeProvider.System.GetElapsedTime(began) > Hangs) throw new TimeoutException($"signal {id} does not end; what happened:\n{Happened()}");
        }

        static bool IsEnd(WaveEvent happened) => happened
            is WaveEvent.SignalOpened or WaveEvent.SignalFailed or WaveEvent.SignalDenied or WaveEvent.SignalSkipped { Ends: true };
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

        try
        {
            return (TEvent)(await found.Task.WaitAsync(Hangs)).Event;
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"no {typeof(TEvent).Name}; what happened:\n{Happened()}", late);
        }
    }

    /// <summary>The key of a position in the account's position mode.</summary>
    public PositionKey KeyOf(string symbol, Side side) => Key(symbol, _setting.Venue) with { Hedge = _setting.Hedge ? side : null };

    public IReadOnlyList<PositionEvent> Events(string symbol) =>
        [.. _happened.Where(happened => happened.Key == Key(symbol, _setting.Venue)).Select(happened => happened.Event)];

    public IReadOnlyList<PositionEvent> Events(PositionKey key) =>
        [.. _happened.Where(happened => happened.Key == key).Select(happened => happened.Event)];

    /// <summary>Closes a part of the position by hand, on the exchange's own page.</summary>
    public void Reduce(string symbol, Side side, decimal quantity) => Exchange.With(exchange => exchange.Venue.Hand.Close(
        exchange.Venue.Account($"{_setting.Venue.Id()}/sim-key-0001"), symbol, quantity,
        !_setting.Hedge ? PositionSide.Both : side is Side.Long ? PositionSide.Long : PositionSide.Short));

    /// <summary>Every WebSocket is cut; what was said meanwhile is lost.</summary>
    public void CloseStreams() => Exchange.With(exchange =>
    {
        foreach (var connection in exchange.Binance.Streams.Connections.ToList()) connection.Drop();
        foreach (var connection in exchange.Bybit.Streams.Connections.ToList()) connection.Drop();
    });

    /// <summary>Until nothing of the position is on its way: every stop that is wanted rests, and no other.</summary>
    public Task Settled(PositionKey key) => When(() => Node.Board.Find(key)?.State is
        PositionState.Flat { RedundantStops.IsEmpty: true }
        or PositionState.Open { Holding: { Protection: Protection.Protected, RedundantStops.IsEmpty: true, Hard: null or { Resting: true } } });

    /// <summary>Until it holds; for what no event tells of.</summary>
    public async Task When(Func<bool> holds)
    {
        for (var began = TimeProvider.System.GetTimestamp(); !holds(); await Task.Delay(TimeSpan.FromMilliseconds(5)))
            if (TimeProvider.System.GetElapsedTime(began) > Hangs)
                throw new TimeoutException($"it does not come to hold; what happened:\n{Happened()}");
    }

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
        Wire = new RecordingWire(_setting.Wire(_wire));
        _venues = new Venues(Wire, TimeProvider.System, [_journal.Id.Tag], lease);
        Node = new TradingNode(new NodeDependencies
        {
            Settings = new NodeSettings { Accounts = [Settings(), .. _setting.Others(Exchange)], HardLoss = _setting.HardLoss, StopFirst = _setting.StopFirst, Live = _setting.Live, ProbeOrders = _setting.Live, SyncEvery = _setting.SyncEvery, Waves = WavePolicy.Default with { CollectFor = TimeSpan.Zero } },
            Time = TimeProvider.System,
            Scheduler = TaskScheduler.Default,
            Journal = _setting.Journal(_journal),
            NewId = static () => Guid.NewGuid().ToString("N"),
            OpenAccount = _venues.Open,
            OpenPrices = _venues.OpenPrices,
            Lease = lease,
            Happened = On,
        });
        await Node.Start(_setting.Stop);
    }

    private AccountSettings Settings() => new(AccountId.Parse(_setting.Venue.Id()), _setting.Venue)
    {
        Url = _setting.Venue is Domain.Exchange.Bybit ? Exchange.BybitAddress : Exchange.BaseAddress,
        ApiKey = string.Create(CultureInfo.InvariantCulture, $"sim-key-{1:0000}"),
        ApiSecret = "sim-secret-0001",
        Adopt = _setting.Adopt,
        Isolated = _setting.Isolated,
        Risk = AccountPolicy.Default with { Hedge = _setting.Hedge, CooldownAfterClose = TimeSpan.Zero, CooldownAfterLoss = TimeSpan.Zero },
    };

    private async Task StopNode()
    {
        await Node.Stop(TimeSpan.FromSeconds(5));
        await Node.DisposeAsync();
        await _journal.DisposeAsync();
        _venues.Dispose();
        _wire.Dispose();
    }

    private string Happened() => string.Join('\n', _happened.Select(it => $"{it.Key} {it.Event}"));

    private void On(PositionHappened happened)
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

/// <summary>What differs between runs of a whole node in tests.</summary>
internal sealed record RunningNodeSetting
{
    public AdoptPolicy Adopt { get; init; } = AdoptPolicy.ProtectOnly;
    public Domain.Exchange Venue { get; init; } = Domain.Exchange.Binance;
    public bool Hedge { get; init; }
    public bool Isolated { get; init; } = true;

    /// <summary>Null: as the account is configured.</summary>
    public bool? ExchangeHedge { get; init; }
    public decimal? HardLoss { get; init; }
    public bool StopFirst { get; init; }
    public bool Live { get; init; }
    public TimeSpan SyncEvery { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>What the node has instead of its journal.</summary>
    public Func<IJournal, IJournal> Journal { get; init; } = static real => real;

    /// <summary>What stands between the node and its wire.</summary>
    public Func<IWire, IWire> Wire { get; init; } = static real => real;
    public CancellationToken Stop { get; init; }

    /// <summary>Further accounts beside the one under test.</summary>
    public Func<SimulatorHost, IEnumerable<AccountSettings>> Others { get; init; } = static _ => [];

    /// <summary>What a hand does at the exchange before the node starts.</summary>
    public Action<Trading.Simulator.Exchange> Before { get; init; } = static _ => { };

    /// <summary>What is different about the exchange.</summary>
    public Func<SimulatorOptions, SimulatorOptions> Change { get; init; } = static options => options;
}
