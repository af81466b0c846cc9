using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using static Trading.Domain.Accounts.AccountEvent;

namespace Trading.Projections;

/// <summary>What happened to accounts: events only; their state is what the node itself shows.</summary>
internal static class AccountFold
{
    public static RowChange Fold(JournalEntry entry, AccountEvent happened, IReadOnlyDictionary<AccountId, Exchange> venues)
    {
        var subject = Subject.Of(entry.Stream["account/".Length..], venues) with { Symbol = SymbolOf(happened) };
        return EventRow.Of(entry, subject, SeverityOf(happened));
    }

    private static string? SymbolOf(AccountEvent happened) => happened switch
    {
        ProtectionMissNoted it => it.Key.Symbol.Value,
        ProtectionRestored it => it.Key.Symbol.Value,
        ClosureNoted it => it.Key.Symbol.Value,
        CashNoted { Symbol: { Length: > 0 } symbol } => symbol,
        _ => null,
    };

    private static string SeverityOf(AccountEvent happened) =>
        happened is AccountHalted or DailyLossReached or ProtectionMissNoted or CashNoted { Kind: CashKind.Unknown } ? EventRow.Warning : EventRow.Info;
}
