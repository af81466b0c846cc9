namespace Trading.Domain;

/// <summary>
/// Accounts are kept in one asset. What is earned or paid in another counts once it was converted, at the mark of its time.
/// </summary>
public static class Assets
{
    public const string OfAccounts = "USDT";

    public static bool IsForeign(string asset) => asset.Length > 0 && asset != OfAccounts;

    /// <summary>The contract whose mark says what the asset is worth; null where no contract can have such a name.</summary>
    public static Symbol? MarketOf(string asset) => Symbol.TryParse(asset + OfAccounts, out var market) ? market : null;
}
