using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Gateways;
using Trading.Node.Configuration;
using Trading.Node.Gateways;
using Trading.Node.Operators;
using Trading.Node.Orders;
using Trading.Node.Positions;
using Trading.Node.Signals;
using Trading.Node.Waves;
using Trading.Node.Accounts;
using Trading.Node.Hosting;
using Trading.Node.Journal;

namespace Trading.Node;

/// <summary>The composition root: a node made of its parts, without any server. API, pages and console look at it from outside.</summary>
public sealed class TradingNode : IAsyncDisposable
{
    private static readonly TimeSpan RecoverWithin = TimeSpan.FromSeconds(60);

    private readonly NodeDependencies _parts;
    private readonly List<IPriceFeed> _feeds = [];
    private bool _isStopping;

    public TradingNode(NodeDependencies parts)
    {
        _parts = parts;
        Orders = new OrdersUnderWay(parts.Time);
        Board = new PositionBoard(parts.Time);
        Alerts = new AlertBoard(parts.Time, parts.Alerted);
        Actors = new NodeActorSystem(
            new NodeSetup
            {
                Time = parts.Time,
                Scheduler = parts.Scheduler,
                Failed = Failed,
                Refused = Refused,
                Log = parts.Log,
                IdleTime = parts.IdleTime,
            },
            parts.Actors);
        Positions = Actors.SpawnRegion<PositionKey>("positions", static key => key.Stream, static stream => PositionKey.Parse(stream["position/".Length..]),
            key => new PositionActor(key, DependenciesOf(key)));
        Waves = new WaveDirectory(
            Actors.SpawnRegion<WaveKey>("waves", static key => key.Stream, OfStream, key => new WaveActor(key, WaveDependenciesOf(key))), parts.Journal);
        var prices = new Dictionary<Exchange, PriceRouter>();
        foreach (var account in parts.Settings.Accounts)
        {
            if (!prices.TryGetValue(account.Exchange, out var router))
            {
                _feeds.Add(parts.OpenPrices(account));
                prices.Add(account.Exchange, router = new PriceRouter(_feeds[^1], parts.Time, Silent));
            }

            Accounts.Add(account.Id, new NodeAccount(this, parts, account, router));
        }

        Prices = prices;
        RejectedSignals = new RejectedSignals(letter =>
        {
            parts.Log($"dead letter from {letter.Source}: {letter.Kind}: {letter.Reason}");
            parts.KeepRejectedSignal(letter);
        });
        SignalReader = new SignalReader(new SignalRouting(
            parts.Settings.Accounts.ToDictionary(account => account.Id, account => account.Exchange), parts.Settings.Routes));
        SignalTally = new SignalTally(parts.Meters);
        Intake = new SignalIntake(Waves, RejectedSignals, SignalTally, parts.Time);
    }

    public NodeSettings Settings => _parts.Settings;
    public PositionBoard Board { get; }
    public AlertBoard Alerts { get; }
    public NodeActorSystem Actors { get; }
    public Region<PositionKey> Positions { get; }
    public WaveDirectory Waves { get; }

    /// <summary>The one door for signals.</summary>
    public SignalIntake Intake { get; }
    public SignalReader SignalReader { get; }
    public RejectedSignals RejectedSignals { get; }
    public SignalTally SignalTally { get; }
    public IReadOnlyDictionary<Exchange, PriceRouter> Prices { get; }
    public SortedDictionary<AccountId, NodeAccount> Accounts { get; } =
        new(Comparer<AccountId>.Create(static (a, b) => string.CompareOrdinal(a.Value, b.Value)));

    /// <summary>Positions that the journal held at the start, and that are looked after again.</summary>
    public int Resumed { get; private set; }

    /// <summary>True once <see cref="StopEntries"/> was called.</summary>
    public bool IsStopping => Volatile.Read(ref _isStopping);

    public OrdersUnderWay Orders { get; }

    /// <summary>Every account has handed out a snapshot since the start.</summary>
    public bool IsReconciled => Accounts.Values.All(account => account.Ledger.Rounds > 0);

    /// <summary>
    /// Symbols first, for nothing can be rounded without them; then what the journal holds; then the ears. Waits for the
    /// exchange as long as it takes: positions cannot be looked after without it.
    /// </summary>
    public async Task Start(CancellationToken stop)
    {
        foreach (var account in Accounts.Values) await account.ReadSymbols(stop);
        foreach (var (exchange, prices) in Prices)
            Actors.Spawn($"prices/{exchange.Id()}", () => new LongRunningActor($"prices/{exchange.Id()}", "price feed", prices.Run));
        foreach (var account in Accounts.Values)
        {
            account.OpenAccount(Waves);
            if (await Recover(account.Settings.Id, stop)) account.PositionsAreRead();
            Resumed += Board.Active.Count(view => view.Key.Account == account.Settings.Id);
            account.OpenSession();
            foreach (var wave in await FromJournal(account.Settings.Id, () => Waves.Newest(account.Settings.Id, _parts.Time.NowUtc()), stop)) Waves.Wake(wave);
        }
    }

