namespace Trading.Domain.Signals;

/// <summary>
/// Finds the account a signal is for: named account, then exchange, then the routing table, then the only one there is.
/// </summary>
/// <param name="Accounts">Configured accounts and their exchanges.</param>
/// <param name="Table">First rule that matches wins.</param>
public sealed record SignalRouting(IReadOnlyDictionary<AccountId, Exchange> Accounts, IReadOnlyList<SignalRoute> Table)
{
    /// <returns>Null: nobody's. The reason names what was tried and what would help.</returns>
    public AccountId? Find(string? account, string? exchange, Symbol symbol, string source, out string why)
    {
        why = "";
        if (account is not null)
        {
            if (AccountId.TryParse(account, out var named) && Accounts.ContainsKey(named)) return named;
            why = $"no account of that name; configured: {Names()}";
            return null;
        }

        if (exchange is not null && AccountId.TryParse(exchange, out var byName) && Accounts.ContainsKey(byName))
            return byName;
        Exchange? venue = ExchangeNames.TryParse(exchange, out var known) ? known : null;
        if (exchange is not null && venue is null)
        {
            why = $"neither an account nor an exchange known here; configured accounts: {Names()}";
            return null;
        }

        var ofVenue = Accounts.Where(a => a.Value == venue).Select(a => a.Key).ToList();
        if (ofVenue.Count == 1) return ofVenue[0];
        var route = Table.FirstOrDefault(r =>
            r.Matches(symbol, source) && (venue is null || Accounts[r.Account] == venue));
        if (route is not null) return route.Account;
        if (exchange is null && Accounts.Count == 1) return Accounts.Keys.Single();
        why = $"no account named and no route matches; add 'account' ({Names()}) or a routing rule";
        return null;
    }

    private string Names() => string.Join(", ", Accounts.Keys.Select(a => a.Value).Order(StringComparer.Ordinal));
}

/// <summary>Signals of this source and symbol go to that account; null matches every one.</summary>
public sealed record SignalRoute(string? Source, Symbol? Symbol, AccountId Account)
{
    public bool Matches(Symbol symbol, string source) =>
        (Source is null || Source == source) && (Symbol is null || Symbol == symbol);
}
