using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>An entry is sent once, on a key that is proven flat, and verified by whoever speaks first.</summary>
internal sealed partial class PositionTurn
{
    private static readonly TimeSpan PriceGrace = TimeSpan.FromMilliseconds(500);

    /// <summary>From the confirmation of a stop that goes first to the end of its entry: as long the price is taken not to have passed it.</summary>
    private static readonly TimeSpan LateEntry = TimeSpan.FromMilliseconds(500);

    public void Open(OpenPosition want)
    {
        if (Held is { Policy: not (null or AdoptPolicy.Manage) }) Deny("outside_position");
        else if (Held is { InDoubt: true } || _state is Opening { Entry.InDoubt: true }) Deny("key_in_doubt");
        else if (Held is not null) Ignore("duplicate_position");
        else if (context.NowUtc > want.ExpiresUtc) Deny("stale");
        else if (_seen.KnownAmount is null || _seen.Checking || MayStillBeReached) Deny("key_in_doubt");
        else if (_seen.KnownAmount != 0) Deny("outside_position");
        else if (want.Quantity <= 0) Deny("below_min_notional");
        else Enter(want);
    }

    /// <summary>
    /// A stop of the position before may still rest, or a close that was not found may still come, or one that had told
    /// of no fill when flat was proven: each would reduce what is opened now.
    /// </summary>
    private bool MayStillBeReached =>
        _state is Flat { RedundantStops.IsEmpty: false }
        || context.NowUtc < _seen.CloseMayArriveUntilUtc
        || _state is Flat { Last: { } last } && IsLastCloseUnheard(last) && context.NowUtc < _seen.ClosedAtUtc + LatestClose;

    private static bool IsLastCloseUnheard(Holding last) => last.CloseOrders is [.., var close] && !last.Reduced.ContainsKey(close);

    private void Enter(OpenPosition want)
    {
        var order = NextOrderId(OrderPurpose.Entry);
        Emit(new EntryIntended(
            order, want.SignalId, want.Wave, want.Side, want.Quantity, want.ReferencePrice, want.Plan, context.NowUtc, context.Policy.StopFirst));
        _seen = new Observations
        {
            KnownAmount = 0, KnownAtUtc = _seen.KnownAtUtc, StreamAtUtc = _seen.StreamAtUtc, Mark = _seen.Mark,
        };
        if (context.Policy.StopFirst) PlaceStopBeforeEntry(Held!, want.Quantity);
        else SendTheEntry(EntryOrderOf(order, Held!, want.Quantity));
        Do(new WatchPrice());
    }

    private SendEntry EntryOrderOf(ClientOrderId order, Holding held, decimal quantity) =>
        new(order, held.Side, quantity, context.Policy.AttachesStop ? StopBeforeFill(held) : null);

    private void SendTheEntry(SendEntry entry)
    {
        Do(entry);
        Do(new StartTimer(PositionTimer.VerifyEntry, context.Policy.VerifyAlert));
    }

    /// <summary>A reduce-only stop is not checked against a position before it triggers: it may rest before there is one.</summary>
    private void PlaceStopBeforeEntry(Holding held, decimal quantity)
    {
        SendParts(held.Side, quantity, StopBeforeFill(held), replaces: null, StopCause.Initial, first: true, step: 0);
        Do(new StartTimer(PositionTimer.StopAnswer, context.Policy.StopAnswerWithin));
    }

    /// <summary>The stop that was to rest first does not: its entry is not sent, and what may rest of the stop is cancelled.</summary>
    /// <param name="stop">The order of it that does not; null: any.</param>
    /// <returns>False: no entry waits for a stop.</returns>
    private bool GaveUpUnsentEntry(ClientOrderId? stop, int code, string why, bool mayRest)
    {
        if (_state is not Opening { Entry.AwaitsStop: true, Holding: var held } || held.IntendedStop is not { } intent) return false;
        Emit(new StopRefused(stop ?? intent.Id, code, why, mayRest));
        FailEntry(code, $"not sent, for its stop does not rest: {why}", EntryEnd.NotSent);
        return true;
    }

    /// <summary>
    /// Counted from the reference price, the best that is known before the fill. One that came with the entry gives its
    /// place to the first stop, counted from the entry price.
    /// </summary>
    private decimal StopBeforeFill(Holding held) => StopFrom(held, held.ReferencePrice);

    public void OnOrder(OrderReported report)
    {
        if (_state is Opening { Entry: var entry } && entry.Id == report.Order) OnEntry(report);
        else if (IsEntryWhileClosing(report.Order)) OnEntryWhileClosing(Held!, report);
        else if (_state is Closing { Attempt: var attempt } && attempt.Id == report.Order) OnCloseOrder(report);
        else if (Held is { } held && OrderIds.PurposeOf(report.Order) is OrderPurpose.Stop && Knows(held, report.Order)) OnStopOrder(report);
        else Ignore("a report on an order that is not working");
    }

