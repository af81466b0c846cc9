using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using static Trading.Node.Gateways.SessionMessage;

namespace Trading.Node.Gateways;

/// <summary>Leverage, margin mode and position mode, as the exchange tells them.</summary>
public sealed partial class AccountSessionActor
{
    private void On(AccountSetting setting)
    {
        account.Prepared.On(setting);
        if (setting.MultiAssets is { } all) LookAgain($"multi-assets mode was switched {(all ? "on" : "off")}");
        if (setting.Symbol is { } symbol) SayWhatIsHeldOtherwise(symbol);
    }

    private void LearnSettings(AccountSnapshot snapshot, long begun)
    {
        account.Prepared.Learn(snapshot.Settings, begun);
        foreach (var symbol in account.Board.Active.Where(view => view.Key.Account == account.Id).Select(view => view.Key.Symbol).Distinct())
            SayWhatIsHeldOtherwise(symbol);
        if (snapshot.Positions.Count > 0 && snapshot.Positions.Keys.All(key => account.KeysOf(key.Symbol)[0].IsOfOtherMode(key)))
            LookAgain("it names no position in the configured position mode");
    }

    /// <summary>What we opened relies on our leverage and margin mode, which nobody can set back while it is held.</summary>
    private void SayWhatIsHeldOtherwise(Symbol symbol)
    {
        var applied = account.Prepared.Of(symbol);
        if (applied.AgreesWith(account.Prepared.Wanted)) return;
        foreach (var view in account.Board.Active.Where(view => view is { Holding: { Policy: null, Quantity: > 0 } } && view.Key.Account == account.Id && view.Key.Symbol == symbol))
            account.Alerts.Raise("SettingsChanged", view.Key.ToString(), HeldOtherwise.Text(view, applied, account.Prepared.Wanted, account.Risk));
    }
}
