using System.Collections.Concurrent;
using System.Globalization;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Journal.Postgres;
using Trading.Journal.Sqlite;
using Trading.Node;
using Trading.Node.Configuration;
using Trading.Node.Operators;
using Trading.Node.Positions;
using Trading.Simulator;
using Trading.Simulator.Market;

namespace Trading.Lab.Replay;

/// <summary>
/// One scenario being played: clock, exchange, data folder, the node's lives, and what has been judged so far. Time runs
/// as fast as real time while orders are under way and faster where nothing but waiting happens.
/// </summary>
public sealed class ScenarioRun : IAsyncDisposable
{
    /// <summary>Deadlines of 3 s stay 150 ms of real time.</summary>
    public const double Fast = 20;

    /// <summary>Where milliseconds are judged: those of a machine that is late count a fifth, those of the node in full.</summary>
    public const double Slow = 0.2;
    private const string MemoryFolder = "/dev/shm";
    private const long MemoryRoom = 1L << 30;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan SoonWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AskWithin = TimeSpan.FromSeconds(30);

    private readonly string _folder;
    private readonly List<Check> _checks = [];
    private readonly Timelines _timelines;
    private IMonitoringReader _monitoring;
    private string? _database;
    private readonly List<SignalFeed> _feeds = [];
    private readonly ConcurrentQueue<Alert> _alerts = new();
    private readonly TimeProvider _real;
    private readonly SimulatorHost _simulator;
    private readonly IReadOnlyList<VoidCheck> _voids;
    private RunningNode? _node;
    private int _commands;

    private ScenarioRun(
        ScenarioSetting setting, TimeProvider real, ScaledTimeProvider clock, SimulatorHost simulator, string? database,
        Domain.Exchange on, IReadOnlyList<VoidCheck> voids)
    {
        (Setting, _real, Clock, _simulator, _database, _voids) = (setting, real, clock, simulator, database, voids);
        Exchange = new ScenarioExchange(simulator, AccountId.Parse(on.Id()), on, "0001");
        Second = SecondOf(setting, simulator, on);
        _folder = NewFolder();
        _timelines = new Timelines(clock);
        _monitoring = ReaderOf(database);
    }

    public ScenarioSetting Setting { get; }
    public ScaledTimeProvider Clock { get; }

    /// <summary>The exchange that the scenario is played on, as the first account meets it.</summary>
    public ScenarioExchange Exchange { get; }

    /// <summary>As the second account meets it, which may be on the other one.</summary>
    public ScenarioExchange? Second { get; }

    /// <summary>Both, or the one there is.</summary>
    public IReadOnlyList<ScenarioExchange> Accounts => Second is null ? [Exchange] : [Exchange, Second];
    public Domain.Exchange Venue => Exchange.Venue;

    /// <summary>The first account.</summary>
    public AccountId Account => Exchange.Account;

    /// <summary>What happens to the node's journal.</summary>
    internal JournalTrouble Journal { get; } = new();
    public DateTime NowUtc => Clock.GetUtcNow().UtcDateTime;
    public IReadOnlyList<Check> Checks => _checks;

    /// <summary>Each position's way, and what the operator was alerted of.</summary>
    public IReadOnlyList<string> Story => [.. _timelines.Lines(), .. _alerts.Select(alert => $"alert {alert.Kind} {alert.Subject}: {alert.Text}")];
    public IEnumerable<Alert> Alerts => _alerts;
    public TradingNode Node => Living.Node;
    public RunningNode Living => _node ?? throw new InvalidOperationException("no node is running at this point of the scenario");

