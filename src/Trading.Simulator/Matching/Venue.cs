using Trading.Simulator.Book;
using Trading.Simulator.Faults;
using Trading.Simulator.Market;
using Trading.Simulator.Truth;

namespace Trading.Simulator.Matching;

/// <summary>The exchange without any wire: accounts, prices, orders, positions. A synchronous state machine that
/// moves only when called; its caller owns time, threads and locking. The same seed, market and calls give the
/// same venue.</summary>
public sealed class Venue
{
    private readonly IMarket market;
    private readonly DueWork due = new();
    private readonly Dictionary<string, Account> accounts = [];
    private readonly Dictionary<string, Instrument> instruments = [];
    private readonly Dictionary<string, int> places = [];
    private readonly Dictionary<string, SymbolSpec> overrides = [];
    private readonly List<Action<VenueEvent>> listeners = [];
    private readonly List<Action<Instrument>> tickListeners = [];
    private readonly Dictionary<string, ExchangeTerms> terms = [];
    private readonly ExchangeTerms ownTerms;
    private readonly ExchangeBook? book;

    public Venue(VenueOptions options, IMarket market, DateTime startUtc, ExchangeBook? book = null)
    {
        Options = options;
        this.market = market;
        this.book = book;
        NowUtc = startUtc;
        ownTerms = new ExchangeTerms
        {
            TakerFee = options.TakerFee, MakerFee = options.MakerFee, OversizeStop = options.OversizeStop,
            StopsMax = options.StopsMax, OrdersMax = options.OrdersMax, ForcesByLimit = true,
        };
        Chance = new Chance(options.Seed);
        Ledger = new Ledger(this);
        Fees = new FeeDesk(this);
        Orders = new MatchingEngine(this);
        Stops = new StopDesk(this);
        PositionStops = new PositionStops(this);
        Risk = new Liquidations(this);
        Hand = new HandTrading(this);
        Settings = new AccountSettings(this);
        Margins = new PositionMargins(this);
        foreach (var spec in market.Symbols) Find(spec.Symbol);
    }

    public VenueOptions Options { get; }

    /// <summary>The true time: what the market and the truth log go by.</summary>
    public DateTime NowUtc { get; private set; }

    /// <summary>How far the exchange's own clock runs ahead of the true time (fault).</summary>
    public TimeSpan Skew { get; set; }

    /// <summary>The exchange's own clock: what it stamps on orders, trades and answers.</summary>
    public DateTime StampUtc => NowUtc + Skew;

    public Chance Chance { get; }
    public FaultList Faults { get; } = new();
    public TruthLog Truth { get; } = new();
    public Ledger Ledger { get; }
    public FeeDesk Fees { get; }
    public MatchingEngine Orders { get; }
    public StopDesk Stops { get; }
    public PositionStops PositionStops { get; }
    public Liquidations Risk { get; }
    public HandTrading Hand { get; }
    public AccountSettings Settings { get; }
    public PositionMargins Margins { get; }
    internal IdCounters Ids { get; } = new();

    public IReadOnlyCollection<Account> Accounts => accounts.Values;
    public IReadOnlyList<SymbolSpec> Symbols =>
        overrides.Count == 0 ? market.Symbols : [.. market.Symbols.Select(s => SpecOf(s.Symbol) ?? s)];

    /// <summary>When <see cref="Advance"/> has something to do next; null = nothing planned.</summary>
    public DateTime? NextDueUtc => Earlier(market.NextAtUtc, due.NextAtUtc);

    /// <summary>Plays everything due up to a time: prices, fills, triggers, deliveries, in order of time.</summary>
    public void Advance(DateTime nowUtc)
    {
        while (NextDueUtc is { } next && next <= nowUtc)
        {
            NowUtc = Later(NowUtc, next);
            if (market.NextAtUtc <= next && market.TryTake(next, out var tick))
            {
                if (Find(tick.Symbol) is not { } instrument || NowUtc >= instrument.HeldUntilUtc) Apply(tick);
            }
            else if (due.TryTake(next, out var work)) work();
        }

        NowUtc = Later(NowUtc, nowUtc);
        Flush();
    }

    public void Plan(TimeSpan delay, Action work) => due.Plan(NowUtc + delay, work);

    public void PlanAt(DateTime atUtc, Action work) => due.Plan(Later(atUtc, NowUtc), work);

    /// <summary>At a time of the exchange's own clock, also when that has been set meanwhile.</summary>
    public void PlanDate(DateTime stampUtc, Action work) => PlanAt(stampUtc - Skew, () =>
    {
        if (StampUtc < stampUtc) PlanDate(stampUtc, work);
        else work();
    });

    public void Listen(Action<VenueEvent> listener) => listeners.Add(listener);

    public void ListenToTicks(Action<Instrument> listener) => tickListeners.Add(listener);

    /// <summary>The account of that name, opened with the start balance on first use.</summary>
    public Account Account(string name)
    {
        if (accounts.TryGetValue(name, out var account)) return account;
        account = new Account(name) { FeeAsset = Options.FeeAsset, FeeWallet = Options.FeeAsset == Matching.Account.Quote ? 0m : Options.FeeBalance };
        accounts[name] = account;
        Ledger.Credit(account, Options.StartBalance);
        return account;
    }

    public Instrument? Find(string symbol)
    {
        if (instruments.TryGetValue(symbol, out var known))
        {
            known.Spec = SpecOf(symbol) ?? known.Spec;
            return known;
        }

        if (SpecOf(symbol) is not { } spec) return null;
        return instruments[symbol] = new Instrument(symbol) { Spec = spec };
    }

