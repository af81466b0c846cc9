using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Journal;

namespace Trading.Node.Accounts;

/// <summary>What an account actor needs from its node.</summary>
public sealed record AccountDependencies
{
    public required AccountId Account { get; init; }
    public required AccountPolicy Policy { get; init; }
    public required IJournal Journal { get; init; }

    /// <summary>Epoch of the lease under which this node owns the account.</summary>
    public required long Epoch { get; init; }
    public required TimeProvider Time { get; init; }
    public required Func<string> NewId { get; init; }

    /// <summary>
    /// The facts of every position of the account, flat ones included; null: not all of them are read yet.
    /// </summary>
    public required Func<CancellationToken, Task<IReadOnlyList<PositionFacts>?>> ReadPositions { get; init; }

    /// <summary>Told of the account after every change and at every start. Must not wait.</summary>
    public required Action<AccountView> Show { get; init; }

    /// <summary>What the account allows has changed. Must not wait.</summary>
    public required Action<AccountStatus> Announce { get; init; }

    /// <summary>Text, and whether somebody must look now.</summary>
    public required Action<string, bool> Alert { get; init; }

    /// <summary>The journal does not answer, and why; it is asked again.</summary>
    public required Action<string> JournalSilent { get; init; }
}
