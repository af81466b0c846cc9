namespace Trading.Domain.Accounts;

/// <summary>What is to be done outside once the events of the same decision are durable.</summary>
public abstract record AccountEffect
{
    private AccountEffect()
    {
    }

    /// <summary>Tells positions and operators what the account allows from here on.</summary>
    public sealed record Announce(AccountStatus Status) : AccountEffect;

    /// <param name="Page">Somebody must look now: the account halted itself.</param>
    public sealed record AlertOperator(string Text, bool Page) : AccountEffect;
}
