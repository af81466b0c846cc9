namespace Trading.Simulator.Matching;

/// <summary>Moves margin between the wallet and an isolated position, on its owner's word.</summary>
public sealed class PositionMargins(Venue venue)
{
    /// <param name="amount">Above 0 puts, below 0 takes back; quote asset.</param>
    public Refusal Move(Account account, Instrument instrument, PositionSide side, decimal amount)
    {
        if (account.Hedge == (side == PositionSide.Both)) return Refusal.PositionSideMismatch;
        if (!venue.Setting(account, instrument.Symbol).Isolated) return Refusal.MarginNotIsolated;
        if (amount == 0m) return Refusal.AmountNotPositive;
        if (account.Find(instrument.Symbol, side) is not { IsFlat: false } position) return Refusal.NoPosition;
        if (amount > venue.Ledger.Available(account)) return Refusal.WalletTooSmall;
        if (amount < 0m && -amount > Spare(account, position)) return Refusal.MarginNeeded;
        position.IsolatedWallet += amount;
        position.UpdatedUtc = venue.StampUtc;
        (position.MarginChanges ??= []).Add(new MarginChange(venue.StampUtc, amount));
        venue.Save(position);
        venue.Emit(new VenueEvent.MarginMoved(account, position));
        return Refusal.None;
    }

    /// <summary>Fills a position's margin up to its initial margin, as far as the wallet goes.</summary>
    internal void Refill(Account account, Instrument instrument, Position position)
    {
        var lacking = venue.Ledger.InitialMargin(account, position) - position.IsolatedWallet - venue.Ledger.Unrealized(position);
        Move(account, instrument, position.Side, decimal.Round(Math.Min(lacking, venue.Ledger.Available(account)), 8, MidpointRounding.ToZero));
    }

    /// <summary>What may be taken back: all above the initial margin, a loss counted.</summary>
    private decimal Spare(Account account, Position position)
    {
        var leverage = venue.Setting(account, position.Symbol).Leverage;
        var initial = Math.Abs(position.Quantity) * position.Entry / leverage;
        return position.IsolatedWallet + Math.Min(0m, venue.Ledger.Unrealized(position)) - initial;
    }
}
