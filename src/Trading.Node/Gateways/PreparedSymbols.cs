using Trading.Domain;

namespace Trading.Node.Gateways;

/// <summary>Symbols of one account whose leverage and margin mode were made true by this process. Read by anyone.</summary>
public sealed class PreparedSymbols
{
    private readonly Lock _gate = new();
    private readonly HashSet<Symbol> _symbols = [];
    private readonly Dictionary<Symbol, long> _parked = [];
    private readonly HashSet<Symbol> _standing = [];
    private long _moment;

    public bool Contains(Symbol symbol)
    {
        lock (_gate) return _symbols.Contains(symbol);
    }

    /// <summary>The probe changes settings of it: nobody prepares or enters it.</summary>
    public bool IsParked(Symbol symbol)
    {
        lock (_gate) return _standing.Contains(symbol);
    }

    /// <summary>To be taken when a preparation begins.</summary>
    public long Begin()
    {
        lock (_gate) return ++_moment;
    }

    /// <summary>Without effect where the symbol was parked since: what was set may have been changed again.</summary>
    public void Add(Symbol symbol, long begun)
    {
        lock (_gate)
            if (!(_parked.TryGetValue(symbol, out var parked) && parked > begun)) _symbols.Add(symbol);
    }

    public void Park(Symbol symbol)
    {
        lock (_gate)
        {
            _symbols.Remove(symbol);
            _standing.Add(symbol);
            _parked[symbol] = ++_moment;
        }
    }

    /// <summary>It has to be prepared anew.</summary>
    public void Release(Symbol symbol)
    {
        lock (_gate)
        {
            _standing.Remove(symbol);
            _parked[symbol] = ++_moment;
        }
    }
}