    /// <summary>
    /// Changes the terms of a symbol from now on (a filter, a delisting). CLOSE settles its positions. A tick or step that
    /// grows leaves the digits on the wire as they were, as it did on production: what is finer is open already.
    /// </summary>
    public void Change(SymbolSpec spec)
    {
        if (Find(spec.Symbol)?.Spec is { } before)
            spec = spec with
            {
                PricePrecision = Math.Max(before.PricePrecision, spec.PricePrecision),
                QuantityPrecision = Math.Max(before.QuantityPrecision, spec.QuantityPrecision),
            };
        overrides[spec.Symbol] = spec;
        if (Find(spec.Symbol) is { } instrument && spec.Status == "CLOSE") Risk.Settle(instrument);
    }

    /// <summary>Terms of the exchange the account is with; the options' where none were agreed.</summary>
    public ExchangeTerms Terms(Account account) => terms.GetValueOrDefault(account.Exchange, ownTerms);

    /// <summary>Leverage and margin mode, the start values where never set.</summary>
    public SymbolSetting Setting(Account account, string symbol) =>
        account.Settings.TryGetValue(symbol, out var setting)
            ? setting
            : new SymbolSetting(Math.Min(Options.StartLeverage, Find(symbol)?.Spec.MaxLeverage ?? 1), Isolated: false);

    /// <summary>A price from outside the market source, seen now; the source's ticks of the symbol are ignored for
    /// the time it is held.</summary>
    public void SetPrice(in MarketTick tick, TimeSpan hold = default)
    {
        Apply(tick);
        if (Find(tick.Symbol) is { } instrument) instrument.HeldUntilUtc = NowUtc + hold;
    }

    /// <summary>Makes everything recorded so far durable.</summary>
    public void Flush() => book?.Flush();

    internal void Agree(string exchange, ExchangeTerms agreed) => terms[exchange] = agreed;

    internal void Emit(VenueEvent happened)
    {
        foreach (var listener in listeners) listener(happened);
    }

    internal void Hint(Instrument instrument)
    {
        var longs = instrument.Open.Exists(p => p.Quantity > 0m);
        var shorts = instrument.Open.Exists(p => p.Quantity < 0m);
        market.Hint(instrument.Symbol, longs == shorts ? 0 : longs ? 1 : -1);
    }

    internal void Save(Order order)
    {
        order.UpdatedUtc = StampUtc;
        Truth.Observe(order);
        book?.Append(NowUtc, order);
    }

    internal void Save(StopOrder stop)
    {
        stop.UpdatedUtc = StampUtc;
        Truth.Observe(stop, NowUtc);
        book?.Append(NowUtc, stop);
    }

    internal void Save(Trade trade, Position position)
    {
        Truth.Observe(trade, NowUtc);
        book?.Append(NowUtc, trade);
        Save(position);
    }

    internal void Save(Position position)
    {
        position.Keep(NowUtc);
        book?.Append(NowUtc, position);
    }

    internal void Save(Account account, Income? income = null)
    {
        if (book is null) return;
        if (income is not null) book.Append(NowUtc, income);
        book.Append(NowUtc, new AccountRow(account.Name, account.Wallet, account.Hedge, account.WalletUpdatedUtc)
        {
            MultiAssets = account.MultiAssets, FeeBurn = account.FeeBurn,
            FeeAsset = account.FeeAsset, FeeWallet = account.FeeWallet,
        });
    }

    internal void Save(Account account, string symbol)
    {
        var setting = Setting(account, symbol);
        book?.Append(NowUtc, new SettingRow(account.Name, symbol, setting.Leverage, setting.Isolated));
    }

    internal void Restore(Account account) => accounts[account.Name] = account;

    internal void RestoreTick(MarketTick tick)
    {
        if (Find(tick.Symbol) is { } instrument) instrument.Tick = tick;
    }

    private void Apply(in MarketTick tick)
    {
        if (Find(tick.Symbol) is not { } instrument) return;
        var before = instrument.Tick;
        instrument.See(tick);
        Ledger.PayFunding(instrument, before);
        Orders.OnTick(instrument);
        Stops.OnTick(instrument);
        Risk.OnTick(instrument);
        foreach (var listener in tickListeners) listener(instrument);
    }

    private SymbolSpec? SpecOf(string symbol)
    {
        if (overrides.Count > 0 && overrides.TryGetValue(symbol, out var changed)) return changed;
        var symbols = market.Symbols;
        if (places.TryGetValue(symbol, out var place) && place < symbols.Count && symbols[place].Symbol == symbol)
            return symbols[place];
        for (var i = 0; i < symbols.Count; i++)
            if (symbols[i].Symbol == symbol) return symbols[places[symbol] = i];
        return null;
    }

    private static DateTime Later(DateTime a, DateTime b) => a > b ? a : b;

    private static DateTime? Earlier(DateTime? a, DateTime? b) => a is null ? b : b is null ? a : a < b ? a : b;
}

/// <summary>Number ranges that look like the exchange's; continued after a restart.</summary>
internal sealed class IdCounters
{
    public long Order { get; set; } = 8_389_765_000;
    public long Stop { get; set; } = 4_000_001_999_000_000;
    public long Trade { get; set; } = 6_400_000;
    public long Income { get; set; } = 9_689_322_000;
    public long Amendment { get; set; } = 5_000;
}