    private void OnEntry(OrderReported report)
    {
        SeeFill(report);
        if (report.Executed > 0) Verify(VerifierOf(report.Source), report.Executed, report.AveragePrice ?? 0);
        if (report.Status is OrderStatus.New or OrderStatus.PartiallyFilled)
        {
            if (report.Source is not Source.Stream) AskForTheEnd();
            if (report.Executed == 0) Ignore("accepted; the fill is awaited");
        }
        else if (report.Executed == 0 && Held is { EntryFilled: 0 })
        {
            FailEntry(0, $"ended {report.Status} without a fill {report.Code}".TrimEnd(), EntryEnd.Unfilled);
        }
        else if (report.Executed > 0)
        {
            Complete(report);
        }

        EnsureProtected();
    }

    /// <summary>The close did not wait for our entry's end; flat does: what still fills is closed too.</summary>
    private void OnEntryWhileClosing(Holding held, OrderReported report)
    {
        if (report.Status is OrderStatus.New or OrderStatus.PartiallyFilled || report.Executed > held.EntryFilled)
        {
            AskForTheEnd();
            return;
        }

        EndEntryWhileClosing(held, report.ExchangeOrderId, report.Status);
    }

    private void EndEntryWhileClosing(Holding held, string exchangeId, OrderStatus status)
    {
        Emit(new EntryCompleted(held.EntryOrder, exchangeId, status, held.EntryFilled, held.EntryPrice));
        if (IsToldFlatSince(held, held.LastFillUtc)) CloseProven(ClosedBy.WebsocketClosure, $"stream amount {_seen.StreamAmount} since the entry's end");
        else AwaitProofOfFlat();
    }

    /// <summary>The time of an order's state is that of its last fill only while that was the last thing that happened to it.</summary>
    private void SeeFill(OrderReported report)
    {
        if (report.Status is OrderStatus.Filled or OrderStatus.PartiallyFilled && report.AtUtc > _seen.FilledAtUtc)
            _seen = _seen with { FilledAtUtc = report.AtUtc };
        else if (report.Executed > 0 && report.AtUtc > _seen.EndedAtUtc)
            _seen = _seen with { EndedAtUtc = report.AtUtc };
    }

    private static VerifiedBy VerifierOf(Source source) => source switch
    {
        Source.Stream => VerifiedBy.Websocket,
        Source.OrderAnswer => VerifiedBy.OrderAnswer,
        Source.Query => VerifiedBy.OrderQuery,
        _ => VerifiedBy.PositionQuery,
    };

    private void Verify(VerifiedBy by, decimal quantity, decimal price)
    {
        if (_state is not Opening { Entry: { Verified: false, AwaitsStop: false } entry, Holding: var held }) return;
        var elapsed = (int)Math.Max(0, (context.NowUtc - held.OpenedUtc).TotalMilliseconds);
        Emit(new EntryVerified(entry.Id, by, quantity, price, elapsed));
        Do(new CancelTimer(PositionTimer.VerifyEntry));
    }

    /// <summary>The entry will not fill further. Without a price from anyone it waits, and asks.</summary>
    private void Complete(OrderReported report)
    {
        if (_state is not Opening { Holding: var held, Entry: var entry }) return;
        var price = report.AveragePrice is > 0 and var stated ? stated
            : held.EntryFilled >= report.Executed ? held.Cost / held.EntryFilled
            : entry.VerifiedPrice;
        if (price > 0)
        {
            Emit(new EntryCompleted(report.Order, report.ExchangeOrderId, report.Status, report.Executed, price));
            Completed(Held!.EntryFilled >= report.Executed ? Held.LastFillUtc : report.AtUtc);
        }
        else
        {
            Do(new QueryOrder(report.Order));
            Do(new StartTimer(PositionTimer.FillsMissing, PriceGrace));
        }
    }

    /// <summary>Somebody else may have traded beside our entry: what is held is what the exchange says, not what we bought.</summary>
    private void TakeAmountSince(DateTime at)
    {
        if (Held is { } held && HeldSince(held, at) is > 0 and var quantity && quantity != held.Quantity)
            Emit(new QuantityChanged(quantity, held.EntryPrice, "stream", at));
    }

