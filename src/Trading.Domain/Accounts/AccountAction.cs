using Trading.Domain.Positions;

namespace Trading.Domain.Accounts;

/// <summary>What an <see cref="AccountProcess"/> wants done by whoever runs it, in this order.</summary>
public abstract record AccountAction
{
    private AccountAction()
    {
    }

    /// <summary>All events after that version, answered by <see cref="AccountProcess.Recovered"/>.</summary>
    public sealed record ReadJournal(long AfterVersion) : AccountAction;

    /// <summary>Answered by <see cref="AccountProcess.Appended"/>; the account waits for it however long it takes.</summary>
    public sealed record Write(long ExpectedVersion, string CommandId, IReadOnlyList<AccountEvent> Events) : AccountAction;

    /// <summary>The facts of all positions, as <see cref="AccountInput.PositionsRead"/>: slots are memory, and none is handed out before.</summary>
    public sealed record ReadPositions : AccountAction;

    public sealed record Perform(AccountEffect Effect) : AccountAction;

    /// <summary>What is believed now, and durable.</summary>
    public sealed record Show(AccountState State, AccountBook Book) : AccountAction;

    /// <summary>To whoever asked under that number.</summary>
    /// <param name="Denial">Reason code of a denial; null: it cannot be said yet, ask again.</param>
    public sealed record Answer(
        long Caller, Verdict Verdict, AccountState State, SlotGrant? Grant = null, string? Denial = null, string Note = "") : AccountAction;

    /// <summary>The stream has another owner: whoever runs this ends.</summary>
    public sealed record Leave(string Why) : AccountAction;
}
