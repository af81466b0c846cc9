using Trading.Simulator.Market;

namespace Trading.Simulator.Matching;

/// <summary>Wallets and positions: what a fill, a fee or a funding payment does to them, and the margin sums.</summary>
public sealed class Ledger(Venue venue)
{
    /// <summary>Puts money into the wallet (start balance, deposit).</summary>
    public void Credit(Account account, decimal amount)
    {
        account.Wallet += amount;
        account.WalletUpdatedUtc = venue.StampUtc;
        AddIncome(account, "", IncomeType.Transfer, amount, 0);
    }

    /// <summary>Books one fill of an order: position, realised result, fee, trade.</summary>
    internal Trade Fill(Account account, Instrument instrument, Order order, decimal quantity, decimal price, bool maker)
    {
        var position = account.Get(order.Symbol, order.PositionSide);
        var before = position.Quantity;
        var signed = quantity * order.Sign;
        var closing = before != 0m && Math.Sign(before) != order.Sign ? Math.Min(quantity, Math.Abs(before)) : 0m;
        var realized = closing * (price - position.Entry) * Math.Sign(before);
        var fee = venue.Fees.Of(account, instrument, order, quantity, price, maker);
        Move(account, position, signed, closing, price, fee.Value, realized);
        order.Filled += quantity;
        order.FilledQuote += price * quantity;
        order.Status = order.Leaves == 0m ? OrderStatus.Filled : OrderStatus.PartiallyFilled;
        account.Wallet += realized;
        FeeDesk.Take(account, fee);
        position.TradeId = venue.Ids.Trade + 1;
        position.Earn(realized - fee.Value);
        account.WalletUpdatedUtc = venue.StampUtc;
        var trade = new Trade
        {
            Id = ++venue.Ids.Trade, AtUtc = venue.StampUtc, Account = account.Name, Symbol = order.Symbol,
            PositionSide = order.PositionSide, OrderId = order.Id, ClientId = order.ClientId, Origin = order.Origin,
            StopId = order.StopId, Side = order.Side, Price = price, Quantity = quantity, Fee = fee.Amount,
            FeeAsset = fee.Asset, FeeValue = fee.Value, Realized = realized, Maker = maker, PositionBefore = before, PositionAfter = position.Quantity,
        };
        account.Trades.Add(trade);
        Track(instrument, position);
        venue.Save(order);
        venue.Save(trade, position);
        if (realized != 0m) AddIncome(account, order.Symbol, IncomeType.RealizedPnl, realized, trade.Id);
        if (fee.Amount != 0m)
            AddIncome(new Income
            {
                Account = account.Name, Symbol = order.Symbol, Type = IncomeType.Commission, Amount = -fee.Amount, Asset = fee.Asset,
                TradeId = trade.Id,
            });
        return trade;
    }

    /// <summary>Takes the fee of a liquidation from what it left, or makes good what it left below zero.</summary>
    internal void Clear(Account account, Position position, decimal amount)
    {
        account.Wallet += amount;
        account.WalletUpdatedUtc = venue.StampUtc;
        position.Earn(amount);
        AddIncome(account, position.Symbol, IncomeType.InsuranceClear, amount, 0);
        venue.Emit(new VenueEvent.LiquidationCleared(account, position, amount));
    }

    /// <summary>Pays funding when the time announced by the tick before has passed.</summary>
    internal void PayFunding(Instrument instrument, in MarketTick before)
    {
        if (before.NextFundingUtc <= instrument.FundedUtc || before.NextFundingUtc == default) return;
        if (instrument.Tick.AtUtc < before.NextFundingUtc) return;
        instrument.FundedUtc = before.NextFundingUtc;
        PayFunding(instrument, before.FundingRate, before.NextFundingUtc);
    }

    /// <summary>Pays funding now; true when somebody held a position.</summary>
    public bool PayFunding(Instrument instrument, decimal rate, DateTime dueUtc)
    {
        instrument.Fundings.Add((dueUtc, rate, instrument.Mark));
        foreach (var position in instrument.Open)
        {
            var account = venue.Account(position.Account);
            var amount = decimal.Round(-position.Quantity * instrument.Mark * rate, 8);
            if (amount == 0m) continue;
            account.Wallet += amount;
            account.WalletUpdatedUtc = venue.StampUtc;
            position.Earn(amount);
            AddIncome(new Income
            {
                Account = account.Name, Symbol = position.Symbol, Type = IncomeType.FundingFee, Amount = amount,
                Quantity = position.Quantity, Price = instrument.Mark, Rate = rate,
            });
            venue.Emit(new VenueEvent.Funded(account, position, amount));
        }

        return instrument.Open.Count > 0;
    }

    public decimal InitialMargin(Account account, Position position)
    {
        var mark = venue.Find(position.Symbol)?.Mark ?? position.Entry;
        return Math.Abs(position.Quantity) * mark / venue.Setting(account, position.Symbol).Leverage;
    }

