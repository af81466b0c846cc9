using System.Collections.Concurrent;
using Trading.Domain;

namespace Trading.Node.Gateways;

/// <summary>Symbols of one account whose leverage and margin mode were made true by this process. Read by anyone.</summary>
public sealed class PreparedSymbols
{
    private readonly ConcurrentDictionary<Symbol, bool> _symbols = new();

    public bool Contains(Symbol symbol) => _symbols.ContainsKey(symbol);

    public void Add(Symbol symbol) => _symbols.TryAdd(symbol, true);
}