    /// <summary>Asks a position; the command id makes the request safe to repeat.</summary>
    /// <exception cref="TimeoutException">Neither the position nor its journal answered: what became of it is unknown.</exception>
    public async Task<PositionAnswer> Ask(PositionKey key, PositionInput command, string commandId, TimeSpan deadline) =>
        await Positions.AskWithin<PositionAnswer>(key, new PositionMessage.Asked(command, commandId), deadline);

    /// <summary>From here on nothing is entered, and nothing is begun that is not needed; what protects goes on.</summary>
    public void StopEntries() => Volatile.Write(ref _isStopping, true);

    /// <summary>
    /// Stops the actors and closes nothing: what is open stays open behind its stop. What they have decided by then is sent
    /// and answered, within the same deadline.
    /// </summary>
    public async Task Stop(TimeSpan deadline)
    {
        var began = _parts.Time.GetTimestamp();
        try
        {
            await Actors.StopAll(deadline);
        }
        catch (TimeoutException e)
        {
            _parts.Log($"stopping: {e.Message}");
        }

        if (!await Orders.AllAnswered(deadline - _parts.Time.GetElapsedTime(began)))
            _parts.Log($"stopping: {Orders.Count} orders were not answered");
        Orders.Abandon();
    }

    public async ValueTask DisposeAsync()
    {
        Orders.Abandon();
        await Actors.DisposeAsync();
        foreach (var account in Accounts.Values) await account.DisposeAsync();
        foreach (var feed in _feeds) await feed.DisposeAsync();
    }

    /// <summary>Without the journal nothing is known: a node that starts while it is away waits for it.</summary>
    private Task<IReadOnlyList<T>> FromJournal<T>(AccountId account, Func<Task<IReadOnlyList<T>>> read, CancellationToken stop) => JournalTimeouts.Read(
        read, why => Alerts.Raise("JournalSilent", account.Value, $"{account} is not looked after yet: {why}"), _parts.Time, stop);

    /// <returns>True: every position of the account was read.</returns>
    private async Task<bool> Recover(AccountId account, CancellationToken stop)
    {
        var all = true;
        var streams = await FromJournal(account, () => _parts.Journal.Streams($"position/{account}/"), stop);
        var awake = new List<(PositionKey Key, Task Read)>(streams.Count);
        foreach (var stream in streams)
            if (PositionKey.TryParse(stream["position/".Length..], out var key))
                awake.Add((key, Positions.AskWithin<PositionMessage.Awake>(key, new PositionMessage.Awake(), RecoverWithin)));
        foreach (var (key, read) in awake)
        {
            try
            {
                await read.WaitAsync(stop);
            }
            catch (Exception e) when (e is TimeoutException or ActorStoppedException)
            {
                all = false;
                if (Board.Find(key) is null) Board.LeaveAlone(key, e.Message);
                Alerts.Raise("NotRecovered", account.Value, $"{account} takes no entries: {e.Message}");
            }
        }

        return all;
    }

    private PositionDependencies DependenciesOf(PositionKey key) =>
        Accounts.TryGetValue(key.Account, out var account)
            ? account.PositionDependencies
            : throw new InvalidOperationException($"{key}: there is no account {key.Account} in the configuration");

    private WaveDependencies WaveDependenciesOf(WaveKey key) =>
        Accounts.TryGetValue(key.Account, out var account) && account.WaveDependencies is { } parts
            ? parts
            : throw new InvalidOperationException($"{key.Stream}: there is no account {key.Account} that takes signals");

    private void Silent(Symbol symbol) =>
        Alerts.Raise("PricesSilent", symbol.Value, $"no mark price of {symbol} for 5 s: its stop does not trail until prices come again");

    private static WaveKey OfStream(string stream) => WaveKey.TryParseStream(stream, out var key)
        ? key
        : throw new FormatException($"{stream} is no stream of a wave");

    private void Refused(ReportRefused refused)
    {
        var account = Accounts.Values.FirstOrDefault(account => refused.Actor == $"account/{account.Settings.Id}");
        if (account is not null && refused.Report is AccountMessage.Told told) account.CouldNotTake(told);
        else _parts.Log(refused.ToString());
    }

    private void Failed(ActorFailure failure)
    {
        _parts.Log($"{failure.Actor} failed during {failure.During} ({failure.InARow} in a row): {failure.Exception}");
        if (failure.During == "Undelivered" && failure.RestartIn is null) return;
        Alerts.Raise("ActorFailed", failure.Actor, $"{failure.Actor} failed and starts again: {failure.Exception.Message}");
    }
}
