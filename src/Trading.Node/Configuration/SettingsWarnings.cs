using Trading.Domain;

namespace Trading.Node.Configuration;

/// <summary>What is allowed to be configured and cannot be meant: each is said by <c>config check</c> and at the start.</summary>
public static class SettingsWarnings
{
    public static IReadOnlyList<string> Of(NodeSettings settings) =>
        [.. settings.Accounts.SelectMany(account => OfAccount(account, settings))];

    private static IEnumerable<string> OfAccount(AccountSettings account, NodeSettings settings)
    {
        var (risk, plan) = (account.Risk, account.Risk.Plan);
        var toLiquidation = 1m / risk.Leverage - risk.MaintenanceMargin;
        if (plan.StopLoss * (1 + risk.LiquidationRoom) > toLiquidation)
            yield return $"{account.Id}: positions.stop-loss = {Percent(plan.StopLoss)} lies beyond or too near liquidation "
                + $"({Percent(toLiquidation)} from the entry at leverage {risk.Leverage}): every entry will be denied as liquidation_near; lower one of them";
        else if (settings.HardLoss is { } hard && account.Exchange is Exchange.Binance && hard > toLiquidation)
            yield return $"{account.Id}: positions.hard-loss = {Percent(hard)} lies beyond liquidation "
                + $"({Percent(toLiquidation)} from the entry at leverage {risk.Leverage}): the second layer can never fire; lower one of them";
        if (plan is { TakeProfit: { } profit, BreakEven: { } even } && profit <= even)
            yield return $"{account.Id}: take-profit = {Percent(profit)} is not above break-even = {Percent(even)}: "
                + "the position closes before its stop would move to break-even; raise take-profit, or leave break-even out";
    }

    private static string Percent(decimal fraction) => $"{Words.Number(fraction * 100)} %";
}
