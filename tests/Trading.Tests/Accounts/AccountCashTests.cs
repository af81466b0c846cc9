using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using static Trading.Domain.Accounts.AccountInput;
using static Trading.Tests.Accounts.AccountScenario;

namespace Trading.Tests.Accounts;

/// <summary>Money that belongs to no one position: noted once, counted where it is a result of trading, named where nobody knows it.</summary>
public sealed class AccountCashTests
{
    [Fact]
    public void A_reason_that_nobody_listed_is_noted_once_and_named_and_changes_no_result() => new AccountScenario()
        .At("10:00:00", Moved("a1", CashKind.Unknown, -3.5m, "ADJUSTMENT", "TAGUSDT"))
        .At("10:00:01", Moved("a1", CashKind.Unknown, -3.5m, "ADJUSTMENT", "TAGUSDT"))
        .Reads("""
            10:00:00     <- CashTold Cash a1 Unknown -3.5 USDT ADJUSTMENT TAGUSDT
                         :: CashNoted a1 Unknown ADJUSTMENT TAGUSDT -3.5 USDT
                         -> AlertOperator account binance: -3.5 USDT moved with TAGUSDT, reason ADJUSTMENT, which this build does not know: no result counts it
            10:00:01     <- CashTold Cash a1 Unknown -3.5 USDT ADJUSTMENT TAGUSDT
                         .. ignored: ADJUSTMENT is noted already
            """);

    [Fact]
    public void What_the_trading_of_two_sides_cost_counts_for_the_daily_loss()
    {
        var account = new AccountScenario(AccountPolicy.Default with { DailyLoss = 10m })
            .Quietly("10:00:00", Moved("f1", CashKind.Funding, -9m, "FUNDING_FEE", "TAGUSDT", counts: true))
            .Quietly("10:00:01", Moved("f1", CashKind.Funding, -9m, "FUNDING_FEE", "TAGUSDT", counts: true));
        Assert.Equal(-9m, account.State.Realized);
        Assert.True(AccountMachine.Status(account.State, Utc("10:00:01")).EntriesAllowed);

        account.Quietly("10:00:02", Moved("f2", CashKind.Liquidation, -1m, "INSURANCE_CLEAR", "", counts: true));
        Assert.Equal(-10m, Assert.IsType<AccountState.Loss>(account.State.DailyLoss).Net);
        Assert.Equal(0, new AccountScenario().Quietly("10:00:00", Moved("f1", CashKind.Funding, -9m, "FUNDING_FEE", "TAGUSDT")).State.Realized);
    }

    [Fact]
    public void What_the_stream_told_and_the_list_tells_again_under_another_id_is_noted_once()
    {
        var account = new AccountScenario().Quietly("10:00:00", Moved("frame", CashKind.Funding, -9m, "FUNDING_FEE", "", counts: true));
        account.Quietly("10:00:30", Moved("income 7", CashKind.Funding, -9m, "FUNDING_FEE", "TAGUSDT", counts: true));
        Assert.Equal(-9m, account.State.Realized);
        Assert.Single(account.State.CashNoted);

        account.Quietly("10:00:30", Moved("income 8", CashKind.Funding, -8m, "FUNDING_FEE", "TAGUSDT", counts: true))
            .Quietly("10:00:31", Moved("income 9", CashKind.Funding, -8m, "FUNDING_FEE", "HNTUSDT", counts: true));
        Assert.Equal(-25m, account.State.Realized);
    }

    [Fact]
    public void What_counts_and_came_in_another_asset_is_named_because_nothing_converts_it() => new AccountScenario()
        .At("10:00:00", new CashTold(new Cash("f1", CashKind.Funding, -0.01m, "BNB", "FUNDING_FEE", Utc("10:00:00")), null, Counts: true))
        .Reads("""
            10:00:00     <- CashTold Cash f1 Funding -0.01 BNB FUNDING_FEE yes
                         :: CashNoted f1 Funding FUNDING_FEE -0.01 BNB
                         -> AlertOperator account binance: -0.01 BNB moved, reason FUNDING_FEE, and belongs to no one position: no result counts it
            """);

    [Fact]
    public void Yesterdays_cash_does_not_count_today()
    {
        var account = new AccountScenario()
            .Quietly("10:00:00", Moved("f1", CashKind.Funding, -9m, "FUNDING_FEE", "TAGUSDT", counts: true))
            .Quietly("10:00:01", new CashTold(new Cash("f0", CashKind.Funding, -5m, "USDT", "FUNDING_FEE", Utc("00:00:00").AddSeconds(-1)), null, Counts: true));
        Assert.Equal(-9m, account.State.Realized);
    }

    private static CashTold Moved(string id, CashKind kind, decimal amount, string reason, string symbol, bool counts = false) => new(
        new Cash(id, kind, amount, "USDT", reason, Utc("10:00:00")), symbol.Length > 0 ? Symbol.Parse(symbol) : null, counts);
}
