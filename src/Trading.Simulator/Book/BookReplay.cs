using Trading.Simulator.Market;
using Trading.Simulator.Matching;

namespace Trading.Simulator.Book;

/// <summary>What the book says: read before the venue exists, because the market continues from its last prices.</summary>
public sealed class BookReplay
{
    private readonly List<(DateTime AtUtc, object Row)> changes = [];

    public BookReplay(ExchangeBook book)
    {
        foreach (var change in book.Read())
        {
            changes.Add(change);
            if (LastSeenUtc is null || change.AtUtc > LastSeenUtc) LastSeenUtc = change.AtUtc;
        }

        if (book.ReadClock() is not { } clock) return;
        foreach (var tick in clock.Ticks) LastTicks[tick.Symbol] = tick;
        if (LastSeenUtc is null || clock.AtUtc > LastSeenUtc) LastSeenUtc = clock.AtUtc;
    }

    /// <summary>Last sign of life; null for a new book.</summary>
    public DateTime? LastSeenUtc { get; }

    public Dictionary<string, MarketTick> LastTicks { get; } = [];

    /// <summary>Brings a fresh venue to the state of the book and resumes what was under way.</summary>
    public void Restore(Venue venue)
    {
        foreach (var tick in LastTicks.Values) venue.RestoreTick(tick);
        foreach (var (atUtc, row) in changes) Restore(venue, row, atUtc);
        foreach (var account in venue.Accounts) Resume(venue, account);
    }

    private static void Restore(Venue venue, object row, DateTime atUtc)
    {
        switch (row)
        {
            case AccountRow r:
                var account = Account(venue, r.Name);
                (account.Wallet, account.Hedge, account.WalletUpdatedUtc) = (r.Wallet, r.Hedge, r.UpdatedUtc);
                (account.MultiAssets, account.FeeBurn) = (r.MultiAssets, r.FeeBurn);
                (account.FeeAsset, account.FeeWallet) = (r.FeeAsset, r.FeeWallet);
                break;
            case SettingRow r:
                Account(venue, r.Account).Settings[r.Symbol] = new SymbolSetting(r.Leverage, r.Isolated);
                break;
            case Order order:
                Put(Account(venue, order.Account).Orders, Account(venue, order.Account).OrderHistory, order.Id, order);
                venue.Ids.Order = Math.Max(venue.Ids.Order, order.Id);
                venue.Ids.Amendment = Math.Max(venue.Ids.Amendment, order.Amendments?[^1].Id ?? 0);
                venue.Truth.Observe(order);
                break;
            case StopOrder stop:
                Put(Account(venue, stop.Account).Stops, Account(venue, stop.Account).StopHistory, stop.Id, stop);
                venue.Ids.Stop = Math.Max(venue.Ids.Stop, stop.Id);
                venue.Truth.Observe(stop, atUtc);
                break;
            case Trade trade:
                Account(venue, trade.Account).Trades.Add(trade);
                venue.Ids.Trade = Math.Max(venue.Ids.Trade, trade.Id);
                venue.Truth.Observe(trade, atUtc);
                break;
            case Income income:
                Account(venue, income.Account).Incomes.Add(income);
                venue.Ids.Income = Math.Max(venue.Ids.Income, income.Id);
                break;
            case Position position:
                position.Keep(atUtc);
                Account(venue, position.Account).Put(position);
                break;
        }
    }

    private static void Resume(Venue venue, Account account)
    {
        foreach (var position in account.Positions)
            if (!position.IsFlat && venue.Find(position.Symbol) is { } instrument)
            {
                instrument.Open.Add(position);
                venue.Hint(instrument);
            }

        foreach (var order in account.OrderHistory)
            if (order.IsOpen && venue.Find(order.Symbol) is { } instrument)
            {
                account.OpenOrders.Add(order);
                venue.Orders.Resume(account, instrument, order);
            }

        foreach (var stop in account.StopHistory)
        {
            if (venue.Find(stop.Symbol) is not { } instrument) continue;
            if (stop.Status == StopStatus.New) venue.Stops.Enter(account, instrument, stop);
            if (stop.Status == StopStatus.Triggering) venue.Stops.Resume(account, instrument, stop);
        }
    }

    private static void Put<T>(Dictionary<long, T> byId, List<T> history, long id, T row)
        where T : class
    {
        if (byId.TryGetValue(id, out var old)) history[history.LastIndexOf(old)] = row;
        else history.Add(row);
        byId[id] = row;
    }

    private static Account Account(Venue venue, string name)
    {
        if (venue.Accounts.FirstOrDefault(a => a.Name == name) is { } known) return known;
        var account = new Account(name);
        venue.Restore(account);
        return account;
    }
}