    /// <summary>An exchange and a reconciled node.</summary>
    /// <param name="database">Connection string of an empty PostgreSQL database; null: SQLite in the data folder.</param>
    /// <param name="voids">Checks that are not judged on that exchange.</param>
    public static async Task<ScenarioRun> Start(
        ScenarioSetting setting, TimeProvider real, string? database = null, Domain.Exchange on = Domain.Exchange.Binance,
        IEnumerable<VoidCheck>? voids = null)
    {
        var clock = new ScaledTimeProvider(real, speed: 1, new DateTimeOffset(setting.StartUtc));
        var market = setting.Market ?? ManualMarketOf(setting);
        var exchange = await SimulatorHost.Start(
            new SimulatorOptions
            {
                Port = 0, Market = _ => market, Venue = setting.Venue, Binance = setting.Binance, Bybit = setting.Bybit,
            },
            clock);
        var run = new ScenarioRun(setting, real, clock, exchange, database, on, [.. voids ?? []]);
        try
        {
            foreach (var name in setting.Feeds) run._feeds.Add(await SignalFeed.Start(name, clock));
            await run.StartNode();
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    public PositionKey KeyOf(string symbol, ScenarioExchange? at = null) => new((at ?? Exchange).Account, Symbol.Parse(symbol));

    // The node

    public async Task StartNode()
    {
        _node = await RunningNode.Start(Settings(), Clock, parts => Journal.Into(Setting.Change(parts)) with
        {
            IdleTime = Setting.IdleTime,
            Happened = happened =>
            {
                parts.Happened(happened);
                _timelines.On(happened);
            },
            Alerted = alert =>
            {
                parts.Alerted(alert);
                _alerts.Enqueue(alert);
            },
        });
        await Until("the node has handed out its first snapshot", () => Node.IsReconciled);
        Living.StartFeeds();
        await Until("the node listens to every feed", () => _feeds.TrueForAll(feed => feed.Listeners > 0));
    }

    public async Task StopNode()
    {
        await Living.Stop();
        _node = null;
    }

    public async Task KillNode()
    {
        await Living.DisposeAsync();
        _node = null;
    }

    /// <summary>Where a node keeps its journal; another may look once it has ended.</summary>
    public string DataFolder => Path.Combine(_folder, "data");

    /// <summary>The journal of a node that does not run.</summary>
    public async Task<IJournal> OpenJournal() => _database is null
        ? SqliteJournal.Open(Path.Combine(DataFolder, "journal.db"), Clock, NoJournal)
        : await PostgresJournal.Open(_database, Clock, NoJournal);

    /// <summary>The next life of the node keeps its journal there.</summary>
    /// <param name="database">Connection string; null: the data folder.</param>
    public void MoveTo(string? database) => (_database, _monitoring) = (database, ReaderOf(database));

    /// <summary>What a node that does not run has kept is thrown away: the next one begins a journal of its own.</summary>
    public async Task ForgetJournal()
    {
        Directory.Delete(DataFolder, recursive: true);
        if (_database is not null) await ReplayDatabases.Empty(_database);
    }

    private IMonitoringReader ReaderOf(string? database) => database is null
        ? new SqliteMonitoringReader(DataFolder)
        : new PostgresMonitoringReader(database);

    private static JournalId NoJournal() => throw new InvalidOperationException("the node has left no journal");

    /// <summary>A snapshot of the account that begins now, as after a doubt; returns when it has been handed out.</summary>
    public async Task Sync()
    {
        var account = Node.Accounts[Account];
        var begun = account.Ledger.ReadsBegun;
        account.Reconcile("the scenario asks for it");
        await Until("a snapshot was handed out", () => account.Ledger.NewestRead > begun);
        await Pass(TimeSpan.FromSeconds(3), speed: 10); // its targeted checks read twice, 500 ms apart
    }

    /// <summary>
    /// After the start of a node, or of a session of its stream, the account is read again once reads have caught up. What
    /// happens while that is still to come may be found by it; what happens after it is found by the path of the scenario.
    /// </summary>
    public async Task UntilCaughtUp()
    {
        await Pass(PositionRow.LagsAtMost);
        await Sync();
    }

    // Wishes

    /// <summary>
    /// One entry of the setting's size, as a selected signal asks for it. Where a snapshot does not name what is flat, the
    /// symbol is asked for first, as at its first sight in a wave.
    /// </summary>
    /// <param name="at">The account; null: the first.</param>
    public async Task<PositionAnswer> Open(string symbol, Domain.Side side, ScenarioExchange? at = null)
    {
        var key = KeyOf(symbol, at);
        var mark = Exchange.MarkOf(symbol);
        var rules = Contracts.Of(symbol);
        var quantity = decimal.Floor(Setting.Notional / mark / rules.StepSize) * rules.StepSize;
        var command = string.Create(CultureInfo.InvariantCulture, $"replay-{++_commands}");
        var want = new PositionInput.OpenPosition(command, "replay", side, quantity, mark, Setting.Plan);
        for (var began = Clock.GetTimestamp(); ; await Look())
        {
            var answer = await Node.Ask(key, want, command, AskWithin);
            var unnamed = answer is { Verdict: Verdict.Denied, Note: "key_in_doubt" } && Clock.GetElapsedTime(began) < AskWithin;
            if (!unnamed) return answer;
            Node.Accounts[key.Account].Prepare(key.Symbol);
        }
    }

    /// <summary>Prepared as at its first sight in a wave, before a scenario makes questions fail.</summary>
    public Task Know(string symbol)
    {
        Node.Accounts[Account].Prepare(Symbol.Parse(symbol));
        return Until($"{symbol} is known to be flat or held", () => Node.Accounts[Account].Observations.Names(KeyOf(symbol)));
    }

    /// <summary>Opened and behind a stop that the exchange knows.</summary>
    public async Task OpenProtected(string symbol, Domain.Side side, ScenarioExchange? at = null)
    {
        await Open(symbol, side, at);
        await UntilProtected(symbol, at: at);
    }

    public Task UntilProtected(string symbol, double speed = 1, ScenarioExchange? at = null) => Until(
        $"{symbol} is open behind a stop",
        () => Living.View(KeyOf(symbol, at)) is { IsProtected: true, Holding.Quantity: var quantity }
            && quantity == Math.Abs((at ?? Exchange).Held(symbol)), speed);

    public Task UntilFlat(string symbol, double speed = 1) => Until(
        $"{symbol} is known to be flat", () => Living.View(KeyOf(symbol)) is { State: PositionState.Flat { Last: not null } }, speed);

    public SignalFeed Feed(string name) => _feeds.First(feed => feed.Name == name);

    // Waiting

    /// <summary>Waits for a condition, with a deadline on the scenario's clock.</summary>
    /// <param name="speed">Of the clock while waiting.</param>
    /// <exception cref="NeverHappenedException">It did not come within the time.</exception>
    public Task Until(string what, Func<bool> isTrue, double speed = 1, TimeSpan? within = null) =>
        UntilAsync(what, () => Task.FromResult(isTrue()), speed, within);

    /// <inheritdoc cref="Until"/>
    public async Task UntilAsync(string what, Func<Task<bool>> isTrue, double speed = 1, TimeSpan? within = null)
    {
        var deadline = within ?? TimeSpan.FromSeconds(30 * speed);
        var began = Clock.GetTimestamp();
        Clock.Speed = speed;
        try
        {
            while (!await isTrue())
            {
                if (Clock.GetElapsedTime(began) > deadline) throw new NeverHappenedException(what, deadline);
                await LookAtPace(speed);
            }
        }
        finally
        {
            Clock.Speed = 1;
        }
    }

    /// <summary>A moment of real time between two looks, whatever the speed.</summary>
    public Task Look() => Task.Delay(LookEvery * Clock.Speed, Clock);

    /// <summary>
    /// On a machine that is late with everybody's timers the clock slows down: else its seconds would be too short for
    /// what a node has to do in them.
    /// </summary>
    /// <param name="speed">Of the clock while nobody is late.</param>
    public async Task LookAtPace(double speed)
    {
        if (Clock.Speed > speed) Clock.Speed = speed;
        var began = _real.GetTimestamp();
        await Look();
        var pace = _real.GetElapsedTime(began) > Late ? Math.Max(Math.Min(1, speed), Clock.Speed / 2) : Math.Min(speed, Clock.Speed * 1.25);
        if (pace != Clock.Speed) Clock.Speed = pace;
    }

    /// <summary>Lets the scenario's clock come to a time.</summary>
    public Task UntilTime(DateTime atUtc, double speed = Fast) => Until(
        string.Create(CultureInfo.InvariantCulture, $"it is {atUtc:HH:mm:ss}"), () => NowUtc >= atUtc, speed,
        atUtc - NowUtc + TimeSpan.FromMinutes(1));

    /// <summary>Lets the scenario's clock run on.</summary>
    public Task Pass(TimeSpan time, double speed = Fast) => UntilTime(NowUtc + time, speed);

    // Judging

    public void Check(string name, bool passed, string detail) =>
        _checks.Add(_voids.FirstOrDefault(rule => rule.Name == name) is { } rule ? Replay.Check.Void(rule) : new Check(name, passed, detail));

    /// <summary>What the exchange leaves nothing to judge of, and was not come by.</summary>
    public void CloseVoids()
    {
        foreach (var rule in _voids.Where(rule => _checks.TrueForAll(check => check.Name != rule.Name))) _checks.Add(Replay.Check.Void(rule));
    }

    private bool IsVoid(string name) => _voids.Any(rule => rule.Name == name);

    public void CheckEqual<T>(string name, T expected, T actual) => Check(
        name, EqualityComparer<T>.Default.Equals(expected, actual),
        string.Create(CultureInfo.InvariantCulture, $"{actual}, expected {expected}"));

    /// <summary>The rows of a statement on <c>monitoring.*</c>; waits a little, for tables follow the journal.</summary>
    public Task CheckRows(string name, string sql, params string[] expected) => CheckSql(
        name, sql, rows => rows.SequenceEqual(expected, StringComparer.Ordinal), Listed(expected));

    /// <summary>How many rows the statement returns.</summary>
    public Task CheckCount(string name, string sql, int expected) => CheckSql(
        name, sql, rows => rows.Count == expected, string.Create(CultureInfo.InvariantCulture, $"{expected} rows"));

    /// <summary>Holds now or within a moment, and not for want of rows that are still to come.</summary>
    public async Task CheckSoon(string name, Func<(bool Holds, string Found)> look)
    {
        var (holds, found) = look();
        for (var began = Clock.GetTimestamp(); !holds && !IsVoid(name) && Clock.GetElapsedTime(began) < SoonWithin; await Look())
            (holds, found) = look();
        Check(name, holds, found);
    }

    private Task CheckSql(string name, string sql, Func<IReadOnlyList<string>, bool> holds, string expected) => CheckSoon(name, () =>
    {
        if (!_monitoring.HasCaughtUp) return (false, "the tables lag behind the journal");
        var rows = Rows(sql);
        return holds(rows) ? (true, Listed(rows)) : (false, $"{Listed(rows)}, expected {expected}");
    });

    public IReadOnlyList<string> Rows(string sql) => _monitoring.Read(sql) ?? [];

    private static string Listed(IReadOnlyList<string> rows) => rows.Count == 0 ? "no row" : string.Join("; ", rows);

    public async ValueTask DisposeAsync()
    {
        if (_node is not null) await _node.DisposeAsync();
        foreach (var feed in _feeds) await feed.DisposeAsync();
        await _simulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>
    /// In memory where the system has that with room: a disk that stalls for half a second is ten seconds of a clock that
    /// runs twenty times as fast, and none of what a scenario is about.
    /// </summary>
    private static string NewFolder() => Directory.Exists(MemoryFolder) && new DriveInfo(MemoryFolder).AvailableFreeSpace > MemoryRoom
        ? Directory.CreateDirectory(Path.Combine(MemoryFolder, $"trading-replay-{Path.GetRandomFileName()}")).FullName
        : Directory.CreateTempSubdirectory("trading-replay-").FullName;

    private static ManualMarket ManualMarketOf(ScenarioSetting setting)
    {
        var market = new ManualMarket(setting.Prices.Select(price => Contracts.Of(price.Symbol)));
        foreach (var (symbol, mark) in setting.Prices) market.Set(setting.StartUtc, symbol, mark);
        return market;
    }

    private NodeSettings Settings() => new()
    {
        Data = Path.Combine(_folder, "data"),
        Postgres = _database is null ? null : new PostgresSettings(_database),
        Port = 0,
        StopFirst = Setting.StopFirst,
        Feeds = [.. _feeds.Select(feed => new FeedAddress(feed.Name, feed.Address))],
        Accounts = [.. Accounts.Select(SettingsOf)],
    };

    private AccountSettings SettingsOf(ScenarioExchange at) => new(at.Account, at.Venue)
    {
        Url = at.Address,
        ApiKey = at.Key,
        ApiSecret = at.Secret,
        Adopt = Setting.Adopt,
        Risk = AccountPolicy.Default with { Notional = Setting.Notional, Plan = Setting.Plan },
    };

    private static ScenarioExchange? SecondOf(ScenarioSetting setting, SimulatorHost simulator, Domain.Exchange on)
    {
        var other = on is Domain.Exchange.Bybit ? Domain.Exchange.Binance : Domain.Exchange.Bybit;
        return setting.Second switch
        {
            SecondAccount.SameExchange => new ScenarioExchange(simulator, AccountId.Parse($"{on.Id()}-2"), on, "0002"),
            SecondAccount.OtherExchange => new ScenarioExchange(simulator, AccountId.Parse(other.Id()), other, "0001"),
            _ => null,
        };
    }
}
