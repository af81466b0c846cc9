using System.Collections.Immutable;
using System.Diagnostics;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

public static partial class PositionMachine
{
    private const int UnconfirmedStopsMost = 4;

    /// <summary>Two days of payments every hour; what the exchange is asked for reaches back one.</summary>
    private const int CashRemembered = 64;

    /// <summary>Remembers one journaled event.</summary>
    /// <param name="version">Version of <paramref name="happened"/> in its stream.</param>
    public static PositionState Evolve(PositionState state, PositionEvent happened, long version)
    {
        var next = Next(state, happened, version);
        var booked = happened switch
        {
            FundingBooked e => state.CashBooked.AddNewest(
                new BookedCash(e.Id, CashKind.Funding, e.Amount, e.Asset, e.AtUtc), CashRemembered),
            LiquidationCleared e => state.CashBooked.AddNewest(
                new BookedCash(e.Id, CashKind.Liquidation, e.Amount, e.Asset, e.AtUtc), CashRemembered),
            _ => state.CashBooked,
        };
        return ReferenceEquals(next.CashBooked, booked) ? next : next with { CashBooked = booked };
    }

    private static PositionState Next(PositionState state, PositionEvent happened, long version) => (state, happened) switch
    {
        (Flat s, EntryIntended e) => new Opening(
            Intended(e, version) with { LastFillUtc = s.LastFillUtc, BeforeUtc = s.LastFillUtc }, new EntryOrder(e.Order, e.Quantity, AwaitsStop: e.StopFirst))
        {
            BeforeEndedUtc = s.EndedUtc,
        },
        (Flat s, PositionAdopted e) => new Open(Adopted(e, version) with
        {
            LastFillUtc = Later(s.LastFillUtc, e.ChangedUtc ?? default), BeforeUtc = Later(s.LastFillUtc, e.ChangedUtc ?? default),
            RedundantStops = s.RedundantStops,
        }),
        (Flat s, StopCleared e) => s with { RedundantStops = s.RedundantStops.Remove(e.Stop) },
        (Flat { Last: { } last } s, OrderFilled e) => s with
        {
            Last = Counted(last, e) with { Quantity = 0 },
            LastFillUtc = Later(s.LastFillUtc, e.Trade.AtUtc),
        },
        (Flat { Last: { } last } s, FundingBooked or LiquidationCleared or AssetPriced) => s with { Last = Booked(last, happened) },
        (Flat s, ClosureExplained) => s,

        (Opening { Entry.AwaitsStop: true } s, StopConfirmed e) => s with
        {
            Entry = s.Entry with { AwaitsStop = Confirmed(s.Holding, e).LiveStop is null },
            Holding = Confirmed(s.Holding, e),
        },
        (Opening s, EntryVerified e) => Verified(s, e),
        (Opening s, QuantityChanged e) => s with
        {
            Entry = s.Entry with { VerifiedQuantity = e.Quantity, VerifiedPrice = e.EntryPrice },
            Holding = Stated(s.Holding, e),
        },
        (Opening s, EntryCompleted e) => new Open(s.Holding with
        {
            Quantity = Math.Max(0, e.Executed - s.Holding.ExitFilled),
            EntryPrice = e.AveragePrice,
            StopBase = e.AveragePrice,
            Executed = e.Executed,
        }),
        (Opening s, EntryFailed) => new Flat
        {
            RedundantStops = Resting(s.Holding), ClosedUtc = s.BeforeEndedUtc, LastFillUtc = s.Holding.LastFillUtc,
        },
        (Opening s, OutcomeLost) => s with { Entry = s.Entry with { InDoubt = true } },

        (Closing s, OutcomeLost) => s with { Attempt = s.Attempt with { InDoubt = true } },
        (Closing s, CloseIntended e) => new Closing(Aiming(s.Holding, e), Attempt(e)),
        (Closing s, CloseAttemptFailed) => s with { Attempt = s.Attempt with { Working = false, InDoubt = false } },
        (Opening s, CloseIntended e) => new Closing(
            Aiming(s.Holding, e) with { LeavesQuantity = Math.Max(0, s.Entry.Quantity - s.Holding.EntryFilled) }, Attempt(e)),
        (_, CloseIntended e) => new Closing(Aiming(HoldingOf(state, happened), e), Attempt(e)),
        (Closing s, EntryCompleted) => s with { Holding = s.Holding with { LeavesQuantity = 0 } },

        (_, PositionClosed e) => new Flat(HoldingOf(state, happened) with { Quantity = 0 })
        {
            RedundantStops = Resting(HoldingOf(state, happened)),
            ClosedUtc = Later(e.AtUtc ?? default, Later(HoldingOf(state, happened).LastFillUtc, HoldingOf(state, happened).OpenedUtc)),
            LastFillUtc = HoldingOf(state, happened).LastFillUtc,
        },
        (Closing s, OrderFilled e) when e.Trade.Order == s.Attempt.Id => s with
        {
            Holding = Counted(s.Holding, e),
            Attempt = s.Attempt with { Filled = s.Attempt.Filled + e.Trade.Quantity },
        },
        _ => WithHolding(state, Remember(HoldingOf(state, happened), happened)),
    };

