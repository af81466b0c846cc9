using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Gateways;
using Trading.Node.Accounts;
using Trading.Node.Configuration;
using Trading.Node.Gateways;
using Trading.Node.Metrics;
using Trading.Node.Positions;
using Trading.Node.Probe;
using Trading.Node.Reconcile;
using Trading.Node.Waves;
using Trading.Node.Hosting;
using Akka.Actor;

namespace Trading.Node;

/// <summary>The parts of one account, made and joined.</summary>
public sealed class NodeAccount : IAsyncDisposable
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <summary>Syncs that leverage and margin mode are relied on without being read: every sync reads them, and takes its time.</summary>
    private const double SettingsTrustedFor = 1.125;

    /// <summary>A wish to enter that is not decided sooner is stale: its position waited, most likely for the journal.</summary>
    private static readonly TimeSpan EntryDecidedWithin = TimeSpan.FromSeconds(2);

    /// <summary>The protection deadline is 3 s: what waits for the rules of its symbol goes on without them then.</summary>
    private static readonly TimeSpan RulesToldWithin = TimeSpan.FromSeconds(2);

    private static readonly AccountStatus NotRead =
        new(AccountMode.Reducing, "node", "the journal of the account is being read", null, null, "No entries yet.");

    private readonly TradingNode _node;
    private readonly NodeDependencies _parts;
    private readonly AccountGateway _gateway;
    private readonly PriceRouter _prices;
    private readonly PositionMeters _meters;
    private readonly PositionNews _news;
    private readonly PreparedSymbols _prepared;
    private IActorRef? _session;
    private IActorRef? _account;
    private WaveDirectory? _waves;
    private AccountView? _view;
    private ProbeReport? _probe;
    private volatile bool _positionsRead;
    private int _foreignConditionalOrders;

    internal NodeAccount(TradingNode node, NodeDependencies parts, AccountSettings settings, PriceRouter prices)
    {
        (_node, _parts, _prices, Settings) = (node, parts, prices, settings);
        _gateway = parts.OpenAccount(settings);
        Untraded = new UntradedPositions(settings.Id, node.Alerts);
        _prepared = new PreparedSymbols(
            new AccountSetting(null, settings.Risk.Leverage, settings.Isolated), parts.Settings.SyncEvery * SettingsTrustedFor, parts.Time);
        _meters = new PositionMeters(settings.Id, parts.Time, parts.Meters);
        _news = new PositionNews(node.Board, node.Alerts, parts.Time, Tell, message => TellSession(message));
        Readiness = new EntryReadiness
        {
            Account = settings,
            Symbols = Symbols,
            Observations = Observations,
            Board = node.Board,
            Prepared = _prepared,
            Prices = prices,
            Sender = _gateway.Sender,
            Time = parts.Time,
            LastProbe = () => LastProbe,
            IsStopping = () => node.IsStopping,
            Prepare = symbol => Prepare(symbol),
        };
        Ledger = new ReconcileLedger(
            parts.Meters.Corrected, why => _gateway.Session.Distrust(why));
        PositionDependencies = new PositionDependencies
        {
            Account = settings.Id,
            Time = parts.Time,
            NewId = parts.NewId,
            Journal = parts.Journal,
            Meters = parts.Meters,
            Lease = parts.Lease,
            Sender = _gateway.Sender,
            Session = _gateway.Session,
            Symbols = Symbols,
            Observations = Observations,
            Prices = prices,
            Policy = parts.Settings.PolicyOf(settings, parts.Journal.Id),
            Decide = parts.Decide,
            Board = node.Board,
            Alerts = node.Alerts,
            IsHalted = () => Status.Mode is AccountMode.Halted,
            AllowsStopFirst = () => LastProbe is { AllowsStopFirst: true },
            ReadRules = ReadRules,
            IsStopping = () => node.IsStopping,
            Orders = node.Orders,
            TellAccount = (key, news, state) => Tell(new AccountInput.PositionTold(news, PositionFactsOf.State(key, state))),
            Happened = Happened,
            ProtectedAhead = ProtectedAhead,
        };
    }

    public AccountSettings Settings { get; }
    public SymbolBook Symbols { get; } = new();
    public ObservationsBook Observations { get; } = new();
    public UntradedPositions Untraded { get; }
    public ReconcileLedger Ledger { get; }

    /// <summary>Whether a symbol may be entered now, and what its market says.</summary>
    public EntryReadiness Readiness { get; }

    /// <summary>Open conditional orders: what the last snapshot counted of others, and what rests of ours now.</summary>
    public int ConditionalOrders => Volatile.Read(ref _foreignConditionalOrders)
        + _node.Board.All.Where(view => view.Key.Account == Settings.Id).Sum(view => view.StopsResting);

    /// <summary>State, book, status and the day's net; null until its journal has been read.</summary>
    public AccountView? View => Volatile.Read(ref _view);

    /// <summary>What the venue probe found last; null: it has not ended yet.</summary>
    public ProbeReport? LastProbe => Volatile.Read(ref _probe);

    /// <summary>Runs the probe now, or waits for the run under way.</summary>
    public async Task<ProbeReport> Examine(bool withOrders, TimeSpan deadline)
    {
        if (_session is not { } session) throw new InvalidOperationException("the session of the account takes no messages now");
        return await _node.Actors.AskWithin<ProbeReport>(session, new SessionMessage.ProbeWanted(withOrders), deadline);
    }

    /// <summary>Net realised since 00:00 UTC, in quote.</summary>
    public decimal TodayNet => View is { State: var state } && state.DayUtc == _parts.Time.NowUtc().Date ? state.Realized : 0;

    /// <summary>What the account allows. Nothing is allowed before its journal has been read.</summary>
    public AccountStatus Status => View?.Status ?? NotRead;
    public StreamHealth Health => _gateway.Session.Health;

    /// <inheritdoc cref="IAccountSession.SilentFor"/>
    public TimeSpan StreamSilentFor => _gateway.Session.SilentFor;

    /// <inheritdoc cref="IAccountSession.ClockAhead"/>
    public TimeSpan ClockAhead => _gateway.Session.ClockAhead;
    public long EventsHeard => _gateway.Session.EventsHeard;
    internal PositionDependencies PositionDependencies { get; }

    /// <summary>Before anything else; again and again until the exchange answers.</summary>
    public async Task ReadSymbols(CancellationToken stop)
    {
        while (true)
        {
            var answer = await _gateway.Session.ReadSymbols(stop);
            if (answer is Done<IReadOnlyList<SymbolRules>> done)
            {
                Symbols.Replace(done.Value);
                return;
            }

            stop.ThrowIfCancellationRequested();
            _node.Alerts.Raise("ExchangeSilent", Settings.Id.Value, $"{Settings.Id}: the exchange does not tell its symbols: {answer}");
            await Task.Delay(AskAgain, _parts.Time, stop);
        }
    }

    /// <summary>
    /// The account first, then what its waves left undone. Positions must have been recovered: their facts are its slots.
    /// </summary>
    internal void OpenAccount(WaveDirectory waves)
    {
        _waves = waves;
        var account = new AccountDependencies
        {
            Account = Settings.Id,
            Policy = Settings.Risk,
            Journal = _parts.Journal,
            Epoch = _parts.Lease.Epoch,
            Time = _parts.Time,
            NewId = _parts.NewId,
            ReadPositions = _ => Task.FromResult(Facts()),
            Show = view => Volatile.Write(ref _view, view),
            Announce = standing => _parts.Log($"{Settings.Id}: {standing.Text}"),
            Alert = (text, page) => _node.Alerts.Raise(page ? "AccountPage" : "Account", Settings.Id.Value, text),
            JournalSilent = JournalSilent,
        };
        _account = _node.Actors.Spawn($"account/{Settings.Id}", () => new AccountActor(account), NodeActorSystem.AccountMailbox);
        WaveDependencies = new WaveDependencies
        {
            Policy = _parts.Settings.Waves,
            Journal = _parts.Journal,
            Epoch = _parts.Lease.Epoch,
            Time = _parts.Time,
            NewId = _parts.NewId,
            Barred = Readiness.Barred,
            ClockAhead = () => ClockAhead,
            CountDenied = _node.SignalTally.Refused,
            Closing = new CloseCoordinator(new CloseDependencies
            {
                Policy = Settings.Risk,
                Journal = _parts.Journal,
                AskPosition = AskPosition,
                IsHalted = () => Status.Mode is AccountMode.Halted,
                MayBeHeld = key => Symbols.Find(key.Symbol) is not null || _node.Board.Find(key) is not null,
            }),
            Desk = new EntryCoordinator(new EntryDependencies
            {
                AskAccount = (slot, within) => AskAccount(slot, within),
                TellAccount = Tell,
                Policy = Settings.Risk,
                Journal = _parts.Journal,
                Unready = Readiness.Unready,
                ViewMarket = Readiness.ViewMarket,
                AsOfNow = Readiness.AsOfNow,
                AskPosition = AskPosition,
            }),
            Prepare = symbol => Prepare(symbol),
            ViewMarket = Readiness.ViewMarket,
            CountDuplicate = _parts.Meters.PreventedDuplicate,
            Alert = (key, text) => _node.Alerts.Raise("WaveStopped", key.Stream, $"{key.Stream}: {text}"),
            JournalSilent = JournalSilent,
        };
    }

    internal WaveDependencies? WaveDependencies { get; private set; }

    /// <summary>All positions that the journal knows have been read.</summary>
    internal void PositionsAreRead() => _positionsRead = true;

    /// <summary>pause, resume, halt, unhalt and the like.</summary>
    /// <exception cref="TimeoutException">No answer in time: whether it was done is unknown.</exception>
    public Task<AccountAnswer> Ask(AccountInput command) => AskAccount(command, AnswerWithin);

    private Task<AccountAnswer> AskAccount(AccountInput command, TimeSpan within) => _account is { } account
        ? _node.Actors.AskWithin<AccountAnswer>(account, new AccountMessage.Asked(command), within)
        : throw new InvalidOperationException("the node has not started yet");

    internal void OpenSession()
    {
        var surroundings = Surroundings();
        _session = _node.Actors.Spawn(
            $"session/{Settings.Id}", () => new AccountSessionActor(surroundings), NodeActorSystem.SessionMailbox);
    }

    /// <summary>A snapshot now, or as soon as the one under way has ended.</summary>
    public bool Reconcile(string why) => TellSession(new SessionMessage.SyncWanted(why));

    /// <summary>Something is tried at the exchange that will be put back: a test stop, a leverage.</summary>
    public bool IsTrying => _prepared.IsAnyParked;

    /// <summary>
    /// What the exchange holds for the account, asked of it now; it needs no actor. A list that names only what is open says
    /// nothing of what it leaves out: each such position is asked for by itself.
    /// </summary>
    /// <param name="held">What this node knows to be held there.</param>
    public async Task<Outcome<AccountSnapshot>> Look(IReadOnlyList<PositionKey> held, CancellationToken stop)
    {
        var read = await _gateway.Session.ReadSnapshot(routine: false, stop);
        if (read is not Done<AccountSnapshot> { Value: var look }) return read;
        var rows = look.Positions.ToDictionary(static row => row.Key, static row => row.Value);
        var missing = held.Where(key => !rows.ContainsKey(key)).Select(async key => (Key: key, Read: await _gateway.Sender.ReadPosition(key, routine: false, stop)));
        foreach (var (key, one) in await Task.WhenAll(missing))
            if (one is Done<PositionRead> { Value.Row: { } row }) rows[key] = row;
        return Outcome.Done(look with { Positions = rows });
    }

    /// <summary>The exchange's rules of its symbols are read now.</summary>
    public bool LookAtSymbols() => TellSession(new SessionMessage.SymbolsWanted());

    /// <summary>They are read anew; false: the exchange did not tell them in time.</summary>
    private async Task<bool> ReadRules(CancellationToken stop)
    {
        if (_session is not { } session) return false;
        try
        {
            var answer = await _node.Actors.AskWithin<SessionMessage.SymbolsAnswer>(session, new SessionMessage.SymbolsWanted(), RulesToldWithin);
            stop.ThrowIfCancellationRequested();
            return answer.Told;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Leverage, margin mode and the known amount of a symbol that may be traded soon.</summary>
    public bool Prepare(Symbol symbol) =>
        Readiness.Barred(symbol) is null && TellSession(new SessionMessage.PrepareWanted(symbol));

    /// <returns>False: the session has not been opened yet.</returns>
    private bool TellSession(SessionMessage message)
    {
        _session?.Tell(message, ActorRefs.NoSender);
        return _session is not null;
    }

    public ValueTask DisposeAsync() => _gateway.Session.DisposeAsync();

    private void Tell(AccountInput input)
    {
        if (input is AccountInput.ConditionalOrdersCounted counted)
            Volatile.Write(ref _foreignConditionalOrders, counted.Count - counted.Ours);
        _account?.Tell(new AccountMessage.Told(input), ActorRefs.NoSender);
    }

    /// <summary>A report did not fit into the mailbox of the account's actor. The next life reads what a stopping node lost.</summary>
    internal void CouldNotTake(AccountMessage.Told report)
    {
        if (_node.IsStopping) return;
        _node.Alerts.Raise("AccountDeaf", Settings.Id.Value, $"the actor of account {Settings.Id} could not take {report.Input.GetType().Name}");
    }

    /// <summary>Of every position of the account, flat ones included; null: not all have been read.</summary>
    private IReadOnlyList<PositionFacts>? Facts() => _positionsRead
        ? [.. _node.Board.All.Where(view => view.Key.Account == Settings.Id).Select(view => PositionFactsOf.State(view.Key, view.State))]
        : null;

    private async Task<PositionVerdict> AskPosition(PositionKey key, PositionInput command, string commandId)
    {
        if (command is PositionInput.OpenPosition open) command = open with { ExpiresUtc = _parts.Time.NowUtc() + EntryDecidedWithin };
        var answer = await _node.Ask(key, command, commandId, AnswerWithin);
        return new PositionVerdict(answer.Verdict, answer.Note);
    }

    private void JournalSilent(string why) => _node.Alerts.Raise(
        "JournalSilent", Settings.Id.Value, $"the journal does not answer ({why}): it is asked again; meanwhile nothing is opened");

    private void ProtectedAhead(PositionKey key, PositionEffect effect)
    {
        _parts.Meters.ProtectiveBeforeJournal.Add(1);
        _node.Alerts.Raise(
            "JournalSilent", Settings.Id.Value,
            $"the journal does not answer: {(effect is PositionEffect.SendClose ? "a close" : "a stop")} of {key} was sent before its event was durable");
    }

    private void Happened(PositionHappened happened)
    {
        Ledger.On(happened);
        _meters.On(happened);
        _parts.Happened(happened);
        _waves?.On(happened.Key, happened.Event, happened.Before);
        _news.On(happened);
    }

    private VenueProbe Probe() => new(new ProbeDependencies
    {
        Account = Settings,
        Gateway = _gateway,
        Symbols = Symbols,
        Prepared = _prepared,
        Time = _parts.Time,
        Live = _parts.Settings.Live,
        StopFirst = PositionDependencies.Policy.StopFirst,
        ReadRules = ReadRules,
        IsHeld = symbol => Settings.Risk.KeysOf(Settings.Id, symbol).Any(Readiness.IsHeld),
        IsOurs = symbol => Settings.Risk.KeysOf(Settings.Id, symbol).Any(key => _node.Board.Find(key) is { Holding: { Policy: null, Quantity: > 0 } }),
        NewTestStop = () => VenueProbe.TestStop(_parts.Journal.Id, _parts.NewId()),
    });

    /// <returns>What is known now, with what this run did not look at.</returns>
    private ProbeReport Probed(ProbeReport report)
    {
        report = report.Beside(LastProbe);
        Tell(new AccountInput.VenueProbed(report.Failure)); // before entries see that the probe has ended
        Volatile.Write(ref _probe, report);
        foreach (var check in report.Checks.Where(check => check.Verdict is not (ProbeVerdict.Passed or ProbeVerdict.Skipped)))
            _parts.Log($"{Settings.Id}: probe {check.Name} {check.Verdict}: {check.Text}{(check.Remedy is { } remedy ? $": {remedy}" : "")}");
        if (report.Failure is { } failure) _node.Alerts.Raise("VenueProbe", Settings.Id.Value, $"{Settings.Id} takes no entries: {failure}");
        return report;
    }

    private SessionDependencies Surroundings()
    {
        var tags = _parts.Settings.TagsOf(_parts.Journal.Id);
        return new SessionDependencies
        {
            Id = Settings.Id,
            Time = _parts.Time,
            Session = _gateway.Session,
            Sender = _gateway.Sender,
            Contracts = _gateway.Contracts,
            Symbols = Symbols,
            Prepared = _prepared,
            Observations = Observations,
            Untraded = Untraded,
            Board = _node.Board,
            Alerts = _node.Alerts,
            Positions = _node.Positions,
            Prices = _prices,
            Ledger = Ledger,
            Reconciler = new Reconciler(Settings.Id, Observations, () => _node.Positions.Keys, tags, _node.Alerts, Ledger, Tell),
            SyncEvery = _parts.Settings.SyncEvery,
            Leverage = Settings.Risk.Leverage,
            Isolated = Settings.Isolated,
            Risk = Settings.Risk,
            KeysOf = symbol => Settings.Risk.KeysOf(Settings.Id, symbol),
            KnownSymbols =
            [
                .. _node.Board.All.Where(view => view.Key.Account == Settings.Id).Select(view => view.Key.Symbol).Distinct(),
            ],
            TellAccount = Tell,
            IsNoted = report => View?.State.HasNoted(report.Cash, report.Symbol) == true,
            Probe = Probe(),
            ProbeWithOrders = _parts.Settings.ProbeOrders || PositionDependencies.Policy.StopFirst,
            Probed = Probed,
            UnknownFrame = kind => _node.Alerts.Raise(
                "UnknownFrame", Settings.Id.Value, $"{Settings.Id}: the user stream tells of '{kind}', which this build does not know"),
            Log = _parts.Log,
        };
    }
}