    /// <summary>What was closed while the entry still filled is judged now: before its end zero was not the end.</summary>
    /// <param name="at">The exchange's time of the entry's last fill.</param>
    private void Completed(DateTime at)
    {
        TakeAmountSince(at);
        Opened();
        LookForStopOfBefore();
        if (Held is { } opened && IsToldFlatSince(opened, at)) CloseProven(ClosedBy.WebsocketClosure, $"stream amount {_seen.StreamAmount} since the entry's end");
        else if (Held is { Quantity: 0 }) AwaitProofOfFlat();
    }

    private void Opened()
    {
        Do(new TellAccount(AccountNews.Opened));
        if (Held is not { } held) return;
        if (!held.Managed) return;
        Do(new StartTimer(PositionTimer.Aged, AgeLeft(held)));
        if (held.EntryFilled >= held.Quantity) return;
        Do(new StartTimer(PositionTimer.FillsMissing, PriceGrace));
    }

    /// <summary>A stop that rests before its entry fires at nothing if the entry is late, and the report of it may go unheard.</summary>
    private void LookForStopOfBefore()
    {
        if (context.Policy.StopFirst && Held is { LiveStop: not null } && context.NowUtc - _seen.StopConfirmedUtc > LateEntry) Check(CheckCause.Doubt);
    }

    private TimeSpan AgeLeft(Holding held, TimeSpan beyond = default)
    {
        var left = held.OpenedUtc.AddSeconds(held.Plan.MaxAgeSeconds) + beyond - context.NowUtc;
        return left > TimeSpan.Zero ? left : TimeSpan.FromSeconds(1);
    }

    private void FailEntry(int code, string why, EntryEnd how)
    {
        if (_state is not Opening { Entry: var entry, Holding.Side: var side }) return;
        Emit(new EntryFailed(entry.Id, code, why, how));
        Do(new CancelAllTimers());
        Do(new DropPrice());
        Do(new TellAccount(AccountNews.EntryFailed));
        if (!IsToBeAdopted(side)) Sweep();
        // What verified it, or was told beside it, is somebody else's: it is looked at as such.
        if (entry.Verified || _seen.IsKnownOpen) Check(CheckCause.Doubt);
    }

    /// <summary>
    /// The exchange's answer to the entry itself. After a verification it is a contradiction: the position exists, and
    /// what exists is protected, not rolled back (incident 2025-10-28).
    /// </summary>
    private void EntryRejected(Rejected report)
    {
        if (EntryWaits(report)) return;
        if (_state is Opening { Entry: { Verified: true } entry, Holding: var held }) ContradictEntry(entry, held);
        else FailEntry(report.Code, report.Message, EntryEnd.Rejected);
    }

    private void ContradictEntry(EntryOrder entry, Holding held)
    {
        Ask("the entry was rejected, yet something is open");
        Do(new Inquire(entry.Id, Since(held))); // what is open may be somebody else's
    }

    /// <summary>An order was answered without its end, and the stream may be deaf: nobody else would ever tell it.</summary>
    private void AskForTheEnd() => Do(new StartTimer(PositionTimer.FillsMissing, PriceGrace));

    private void EntryUnverified()
    {
        if (_state is not Opening { Entry: { Verified: false } entry }) return;
        Alert(AlertKind.EntryUnverified, $"entry {entry.Id} is not verified after {Seconds(context.Policy.VerifyAlert)} s");
        if (!entry.InDoubt) DoubtEntry("nobody spoke of it in time");
    }

    private void DoubtEntry(string why)
    {
        if (_state is not Opening { Entry: var entry, Holding: var held }) return;
        if (!entry.InDoubt) Emit(new OutcomeLost(entry.Id, why));
        Do(new Inquire(entry.Id, Since(held)));
    }

    /// <summary>The entry filled and nobody gave its price, or not all its fills: ask, and protect by what is known.</summary>
    private void FillsMissing()
    {
        if (Held is not { } held) return;
        if (_state is Opening { Entry: var entry })
        {
            _seen = _seen with { PriceOverdue = entry.Verified };
            QueryAgain(entry.Id);
            EnsureProtected();
        }
        else if (_state is Closing { Attempt: { Working: true } attempt } && _seen.CloseFilled != attempt.Id)
        {
            QueryAgain(attempt.Id);
        }

        if (Held is { LeavesQuantity: > 0 } closing) QueryAgain(closing.EntryOrder);
        if (held.EntryFilled < held.Quantity + held.ExitFilled || held.LeavesQuantity > 0) Do(new ReadTrades(Since(held)));
    }

    private void QueryAgain(ClientOrderId order)
    {
        Do(new QueryOrder(order));
        Do(new StartTimer(PositionTimer.FillsMissing, TimeSpan.FromSeconds(1)));
    }

    private static string Seconds(TimeSpan span) =>
        span.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
}
