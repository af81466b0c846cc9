using System.Collections.Concurrent;
using Trading.Domain;
using Trading.Gateways;
using Trading.Node.Positions;
using Trading.Node.Hosting;

namespace Trading.Node.Gateways;

/// <summary>
/// Mark prices of one exchange, from its feed to the positions that watch them. A price is offered to an actor's latest
/// price cell: it queues nothing and allocates nothing.
/// </summary>
/// <param name="suspected">Told when the prices of a watched symbol fall silent. Must not wait.</param>
public sealed class PriceRouter(IPriceFeed feed, TimeProvider time, Action<Symbol>? suspected = null)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Symbol, Watched> _symbols = new();

    /// <summary>Runs until stopped; the feed reconnects on its own.</summary>
    public Task Run(CancellationToken stop) => feed.Run(Deliver, Suspect, stop);

    /// <summary>Idempotent. The newest known price, if there is one, is offered at once.</summary>
    public void Watch(PositionKey key, PriceCell cell)
    {
        Watched watched;
        lock (_gate)
        {
            watched = _symbols.GetOrAdd(key.Symbol, static _ => new Watched());
            watched.Watchers = [.. watched.Watchers.Where(w => w.Key != key), new Watcher(key, cell)];
        }

        feed.Subscribe(key.Symbol);
        if (watched.Last is { } last) cell.Offer(last.Price, last.AtUtcTicks);
    }

    /// <summary>Idempotent. The symbol's subscription ends with its last watcher.</summary>
    public void Drop(PositionKey key)
    {
        lock (_gate)
        {
            if (!_symbols.TryGetValue(key.Symbol, out var watched)) return;
            watched.Watchers = [.. watched.Watchers.Where(w => w.Key != key)];
            if (watched.Watchers.Length > 0) return;
            _symbols.TryRemove(key.Symbol, out _);
        }

        feed.Unsubscribe(key.Symbol);
    }

    /// <summary>Last price of a symbol that somebody watches; null when none came yet, or the last came from a suspect stream.</summary>
    public decimal? PriceOf(Symbol symbol) =>
        _symbols.TryGetValue(symbol, out var watched) && !watched.IsSuspect && watched.Last is { } last ? last.Price : null;

    /// <summary>Seconds since the stalest watched symbol was heard of; zero when nothing is watched.</summary>
    public double StalenessSeconds()
    {
        var now = time.GetUtcNow().UtcTicks;
        return _symbols.Values.Select(w => w.Last is { } last ? (now - last.HeardTicks) / (double)TimeSpan.TicksPerSecond : 0)
            .DefaultIfEmpty(0).Max();
    }

    /// <summary>Prices are watched, and none of them is heard.</summary>
    public bool IsDeaf => !_symbols.IsEmpty && _symbols.Values.All(watched => watched.IsSuspect);

    private void Deliver(Symbol symbol, decimal price, DateTime atUtc)
    {
        if (!_symbols.TryGetValue(symbol, out var watched)) return;
        watched.On(price, atUtc.Ticks, time.GetUtcNow().UtcTicks);
        foreach (var watcher in watched.Watchers) watcher.Cell.Offer(price, atUtc.Ticks);
    }

    private void Suspect(Symbol symbol, bool suspect)
    {
        if (!_symbols.TryGetValue(symbol, out var watched) || watched.IsSuspect == suspect) return;
        watched.IsSuspect = suspect;
        if (suspect) suspected?.Invoke(symbol);
    }

    private readonly record struct Watcher(PositionKey Key, PriceCell Cell);

    private readonly record struct Heard(decimal Price, long AtUtcTicks, long HeardTicks);

    /// <summary>One symbol. The array is replaced, never changed, so that delivery needs no lock for it.</summary>
    private sealed class Watched
    {
        private readonly Lock _gate = new();
        private Heard? _last;
        private volatile Watcher[] _watchers = [];
        private volatile bool _suspect;

        public Watcher[] Watchers
        {
            get => _watchers;
            set => _watchers = value;
        }

        public bool IsSuspect
        {
            get => _suspect;
            set => _suspect = value;
        }

        public Heard? Last
        {
            get { lock (_gate) return _last; }
        }

        public void On(decimal price, long atUtcTicks, long heardTicks)
        {
            lock (_gate) _last = new Heard(price, atUtcTicks, heardTicks);
        }
    }
}
