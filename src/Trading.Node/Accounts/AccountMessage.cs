using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Node.Hosting;

namespace Trading.Node.Accounts;

/// <summary>What an account actor's mailbox holds.</summary>
public abstract record AccountMessage
{
    private AccountMessage()
    {
    }

    /// <summary>A position, the exchange or a part of this node said something. Lane 1.</summary>
    public sealed record Told(AccountInput Input) : AccountMessage;

    /// <summary>A wave wants a slot, or the operator a change. Lane 2.</summary>
    public sealed record Asked(AccountInput Command) : AccountMessage, ICommandMessage;

    /// <summary>The facts of all positions; null: not all of them could be read yet.</summary>
    public sealed record PositionsTaken(IReadOnlyList<PositionFacts>? Positions) : AccountMessage;

    public sealed record PositionsDue : AccountMessage;
}

/// <param name="Grant">The slot, where one was asked for and granted.</param>
/// <param name="Denial">Reason code of a denial; null: it cannot be said yet, ask again.</param>
/// <param name="Note">Why it was ignored or denied, for a human.</param>
public sealed record AccountAnswer(
    Verdict Verdict, SlotGrant? Grant, string? Denial, string Note, AccountStatus Status);

/// <summary>What is to be seen of an account from outside its actor.</summary>
public sealed record AccountView(AccountState State, AccountBook Book, AccountStatus Status, decimal DayNet);
