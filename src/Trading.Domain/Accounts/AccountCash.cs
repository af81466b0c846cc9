using Trading.Domain.Positions;
using static Trading.Domain.Accounts.AccountEffect;
using static Trading.Domain.Accounts.AccountEvent;
using static Trading.Domain.Accounts.AccountInput;

namespace Trading.Domain.Accounts;

/// <summary>
/// Money that moved and belongs to no one position that is known: noted once by its identity, never dropped. What the
/// trading of our positions cost counts for the daily loss; a reason nobody listed is named to the operator.
/// </summary>
public static partial class AccountMachine
{
    /// <summary>A day of payments every hour for many symbols.</summary>
    private const int CashKept = 2048;

    private static AccountDecision NoteCash(AccountContext at, AccountState state, AccountBook book, CashTold it)
    {
        var cash = it.Cash;
        if (state.HasNoted(cash, it.Symbol)) return Ignore(book, $"{cash.Reason} is noted already");
        var counts = it.Counts && !Assets.IsForeign(cash.Asset);
        var noted = JudgeLoss(at, state, book,
            [new CashNoted(cash.Id, cash.Kind, cash.Reason, it.Symbol?.Value ?? "", cash.Amount, cash.Asset, counts, cash.AtUtc)]);
        return Whose(at, it, counts) is { } text
            ? noted with { Effects = [.. noted.Effects, new AlertOperator(text, Page: false)] }
            : noted;
    }

    /// <returns>What the operator must see of it; null: nothing, it is counted.</returns>
    private static string? Whose(AccountContext at, CashTold it, bool counts)
    {
        var with = it.Symbol is { } symbol ? $" with {symbol}" : "";
        var moved = $"account {at.Account}: {Text(it.Cash.Amount)} {it.Cash.Asset} moved{with}, reason {it.Cash.Reason}";
        if (it.Cash.Kind is CashKind.Unknown) return $"{moved}, which this build does not know: no result counts it";
        return it.Counts && !counts ? $"{moved}, and belongs to no one position: no result counts it" : null;
    }

    private static AccountState Noted(AccountState state, CashNoted it)
    {
        var cash = new BookedCash(it.Id, it.Kind, it.Amount, it.Asset, it.AtUtc);
        var known = state with { CashNoted = state.CashNoted.AddNewest((it.Symbol, cash), CashKept) };
        if (!it.Counts || it.AtUtc.Date < state.DayUtc) return known;
        var before = it.AtUtc.Date == state.DayUtc ? state.Realized : 0;
        return known with { DayUtc = it.AtUtc.Date, Realized = before + it.Amount };
    }
}
