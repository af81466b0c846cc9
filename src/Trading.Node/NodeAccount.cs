using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Configuration;
using Trading.Node.Gateways;
using Trading.Node.Metrics;
using Trading.Node.Positions;
using Trading.Node.Reconcile;
using Trading.Runtime;

namespace Trading.Node;

/// <summary>The parts of one account, made and joined.</summary>
public sealed class NodeAccount : IAsyncDisposable
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(2);

    private readonly TradingNode _node;
    private readonly NodeParts _parts;
    private readonly AccountGateway _gateway;
    private readonly PriceRouter _prices;
    private readonly PositionMeters _meters;
    private ActorRef<SessionMessage>? _session;

    internal NodeAccount(TradingNode node, NodeParts parts, AccountSettings settings, PriceRouter prices)
    {
        (_node, _parts, _prices, Settings) = (node, parts, prices, settings);
        _gateway = parts.OpenAccount(settings);
        _meters = new PositionMeters(settings.Id, parts.Time);
        Ledger = new ReconcileLedger(
            NodeMeters.Corrected, why => _gateway.Session.Distrust(why));
        PositionSurroundings = new PositionSurroundings
        {
            Account = settings.Id,
            Time = parts.Time,
            NewId = parts.NewId,
            Journal = parts.Journal,
            Lease = parts.Lease,
            Sender = _gateway.Sender,
            Session = _gateway.Session,
            Symbols = Symbols,
            Sightings = Sightings,
            Prices = prices,
            Policy = parts.Settings.PolicyOf(settings, parts.Journal.Id),
            Board = node.Board,
            Alerts = node.Alerts,
            IsHalted = () => false,
            MayEnter = () => node.TakesEntries && parts.Lease.IsValid(),
            TellAccount = (key, news, state) => Tell(new AccountInput.PositionTold(news, PositionFactsOf.State(key, state))),
            Happened = Happened,
            ProtectedAhead = static (_, _) => NodeMeters.ProtectedBeforeJournal(),
        };
    }

    public AccountSettings Settings { get; }
    public SymbolBook Symbols { get; } = new();
    public SightingsBook Sightings { get; } = new();
    public ReconcileLedger Ledger { get; }
    /// <summary>Open conditional orders as last counted by a snapshot.</summary>
    public int ConditionalOrders { get; private set; }
    /// <summary>Net realised since 00:00 UTC, in quote.</summary>
    public decimal TodayNet => 0;
    public StreamHealth Health => _gateway.Session.Health;
    internal PositionSurroundings PositionSurroundings { get; }

    /// <summary>Before anything else; again and again until the exchange answers.</summary>
    internal async Task ReadSymbols(CancellationToken stop)
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

    internal void Open()
    {
        var surroundings = Surroundings();
        _session = _node.Actors.Spawn(
            $"session/{Settings.Id}", () => new AccountSessionActor(surroundings), new LaneBounds(Reports: 8192, Commands: 64));
    }

    /// <summary>A snapshot now, or as soon as the one under way has ended.</summary>
    public bool Reconcile(string why) => _session?.Tell(new SessionMessage.SyncWanted(why)) ?? false;

    /// <summary>Leverage, margin mode and the known amount of a symbol that may be traded soon.</summary>
    public bool Prepare(Symbol symbol) => _session?.Tell(new SessionMessage.PrepareWanted(symbol)) ?? false;

    /// <summary>What the market says about a symbol: the stream's mark where it is watched, else the exchange is asked.</summary>
    public async Task<MarketView> ViewMarket(Symbol symbol, CancellationToken stop)
    {
        var mark = _prices.PriceOf(symbol);
        if (mark is null && await _gateway.Sender.ReadMark(symbol, stop) is Done<decimal> read) mark = read.Value;
        return new MarketView(mark, Symbols.Find(symbol));
    }

    public ValueTask DisposeAsync() => _gateway.Session.DisposeAsync();

    private void Tell(AccountInput input)
    {
        if (input is AccountInput.ConditionalOrdersCounted counted) ConditionalOrders = counted.Count;
    }

    private void Happened(PositionHappened happened)
    {
        Ledger.Hear(happened);
        _meters.Hear(happened);
        _parts.Happened(happened);
        if (happened.Event is PositionEvent.PositionDoubted) Reconcile($"{happened.Key} is in doubt");
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
            KnownSymbols =
            [
                .. _node.Board.All.Where(view => view.Key.Account == Settings.Id).Select(view => view.Key.Symbol).Distinct(),
            ],
            TellAccount = Tell,
            UnknownFrame = static _ => { },
            Log = _parts.Log,
        };
    }
}