    public decimal MaintenanceMargin(Position position) =>
        venue.Find(position.Symbol) is { } instrument
            ? Math.Abs(position.Quantity) * instrument.Mark * instrument.Spec.MaintMarginRate
            : 0m;

    public decimal Unrealized(Position position) =>
        venue.Find(position.Symbol) is { HasPrice: true } instrument ? position.UnrealizedAt(instrument.Mark) : 0m;

    /// <summary>Wallet without what is set aside for isolated positions.</summary>
    public decimal CrossWallet(Account account)
    {
        var sum = account.Wallet;
        foreach (var position in account.Positions) sum -= position.IsolatedWallet;
        return sum;
    }

    public decimal CrossUnrealized(Account account)
    {
        var sum = 0m;
        foreach (var position in account.Positions)
            if (!position.IsFlat && !venue.Setting(account, position.Symbol).Isolated) sum += Unrealized(position);
        return sum;
    }

    public decimal OpenOrderMargin(Account account)
    {
        var sum = 0m;
        foreach (var order in account.OpenOrders)
            if (!order.ReduceOnly && order.Price > 0m)
                sum += order.Leaves * order.Price / venue.Setting(account, order.Symbol).Leverage;
        return sum;
    }

    /// <summary>What new exposure may use.</summary>
    public decimal Available(Account account)
    {
        var sum = CrossWallet(account) + CrossUnrealized(account) - OpenOrderMargin(account);
        foreach (var position in account.Positions)
            if (!position.IsFlat && !venue.Setting(account, position.Symbol).Isolated)
                sum -= InitialMargin(account, position);
        return Math.Max(0m, sum);
    }

    /// <summary>The mark at which the position is liquidated if nothing else moves; 0 = never.</summary>
    public decimal LiquidationPrice(Account account, Position position)
    {
        if (position.IsFlat || venue.Find(position.Symbol) is not { } instrument) return 0m;
        decimal backing;
        if (venue.Setting(account, position.Symbol).Isolated) backing = position.IsolatedWallet;
        else
        {
            backing = CrossWallet(account);
            foreach (var other in account.Positions)
                if (!ReferenceEquals(other, position) && !other.IsFlat
                    && !venue.Setting(account, other.Symbol).Isolated)
                    backing += Unrealized(other) - MaintenanceMargin(other);
        }

        var size = Math.Abs(position.Quantity);
        var divisor = (size * instrument.Spec.MaintMarginRate) - position.Quantity;
        if (divisor == 0m) return 0m;
        return Math.Max(0m, decimal.Round((backing - (position.Quantity * position.Entry)) / divisor, 8));
    }

    internal void AddIncome(Account account, string symbol, IncomeType type, decimal amount, long tradeId) =>
        AddIncome(new Income
        {
            Account = account.Name, Symbol = symbol, Type = type, Amount = amount, TradeId = tradeId,
        });

    private void AddIncome(Income income)
    {
        var account = venue.Account(income.Account);
        income = income with { Id = ++venue.Ids.Income, AtUtc = venue.StampUtc };
        account.Incomes.Add(income);
        venue.Save(account, income);
    }

    private void Move(
        Account account, Position position, decimal signed, decimal closing, decimal price, decimal fee,
        decimal realized)
    {
        var before = position.Quantity;
        var after = before + signed;
        var opening = Math.Abs(signed) - closing;
        var setting = venue.Setting(account, position.Symbol);
        if (closing > 0m && before != 0m) position.IsolatedWallet -= position.IsolatedWallet * closing / Math.Abs(before);
        if (after == 0m || (before != 0m && Math.Sign(after) != Math.Sign(before)))
        {
            position.Burden = after == 0m ? 0m : fee;
            position.Entry = after == 0m ? 0m : price;
        }
        else
        {
            position.Burden += fee - realized;
            if (opening > 0m)
                position.Entry = decimal.Round(
                    ((Math.Abs(before) * position.Entry) + (opening * price)) / Math.Abs(after), 10);
        }

        if (setting.Isolated && opening > 0m) position.IsolatedWallet += opening * price / setting.Leverage;
        if (after == 0m) position.IsolatedWallet = 0m;
        if (before == 0m || Math.Sign(before) == -Math.Sign(after))
        {
            position.OpenedUtc = venue.StampUtc;
            position.HoldingNet = 0m;
            if (position.CreatedUtc == default) position.CreatedUtc = venue.StampUtc;
        }

        position.Quantity = after;
        position.Realized += realized;
        position.UpdatedUtc = venue.StampUtc;
    }

    private void Track(Instrument instrument, Position position)
    {
        var tracked = instrument.Open.Contains(position);
        if (position.IsFlat && tracked) instrument.Open.Remove(position);
        if (!position.IsFlat && !tracked) instrument.Open.Add(position);
        venue.Hint(instrument);
        venue.PositionStops.Follow(position);
        if (position.IsFlat) venue.Stops.OnFlat(position);
    }
}
