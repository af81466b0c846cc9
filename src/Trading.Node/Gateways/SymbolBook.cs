using System.Collections.Frozen;
using System.Collections.Immutable;
using Trading.Domain;

namespace Trading.Node.Gateways;

/// <summary>The newest rules of every symbol of one account's exchange. Replaced as a whole, read by anyone.</summary>
public sealed class SymbolBook
{
    private volatile FrozenDictionary<Symbol, SymbolRules> _rules = FrozenDictionary<Symbol, SymbolRules>.Empty;
    private volatile ImmutableHashSet<Symbol> _doubted = [];

    /// <summary>In the order of their symbols.</summary>
    public IReadOnlyList<SymbolRules> All => [.. _rules.Values.OrderBy(rules => rules.Symbol.Value, StringComparer.Ordinal)];

    /// <summary>The exchange has told that its rules have changed, and they have not been read since: nothing is entered there.</summary>
    public bool IsDoubted(Symbol symbol) => _doubted.Contains(symbol);

    /// <summary>One caller: the session of the account.</summary>
    public void Doubt(Symbol symbol) => _doubted = _doubted.Add(symbol);

    /// <inheritdoc cref="Doubt"/>
    public void EndDoubts() => _doubted = [];

    public SymbolRules? Find(Symbol symbol) => _rules.GetValueOrDefault(symbol);

    /// <summary>
    /// Rules to decide by. A symbol the exchange does not list any more is not open for entries; what is still held
    /// there is rounded finely, and the exchange is the one to say no.
    /// </summary>
    public SymbolRules RulesOf(Symbol symbol) => Find(symbol) ?? new SymbolRules(
        symbol, TickSize: 0.00000001m, StepSize: 0.00000001m, MinQuantity: 0, MaxMarketQuantity: decimal.MaxValue, MinNotional: 0,
        IsTrading: false);

    /// <returns>Rules that are new or differ from those before, in the order of their symbols.</returns>
    public IReadOnlyList<SymbolRules> Replace(IReadOnlyList<SymbolRules> rules)
    {
        var before = _rules;
        _rules = rules.ToFrozenDictionary(r => r.Symbol);
        return [.. rules.Where(r => before.GetValueOrDefault(r.Symbol) != r).OrderBy(r => r.Symbol.Value, StringComparer.Ordinal)];
    }
}
