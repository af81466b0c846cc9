using Trading.Simulator.Matching;

namespace Trading.Simulator.Binance;

/// <summary>Positions as a read of them sees them: with the lag that a fault asks for.</summary>
internal sealed class PositionReads(Venue venue)
{
    public PositionView View(Request r, Position position) =>
        r.PositionLag == TimeSpan.Zero
            ? new PositionView(venue.NowUtc, position.Quantity, position.Entry, position.UpdatedUtc)
            : position.ViewAt(venue.NowUtc - r.PositionLag);

    /// <summary>One row for each symbol wanted and side of the account's mode.</summary>
    public IEnumerable<Position> All(Request r)
    {
        PositionSide[] sides = r.Account.Hedge ? [PositionSide.Long, PositionSide.Short] : [PositionSide.Both];
        foreach (var symbol in Wanted(r))
            foreach (var side in sides)
                yield return r.Account.Find(symbol, side)
                    ?? new Position { Account = r.Account.Name, Symbol = symbol, Side = side };
    }

    /// <summary>Only what is open or has open orders.</summary>
    public IEnumerable<Position> Open(Request r) => All(r).Where(p =>
        View(r, p).Quantity != 0m
        || (!r.Account.Hedge && r.Account.OpenOrders.Exists(o => o.Symbol == p.Symbol)));

    public decimal Mark(Position position) => venue.Find(position.Symbol)!.Mark;

    public decimal Unrealized(Position position, PositionView view) =>
        view.Quantity == 0m ? 0m : (Mark(position) - view.Entry) * view.Quantity;

    public decimal Initial(Account account, Position position, PositionView view) =>
        Math.Abs(view.Quantity) * Mark(position) / venue.Setting(account, position.Symbol).Leverage;

    public decimal Maintenance(Position position, PositionView view) =>
        Math.Abs(view.Quantity) * Mark(position) * venue.Find(position.Symbol)!.Spec.MaintMarginRate;

    public decimal IsolatedMargin(Position position) =>
        position.IsolatedWallet == 0m ? 0m : position.IsolatedWallet + venue.Ledger.Unrealized(position);

    public decimal Liquidation(Request r, Position position, PositionView view) =>
        view.Quantity == 0m ? 0m : venue.Ledger.LiquidationPrice(r.Account, position);

    public decimal BreakEven(Position position, PositionView view) =>
        decimal.Round(view.Quantity == position.Quantity ? position.BreakEven : view.Entry, 8);

    private IEnumerable<string> Wanted(Request r)
    {
        if (!r.Params.Has("symbol")) return venue.Symbols.Select(s => s.Symbol);
        return venue.Find(r.Params.Text("symbol")) is { } instrument
            ? [instrument.Symbol]
            : throw BinanceError.Of(Refusal.UnknownSymbol);
    }
}
