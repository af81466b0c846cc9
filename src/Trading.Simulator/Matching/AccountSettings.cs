namespace Trading.Simulator.Matching;

/// <summary>Leverage, margin mode and position mode, with the rules for changing them.</summary>
public sealed class AccountSettings(Venue venue)
{
    public Refusal SetLeverage(Account account, Instrument instrument, decimal leverage)
    {
        if (leverage < 1 || leverage > instrument.Spec.MaxLeverage) return Refusal.LeverageInvalid;
        var setting = venue.Setting(account, instrument.Symbol);
        if (setting.Isolated && leverage < setting.Leverage && HasPosition(account, instrument.Symbol))
            return Refusal.LeverageReduction;
        account.Settings[instrument.Symbol] = setting with { Leverage = leverage };
        venue.Save(account, instrument.Symbol);
        if (leverage != setting.Leverage)
            venue.Emit(new VenueEvent.LeverageChanged(account, instrument.Symbol, leverage));
        return Refusal.None;
    }

    public Refusal SetMarginType(Account account, Instrument instrument, bool isolated)
    {
        var setting = venue.Setting(account, instrument.Symbol);
        if (setting.Isolated == isolated) return Refusal.MarginTypeSame;
        if (isolated && account.MultiAssets) return Refusal.IsolatedMultiAssets;
        if (account.OpenOrders.Exists(o => o.Symbol == instrument.Symbol)) return Refusal.OrdersExist;
        if (HasPosition(account, instrument.Symbol)) return Refusal.PositionExists;
        account.Settings[instrument.Symbol] = setting with { Isolated = isolated };
        venue.Save(account, instrument.Symbol);
        venue.Emit(new VenueEvent.MarginTypeChanged(account, instrument.Symbol));
        return Refusal.None;
    }

    public Refusal SetMode(Account account, bool hedge)
    {
        if (account.Hedge == hedge) return Refusal.ModeSame;
        if (account.OpenOrders.Count > 0 || account.OpenStops.Exists(s => !s.OnPosition)) return Refusal.OrdersExist;
        if (account.Positions.Exists(p => !p.IsFlat)) return Refusal.PositionExists;
        account.Hedge = hedge;
        venue.Save(account);
        return Refusal.None;
    }

    public Refusal SetMultiAssets(Account account, bool on)
    {
        if (account.MultiAssets == on) return Refusal.MultiAssetsSame;
        if (account.OpenOrders.Count > 0) return Refusal.MultiAssetsOrders;
        if (on && account.Settings.Values.Any(s => s.Isolated)) return Refusal.MultiAssetsIsolated;
        account.MultiAssets = on;
        venue.Save(account);
        venue.Emit(new VenueEvent.AssetModeChanged(account));
        return Refusal.None;
    }

    public void SetFeeBurn(Account account, bool on)
    {
        account.FeeBurn = on;
        venue.Save(account);
    }

    private static bool HasPosition(Account account, string symbol) =>
        account.Positions.Exists(p => p.Symbol == symbol && !p.IsFlat);
}
