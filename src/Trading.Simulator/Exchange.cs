using Trading.Simulator.Binance;
using Trading.Simulator.Book;
using Trading.Simulator.Bybit;
using Trading.Simulator.Control;
using Trading.Simulator.Faults;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Truth;
using Trading.Simulator.Wire;

namespace Trading.Simulator;

/// <summary>Where a market begins: after a restart it continues from the prices of before.</summary>
/// <param name="FromUtc">Time of the first tick.</param>
/// <param name="LastTicks">Last known tick per symbol; empty for a new exchange.</param>
/// <param name="Seed">For sources that use chance.</param>
public sealed record MarketStart(DateTime FromUtc, IReadOnlyDictionary<string, MarketTick> LastTicks, ulong Seed);

/// <summary>A whole exchange in memory, with every wire, fault and the truth log; synchronous and deterministic. Hosted
/// by <see cref="SimulatorHost"/> over sockets, or by a simulation under virtual time. Not thread-safe: one caller at
/// a time. After every call look at <see cref="NextDueUtc"/> and come back with <see cref="Advance"/> then.</summary>
public sealed class Exchange : IDisposable
{
    private static readonly TimeSpan ReplayMax = TimeSpan.FromHours(1);
    private static readonly TimeSpan ClockEvery = TimeSpan.FromSeconds(5);
    private readonly ExchangeBook? book;
    private readonly ControlApi control;

    private Exchange(
        IMarket market, DateTime fromUtc, VenueOptions? venue, BinanceOptions? binance, BybitOptions? bybit,
        ExchangeBook? book)
    {
        this.book = book;
        Venue = new Venue(venue ?? new VenueOptions(), market, fromUtc, book);
        Binance = new BinanceSkin(Venue, binance ?? new BinanceOptions());
        Bybit = new BybitSkin(Venue, bybit ?? new BybitOptions());
        control = new ControlApi(this);
    }

    public Venue Venue { get; }
    public BinanceSkin Binance { get; }
    public BybitSkin Bybit { get; }

    /// <summary>Open connections of both wires.</summary>
    public IEnumerable<StreamConnection> Connections =>
        [.. Binance.Streams.Connections, .. Bybit.Streams.Connections];

    public FaultList Faults => Venue.Faults;
    public TruthLog Truth => Venue.Truth;
    public DateTime NowUtc => Venue.NowUtc;

    /// <summary>When something is due next; never null while a stream is connected or the market has ticks left.</summary>
    public DateTime? NextDueUtc => Venue.NextDueUtc;

    /// <summary>An exchange without a file.</summary>
    public static Exchange InMemory(
        IMarket market, DateTime startUtc, VenueOptions? venue = null, BinanceOptions? binance = null,
        BybitOptions? bybit = null) => new(market, startUtc, venue, binance, bybit, null);

    /// <summary>An exchange with a memory: continues the book, and plays the market for the time it was down (at most
    /// one hour), so that stops may have fired meanwhile.</summary>
    public static Exchange Open(
        string path, Func<MarketStart, IMarket> market, DateTime nowUtc, VenueOptions? venue = null,
        BinanceOptions? binance = null, BybitOptions? bybit = null)
    {
        var opened = ExchangeBook.Open(path);
        var replay = new BookReplay(opened);
        var fromUtc = replay.LastSeenUtc is { } seen && seen < nowUtc
            ? seen > nowUtc - ReplayMax ? seen : nowUtc - ReplayMax
            : nowUtc;
        venue ??= new VenueOptions();
        var start = new MarketStart(fromUtc, replay.LastTicks, venue.Seed);
        var exchange = new Exchange(market(start), fromUtc, venue, binance, bybit, opened);
        replay.Restore(exchange.Venue);
        exchange.KeepClock();
        exchange.Advance(nowUtc);
        return exchange;
    }

    /// <summary>Plays everything due up to now.</summary>
    public void Advance(DateTime nowUtc) => Venue.Advance(nowUtc);

    /// <summary>Executes one HTTP call now: under <c>/v5</c> it is Bybit's, under <c>/control</c> ours, else Binance's.
    /// What it changed is durable on return.</summary>
    public WireAnswer Answer(DateTime nowUtc, WireCall call)
    {
        Advance(nowUtc);
        var answer = call.Path.StartsWith("/control", StringComparison.Ordinal)
            ? control.Answer(call)
            : IsBybit(call.Path) ? Bybit.Answer(call) : Binance.Answer(call);
        Venue.Flush();
        return answer;
    }

    /// <summary>True when a stream connection can be opened on that path.</summary>
    public static bool HasStream(string path) =>
        IsBybit(path) ? BybitStreams.Serves(path) : BinanceStreams.Serves(path);

    /// <summary>Opens a stream connection; null when nothing is on that path.</summary>
    public StreamConnection? OpenStream(DateTime nowUtc, string path, string query, IStreamSink sink)
    {
        Advance(nowUtc);
        return IsBybit(path) ? Bybit.Streams.Open(path, query, sink) : Binance.Streams.Open(path, query, sink);
    }

    /// <summary>Binance's account by its key, e.g. <c>sim-key-0001</c>.</summary>
    public Account Account(string key) => Venue.Account(BinanceSkin.AccountName(key));

    /// <summary>Bybit's account by its key: the same keys, other accounts.</summary>
    public Account BybitAccount(string key) => Venue.Account(BybitSkin.AccountName(key));

    /// <summary>Whose wire a path is on.</summary>
    public static bool IsBybit(string path) => path.StartsWith(BybitSkin.Root, StringComparison.Ordinal);

    public int Add(Fault fault) => Faults.Add(fault, NowUtc);

    public TruthReport TruthReport(string? account = null, string? symbol = null) =>
        Truth.Report(NowUtc, account, symbol);

    public void Dispose()
    {
        try
        {
            if (book is not null) SaveClock();
        }
        finally
        {
            Binance.Dispose();
            Bybit.Dispose();
            book?.Dispose();
        }
    }

    private void KeepClock()
    {
        Venue.Plan(ClockEvery, KeepClock); // first: a book that takes nothing now is tried again
        SaveClock();
    }

    private void SaveClock()
    {
        var ticks = Venue.Symbols.Select(s => Venue.Find(s.Symbol)!).Where(i => i.HasPrice).Select(i => i.Tick).ToList();
        book!.Flush();
        book.KeepClock(new ClockRow(NowUtc, ticks));
    }
}