    private static Holding Remember(Holding held, PositionEvent happened) => happened switch
    {
        OrderFilled e => Counted(held, e),
        FundingBooked or LiquidationCleared or AssetPriced => Booked(held, happened),
        QuantityChanged e => Stated(held, e) with { EntryPrice = e.EntryPrice > 0 ? e.EntryPrice : held.EntryPrice },
        StopIntended e => held with { Protection = Placing(held, e) },
        StopConfirmed e => Confirmed(held, e),
        StopRefused e => GivenUp(held, e.Stop, e.MayRest) with
        {
            Protection = new Protection.Unprotected(),
            StopsRefused = held.StopsRefused + 1,
        },
        StopMoveRefused e => GivenUp(held, e.Stop, e.MayRest),
        StopEnded e => Ended(held, e),
        StopChangedExternally e => Changed(held, e),
        HardStopIntended e => held with { Hard = new HardStop(e.Stop, e.Trigger) },
        HardStopConfirmed => held with { Hard = held.Hard! with { Resting = true } },
        HardStopEnded e => held with
        {
            Hard = null,
            FormerStops = held.FormerStops.Add(e.Stop),
            RedundantStops = e.MayRest ? held.RedundantStops.Add(e.Stop) : held.RedundantStops,
        },
        StopCleared e => held with { RedundantStops = held.RedundantStops.Remove(e.Stop), FormerStops = held.FormerStops.Add(e.Stop) },
        TrailingActivated e => held with { Trailing = new Trailing.Active(e.BestPrice) },
        ProtectionMissed => held with { ProtectionMissed = true },
        PositionDoubted => held with { InDoubt = true },
        DoubtEnded => held with { InDoubt = false },
        PositionLookup or PositionNotFoundAbort => held,
        _ => throw new UnreachableException($"{held} + {happened}"),
    };

    private static Holding Booked(Holding held, PositionEvent happened) => happened switch
    {
        FundingBooked e => held with { Money = held.Money.With(new UnpricedMoney(e.Asset, e.AtUtc, Funding: e.Amount)) },
        LiquidationCleared e => held with { Money = held.Money.With(new UnpricedMoney(e.Asset, e.AtUtc, Fee: -e.Amount)) },
        AssetPriced e => held with
        {
            Money = held.Money.Priced(e.Asset, e.Price, e.AtUtc),
            QuotePrice = e.Asset == held.Quote ? e.Price : held.QuotePrice,
        },
        _ => throw new UnreachableException($"{happened} moves no money"),
    };

    private static Holding Stated(Holding held, QuantityChanged e) =>
        held with { Quantity = e.Quantity, StatedUtc = Later(e.AtUtc ?? default, held.StatedUtc) };

    private static Holding Intended(EntryIntended e, long version) => new(version, e.Side, e.Plan, Policy: null)
    {
        SignalId = e.SignalId,
        Wave = e.Wave,
        EntryOrder = e.Order,
        ReferencePrice = e.ReferencePrice,
        OpenedUtc = e.AtUtc,
    };

    private static Holding Adopted(PositionAdopted e, long version) => new(version, e.Side, e.Plan, e.Policy)
    {
        Quantity = e.Quantity,
        EntryPrice = e.EntryPrice,
        StopBase = e.StopBase,
        ReferencePrice = e.EntryPrice,
        EntryFilled = e.Quantity,
        Cost = e.Quantity * e.EntryPrice,
        OpenedUtc = e.AtUtc,
        Quote = e.Quote,
        QuotePrice = Assets.IsForeign(e.Quote) ? null : 1,
        Trailing = e.Policy is AdoptPolicy.Manage ? new Trailing.Waiting() : new Trailing.Off(),
    };

