using Trading.Domain;

namespace Trading.Gateways;

/// <summary>One account on an exchange.</summary>
/// <param name="Tags">Journal tags whose orders are ours: this journal's and those under <c>previous-journals</c>.</param>
public sealed record VenueAccount(AccountId Id, ApiKeys Keys, IReadOnlyCollection<string> Tags)
{
    private bool _hedge;

    /// <summary>An entry later than this is refused by the exchange; it bounds the proof of absence.</summary>
    public TimeSpan EntryWindow { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>For reduce-only orders, cancels and reads: late ones add no exposure.</summary>
    public TimeSpan OtherWindow { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// True where the account holds both sides of a symbol at once: as configured, until the exchange has told. Executions
    /// that do not name their side are read by it; orders go by their key.
    /// </summary>
    public bool Hedge
    {
        get => Volatile.Read(ref _hedge);
        init => _hedge = value;
    }

    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(3);

    internal void LearnMode(bool hedge) => Volatile.Write(ref _hedge, hedge);
}

/// <summary>One set of keys. Its text never shows them.</summary>
public sealed class ApiKeys(string apiKey, string secret)
{
    internal string ApiKey { get; } = apiKey.Trim();
    internal WireSigner Signer { get; } = new(secret.Trim());

    public override string ToString() => "keys (hidden)";
}
