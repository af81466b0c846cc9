using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>A trade is counted once, by its id, for the position whose order made it.</summary>
internal sealed partial class PositionTurn
{
    public void OnTrade(Trade trade, Source source)
    {
        if (_state is Flat flat) OnLateTrade(flat, trade);
        else if (Held is { } held) CountTrade(held, trade, source);
    }

    private void CountTrade(Holding held, Trade trade, Source source)
    {
        if (held.Trades.Contains(trade.TradeId)) Ignore($"trade {trade.TradeId} is already counted");
        else if (!BelongsTo(held, trade)) Ignore($"trade {trade.TradeId} is of an earlier position");
        else if (_state is Opening { Entry.Verified: false } && !Knows(held, trade.Order)) OnTradeBesideEntry(trade);
        else if (!IsPlacedInTime(held, trade)) Ignore($"trade {trade.TradeId} waits for the first fill of our entry");
        else
        {
            if (trade.Order == held.EntryOrder)
                Verify(source is Source.Stream ? VerifiedBy.Websocket : VerifiedBy.OrderQuery, trade.Quantity, trade.Price);
            Emit(new OrderFilled(trade, HeldAfter(held, trade)));
            KnowAmount();
            AfterTrade(trade, source);
        }
    }

    /// <summary>Somebody else trades while our entry is on its way: no fill of it, and nothing of it can have been closed.</summary>
    private void OnTradeBesideEntry(Trade trade)
    {
        _seen = _seen with { OutsideOrigin = trade.Origin };
        Alert(AlertKind.OutsidePosition, $"trade {trade.TradeId} of somebody else while entry {Held!.EntryOrder} is on its way");
    }

    /// <summary>
    /// Ownership is by id; of orders that are not ours only what came after the opening is this position's, by the
    /// exchange's own times: our clock may have been behind when it opened.
    /// </summary>
    private bool BelongsTo(Holding held, Trade trade) =>
        Knows(held, trade.Order) && !IsContained(held, trade.AtUtc)
        || !IsOurs(trade.Order) && trade.AtUtc > held.BeforeUtc
            && (trade.AtUtc >= held.OpenedUtc || held.EntryOrder.Value is null || held.FirstFillUtc != default) && trade.AtUtc >= held.FirstFillUtc;

    /// <summary>
    /// What was taken over contains what happened until then, by whatever order: a stop that was kept for it may have
    /// closed the position before.
    /// </summary>
    private static bool IsContained(Holding held, DateTime atUtc) => held.EntryOrder.Value is null && atUtc <= held.BeforeUtc;

    /// <summary>Whether somebody else traded before or after our entry, its own fill says; lists tell it first.</summary>
    private static bool IsPlacedInTime(Holding held, Trade trade) =>
        held.FirstFillUtc != default || held.EntryOrder.Value is null || Knows(held, trade.Order);

    private static bool Knows(Holding held, ClientOrderId id) =>
        id == held.EntryOrder || held.CloseOrders.Contains(id) || held.Protection.Stops.Contains(id)
        || held.RedundantStops.Contains(id) || held.FormerStops.Contains(id) || held.Hard?.Id == id;

    /// <summary>
    /// A position report of the same moment already contains the trade (it comes first, protocols/binance-usdm §10), and
    /// so does a row that changed since; otherwise the trade changes what was held. One of before a fill that counts
    /// already does not contain that fill, and may have counted this one: the greater is covered, and the exchange asked.
    /// </summary>
    private decimal HeldAfter(Holding held, Trade trade)
    {
        var newest = PositionMachine.Later(trade.AtUtc, held.LastFillUtc);
        if (HeldSince(WithFill(held, trade), newest) is { } stated && (stated > 0 || !MayBeOfBeforeOurFill(held, trade, newest))) return stated;
        var mayBeCounted = AmountSince(trade.AtUtc) is not null || trade.AtUtc <= held.StatedUtc; // said in this life, or in one before
        if (mayBeCounted) AskWhatIsHeld();
        if (mayBeCounted && trade.Bought != held.Side) return held.Quantity;
        if (trade.Bought != held.Side) return Math.Max(0, held.Quantity - trade.Quantity);
        if (trade.Order != held.EntryOrder) return held.Quantity + trade.Quantity;
        return _state is Opening || held.LeavesQuantity > 0 ? Math.Max(held.Quantity, held.EntryFilled + trade.Quantity - held.ExitFilled) : held.Quantity;
    }

    /// <summary>Whether nothing on our side, as stated for that moment and no later one, may be of before this fill of our entry.</summary>
    private bool MayBeOfBeforeOurFill(Holding held, Trade trade, DateTime at) =>
        trade.Order == held.EntryOrder && held.ExitFilled == 0 && AmountSince(at.AddTicks(1)) is null;

    /// <summary>What our entry is known to have filled with this trade, before it is known what is held after it.</summary>
    private static Holding WithFill(Holding held, Trade trade) => trade.Order != held.EntryOrder ? held : held with
    {
        EntryFilled = held.EntryFilled + trade.Quantity,
        FillsOfLastMoment = held.FillsOfLastMomentWith(trade.AtUtc),
    };