    private static Opening Verified(Opening s, EntryVerified e)
    {
        var quantity = Math.Max(s.Holding.Quantity, e.Quantity);
        return s with
        {
            Entry = s.Entry with
            {
                Verified = true, InDoubt = false, VerifiedQuantity = e.Quantity, VerifiedPrice = e.Price,
            },
            Holding = s.Holding with
            {
                Quantity = quantity,
                EntryPrice = s.Holding.EntryFilled > 0 ? s.Holding.EntryPrice : e.Price,
                StopBase = s.Holding.EntryFilled > 0 ? s.Holding.StopBase : e.Price,
            },
        };
    }

    private static Holding Counted(Holding held, OrderFilled e)
    {
        var trade = e.Trade;
        var adds = trade.Bought == held.Side;
        var bought = held.EntryFilled + (adds ? trade.Quantity : 0);
        var cost = held.Cost + (adds ? trade.Quantity * trade.Price : 0);
        return held with
        {
            Trades = held.Trades.Add(trade.TradeId),
            LeavesQuantity = trade.Order == held.EntryOrder ? Math.Max(0, held.LeavesQuantity - trade.Quantity) : held.LeavesQuantity,
            EntryFilled = bought,
            Cost = cost,
            ExitFilled = held.ExitFilled + (adds ? 0 : trade.Quantity),
            Reduced = adds ? held.Reduced : held.Reduced.SetItem(trade.Order, held.Reduced.GetValueOrDefault(trade.Order) + trade.Quantity),
            Quantity = e.Held,
            EntryPrice = adds ? cost / bought : held.EntryPrice,
            StopBase = adds && held.Policy is null ? cost / bought : held.StopBase,
            Money = held.Money.With(new UnpricedMoney(held.Quote, trade.AtUtc, Realized: trade.RealizedPnl))
                .With(new UnpricedMoney(trade.FeeAsset, trade.AtUtc, Fee: trade.Fee)),
            LastFillUtc = Later(held.LastFillUtc, trade.AtUtc),
            FillsOfLastMoment = held.FillsOfLastMomentWith(trade.AtUtc),
            FirstFillUtc = held.FirstFillUtc == default && trade.Order == held.EntryOrder ? trade.AtUtc : held.FirstFillUtc,
        };
    }

    internal static DateTime Later(DateTime one, DateTime other) => one > other ? one : other;

    private static ImmutableList<StopIntent> Remembered(Holding held, ClientOrderId stop) =>
        held.IntendedStop is { } intent && intent.Id == stop
            ? held.UnconfirmedStops.AddNewest(intent, UnconfirmedStopsMost)
            : held.UnconfirmedStops;

    /// <summary>
    /// Requests that may still be under way when the stop is confirmed: that of the one which was asked for, and that of the one
    /// before, which is known to rest by what was told, whatever became of its own request. Either may set the stop back.
    /// </summary>
    private static ImmutableList<StopIntent> Overtaken(Holding held, StopConfirmed e)
    {
        var others = MayStillLand(held, e)
            ? held.UnconfirmedStops.AddNewest(held.IntendedStop!, UnconfirmedStopsMost)
            : held.UnconfirmedStops.RemoveAll(late => late.Id == e.Stop);
        return held.LiveStop is { Foreign: false } old && !old.Has(e.Stop) && old.Trigger != e.Trigger
            ? others.AddNewest(new StopIntent(old.Id, old.Quantity, old.Trigger, StopCause.Restore), UnconfirmedStopsMost)
            : others;
    }

    /// <summary>
    /// The request of the stop that was asked for is still under way: another one was found in its place meanwhile, or it was set
    /// again where one of ours rested already and is seen there before its own answer.
    /// </summary>
    private static bool MayStillLand(Holding held, StopConfirmed e) => held.IntendedStop is { } intent
        && (!intent.Has(e.Stop) || e.Source is not Source.OrderAnswer && held.LiveStop is { Foreign: false } old && old.Trigger == intent.Trigger);

    private static Protection Placing(Holding held, StopIntended e)
    {
        var intent = e.PartOf is { } stop && held.IntendedStop is { } begun && begun.Id == stop
            ? begun.With(new StopPart(e.Stop, e.Quantity))
            : new StopIntent(e.Stop, e.Quantity, e.Trigger, e.Cause);
        return Asked(held.LiveStop, intent);
    }

    private static Protection Asked(LiveStop? old, StopIntent intent) =>
        old is not null ? new Protection.Moving(old, intent) : new Protection.Placing(intent);

