namespace Trading.Projections;

/// <summary>What a fold wants done to a table of <c>monitoring</c>. How it is said in SQL is the engine's affair.</summary>
public abstract record RowChange
{
    private RowChange(string table) => Table = table;

    public string Table { get; }

    /// <summary>A whole row by its id: new, or written over the one that is there.</summary>
    /// <param name="Values">The first is the id.</param>
    public sealed record Put(string Table, IReadOnlyList<Cell> Values) : RowChange(Table);

    /// <summary>Some columns of the rows that the key names; none there: nothing to do.</summary>
    public sealed record Change(string Table, IReadOnlyList<Cell> Key, IReadOnlyList<Cell> Values) : RowChange(Table);
}

/// <param name="Value">null, string, long, int, decimal or UTC DateTime.</param>
public readonly record struct Cell(string Column, object? Value);

/// <summary>Tables of <c>monitoring</c>; the columns other programs read are those of contracts §3.</summary>
public static class MonitoringTables
{
    public const string Events = "events";
    public const string Positions = "positions";
    public const string Orders = "orders";
    public const string Trades = "trades";
    public const string Estimates = "estimates";
    public const string Signals = "signals";
    public const string Waves = "waves";
}
