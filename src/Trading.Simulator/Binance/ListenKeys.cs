using Trading.Simulator.Matching;

namespace Trading.Simulator.Binance;

/// <summary>One key per account; dies when not extended.</summary>
public sealed class ListenKeys(Venue venue, TimeSpan life)
{
    private readonly Dictionary<string, (Account Account, DateTime ExpiresUtc)> keys = [];
    private readonly Dictionary<string, string> byAccount = [];

    /// <summary>Told when a key died of age or by fault; the account's sockets stay open but dead.</summary>
    internal Action<Account, string> Expired { get; set; } = static (_, _) => { };

    /// <summary>A new key, or the living one extended.</summary>
    public string Open(Account account)
    {
        if (Extend(account) is { } living) return living;
        var key = string.Concat(Enumerable.Range(0, 4).Select(_ => venue.Chance.Next().ToString("x16")));
        keys[key] = (account, venue.NowUtc + life);
        byAccount[account.Name] = key;
        venue.Plan(life, () => Check(key));
        return key;
    }

    /// <returns>The key, or null when there is none.</returns>
    public string? Extend(Account account)
    {
        if (!byAccount.TryGetValue(account.Name, out var key)) return null;
        keys[key] = (account, venue.NowUtc + life);
        return key;
    }

    public bool Close(Account account)
    {
        if (!byAccount.Remove(account.Name, out var key)) return false;
        return keys.Remove(key);
    }

    /// <summary>Kills the account's key now (fault).</summary>
    public void Expire(Account account)
    {
        if (!byAccount.TryGetValue(account.Name, out var key)) return;
        Close(account);
        Expired(account, key);
    }

    /// <summary>The account of a living key; null for any other text.</summary>
    public Account? AccountOf(string key) => keys.TryGetValue(key, out var entry) ? entry.Account : null;

    private void Check(string key)
    {
        if (!keys.TryGetValue(key, out var entry)) return;
        if (entry.ExpiresUtc > venue.NowUtc) venue.PlanAt(entry.ExpiresUtc, () => Check(key));
        else Expire(entry.Account);
    }
}
