using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways;

/// <summary>
/// Session half of a gateway: one per account. Keeps the user stream, forwards what it tells in order, and answers
/// questions about the whole account.
/// </summary>
public interface IAccountSession : IAsyncDisposable
{
    /// <summary>Runs until stopped: connects, reconnects, keeps the stream alive, resyncs the clock. Never throws for network reasons.</summary>
    Task Run(Func<SessionReport, ValueTask> deliver, CancellationToken stop);

    /// <summary>Positions, open orders and conditional orders of the account at one moment.</summary>
    /// <param name="routine">False: something may have been missed, and it is a question in doubt (design §11, class 3).</param>
    Task<Outcome<AccountSnapshot>> ReadSnapshot(bool routine, CancellationToken stop);

    Task<Outcome<IReadOnlyList<SymbolRules>>> ReadSymbols(CancellationToken stop);

    Task<Outcome<AccountBalance>> ReadBalance(CancellationToken stop);

    /// <summary>Funding, and fees of liquidations, from that time on: what the stream told, and what it told nobody.</summary>
    Task<Outcome<IReadOnlyList<CashReport>>> ReadCash(DateTime sinceUtc, CancellationToken stop);

    /// <summary>An own order was answered by REST at that time: the stream must tell of it within 2 s or is suspect.</summary>
    void ExpectEvent(ClientOrderId id);

    /// <summary>The last sync found what the stream should have told.</summary>
    void Distrust(string why);

    /// <summary>
    /// Two snapshots 15 s apart found nothing untold (design §12): a suspect stream is no more than unproven again.
    /// Without effect while it is not connected.
    /// </summary>
    void Trust(string evidence);

    StreamHealth Health { get; }

    /// <summary>Since the last event or ping of the user stream, or its opening; grows while it is not connected.</summary>
    TimeSpan SilentFor { get; }

    /// <summary>How far the exchange's clock is ahead of the local one; zero until it has been measured.</summary>
    TimeSpan ClockAhead { get; }

    /// <summary>Events of the user stream heard since the start: one more after a change proves that it is live.</summary>
    long EventsHeard { get; }
}

public enum StreamHealth
{
    Connecting,

    /// <summary>Connected, nothing heard yet: entries are verified by REST too.</summary>
    Unproven,
    Live,

    /// <summary>Snapshots every 15 s, no entries, until proven live.</summary>
    Suspect,
}

/// <param name="SessionEpoch">Raised with every (re)connection: a change is a stream gap.</param>
/// <param name="Number">1, 2, 3 … within the epoch.</param>
public abstract record SessionReport(long SessionEpoch, long Number)
{
    /// <summary>Concerns one position.</summary>
    public sealed record ForPosition(long SessionEpoch, long Number, PositionKey Key, PositionInput Input)
        : SessionReport(SessionEpoch, Number);

    /// <summary>A new session: snapshot first, then its reports.</summary>
    public sealed record Started(long SessionEpoch, long Number) : SessionReport(SessionEpoch, Number);

    public sealed record HealthChanged(long SessionEpoch, long Number, StreamHealth Health, string Why)
        : SessionReport(SessionEpoch, Number);

    /// <summary>Somebody has changed how the account is set, or we have.</summary>
    public sealed record SettingTold(long SessionEpoch, long Number, AccountSetting Setting) : SessionReport(SessionEpoch, Number);

    public sealed record BalanceChanged(long SessionEpoch, long Number, decimal WalletUsdt) : SessionReport(SessionEpoch, Number);

    /// <summary>Money moved without a trade.</summary>
    public sealed record CashMoved(long SessionEpoch, long Number, CashReport Report) : SessionReport(SessionEpoch, Number);

    /// <summary>Concerns a contract that this node does not trade.</summary>
    public sealed record UntradedTold(long SessionEpoch, long Number, UntradedPosition Position) : SessionReport(SessionEpoch, Number);

