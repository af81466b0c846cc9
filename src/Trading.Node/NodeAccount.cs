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
using Trading.Runtime;

namespace Trading.Node;

/// <summary>The parts of one account, made and joined.</summary>
public sealed class NodeAccount : IAsyncDisposable
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <summary>A wish to enter that is not decided sooner is stale: its position waited, most likely for the journal.</summary>
    private static readonly TimeSpan EntryDecidedWithin = TimeSpan.FromSeconds(2);

    private static readonly AccountStanding NotRead =
        new(AccountMode.Reducing, "node", "the journal of the account is being read", null, null, "No entries yet.");

    private readonly TradingNode _node;
    private readonly NodeParts _parts;
    private readonly AccountGateway _gateway;
    private readonly PriceRouter _prices;
    private readonly PositionMeters _meters;
    private readonly PreparedSymbols _prepared = new();
    private ActorRef<SessionMessage>? _session;
    private ActorRef<AccountMessage>? _account;
    private WaveDirectory? _waves;
    private AccountView? _view;
    private ProbeReport? _probe;
    private volatile bool _positionsRead;
    private int _foreignConditionalOrders;

    internal NodeAccount(TradingNode node, NodeParts parts, AccountSettings settings, PriceRouter prices)
    {
        (_node, _parts, _prices, Settings) = (node, parts, prices, settings);
        _gateway = parts.OpenAccount(settings);
        _meters = new PositionMeters(settings.Id, parts.Time, parts.Meters);
        Ledger = new ReconcileLedger(
            parts.Meters.Corrected, why => _gateway.Session.Distrust(why));
        PositionSurroundings = new PositionSurroundings
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
            Sightings = Sightings,
            Prices = prices,
            Policy = parts.Settings.PolicyOf(settings, parts.Journal.Id),
            Decide = parts.Decide,
            Board = node.Board,
            Alerts = node.Alerts,
            IsHalted = () => Standing.Mode is AccountMode.Halted,
            AllowsStopFirst = () => LastProbe is { AllowsStopFirst: true },
            MayEnter = () => node.TakesEntries && parts.Lease.IsValid(),
            TellAccount = (key, news, state) => Tell(new AccountInput.PositionTold(news, PositionFactsOf.State(key, state))),
            Happened = Happened,
            ProtectedAhead = ProtectedAhead,
        };
    }

    public AccountSettings Settings { get; }
    public SymbolBook Symbols { get; } = new();
    public SightingsBook Sightings { get; } = new();
    public ReconcileLedger Ledger { get; }
    /// <summary>Open conditional orders: what the last snapshot counted of others, and what rests of ours now.</summary>
    public int ConditionalOrders => Volatile.Read(ref _foreignConditionalOrders)
        + _node.Board.All.Where(view => view.Key.Account == Settings.Id).Sum(view => view.StopsResting);

    /// <summary>State, book, standing and the day's net; null until its journal has been read.</summary>
    public AccountView? View => Volatile.Read(ref _view);

    /// <summary>What the venue probe found last; null: it has not ended yet.</summary>
    public ProbeReport? LastProbe => Volatile.Read(ref _probe);

    /// <summary>Runs the probe now, or waits for the run under way.</summary>
    public async Task<ProbeReport> Examine(bool withOrders, TimeSpan deadline)
    {
        var found = new TaskCompletionSource<ProbeReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_session?.Tell(new SessionMessage.ProbeWanted(withOrders, report => found.TrySetResult(report))) != true)
            throw new InvalidOperationException("the session of the account takes no messages now");
        return await found.Task.WaitAsync(deadline, _parts.Time);
    }

    /// <summary>Net realised since 00:00 UTC, in quote.</summary>
    public decimal TodayNet => View is { State: var state } && state.DayUtc == _parts.Time.NowUtc().Date ? state.Realized : 0;

    /// <summary>What the account allows. Nothing is allowed before its journal has been read.</summary>
    public AccountStanding Standing => View?.Standing ?? NotRead;
    public StreamHealth Health => _gateway.Session.Health;

    /// <inheritdoc cref="IAccountSession.SilentFor"/>
    public TimeSpan StreamSilentFor => _gateway.Session.SilentFor;
    public long EventsHeard => _gateway.Session.EventsHeard;
    internal PositionSurroundings PositionSurroundings { get; }

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
        var account = new AccountParts
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
        _account = _node.Actors.Spawn(
            $"account/{Settings.Id}", () => new AccountActor(account), new LaneBounds(Reports: 8192, Commands: 1024));
        WaveParts = new WaveParts
        {
            Policy = _parts.Settings.Waves,
            Journal = _parts.Journal,
            Epoch = _parts.Lease.Epoch,
            Time = _parts.Time,
            NewId = _parts.NewId,
            Desk = new OpeningDesk(new OpeningSeams
            {
                Account = _account,
                Policy = Settings.Risk,
                Journal = _parts.Journal,
                Unready = Unready,
                ViewMarket = ViewMarket,
                AskPosition = AskPosition,
            }),
            Prepare = symbol => Prepare(symbol),
            ViewMarket = ViewMarket,
            CountDuplicate = _parts.Meters.PreventedDuplicate,
            Alert = (key, text) => _node.Alerts.Raise("WaveStopped", key.Stream, $"{key.Stream}: {text}"),
            JournalSilent = JournalSilent,
        };
    }

    internal WaveParts? WaveParts { get; private set; }

    /// <summary>All positions that the journal knows have been read.</summary>
    internal void PositionsAreRead() => _positionsRead = true;

    /// <summary>pause, resume, halt, unhalt and the like.</summary>
    /// <exception cref="TimeoutException">No answer in time: whether it was done is unknown.</exception>
    public Task<AccountAnswer> Ask(AccountInput command) => _account is { } account
        ? account.Ask<AccountAnswer>(reply => new AccountMessage.Asked(command, reply), AnswerWithin)
        : throw new InvalidOperationException("the node has not started yet");

    internal void OpenSession()
    {
        var surroundings = Surroundings();
        _session = _node.Actors.Spawn(
            $"session/{Settings.Id}", () => new AccountSessionActor(surroundings), new LaneBounds(Reports: 8192, Commands: 64));
    }

    /// <summary>A snapshot now, or as soon as the one under way has ended.</summary>
    public bool Reconcile(string why) => _session?.Tell(new SessionMessage.SyncWanted(why)) ?? false;

    /// <summary>The exchange's rules of its symbols are read now.</summary>
    public bool LookAtSymbols() => _session?.Tell(new SessionMessage.SymbolsWanted()) ?? false;

    /// <summary>Leverage, margin mode and the known amount of a symbol that may be traded soon.</summary>
    public bool Prepare(Symbol symbol) => _session?.Tell(new SessionMessage.PrepareWanted(symbol)) ?? false;

    /// <summary>
    /// Null where leverage and margin mode are true, or the key itself is held: there they are never touched, and the
    /// position says no. What holds the other side of a hedge holds them too: ours were made true before it was opened.
    /// </summary>
    public OpeningAnswer? Unready(PositionKey key)
    {
        if (LastProbe is not { Concluded: true }) return new OpeningAnswer.NotYet("the venue probe has not ended");
        if (_prepared.Contains(key.Symbol) || IsHeld(key)) return null;
        foreach (var side in Settings.Risk.KeysOf(key.Account, key.Symbol).Where(IsHeld))
            return _node.Board.Find(side) is { Holding.Policy: null }
                ? null
                : new OpeningAnswer.Denied(Reasons.OutsidePosition, $"{side} is held from outside, with leverage and margin mode of its own");
        Prepare(key.Symbol);
        return new OpeningAnswer.NotYet($"leverage and margin mode of {key.Symbol} are still being set");
    }

    private bool IsHeld(PositionKey key) =>
        _node.Board.Find(key) is { State: not PositionState.Flat } || Sightings.AmountOf(key) is not (null or 0);

    /// <summary>What the market says about a symbol: the stream's mark where it is watched, else the exchange is asked.</summary>
    public async Task<MarketView> ViewMarket(Symbol symbol, CancellationToken stop)
    {
        var mark = _prices.PriceOf(symbol);
        if (mark is null && await _gateway.Sender.ReadMark(symbol, stop) is Done<decimal> read) mark = read.Value;
        return new MarketView(mark, Symbols.Find(symbol), _prices.IsDeaf);
    }

    public ValueTask DisposeAsync() => _gateway.Session.DisposeAsync();

    private void Tell(AccountInput input)
    {
        if (input is AccountInput.ConditionalOrdersCounted counted)
            Volatile.Write(ref _foreignConditionalOrders, counted.Count - counted.Ours);
        if (_account is not { } account || account.Tell(new AccountMessage.Told(input))) return;
        _node.Alerts.Raise("AccountDeaf", Settings.Id.Value, $"the actor of account {Settings.Id} could not take {input.GetType().Name}");
    }

    /// <summary>Of every position of the account, flat ones included; null: not all have been read.</summary>
    private IReadOnlyList<PositionFacts>? Facts() => _positionsRead
        ? [.. _node.Board.All.Where(view => view.Key.Account == Settings.Id).Select(view => PositionFactsOf.State(view.Key, view.State))]
        : null;

    private async Task<PositionVerdict> AskPosition(PositionKey key, PositionInput.OpenPosition command, string commandId)
    {
        var expiring = command with { ExpiresUtc = _parts.Time.NowUtc() + EntryDecidedWithin };
        var answer = await _node.Ask(key, expiring, commandId, AnswerWithin);
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
        Ledger.Hear(happened);
        _meters.Hear(happened);
        _parts.Happened(happened);
        _waves?.Hear(happened.Key, happened.Event, happened.Before);
        if (happened.Event is PositionEvent.EntryFailed { Code: var code } && IsFilterError(code)) LookAtSymbols();
        if (happened is { After: PositionState.Flat, Event: PositionEvent.OrderFilled or PositionEvent.FundingBooked })
            Tell(new AccountInput.PositionTold(AccountNews.Closed, PositionFactsOf.State(happened.Key, happened.After)));
        if (happened.Event is PositionEvent.PositionDoubted) Reconcile($"{happened.Key} is in doubt");
    }

    /// <summary>The exchange refused by a filter: our rules of the symbol are old (protocols/binance-usdm, error codes).</summary>
    private static bool IsFilterError(int code) => code is -1111 or -1013 or -4164 or <= -4001 and >= -4030;

    private VenueProbe Probe() => new(new ProbeSurroundings
    {
        Account = Settings,
        Gateway = _gateway,
        Symbols = Symbols,
        Prepared = _prepared,
        Time = _parts.Time,
        Live = _parts.Settings.Live,
        StopFirst = PositionSurroundings.Policy.StopFirst,
        IsHeld = symbol => Settings.Risk.KeysOf(Settings.Id, symbol).Any(IsHeld),
        NewTestStop = () => VenueProbe.TestStop(_parts.Journal.Id, _parts.NewId()),
    });

    private void Probed(ProbeReport report)
    {
        report = report.Beside(LastProbe);
        Tell(new AccountInput.VenueProbed(report.Failure)); // before entries see that the probe has ended
        Volatile.Write(ref _probe, report);
        foreach (var check in report.Checks.Where(check => check.Verdict is not (ProbeVerdict.Passed or ProbeVerdict.Skipped)))
            _parts.Log($"{Settings.Id}: probe {check.Name} {check.Verdict}: {check.Text}{(check.Remedy is { } remedy ? $": {remedy}" : "")}");
        if (report.Failure is { } failure) _node.Alerts.Raise("VenueProbe", Settings.Id.Value, $"{Settings.Id} takes no entries: {failure}");
    }

    private AccountSurroundings Surroundings()
    {
        var tags = _parts.Settings.TagsOf(_parts.Journal.Id);
        return new AccountSurroundings
        {
            Id = Settings.Id,
            Time = _parts.Time,
            Session = _gateway.Session,
            Sender = _gateway.Sender,
            Symbols = Symbols,
            Prepared = _prepared,
            Sightings = Sightings,
            Board = _node.Board,
            Alerts = _node.Alerts,
            Positions = _node.Positions,
            Prices = _prices,
            Ledger = Ledger,
            Reconciler = new Reconciler(Settings.Id, Sightings, () => _node.Positions.Keys, tags, _node.Alerts, Ledger, Tell),
            SyncEvery = _parts.Settings.SyncEvery,
            Leverage = Settings.Risk.Leverage,
            Isolated = Settings.Isolated,
            KeysOf = symbol => Settings.Risk.KeysOf(Settings.Id, symbol),
            KnownSymbols =
            [
                .. _node.Board.All.Where(view => view.Key.Account == Settings.Id).Select(view => view.Key.Symbol).Distinct(),
            ],
            TellAccount = Tell,
            Probe = Probe(),
            ProbeWithOrders = _parts.Settings.ProbeOrders || PositionSurroundings.Policy.StopFirst,
            Probed = Probed,
            UnknownFrame = static _ => { },
            Log = _parts.Log,
        };
    }
}