    private void AfterTrade(Trade trade, Source source)
    {
        if (_state is Opening { Entry: var entry, Holding: var held } && held.EntryFilled >= entry.Quantity)
        {
            Emit(new EntryCompleted(
                entry.Id, trade.ExchangeOrderId, OrderStatus.Filled, held.EntryFilled, held.Cost / held.EntryFilled));
            Completed(trade.AtUtc);
        }

        if (Held is { Quantity: 0 } left)
        {
            KnowCause(left, trade);
            if (IsToldFlatSince(left, trade.AtUtc)) CloseProven(HowHeard(source), $"fill {trade.TradeId}");
            else AwaitProofOfFlat();
        }
        else
        {
            if (Held?.EntryOrder == trade.Order) CloseOn();
            else if (_state is Closing { Attempt: { Working: true } attempt } && attempt.Filled >= attempt.Sent) CloseWasNotAll(attempt);
            EnsureProtected();
        }
    }

    /// <summary>The closing fill says itself who caused it, also when nothing else told of it (incident 2025-10-26).</summary>
    private void KnowCause(Holding held, Trade trade)
    {
        if (trade.Bought == held.Side) return;
        if (trade.Origin is OrderOrigin.Liquidation or OrderOrigin.Adl or OrderOrigin.Settlement)
            _seen = _seen with { OutsideOrigin = trade.Origin };
        else if (trade.Origin is OrderOrigin.PositionStop || IsOurs(trade.Order) && OrderIds.PurposeOf(trade.Order) is OrderPurpose.Stop)
            ObserveTrigger(StopStatus.Finished);
    }

    private ClosedBy HowHeard(Source source) => source switch
    {
        Source.Stream => ClosedBy.WebsocketClosure,
        Source.OrderAnswer => ClosedBy.OrderAnswer,
        _ => _checkedFor is CheckCause.Snapshot ? ClosedBy.SyncCleanup : ClosedBy.TargetedCheck,
    };

    /// <summary>A latecomer of the closed position completes its books; anything else while flat is looked into.</summary>
    private void OnLateTrade(Flat flat, Trade trade)
    {
        if (flat.Last is { } last && last.Trades.Contains(trade.TradeId))
        {
            Ignore($"trade {trade.TradeId} is already counted");
        }
        else if (flat.Last is { } of && !IsContained(of, trade.AtUtc) && (Knows(of, trade.Order) || flat.RedundantStops.Contains(trade.Order) || CompletesByTime(of, trade)))
        {
            Emit(new OrderFilled(trade, 0));
            Explain(of, trade);
        }
        else if (IsOurs(trade.Order) && OrderIds.PurposeOf(trade.Order) is OrderPurpose.Entry)
        {
            Alert(AlertKind.StrayFill, $"fill {trade.TradeId} of entry {trade.Order}, which had ended");
            Check(CheckCause.Doubt);
        }
        else
        {
            Ignore($"trade {trade.TradeId} while flat is not of an order of ours");
        }
    }

    private bool CompletesByTime(Holding last, Trade trade) =>
        !IsOurs(trade.Order) && !last.LedgerComplete && trade.Bought != last.Side
        && trade.AtUtc >= last.OpenedUtc && trade.AtUtc <= _seen.StreamAtUtc;

    private void Explain(Holding last, Trade trade)
    {
        if (trade.Bought == last.Side) return;
        var told = ReasonOf(last, trade);
        if (_seen.StopProgress is null && _seen.OutsideOrigin is null && told is { } cause and not CloseReason.External)
            Emit(new ClosureExplained(cause));
    }

    private static CloseReason? ReasonOf(Holding held, Trade trade) => trade.Origin switch
    {
        OrderOrigin.Liquidation => CloseReason.Liquidation,
        OrderOrigin.Adl => CloseReason.Adl,
        OrderOrigin.Settlement => CloseReason.Settlement,
        OrderOrigin.Foreign => CloseReason.External,
        OrderOrigin.PositionStop => StopReason(held),
        _ => OrderIds.PurposeOf(trade.Order) is OrderPurpose.Stop ? StopReason(held) : null,
    };

    private static CloseReason StopReason(Holding held) =>
        held.Trailing is Trailing.Active ? CloseReason.TrailingStop : held.AtBreakEven ? CloseReason.BreakEven : CloseReason.StopLoss;

    /// <summary>What a trade changed of what somebody told in this life; counted from the journal's word alone it is told by nobody.</summary>
    private void KnowAmount()
    {
        if (Held is { } held && _seen.KnownAmount is not null)
            _seen = _seen with { KnownAmount = held.Quantity * held.Side.Sign(), KnownAtUtc = context.NowUtc };
    }

    private void Settle()
    {
        if (_state is not Flat { Last: { LedgerComplete: false, EntryFilled: > 0 } last } || _seen.SettleTries >= 3) return;
        _seen = _seen with { SettleTries = _seen.SettleTries + 1 };
        Do(new ReadTrades(Since(last)));
        Do(new StartTimer(PositionTimer.Settle, TimeSpan.FromSeconds(2)));
    }
}
