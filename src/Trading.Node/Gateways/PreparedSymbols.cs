using Trading.Domain;
using Trading.Gateways;

namespace Trading.Node.Gateways;

/// <summary>
/// How the exchange has the symbols of one account set, as far as it told, and where an entry may rely on it: leverage and
/// margin mode were made true by this process, were not told to be otherwise since, and were read not longer than a sync
/// ago. Read by anyone.
/// </summary>
/// <param name="wanted">As the account is configured.</param>
/// <param name="trustedFor">How long what was read is relied on without being read again.</param>
public sealed class PreparedSymbols(AccountSetting wanted, TimeSpan trustedFor, TimeProvider time)
{
    /// <summary>What was refused is asked for again at the next sight after that: the operator may have mended it.</summary>
    private static readonly TimeSpan RefusedFor = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly Dictionary<Symbol, Known> _known = [];
    private readonly HashSet<Symbol> _parked = [];
    private bool? _isolated;

    /// <summary>When all of them were last doubted, and when one was last set by us.</summary>
    private long _allDoubtedAt;
    private long _setAt;
    private long _moment;

    public AccountSetting Wanted => wanted;

    /// <summary>An entry may rely on it.</summary>
    public bool Contains(Symbol symbol)
    {
        lock (_gate) return _known.TryGetValue(symbol, out var known) && known.ReadyAt is { } read && time.GetElapsedTime(read) <= trustedFor;
    }

    /// <summary>What applies to the symbol, as it was told last.</summary>
    public AccountSetting Of(Symbol symbol)
    {
        lock (_gate) return _known.TryGetValue(symbol, out var known) ? known.Told : new AccountSetting(symbol, Isolated: _isolated);
    }

    /// <summary>The probe changes settings of it: nobody prepares or enters it.</summary>
    public bool IsParked(Symbol symbol)
    {
        lock (_gate) return _parked.Contains(symbol);
    }

    /// <summary>The probe has changed something at the exchange that it will put back.</summary>
    public bool IsAnyParked
    {
        get { lock (_gate) return _parked.Count > 0; }
    }

    /// <summary>Why the exchange does not set the symbol as it is wanted, in its words; null: it has not refused.</summary>
    public string? RefusalOf(Symbol symbol)
    {
        lock (_gate) return _known.GetValueOrDefault(symbol)?.Refusal;
    }

    /// <summary>False: it was refused a moment ago, and nothing is known to have changed.</summary>
    public bool MayBeAsked(Symbol symbol)
    {
        lock (_gate) return _known.GetValueOrDefault(symbol) is not { Refusal: not null } known || time.GetElapsedTime(known.RefusedAt) > RefusedFor;
    }

    /// <summary>To be taken when a preparation or a read begins.</summary>
    public long Begin()
    {
        lock (_gate) return ++_moment;
    }

    /// <summary>It was set. Without effect where it was doubted since: what was set may have been changed again.</summary>
    public void Add(Symbol symbol, long begun)
    {
        lock (_gate)
        {
            var known = Find(symbol);
            known.Refusal = null;
            if (_allDoubtedAt > begun || known.DoubtedAt > begun) return;
            known.ReadyAt = time.GetTimestamp();
            known.Set(wanted with { Symbol = symbol });
            known.NewsAt = _setAt = ++_moment;
        }
    }

    public void Refuse(Symbol symbol, string why)
    {
        lock (_gate)
        {
            var known = Find(symbol);
            (known.Refusal, known.RefusedAt) = (why, time.GetTimestamp());
        }
    }

    /// <summary>The stream told of a change, ours or somebody else's: what was refused before it may be asked for again.</summary>
    public void On(AccountSetting setting)
    {
        lock (_gate)
        {
            if (setting.Symbol is not { } symbol)
            {
                DoubtAll();
                foreach (var known in _known.Values) known.Refusal = null;
                return;
            }

            Find(symbol).Refusal = null;
            Take(symbol, setting);
        }
    }

    /// <summary>A list told it. What was set or told after <paramref name="begun"/> is newer.</summary>
    public void Learn(IEnumerable<AccountSetting> settings, long begun)
    {
        lock (_gate)
            foreach (var rows in settings.GroupBy(static setting => setting.Symbol))
            {
                if (rows.Key is { } symbol && Find(symbol).NewsAt > begun) continue;
                foreach (var setting in rows)
                    if (setting.Symbol is null) LearnOfAll(setting, begun);
                    else Refresh(Take(setting.Symbol.Value, setting), setting);
            }
    }

    public void Park(Symbol symbol)
    {
        lock (_gate)
        {
            _parked.Add(symbol);
            Doubt(Find(symbol));
        }
    }

    /// <summary>It has to be prepared anew.</summary>
    public void Release(Symbol symbol)
    {
        lock (_gate)
        {
            _parked.Remove(symbol);
            Doubt(Find(symbol));
        }
    }

    private Known Find(Symbol symbol)
    {
        if (!_known.TryGetValue(symbol, out var known)) _known.Add(symbol, known = new Known(new AccountSetting(symbol, Isolated: _isolated)));
        return known;
    }

    private Known Take(Symbol symbol, AccountSetting setting)
    {
        var known = Find(symbol);
        known.Set(setting);
        if (setting.AgreesWith(wanted)) known.NewsAt = ++_moment;
        else Doubt(known);
        return known;
    }

    /// <summary>Still as it was made, by both of its settings.</summary>
    private void Refresh(Known known, AccountSetting read)
    {
        if (known.ReadyAt is not null && read is { Leverage: not null, Isolated: not null }) known.ReadyAt = time.GetTimestamp();
    }

    /// <summary>Where the margin mode belongs to the account, it is every symbol's.</summary>
    private void LearnOfAll(AccountSetting setting, long begun)
    {
        if (_setAt > begun) return;
        _isolated = setting.Isolated ?? _isolated;
        foreach (var known in _known.Values) known.Told = known.Told with { Isolated = setting.Isolated ?? known.Told.Isolated };
        if (!setting.AgreesWith(wanted)) DoubtAll();
    }

    private void Doubt(Known known)
    {
        known.ReadyAt = null;
        known.NewsAt = known.DoubtedAt = ++_moment;
    }

    private void DoubtAll()
    {
        foreach (var known in _known.Values) known.ReadyAt = null;
        _allDoubtedAt = ++_moment;
    }

    private sealed class Known(AccountSetting told)
    {
        private readonly Dictionary<Side, decimal> _leverage = [];

        /// <summary>Where the sides of a hedge have a leverage each, the higher one: who relies on it is on the safe side.</summary>
        public AccountSetting Told { get; set; } = told;

        /// <summary>Timestamp of the last read that found it as it is wanted; null: it is not relied on.</summary>
        public long? ReadyAt { get; set; }

        /// <summary>Moments of the newest word about it, and of the newest that was not as wanted.</summary>
        public long NewsAt { get; set; }
        public long DoubtedAt { get; set; }
        public string? Refusal { get; set; }
        public long RefusedAt { get; set; }

        public void Set(AccountSetting setting)
        {
            if (setting.Leverage is { } leverage)
                foreach (var side in setting.Side is { } one ? (Side[])[one] : [Side.Long, Side.Short]) _leverage[side] = leverage;
            Told = Told with
            {
                Leverage = _leverage.Count > 0 ? _leverage.Values.Max() : Told.Leverage, Isolated = setting.Isolated ?? Told.Isolated,
            };
        }
    }
}
