using Trading.Domain;

namespace Trading.Lab.Repair;

/// <summary>An active row of an existing bot's <c>monitoring.positions</c>, with what proves that an order stands behind it.</summary>
/// <param name="OrderIds">Exchange's ids of the orders that name this row, and the row's own.</param>
public sealed record BookedRow(
    long Id, string Symbol, string Exchange, string Side, string? ExchangeOrderId, int Orders, int Trades,
    IReadOnlyCollection<string> OrderIds)
{
    public bool HasOrders => Orders + Trades > 0;

    /// <summary>As they stand in the row; null where it has no such column.</summary>
    public string? Quantity { get; init; }

    public string? EntryPrice { get; init; }
}

/// <summary>Active rows of one symbol on one exchange.</summary>
/// <param name="Keep">The one that stands for the position.</param>
/// <param name="Ghosts">Rows without an order of their own; empty where <paramref name="Why"/> is set.</param>
/// <param name="Why">Why nothing of this group is touched; null: the ghosts may be closed.</param>
public sealed record GhostGroup(string Symbol, string Exchange, BookedRow Keep, IReadOnlyList<BookedRow> Ghosts, string? Why)
{
    public IReadOnlyList<BookedRow> Rows { get; init; } = [];
}

/// <summary>
/// Which of several active rows of one position is the real one: the one with orders or trades, else with an exchange order
/// id, else the oldest. A row is a ghost only where nothing says that an order of its own stands behind it.
/// </summary>
public static class GhostRules
{
    /// <summary>Groups of more than one row, by symbol; exchange and symbol count in every spelling.</summary>
    public static IReadOnlyList<GhostGroup> Judge(IEnumerable<BookedRow> active) =>
        [.. Positions(active).Where(group => group.Rows.Count > 1)];

    /// <summary>All groups, also those of one row, by symbol.</summary>
    public static IReadOnlyList<GhostGroup> Positions(IEnumerable<BookedRow> active) =>
        [.. active
            .GroupBy(row => (Symbol: SymbolOf(row), Exchange: row.Exchange.Trim().ToLowerInvariant()))
            .OrderBy(group => group.Key.Symbol, StringComparer.Ordinal).ThenBy(group => group.Key.Exchange, StringComparer.Ordinal)
            .Select(group => Judge(group.Key.Symbol, group.Key.Exchange, [.. group]))];

    private static GhostGroup Judge(string symbol, string exchange, IReadOnlyList<BookedRow> rows)
    {
        var ranked = rows
            .OrderByDescending(row => row.HasOrders).ThenByDescending(row => row.ExchangeOrderId is not null).ThenBy(row => row.Id)
            .ToList();
        var (keep, others) = (ranked[0], ranked[1..]);
        var why = others.Any(row => row.Side != keep.Side)
            ? "rows of both sides, which may be two positions"
            : others.FirstOrDefault(row => HasAnotherOrder(row, keep)) is { } other
                ? $"#{keep.Id} and #{other.Id} have different orders"
                : null;
        return new GhostGroup(symbol, exchange, keep, why is null ? others : [], why) { Rows = rows };
    }

    private static bool HasAnotherOrder(BookedRow row, BookedRow keep) =>
        (row.HasOrders && row.OrderIds.Count == 0) || row.OrderIds.Any(id => !keep.OrderIds.Contains(id));

    private static string SymbolOf(BookedRow row) => Symbol.TryParse(row.Symbol, out var symbol) ? symbol.Value : row.Symbol;
}