    /// <summary>A frame of a kind this build does not know: tolerated and counted.</summary>
    public sealed record UnknownFrame(long SessionEpoch, long Number, string Kind) : SessionReport(SessionEpoch, Number);
}

/// <summary>Money that moved, and what the exchange says of whose it is.</summary>
/// <param name="Symbol">Null where it names none, or a contract that has no key here.</param>
/// <param name="Key">The one position it names; null where it names none, as in hedge mode with cross margin.</param>
public sealed record CashReport(Cash Cash, Symbol? Symbol, PositionKey? Key)
{
    /// <summary>It names a contract that has no key here.</summary>
    public bool Untraded { get; init; }
}

/// <param name="StartedUtc">When the first of its reads was sent: newer state wins against it.</param>
/// <param name="Positions">Rows the exchange named, zero rows included. A missing key proves nothing.</param>
/// <param name="Stops">Open conditional orders that can protect: stop-market, reduce-only or closing.</param>
/// <param name="ConditionalOrders">All open conditional orders of the account, whatever they do: its limit is 200.</param>
public sealed record AccountSnapshot(
    DateTime StartedUtc,
    IReadOnlyDictionary<PositionKey, PositionRow> Positions,
    IReadOnlyList<(PositionKey Key, StopView Stop)> Stops,
    IReadOnlyList<(PositionKey Key, OpenOrder Order)> Orders,
    int ConditionalOrders)
{
    /// <summary>
    /// False: a list of positions that names flat ones too named none, neither held nor flat. What the rest says is true; who
    /// holds what has not been read, and has to be asked for again.
    /// </summary>
    public bool NamesPositions { get; init; } = true;

    /// <summary>Rows of contracts that this node does not trade.</summary>
    public IReadOnlyList<UntradedPosition> Untraded { get; init; } = [];

    /// <summary>Leverage and margin mode, of the symbols for which the lists state them.</summary>
    public IReadOnlyList<AccountSetting> Settings { get; init; } = [];
}

/// <summary>How an account is set, as far as the exchange told it; what it did not tell is null.</summary>
/// <param name="Symbol">Null: all symbols of the account.</param>
public sealed record AccountSetting(Symbol? Symbol, decimal? Leverage = null, bool? Isolated = null)
{
    /// <summary>All assets are margin for each other: then nothing can be isolated (Binance).</summary>
    public bool? MultiAssets { get; init; }

    /// <summary>The side of a hedge whose leverage it is (Bybit sets each); null: both, or there is one.</summary>
    public Side? Side { get; init; }

    /// <summary>As an operator reads it, e.g. <c>leverage 1, isolated margin</c>.</summary>
    public override string ToString() => string.Join(
        ", ", new[] { Leverage is { } at ? $"leverage {WireText.Of(at)}" : "", Isolated switch { true => "isolated margin", false => "cross margin", null => "" } }
            .Where(part => part.Length > 0));

    /// <summary>Nothing that both state differs.</summary>
    public bool AgreesWith(AccountSetting other) => (Leverage is null || other.Leverage is null || Leverage == other.Leverage)
        && (Isolated is null || other.Isolated is null || Isolated == other.Isolated);
}

/// <summary>An open regular order.</summary>
public sealed record OpenOrder(ClientOrderId Id, string ExchangeId, bool ReduceOnly, OrderOrigin Origin);

/// <param name="EquityUsdt">Wallet and unrealised profit.</param>
public sealed record AccountBalance(decimal WalletUsdt, decimal EquityUsdt, decimal AvailableUsdt);

/// <summary>Mark prices of one exchange, subscribed by symbol.</summary>
public interface IPriceFeed : IAsyncDisposable
{
    /// <param name="deliver">Symbol, mark price, exchange time (UTC).</param>
    Task Run(Action<Symbol, decimal, DateTime> deliver, Action<Symbol, bool> suspect, CancellationToken stop);

    /// <summary>Idempotent; takes effect at once or with the next connection.</summary>
    void Subscribe(Symbol symbol);

    void Unsubscribe(Symbol symbol);
}
