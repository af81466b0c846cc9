using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Positions;

namespace Trading.Node.Gateways;

/// <summary>What an operator is told of a position of ours that is held with other settings than it was opened with.</summary>
internal static class HeldOtherwise
{
    /// <summary>Without the price of the stop: a stop that trails would make it news with every sync.</summary>
    public static string Text(PositionView view, AccountSetting applied, AccountSetting wanted, AccountPolicy risk)
    {
        var changed = Changed(applied, wanted);
        var told = $"{view.Key}: {changed.Applied} applies, configured is {changed.Wanted}";
        if (applied.Leverage is not { } leverage || view.Holding is not { EntryPrice: > 0, LiveStop.Trigger: var stop } held) return told;
        var liquidation = EntryRisk.LiquidationPrice(risk, held.Side, held.EntryPrice, leverage);
        return (liquidation - stop) * held.Side.Sign() >= 0
            ? $"{told}: it may be liquidated near {Words.Number(liquidation)}, before its stop"
            : $"{told}; its stop comes before its liquidation near {Words.Number(liquidation)}";
    }

    /// <summary>Only what differs, in words.</summary>
    public static (string Applied, string Wanted) Changed(AccountSetting applied, AccountSetting wanted)
    {
        var leverage = applied.Leverage is not null && applied.Leverage != wanted.Leverage;
        var margin = applied.Isolated is not null && applied.Isolated != wanted.Isolated;
        return ($"{Only(applied)}", leverage && !margin ? Words.Number(wanted.Leverage ?? 0) : $"{Only(wanted)}");

        AccountSetting Only(AccountSetting from) => new(null, leverage ? from.Leverage : null, margin ? from.Isolated : null);
    }
}