    /// <summary>One that is refused gives up the whole stop: its other orders, which may rest, are surplus.</summary>
    private static Holding GivenUp(Holding held, ClientOrderId refused, bool mayRest) => held with
    {
        Protection = held.LiveStop is { } old ? new Protection.Protected(old) : new Protection.Unprotected(),
        RedundantStops = held.RedundantStops.AddRange(held.IntendedStop is { } intent && intent.Has(refused)
            ? intent.Ids.Where(stop => mayRest || stop != refused)
            : mayRest ? [refused] : []),
        UnconfirmedStops = mayRest ? Remembered(held, refused) : held.UnconfirmedStops,
    };

    private static Holding Confirmed(Holding held, StopConfirmed e)
    {
        var asked = held.IntendedStop is { } intent && intent.Has(e.Stop) ? intent.With(new StopPart(e.Stop, e.Quantity, e.ExchangeId)) : null;
        if (asked is { Rests: false }) return held with { Protection = Asked(held.LiveStop, asked) };
        var foreign = !held.Protection.Stops.Contains(e.Stop) && !held.UnconfirmedStops.Exists(late => late.Id == e.Stop);
        var live = asked is not null
            ? new LiveStop(asked.Parts, e.Trigger)
            : new LiveStop(e.Stop, e.ExchangeId, e.Quantity, e.Trigger, foreign);
        var replaced = held.LiveStop is { Foreign: false } old ? old.Ids.Where(stop => !live.Has(stop)) : [];
        return held with
        {
            Protection = new Protection.Protected(live),
            RedundantStops = held.RedundantStops.AddRange(replaced).RemoveAll(live.Has),
            UnconfirmedStops = Overtaken(held, e),
            LastTrigger = foreign && IsLooser(held, e.Trigger) ? held.LastTrigger : e.Trigger,
            AtBreakEven = held.AtBreakEven || asked is { Cause: StopCause.BreakEven },
            StopsRefused = 0,
            ProtectionMissed = false,
        };
    }

    /// <summary>Where the stop should be stays remembered when it was loosened: it is restored there.</summary>
    private static Holding Changed(Holding held, StopChangedExternally e)
    {
        var stop = held.LiveStop!;
        var moved = stop with
        {
            Trigger = e.Trigger,
            Parts = stop.Part(e.Stop) is { } part ? stop.Parts.Replace(part, part with { Quantity = e.Quantity }) : stop.Parts,
        };
        return held with
        {
            Protection = held.Protection is Protection.Moving moving
                ? moving with { Old = moved }
                : new Protection.Protected(moved),
            LastTrigger = IsLooser(held, e.Trigger) ? held.LastTrigger : e.Trigger,
        };
    }

    private static bool IsLooser(Holding held, decimal trigger) =>
        held.LastTrigger is { } last && (trigger - last) * held.Side.Sign() < 0;

    /// <summary>What other orders of the stop rest goes on covering their part.</summary>
    private static Holding Ended(Holding held, StopEnded e)
    {
        var former = held with { FormerStops = held.FormerStops.Add(e.Stop) };
        if (held.IntendedStop is { } intent && intent.Has(e.Stop)) return GivenUp(former, e.Stop, mayRest: false);
        return former with
        {
            Protection = (held.LiveStop?.Without(e.Stop), held.IntendedStop) switch
            {
                (var left, { } asked) => Asked(left, asked),
                ({ } left, null) => new Protection.Protected(left),
                (null, null) => new Protection.Unprotected(),
            },
        };
    }

    /// <summary>Stops of ours that may still rest when a position ends: they must be cancelled.</summary>
    private static ImmutableList<ClientOrderId> Resting(Holding held)
    {
        var stops = held.LiveStop is { Foreign: true } ? [] : held.Protection.Stops;
        if (held.Hard is { } hard) stops = stops.Append(hard.Id);
        return held.RedundantStops.AddRange(stops.Where(stop => !held.RedundantStops.Contains(stop)));
    }

    private static Holding Aiming(Holding held, CloseIntended e) => held with { CloseOrders = held.CloseOrders.Add(e.Order) };

    private static CloseAttempt Attempt(CloseIntended e) => new(e.Order, e.Quantity, e.Reason, e.Attempt);

    private static Holding HoldingOf(PositionState state, PositionEvent happened) => state switch
    {
        Opening s => s.Holding,
        Open s => s.Holding,
        Closing s => s.Holding,
        _ => throw new UnreachableException($"{happened} while flat"),
    };

    private static PositionState WithHolding(PositionState state, Holding held) => state switch
    {
        Opening s => s with { Holding = held },
        Open s => s with { Holding = held },
        Closing s => s with { Holding = held },
        _ => throw new UnreachableException($"{state}"),
    };
}
