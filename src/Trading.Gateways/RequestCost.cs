using Trading.Domain;

namespace Trading.Gateways;

/// <summary>Classes of requests in the order they are served (design §11). Lower numbers never wait behind higher ones.</summary>
public enum RequestClass
{
    /// <summary>Close, first stop, and what they cannot do without: the clock.</summary>
    Protect = 1,

    /// <summary>Resize up, cancel of orphans.</summary>
    Resize = 2,

    /// <summary>Questions in doubt, and the user stream's key.</summary>
    Doubt = 3,

    /// <summary>Stop moves: the largest improvement first, the latest wins per position.</summary>
    StopMove = 4,

    /// <summary>Snapshots and routine reads.</summary>
    Sync = 5,

    /// <summary>Entries and what prepares them.</summary>
    Entry = 6,
}

/// <summary>What a request takes from the budgets, and how long it may wait for them.</summary>
/// <param name="Weight">Of the minute's request weight of this host and address.</param>
/// <param name="Orders">Of the account's order count.</param>
/// <param name="Patience">After it the request is not sent any more.</param>
public sealed record RequestCost(RequestClass Class, AccountId Account, int Weight, int Orders, TimeSpan Patience)
{
    /// <summary>For a stop move: its position. A waiting move to another trigger is superseded.</summary>
    public PositionKey? MoveOf { get; init; }

    public decimal Trigger { get; init; }

    /// <summary>Quote value the move secures.</summary>
    public decimal Improvement { get; init; }
}

/// <param name="Account">Whose order count; null: the request weight of the host.</param>
/// <param name="Used">Part of the whole window, 0 to 1.</param>
public readonly record struct BudgetUse(AccountId? Account, decimal Used)
{
    /// <summary>The same as part of what this class may fill: from 1 on its requests wait.</summary>
    public decimal UsedOf(RequestClass kind) => Used * 100 / RequestLimits.PercentOf(kind);
}

/// <param name="Why">Why the request may not leave; empty when it may.</param>
public readonly record struct Admission(bool Granted, string Why)
{
    public static Admission Now { get; } = new(true, "");

    public static Admission Never(string why) => new(false, why);
}
